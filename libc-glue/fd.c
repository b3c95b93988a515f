/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files and the descriptor table. Both are touched with pre-emption off, for a few instructions; a file's
 * operations run without, so they may sleep.
 */
#include "libc-glue/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/util.h"
#include "libc-glue/epoll.h"
#include "libc-glue/process.h"

#define FD_FIRST_SLOTS 16
#define FD_KEEP_LOWEST 3 /* 0, 1, 2 are reused at once: close(0); open() is an idiom */

/* --- open files ------------------------------------------------------------------------------------------- */

void file_init(struct file *f, const struct file_ops *ops, int flags)
{
	f->ops = ops;
	f->refs = 1;
	f->flags = flags;
	list_init(&f->waiters);
	list_init(&f->epolls);
}

struct file *file_get(struct file *f)
{
	__atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
	return f;
}

void file_put(struct file *f)
{
	if (__atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	epoll_forget(f);
	f->ops->close(f);
}

/* --- the table -------------------------------------------------------------------------------------------- */

void fd_table_init(struct fd_table *t)
{
	memset(t, 0, sizeof(*t));
	for (unsigned i = 0; i < FD_QUARANTINE; i++)
		t->quarantine[i] = -1;
}

static bool is_quarantined(const struct fd_table *t, unsigned fd)
{
	for (unsigned i = 0; i < FD_QUARANTINE; i++)
		if (t->quarantine[i] == (int)fd)
			return true;
	return false;
}

/* The free slot to use, or n_slots; quarantined ones only if nothing else is free. */
static unsigned find_free(const struct fd_table *t, unsigned min)
{
	unsigned reserve = t->n_slots;

	for (unsigned fd = min > t->lowest_free ? min : t->lowest_free; fd < t->n_slots;
		fd++) {
		if (t->slots[fd].file)
			continue;
		if (!is_quarantined(t, fd))
			return fd;
		if (reserve == t->n_slots)
			reserve = fd;
	}
	return t->n_slots < FD_MAX ? t->n_slots : reserve;
}

/* Make the table hold at least n_slots. */
static int table_grow(struct fd_table *t, unsigned n_slots)
{
	unsigned n = t->n_slots ? t->n_slots : FD_FIRST_SLOTS;
	struct fd_slot *slots;

	while (n < n_slots)
		n *= 2;
	if (n > FD_MAX)
		n = FD_MAX;
	slots = heap_realloc(kernel_heap, t->slots, n * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	memset(slots + t->n_slots, 0, (n - t->n_slots) * sizeof(*slots));
	t->slots = slots;
	t->n_slots = n;
	return 0;
}

static void slot_fill(struct fd_table *t, unsigned fd, struct file *f, bool close_on_exec)
{
	t->slots[fd] = (struct fd_slot){f, close_on_exec};
	t->n_open++;
	if (fd == t->lowest_free)
		t->lowest_free++;
}

static int table_install(
	struct fd_table *t, struct file *f, unsigned min, bool close_on_exec)
{
	unsigned fd = find_free(t, min);

	if (fd >= FD_MAX)
		return -EMFILE;
	if (fd < min)
		fd = min;
	if (fd >= t->n_slots) {
		int err = table_grow(t, fd + 1);

		if (err)
			return err;
	}
	slot_fill(t, fd, f, close_on_exec);
	return (int)fd;
}

/* Empty a slot; returns the file that was in it, with the table's reference. */
static struct file *slot_clear(struct fd_table *t, unsigned fd)
{
	struct file *f = t->slots[fd].file;

	if (file_locks_drop && f->ops->inode)
		file_locks_drop(t, f->ops->inode(f));
	t->slots[fd].file = NULL;
	t->n_open--;
	if (fd < t->lowest_free)
		t->lowest_free = fd;
	return f;
}

static bool is_open(const struct fd_table *t, int fd)
{
	return fd >= 0 && (unsigned)fd < t->n_slots && t->slots[fd].file;
}

int fd_install(struct file *f, int min, bool close_on_exec)
{
	int fd;

	if (min < 0 || min >= FD_MAX)
		return -EINVAL;
	preempt_disable();
	fd = table_install(&process_self()->fds, f, (unsigned)min, close_on_exec);
	preempt_enable();
	return fd;
}

struct file *fd_get(int fd)
{
	const struct fd_table *t = &process_self()->fds;
	struct file *f = NULL;

	preempt_disable();
	if (is_open(t, fd))
		f = file_get(t->slots[fd].file);
	preempt_enable();
	return f;
}

unsigned fd_count(void)
{
	return process_self()->fds.n_open;
}

int fd_close(int fd)
{
	struct fd_table *t = &process_self()->fds;
	struct file *f = NULL;

	preempt_disable();
	if (is_open(t, fd)) {
		f = slot_clear(t, (unsigned)fd);
		if (fd >= FD_KEEP_LOWEST)
			t->quarantine[t->quarantine_next++ % FD_QUARANTINE] = fd;
	}
	preempt_enable();
	if (!f)
		return -EBADF;
	file_put(f);
	return 0;
}

int fd_table_copy(struct fd_table *to, const struct fd_table *from)
{
	int err = 0;

	fd_table_init(to);
	preempt_disable();
	if (from->n_slots)
		err = table_grow(to, from->n_slots);
	for (unsigned fd = 0; fd < from->n_slots && !err; fd++)
		if (from->slots[fd].file)
			slot_fill(to, fd, file_get(from->slots[fd].file),
				from->slots[fd].close_on_exec);
	preempt_enable();
	return err;
}

void fd_table_exec(struct fd_table *t)
{
	for (unsigned fd = 0; fd < t->n_slots; fd++)
		if (t->slots[fd].file && t->slots[fd].close_on_exec)
			file_put(slot_clear(t, fd));
}

void fd_table_destroy(struct fd_table *t)
{
	for (unsigned fd = 0; fd < t->n_slots; fd++)
		if (t->slots[fd].file)
			file_put(slot_clear(t, fd));
	kfree(t->slots);
	fd_table_init(t);
}

int fd_dup(int fd, int min, bool close_on_exec)
{
	struct file *f = fd_get(fd);
	int new_fd;

	if (!f)
		return -EBADF;
	new_fd = fd_install(f, min, close_on_exec);
	if (new_fd < 0)
		file_put(f);
	return new_fd;
}

int fd_dup2(int fd, int new_fd, bool close_on_exec)
{
	struct fd_table *t = &process_self()->fds;
	struct file *f = fd_get(fd), *old = NULL;
	int err = 0;

	if (!f)
		return -EBADF;
	if (new_fd < 0 || new_fd >= FD_MAX || fd == new_fd) {
		file_put(f);
		return fd == new_fd ? fd : -EBADF;
	}
	preempt_disable();
	if (is_open(t, new_fd))
		old = slot_clear(t, (unsigned)new_fd);
	else if ((unsigned)new_fd >= t->n_slots)
		err = table_grow(t, (unsigned)new_fd + 1);
	if (!err)
		slot_fill(t, (unsigned)new_fd, f, close_on_exec);
	preempt_enable();
	if (old)
		file_put(old);
	if (err)
		file_put(f);
	return err ? err : new_fd;
}

int fd_flags(int fd, bool set, long value)
{
	struct fd_table *t = &process_self()->fds;
	int result = 0;

	preempt_disable();
	if (!is_open(t, fd))
		result = -EBADF;
	else if (set)
		t->slots[fd].close_on_exec = value & FD_CLOEXEC;
	else
		result = t->slots[fd].close_on_exec ? FD_CLOEXEC : 0;
	preempt_enable();
	return result;
}
