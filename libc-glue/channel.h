/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A queue of bytes from one open file to another: what a pipe has one of, a pair of local sockets two.
 *
 *     writer (struct file) --channel_write()--> [ ....bytes.... ] --channel_read()--> reader (struct file)
 *
 * It knows both ends, so as to tell those who poll them, and goes with the last of them.
 */
#ifndef LIBC_GLUE_CHANNEL_H
#define LIBC_GLUE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "kernel/sync.h"

struct file;

#define CHANNEL_BYTES  16384 /* that wait at most */
#define CHANNEL_ATOMIC 4096  /* a write up to this is never torn; at least PIPE_BUF */

struct channel {
	struct mutex lock;
	struct cond changed;
	struct file *reader, *writer; /* not counted; NULL = closed */
	size_t start, used;
	char bytes[CHANNEL_BYTES];
};

/** A channel between two files that exist; NULL without memory. Owner: both ends, until channel_leave(). */
struct channel *channel_create(struct file *reader, struct file *writer);

/** An end closes; the second one frees the channel. Context: thread. */
void channel_leave(struct channel *c, bool writer);

/**
 * Take bytes, waiting for the first one unless told not to.
 *
 * Returns how many, 0 when there are none and no writer is left, -EAGAIN, -EINTR.
 * Context: thread. Source: POSIX, read(), "pipe or FIFO".
 */
ssize_t channel_read(struct channel *c, void *buf, size_t len, bool wait);

/**
 * Put bytes: all of them when it may wait. What is no longer than CHANNEL_ATOMIC goes whole or not at all.
 *
 * Returns how many, -EPIPE when no reader is left, -EAGAIN, -EINTR.
 * Context: thread. Source: POSIX, write(), "pipe or FIFO".
 */
ssize_t channel_write(struct channel *c, const void *buf, size_t len, bool wait);

/** POLLIN, POLLHUP for the reading end; POLLOUT, POLLERR for the writing one. */
unsigned channel_poll(struct channel *c, bool writer);

/** Bytes that wait. */
size_t channel_used(struct channel *c);

#endif
