/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to xenstore: messages over the ring (xs_ring.c), the requests made of them, and
 * watch events (xs_watch.c).
 */
#ifndef XEN_XS_RING_H
#define XEN_XS_RING_H

#include <errno.h> /* before xs_wire.h, which then defines its table of error names */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

#include "kernel/list.h"
#include "xen/xenstore.h"

/* A message that has arrived whole: one heap block. */
struct xs_message {
	struct list link;
	struct xsd_sockmsg head;
	char body[]; /* head.len bytes, then a NUL of ours */
};

/* A piece of a request's body. */
struct xs_part {
	const void *data;
	size_t len_bytes;
};

extern struct xenstore_stats xs_stats;

/**
 * Send a request and wait for its reply.
 *
 * @type, t    XS_READ...; the transaction or XS_NO_TRANSACTION
 * @parts      the body, 4096 bytes at most in all
 * @reply      set to the reply when the result is 0; the caller frees it with kfree()
 * Returns 0; -errno as xenstored replied; -E2BIG, -ENOMEM, -ETIMEDOUT; -EIO when the
 * connection is broken or the reply is of the wrong type; -ENODEV when the domain has no
 * XenStore.
 * Context: thread, sleeps at most XENSTORE_TIMEOUT_MS.
 */
int xs_request(uint32_t type, xs_transaction t, const struct xs_part *parts, size_t n,
	struct xs_message **reply);

/**
 * Work the ring until done(arg) says true or the deadline; done() must be cheap.
 * Returns 0 or -ETIMEDOUT. Context: thread, sleeps.
 */
int xs_ring_work(bool (*done)(void *arg), void *arg, uint64_t deadline_ns);

/** Wake the threads that work the ring, to look at their done() again. Context: any. */
void xs_ring_wake(void);

/** Bind the ring of boot_info. Returns 0, -ENODEV without one, or -errno. */
int xs_ring_start(void);

/* What the ring tells the watches, in whichever thread works the ring. */

/** An event arrived: takes the message over. */
void xs_watch_event(struct xs_message *m);

/** An event was lost for want of memory. */
void xs_watch_lost(void);

/** xenstored has forgotten our watches: set them again. */
void xs_watch_renew(void);

/** Start the thread that delivers watch events. Returns 0 or -ENOMEM. */
int xs_watch_start(void);

#endif
