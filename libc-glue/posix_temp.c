/* SPDX-License-Identifier: BSD-2-Clause */
/* Temporary files, in /tmp instead of the working directory as the library's own have it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc-glue/vfs.h"

#define ATTEMPTS 100

/* Random letters in place of the six X before the last `tail` characters; NULL when they are not there. */
static char *fill_in(char *template, size_t tail)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t len = strlen(template);
	char *x = template + len - tail - 6;
	unsigned char random[6];

	if (len < tail + 6 || strspn(x, "X") < 6) {
		errno = EINVAL;
		return NULL;
	}
	if (getentropy(random, sizeof(random)))
		return NULL;
	for (unsigned i = 0; i < 6; i++)
		x[i] = letters[random[i] % (sizeof(letters) - 1)];
	return x;
}

int mkostemps(char *template, int tail, int flags)
{
	int fd = -1;

	for (int i = 0; i < ATTEMPTS && fd < 0; i++) {
		char *x = fill_in(template, (size_t)tail);

		if (!x)
			return -1;
		fd = open(
			template, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd < 0)
			memcpy(x, "XXXXXX", 6);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

int mkstemps(char *template, int tail)
{
	return mkostemps(template, tail, 0);
}

int mkstemp(char *template)
{
	return mkostemps(template, 0, 0);
}

char *mkdtemp(char *template)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		char *x = fill_in(template, 0);

		if (!x)
			return NULL;
		if (mkdir(template, 0700) == 0)
			return template;
		memcpy(x, "XXXXXX", 6);
		if (errno != EEXIST)
			return NULL;
	}
	return NULL;
}

/* A name that nothing has now; empty when there is none. */
static char *unused_name(char *template)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		struct stat st;
		char *x = fill_in(template, 0);

		if (x && lstat(template, &st) && errno == ENOENT)
			return template;
		if (!x)
			break;
		memcpy(x, "XXXXXX", 6);
	}
	template[0] = '\0';
	return template;
}

char *mktemp(char *template)
{
	return unused_name(template);
}

char *tmpnam(char *name)
{
	static char own[L_tmpnam];

	if (!name)
		name = own;
	strcpy(name, P_tmpdir "/TXXXXXX");
	return unused_name(name)[0] ? name : NULL;
}

FILE *tmpfile(void)
{
	char name[] = P_tmpdir "/TXXXXXX";
	int fd = mkstemp(name);
	FILE *f;

	if (fd < 0)
		return NULL;
	unlink(name);
	f = fdopen(fd, "w+");
	if (!f)
		close(fd);
	return f;
}
