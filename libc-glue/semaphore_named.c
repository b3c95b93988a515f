/* SPDX-License-Identifier: BSD-2-Clause */
/* Semaphores that have a name. They are there until unlinked and closed by all. */
#include <semaphore.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/sync.h"
#include "libc-glue/posix.h"

struct named_sem {
	sem_t sem; /* first: what a program has of it */
	struct list link;
	unsigned opened;
	bool unlinked;
	char name[];
};

static struct list all = LIST_INIT(all);
static struct mutex all_lock = MUTEX_INIT(all_lock);

static struct named_sem *find(const char *name)
{
	list_for_each(&all, link)
	{
		struct named_sem *n = list_entry(link, struct named_sem, link);

		if (!n->unlinked && strcmp(n->name, name) == 0)
			return n;
	}
	return NULL;
}

static struct named_sem *create(const char *name, unsigned value)
{
	struct named_sem *n = kzalloc(sizeof(*n) + strlen(name) + 1);

	if (!n)
		return NULL;
	strcpy(n->name, name);
	sem_init(&n->sem, 1, value);
	list_append(&all, &n->link);
	return n;
}

static int open_locked(
	const char *name, int flags, unsigned value, struct named_sem **out)
{
	struct named_sem *n = find(name);

	if (n && flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if (!n && !(flags & O_CREAT))
		return -ENOENT;
	if (!n)
		n = create(name, value);
	if (!n)
		return -ENOMEM;
	n->opened++;
	*out = n;
	return 0;
}

sem_t *sem_open(const char *name, int flags, ...)
{
	struct named_sem *n = NULL;
	unsigned value = 0;
	va_list args;
	int err;

	if (flags & O_CREAT) {
		va_start(args, flags);
		(void)va_arg(args, unsigned); /* the mode: everybody may */
		value = va_arg(args, unsigned);
		va_end(args);
	}
	if (value > SEM_VALUE_MAX || strlen(name) > NAME_MAX) {
		posix_int(value > SEM_VALUE_MAX ? -EINVAL : -ENAMETOOLONG);
		return SEM_FAILED;
	}
	mutex_lock(&all_lock);
	err = open_locked(name, flags, value, &n);
	mutex_unlock(&all_lock);
	return posix_int(err) ? SEM_FAILED : &n->sem;
}

/* Gone when nobody can find it and nobody has it. */
static void drop(struct named_sem *n)
{
	if (!n->unlinked || n->opened)
		return;
	list_remove(&n->link);
	kfree(n);
}

int sem_close(sem_t *s)
{
	int err = -EINVAL;

	mutex_lock(&all_lock);
	list_for_each_safe(&all, link)
	{
		struct named_sem *n = list_entry(link, struct named_sem, link);

		if (&n->sem != s || !n->opened)
			continue;
		n->opened--;
		drop(n);
		err = 0;
	}
	mutex_unlock(&all_lock);
	return posix_int(err);
}

int sem_unlink(const char *name)
{
	struct named_sem *n;

	mutex_lock(&all_lock);
	n = find(name);
	if (n) {
		n->unlinked = true;
		drop(n);
	}
	mutex_unlock(&all_lock);
	return posix_int(n ? 0 : -ENOENT);
}
