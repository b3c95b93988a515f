/* SPDX-License-Identifier: BSD-2-Clause */
/* One list of all locks, touched with events off. A lock lives no longer than its owner has the file open. */
#define _GNU_SOURCE
#include "libc-glue/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/list.h"
#include "kernel/sync.h"
#include "libc-glue/process.h"
#include "libc-glue/vfs.h"

struct file_lock {
	struct list link;
	const struct inode *inode;
	const void *owner;
	int pid;  /* of the process that owns it; FLOCK_PID = an open file does */
	int type; /* F_RDLCK or F_WRLCK */
	struct file_range range;
};

#define FLOCK_PID (-1)

static struct list locks = LIST_INIT(locks);
static struct waitq released = WAITQ_INIT(released); /* a lock ended or shrank */

static bool overlap(const struct file_lock *l, struct file_range r)
{
	return l->range.first <= r.last && r.first <= l->range.last;
}

static int pid_of_owner(const void *owner)
{
	const struct process *p = process_self();

	return owner == &p->fds ? p->pid : FLOCK_PID;
}

/* Somebody else's lock of the same kind in the way; events off. */
static struct file_lock *find_conflict(
	const struct inode *i, const void *owner, int type, struct file_range r)
{
	bool is_flock = pid_of_owner(owner) == FLOCK_PID;

	for (struct list *e = locks.next; e != &locks; e = e->next) {
		struct file_lock *l = list_entry(e, struct file_lock, link);

		if (l->inode == i && l->owner != owner &&
			(l->pid == FLOCK_PID) == is_flock && overlap(l, r) &&
			(type == F_WRLCK || l->type == F_WRLCK))
			return l;
	}
	return NULL;
}

static void lock_free(struct file_lock *l)
{
	list_remove(&l->link);
	kfree(l);
}

/* Take a range out of the owner's locks; *spare is used when one falls into two. Events off. */
static void carve_out(const struct inode *i, const void *owner, struct file_range r,
	struct file_lock **spare)
{
	for (struct list *e = locks.next, *next; e != &locks; e = next) {
		struct file_lock *l = list_entry(e, struct file_lock, link);

		next = e->next;
		if (l->inode != i || l->owner != owner || !overlap(l, r))
			continue;
		if (l->range.first < r.first && l->range.last > r.last) {
			struct file_lock *rest = *spare;

			*spare = NULL;
			*rest = *l;
			rest->range.first = r.last + 1;
			l->range.last = r.first - 1;
			list_append(&locks, &rest->link);
		} else if (l->range.first < r.first) {
			l->range.last = r.first - 1;
		} else if (l->range.last > r.last) {
			l->range.first = r.last + 1;
		} else {
			lock_free(l);
		}
	}
	waitq_wake_all(&released);
}

int file_lock_set(
	struct inode *i, const void *owner, int type, struct file_range range, bool wait)
{
	struct file_lock *made = kmalloc(sizeof(*made)), *spare = kmalloc(sizeof(*spare));
	unsigned long flags;
	int err = made && spare ? 0 : -ENOLCK;

	flags = irq_save();
	while (!err && type != F_UNLCK && find_conflict(i, owner, type, range))
		err = wait ? waitq_sleep(&released, TIME_FOREVER) : -EAGAIN;
	if (!err) {
		carve_out(i, owner, range, &spare);
		if (type != F_UNLCK) {
			*made = (struct file_lock){.inode = i,
				.owner = owner,
				.pid = pid_of_owner(owner),
				.type = type,
				.range = range};
			list_append(&locks, &made->link);
			made = NULL;
		}
	}
	irq_restore(flags);
	kfree(made);
	kfree(spare);
	return err;
}

void file_locks_drop(const void *owner, const struct inode *i)
{
	unsigned long flags;

	if (!i || list_empty(&locks))
		return;
	flags = irq_save();
	carve_out(i, owner, (struct file_range){0, UINT64_MAX}, NULL);
	irq_restore(flags);
}

/* --- as the calls have it ---------------------------------------------------------------------------------------- */

/* The bytes that a struct flock or lockf() means, from a position on; a negative length lies before it. */
static int range_from(int64_t base, int64_t start, int64_t len, struct file_range *r)
{
	int64_t first, end;

	if (__builtin_add_overflow(base, start, &first) ||
		__builtin_add_overflow(first, len, &end))
		return -EOVERFLOW;
	if (len < 0) {
		int64_t swap = first;

		first = end;
		end = swap;
	}
	if (first < 0)
		return -EINVAL;
	r->first = (uint64_t)first;
	r->last = len == 0 ? UINT64_MAX : (uint64_t)end - 1;
	return 0;
}

static int range_of(struct file *f, const struct flock *l, struct file_range *r)
{
	struct inode *i = file_inode(f);
	int64_t base = 0;

	if (l->l_whence == SEEK_CUR)
		base = f->ops->seek(f, 0, SEEK_CUR);
	else if (l->l_whence == SEEK_END)
		base = (int64_t)inode_size(i);
	else if (l->l_whence != SEEK_SET)
		return -EINVAL;
	return range_from(base, l->l_start, l->l_len, r);
}

/* What stands in the way, described; F_UNLCK if nothing does. */
static void describe_conflict(
	const struct inode *i, const void *owner, struct file_range r, struct flock *l)
{
	const struct file_lock *c;
	unsigned long flags = irq_save();

	c = find_conflict(i, owner, l->l_type, r);
	if (c) {
		l->l_type = (short)c->type;
		l->l_whence = SEEK_SET;
		l->l_start = (long)c->range.first;
		l->l_len = c->range.last == UINT64_MAX
				   ? 0
				   : (long)(c->range.last - c->range.first + 1);
		l->l_pid = (short)c->pid;
	} else {
		l->l_type = F_UNLCK;
	}
	irq_restore(flags);
}

int file_lock_fcntl(struct file *f, int command, void *lock)
{
	struct flock *l = lock;
	struct inode *i = file_inode(f);
	const void *owner = &process_self()->fds;
	int mode = f->flags & O_ACCMODE;
	struct file_range r;
	int err;

	if (!i || !f->ops->seek)
		return -EINVAL;
	if (l->l_type != F_RDLCK && l->l_type != F_WRLCK && l->l_type != F_UNLCK)
		return -EINVAL;
	err = range_of(f, l, &r);
	if (err)
		return err;
	if (command == F_GETLK) {
		describe_conflict(i, owner, r, l);
		return 0;
	}
	if ((l->l_type == F_RDLCK && mode == O_WRONLY) ||
		(l->l_type == F_WRLCK && mode == O_RDONLY))
		return -EBADF;
	return file_lock_set(i, owner, l->l_type, r, command == F_SETLKW);
}

int file_lock_whole(int fd, int operation)
{
	struct file *f = fd_get(fd);
	struct inode *i = f ? file_inode(f) : NULL;
	int kind = operation & ~LOCK_NB;
	int type = kind == LOCK_SH ? F_RDLCK : kind == LOCK_EX ? F_WRLCK : F_UNLCK;
	int err = 0;

	if (!f)
		return -EBADF;
	if (!i || (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN))
		err = -EINVAL;
	else
		err = file_lock_set(i, f, type, (struct file_range){0, UINT64_MAX},
			!(operation & LOCK_NB));
	file_put(f);
	return err;
}

int file_lock_section(int fd, int command, off_t len)
{
	struct file *f = fd_get(fd);
	struct flock l = {.l_type = command == F_ULOCK ? F_UNLCK : F_WRLCK,
		.l_whence = SEEK_CUR,
		.l_len = (long)len};
	int err;

	if (!f)
		return -EBADF;
	if (command == F_TEST) {
		err = file_lock_fcntl(f, F_GETLK, &l);
		if (!err && l.l_type != F_UNLCK)
			err = -EACCES;
	} else if (command == F_LOCK || command == F_TLOCK || command == F_ULOCK) {
		err = file_lock_fcntl(f, command == F_LOCK ? F_SETLKW : F_SETLK, &l);
	} else {
		err = -EINVAL;
	}
	file_put(f);
	return err;
}
