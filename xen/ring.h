/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared rings: the arithmetic of free-running indices and the rules of when to notify,
 * in one place.
 *
 * A ring page holds four indices that both sides write, then a power of two of slots. An
 * index runs freely from 0 to 2^32-1 and wraps; slot = index & (n_slots - 1); two indices
 * are compared by difference only.
 *
 *      rsp_cons        rsp_prod            req_cons        req_prod
 *  ------+---------------+-------------------+---------------+--------->
 *        | responses for |   at work in the  | requests that |
 *        | us to consume |   back end        | it has to see |
 *
 * We are always the front end: we own req_prod and rsp_event, the back end owns rsp_prod
 * and req_event. The page is shared, so every field is read once, into a local, and then
 * checked.
 * Source: public/io/ring.h.
 */
#ifndef XEN_RING_H
#define XEN_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/barrier.h"
#include "kernel/util.h"

/* The head of a ring page, bytes 0..63. Comments: who writes the field. */
struct ring_shared {
	uint32_t req_prod;  /* front end */
	uint32_t req_event; /* back end: notify me when req_prod reaches this */
	uint32_t rsp_prod;  /* back end */
	uint32_t rsp_event; /* front end: notify me when rsp_prod reaches this */
	uint8_t pad[48];
	uint8_t slots[];
};
_Static_assert(sizeof(struct ring_shared) == 64, "public/io/ring.h: 16 + 48 bytes");

/* Our private side of one ring. */
struct ring {
	struct ring_shared *shared;
	uint32_t n_slots;       /* power of two */
	uint32_t slot_bytes;    /* the larger of request and response */
	uint32_t req_prod;      /* requests written, published or not */
	uint32_t req_published; /* what shared->req_prod holds */
	uint32_t rsp_cons;      /* responses consumed */
};

/**
 * Start with a fresh, zeroed ring page. n_slots is the largest power of two that fits.
 * Context: any.
 */
static inline void ring_init(
	struct ring *r, void *page, uint32_t page_bytes, uint32_t slot_bytes)
{
	uint32_t fit = (page_bytes - (uint32_t)sizeof(struct ring_shared)) / slot_bytes;
	uint32_t n = 1;

	while (n * 2 <= fit)
		n *= 2;
	*r = (struct ring){.shared = page, .n_slots = n, .slot_bytes = slot_bytes};
	r->shared->req_event = 1;
	r->shared->rsp_event = 1;
}

/**
 * Slots that can take a new request: those that are neither a request under way nor an
 * unread response.
 */
static inline uint32_t ring_free_slots(const struct ring *r)
{
	return r->n_slots - (r->req_prod - r->rsp_cons);
}

/** Requests sent or written whose response has not been consumed. */
static inline uint32_t ring_outstanding(const struct ring *r)
{
	return r->req_prod - r->rsp_cons;
}

/**
 * The shared slot of an index: fill in a request there, or copy a response out of it
 * (once).
 */
static inline void *ring_slot(const struct ring *r, uint32_t index)
{
	return r->shared->slots + (size_t)(index & (r->n_slots - 1)) * r->slot_bytes;
}

/** The slot of the next request; the caller has seen that one is free. */
static inline void *ring_next_request(struct ring *r)
{
	return ring_slot(r, r->req_prod++);
}

/**
 * Publish the requests written since last time.
 *
 * Returns true when the back end asked to be notified: send the event.
 */
static inline bool ring_publish(struct ring *r)
{
	uint32_t old = r->req_published, new = r->req_prod;

	arch_wmb(); /* requests before the index that shows them to the back end */
	WRITE_ONCE(r->shared->req_prod, new);
	r->req_published = new;
	/* Our index before its wish: it writes req_event, then looks at req_prod. */
	arch_mb();
	return new - READ_ONCE(r->shared->req_event) < new - old;
}

/**
 * How many responses wait to be consumed.
 *
 * Returns 0 .. n_slots, or -1 when the back end's index cannot be: it claims more
 * responses than requests were made, or went backwards. The device is broken then.
 */
static inline int ring_responses(const struct ring *r)
{
	uint32_t n = READ_ONCE(r->shared->rsp_prod) - r->rsp_cons;

	if (n > r->req_published - r->rsp_cons)
		return -1;
	arch_rmb(); /* the index before the responses that it covers */
	return (int)n;
}

/**
 * Ask for an event after @more further responses, then look once more.
 *
 * @more  1 .. outstanding: how many responses may gather before the event
 * Returns true when responses arrived meanwhile: do not sleep, consume them first.
 */
static inline bool ring_sleep_check(struct ring *r, uint32_t more)
{
	WRITE_ONCE(r->shared->rsp_event, r->rsp_cons + more);
	/* Our wish before the last look: it writes rsp_prod, then looks at rsp_event. */
	arch_mb();
	return READ_ONCE(r->shared->rsp_prod) - r->rsp_cons >= more;
}

#endif
