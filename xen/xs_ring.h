/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private to xenstore: messages over the ring (xs_ring.c), the requests made of them
 * (xs_request.c), and watch events (xs_watch.c).
 */
#ifndef XEN_XS_RING_H
#define XEN_XS_RING_H

#include <errno.h> /* before xs_wire.h, which then defines its table of error names */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

#include "kernel/list.h"
#include "kernel/sync.h"
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

/* --- the ring: xs_ring.c ------------------------------------------------ */

/** Guards the ring and the requests; held for short work only. */
extern struct mutex xs_lock;

/**
 * Queue a message of these parts to go out.
 *
 * @id  set to the request id that its reply will carry
 * Returns 0; -ENODEV without XenStore, -EIO when the connection is broken, -E2BIG, -ENOMEM.
 * Context: thread, xs_lock held.
 */
int xs_ring_queue(uint32_t type, xs_transaction t, const struct xs_part *parts, size_t n,
	uint32_t *id);

/** Take a message back, unless it has begun to go out. Context: thread, xs_lock held. */
void xs_ring_unqueue(uint32_t id);

/**
 * Work the ring until done(arg) says true or the deadline; done() must be cheap.
 * Returns 0 or -ETIMEDOUT. Context: thread, sleeps.
 */
int xs_ring_work(bool (*done)(void *arg), void *arg, uint64_t deadline_ns);

/** Wake the threads that work the ring, to look at their done() again. Context: any. */
void xs_ring_wake(void);

/** Bind the ring of boot_info. Returns 0, -ENODEV without one, or -errno. */
int xs_ring_start(void);

/* --- what the ring tells the requests: xs_request.c, xs_lock held ------- */

/** A reply arrived: takes the message over. */
void xs_request_reply(struct xs_message *m);

/** A reply was lost for want of memory. */
void xs_request_lost(uint32_t id);

/** The connection is broken: nobody gets a reply any more. */
void xs_request_fail_all(int result);

/* --- what it tells the watches: xs_watch.c, xs_lock held ---------------- */

/** An event arrived: takes the message over. */
void xs_watch_event(struct xs_message *m);

/** An event was lost for want of memory. */
void xs_watch_lost(void);

/** xenstored has forgotten our watches: set them again. */
void xs_watch_renew(void);

/** Start the thread that delivers watch events. Returns 0 or -ENOMEM. */
int xs_watch_start(void);

#endif
