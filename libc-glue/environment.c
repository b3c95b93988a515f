/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The environment of a process. It begins as a block that holds all words (struct image); the
 * first change makes an array of the heap; clearenv() leaves none at all. Strings are copied,
 * by putenv() too: a CGI server fills one buffer again and again while earlier children run.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libc-glue/task.h"

extern char **environ;

static unsigned count(void)
{
	unsigned n = 0;

	while (environ && environ[n])
		n++;
	return n;
}

/* The entry of a name of that length, or the end of the array. */
static char **find(const char *name, size_t len)
{
	static char *none[1];
	char **e = environ ? environ : none;

	while (*e && (strncmp(*e, name, len) != 0 || (*e)[len] != '='))
		e++;
	return e;
}

/* An array of the heap with all that is there and one free place; false without memory. */
static bool make_room(void)
{
	struct task *t = task_self();
	unsigned n = count();
	size_t bytes = (n + 2) * sizeof(char *);
	char **array;

	if (t->environ_is_ours) {
		array = realloc(environ, bytes);
	} else {
		array = calloc(n + 2, sizeof(char *));
		for (unsigned i = 0; array && i < n; i++)
			array[i] = environ[i];
	}
	if (!array)
		return false;
	environ = array;
	t->environ_is_ours = true;
	return true;
}

/* What was there before stays, since the program may hold a pointer to it. */
static int put(const char *name, size_t name_len, const char *value)
{
	size_t value_len = strlen(value);
	char *entry = malloc(name_len + value_len + 2), **e;

	if (!entry)
		return -1;
	memcpy(entry, name, name_len);
	entry[name_len] = '=';
	memcpy(entry + name_len + 1, value, value_len + 1);
	e = find(name, name_len);
	if (!*e) {
		if (!make_room()) {
			free(entry);
			return -1;
		}
		e = environ + count();
		e[1] = NULL;
	}
	*e = entry;
	return 0;
}

static int check_name(const char *name)
{
	if (name && *name && !strchr(name, '='))
		return 0;
	errno = EINVAL;
	return -1;
}

char *getenv(const char *name)
{
	size_t len = strlen(name);
	char **e = find(name, len);

	return *e && !strchr(name, '=') ? *e + len + 1 : NULL;
}

int setenv(const char *name, const char *value, int overwrite)
{
	if (check_name(name))
		return -1;
	if (!overwrite && getenv(name))
		return 0;
	return put(name, strlen(name), value);
}

/* A name without a value is taken away, as the GNU library does. */
int putenv(char *entry)
{
	const char *value = strchr(entry, '=');

	return value ? put(entry, (size_t)(value - entry), value + 1) : unsetenv(entry);
}

int unsetenv(const char *name)
{
	char **e;

	if (check_name(name))
		return -1;
	if (!*find(name, strlen(name)))
		return 0;
	if (!make_room())
		return -1;
	while (*(e = find(name, strlen(name))))
		for (; *e; e++)
			e[0] = e[1];
	return 0;
}

int clearenv(void)
{
	struct task *t = task_self();

	if (t->environ_is_ours)
		free(environ);
	environ = NULL;
	t->environ_is_ours = false;
	return 0;
}
