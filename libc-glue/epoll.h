/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * epoll: a set of watched files and the list of those that something happened to, so that a server with thousands
 * of idle connections looks only at the few that are ready.
 */
#ifndef LIBC_GLUE_EPOLL_H
#define LIBC_GLUE_EPOLL_H

#include <stdint.h>
#include <sys/epoll.h>

struct file;

/** Create an empty set; returns its descriptor or -errno. @flags 0 or EPOLL_CLOEXEC. */
int epoll_open(int flags);

/** epoll_ctl(2). Returns 0, -EBADF, -EEXIST, -ENOENT, -EINVAL (not an epoll, or an epoll in an epoll), -ENOMEM. */
int epoll_change(int epfd, int operation, int fd, const struct epoll_event *event);

/** epoll_wait(2) with a deadline. Returns the number of events stored, 0 at the deadline, -EBADF or -EINVAL. */
int epoll_collect(int epfd, struct epoll_event *events, int max, uint64_t deadline_ns);

/** The file is closing: take it out of every set. Context: thread. */
void epoll_forget(struct file *f);

#endif
