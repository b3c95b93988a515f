/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for any of many files. Whoever changes an open file (a lwIP callback, an upcall) calls file_notify();
 * that runs the wake function of everyone who watches it. Nobody ever polls in a loop.
 *
 *     file_notify(socket, POLLIN) --> poll_waiter of a poll() call   --> wakes its thread, which looks at all its files
 *                                 --> poll_waiter of an epoll item   --> puts the item on the ready list, wakes
 */
#ifndef LIBC_GLUE_POLL_H
#define LIBC_GLUE_POLL_H

#include <poll.h>
#include <stdint.h>
#include <sys/select.h>

#include "libc-glue/fd.h"

#ifndef POLLRDHUP /* the host's libc shows it to some only */
#define POLLRDHUP 0x2000
#endif

/* Conditions that are always reported, asked for or not. */
#define POLL_ALWAYS ((unsigned)(POLLERR | POLLHUP | POLLNVAL))

struct poll_waiter {
	struct list link; /* in file.waiters */
	/* Events off, perhaps in an upcall: mark and wake only. */
	void (*wake)(struct poll_waiter *w, unsigned events);
};

void file_watch(struct file *f, struct poll_waiter *w);
void file_unwatch(struct poll_waiter *w);

/** Something about f may have become true (POLLIN, POLLOUT, POLLERR, POLLHUP...). Context: any. */
void file_notify(struct file *f, unsigned events);

/** What is true of f now. Context: thread. */
unsigned file_poll(struct file *f);

/**
 * poll(2) with a deadline.
 *
 * @fds   revents is filled in; a negative fd is passed over, one that is not open gives POLLNVAL
 * Returns how many have revents, 0 at the deadline, or -EINVAL, -ENOMEM, -EINTR.
 */
int poll_wait(struct pollfd *fds, nfds_t n, uint64_t deadline_ns);

/** select(2) with a deadline; sets may be NULL. Returns the number of bits left, 0, -EBADF, -EINVAL, -ENOMEM or -EINTR. */
int poll_select(int n, fd_set *read, fd_set *write, fd_set *except, uint64_t deadline_ns);

#endif
