/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors: small numbers of a process that stand for counted open-file objects.
 *
 *     process            struct file (counted)          what it belongs to
 *     [0] ----+------->  console      ---- ops ---->    xen/console.h
 *     [1] ----+
 *     [2] ----+
 *     [3] ------------>  regular file ---- ops ---->    inode of a mounted file system (vfs.h)
 *     [4] ------------>  socket       ---- ops ---->    lwIP (socket.h)
 *
 * A call takes a reference for as long as it runs, so closing a descriptor under a sleeping reader is safe: the
 * object goes away with the last reference. All functions return 0 or more, or -errno; posix_*.c turns that
 * into errno.
 */
#ifndef LIBC_GLUE_FD_H
#define LIBC_GLUE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/list.h"

struct file;
struct iovec;
struct stat;
struct inode;

/* What an open file can do. A missing operation means the errno given here. */
struct file_ops {
	const char *kind;                                              /* for reports */
	ssize_t (*read)(struct file *f, void *buf, size_t len);        /* EINVAL */
	ssize_t (*write)(struct file *f, const void *buf, size_t len); /* EINVAL */
	ssize_t (*readv)(
		struct file *f, const struct iovec *iov, int n); /* read() in turn */
	ssize_t (*writev)(
		struct file *f, const struct iovec *iov, int n); /* write() in turn */
	ssize_t (*pread)(struct file *f, void *buf, size_t len, off_t at); /* ESPIPE */
	ssize_t (*pwrite)(
		struct file *f, const void *buf, size_t len, off_t at); /* ESPIPE */
	off_t (*seek)(struct file *f, off_t offset, int whence);        /* ESPIPE */
	int (*stat)(struct file *f, struct stat *st); /* a character device */
	int (*ioctl)(struct file *f, unsigned long request, void *arg); /* ENOTTY */
	unsigned (*poll)(
		struct file *f); /* POLLIN | POLLOUT... now; missing = always both */
	struct inode *(*inode)(
		struct file *f);       /* not counted; missing = no file system object */
	void (*close)(struct file *f); /* the last reference is gone: free it */
};

/* An open file; the head of what each kind needs. */
struct file {
	const struct file_ops *ops;
	unsigned refs;
	int flags;           /* O_ACCMODE, O_NONBLOCK, O_APPEND */
	struct list waiters; /* struct poll_waiter: told of every change (poll.h) */
	struct list epolls;  /* struct epoll_item: forgotten when the file closes */
};

/** Prepare the head with one reference, the caller's. */
void file_init(struct file *f, const struct file_ops *ops, int flags);

/** One more reference; returns f. Context: any thread. */
struct file *file_get(struct file *f);

/** One reference less; the last one closes. Context: thread, may sleep. */
void file_put(struct file *f);

/* --- locks on files (file_lock.c) -------------------------------------------------------------------------- */

/*
 * Weak: images without that source have no locks. Owners are a process's table of descriptors for fcntl() and
 * lockf(), an open file for flock().
 */

/** Drop what an owner has locked of an inode: it closed one of its descriptors, or the file. Context: any thread. */
void file_locks_drop(const void *owner, const struct inode *i) __attribute__((weak));

/** F_GETLK, F_SETLK and F_SETLKW of fcntl(); @lock is its struct flock. Returns 0 or -errno. */
int file_lock_fcntl(struct file *f, int command, void *lock) __attribute__((weak));

/* --- the table ------------------------------------------------------------------------------------------- */

#define FD_MAX     65536 /* descriptors per process */
#define FD_IOV_MAX 1024  /* pieces of one readv() or writev() */
#define FD_QUARANTINE                                                                    \
	4 /* numbers freed last, not given out again while others are free */

struct fd_slot {
	struct file *file;
	bool close_on_exec;
};

struct fd_table {
	struct fd_slot *slots;
	unsigned n_slots, n_open;
	unsigned lowest_free; /* no number below is free */
	int quarantine[FD_QUARANTINE];
	unsigned quarantine_next;
};

void fd_table_init(struct fd_table *t);

/**
 * Give an empty table copies of all descriptors of another, which share the open files.
 * Returns 0 or -ENOMEM. Context: thread.
 */
int fd_table_copy(struct fd_table *to, const struct fd_table *from);

/** Close what closes on exec. Context: thread, may sleep. */
void fd_table_exec(struct fd_table *t);

/** Close every descriptor and free the table. Context: thread, may sleep. */
void fd_table_destroy(struct fd_table *t);

/**
 * Give a file the lowest free number >= min, passing over those freed last: a program that closes a number twice
 * then hits nothing.
 *
 * Returns the descriptor (the table takes over the caller's reference), -EMFILE or -ENOMEM (it does not).
 */
int fd_install(struct file *f, int min, bool close_on_exec);

/** The file behind a descriptor with a reference for the caller, or NULL. */
struct file *fd_get(int fd);

/** Open descriptors of the calling process, for reports and leak checks. */
unsigned fd_count(void);

/* --- calls on descriptors ---------------------------------------------------------------------------------- */

int fd_close(int fd);
int fd_dup(int fd, int min, bool close_on_exec);
/** Make new_fd a second number for fd, closing what it was. Equal numbers are left alone. */
int fd_dup2(int fd, int new_fd, bool close_on_exec);

/** FD_CLOEXEC of the number, read or set: F_GETFD and F_SETFD. Returns the flags, 0 or -EBADF. */
int fd_flags(int fd, bool set, long value);

ssize_t fd_read(int fd, void *buf, size_t len);
ssize_t fd_write(int fd, const void *buf, size_t len);
ssize_t fd_readv(int fd, const struct iovec *iov, int n);
ssize_t fd_writev(int fd, const struct iovec *iov, int n);
ssize_t fd_pread(int fd, void *buf, size_t len, off_t at);
ssize_t fd_pwrite(int fd, const void *buf, size_t len, off_t at);
off_t fd_seek(int fd, off_t offset, int whence);
int fd_stat(int fd, struct stat *st);
int fd_ioctl(int fd, unsigned long request, void *arg);
int fd_fcntl(int fd, int command, long arg);
/** 1 for the console and every terminal, else -ENOTTY, -EBADF. */
int fd_isatty(int fd);

#endif
