/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront, the way in: pages lent to the back end come back with packets in them.
 *
 *    pool --- fill: grant, request ---> posted --- response: check, end grant ---> packet
 *     ^                                                                              |
 *     +------- netfront_rx_page_free() <--- client (lwIP, a socket) <----------------+
 *
 * A page reaches the client only after its grant has been taken back: the back end cannot
 * change what we have looked at. Each response is copied out of the ring once and every
 * field of the copy is checked.
 * Source: public/io/netif.h.
 */
#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/page.h"
#include "net/limits.h"
#include "net/netfront_private.h"
#include "xen/grant.h"

#define LOG_MODULE "netfront"
#include "kernel/log.h"

_Static_assert(sizeof(struct netif_rx_request) == 8, "public/io/netif.h");
_Static_assert(sizeof(struct netif_rx_response) == 8, "public/io/netif.h");
_Static_assert(sizeof(struct netif_extra_info) == 8, "public/io/netif.h");

#define RX_SLOT_BYTES 8u
#define RX_TARGET_MIN 32u

/* --- the pool ----------------------------------------------------------------------- */

static void pool_push(struct netfront_rx_side *rx, void *page)
{
	*(void **)page = rx->pool;
	rx->pool = page;
	rx->pool_pages++;
}

static void *pool_pop(struct netfront_rx_side *rx)
{
	void *page = rx->pool;

	if (!page)
		return NULL;
	rx->pool = *(void **)page;
	*(void **)page = NULL; /* our addresses are none of the peer's business */
	rx->pool_pages--;
	return page;
}

static unsigned posted(const struct netfront_rx_side *rx)
{
	return NETFRONT_RING_SLOTS - rx->n_free;
}

/*
 * A page to lend: a used one, or a new one within the limit. New ones are zeroed: the
 * peer will read them.
 */
static void *take_page(struct netfront_rx_side *rx)
{
	void *page = pool_pop(rx);

	if (page || posted(rx) + rx->pages_up >= rx->pages_max)
		return page;
	return page_alloc_zeroed(1);
}

void netfront_rx_pool_free(struct netfront *nf)
{
	void *page;

	while ((page = pool_pop(&nf->rx)))
		page_free(page, 1);
}

void netfront_rx_page_free(struct netfront *nf, void *page)
{
	struct netfront_rx_side *rx = &nf->rx;

	assert(rx->pages_up > 0);
	rx->pages_up--;
	if (nf->rings && posted(rx) + rx->pool_pages < rx->target)
		pool_push(rx, page);
	else
		page_free(page, 1);
	if (!nf->dev && rx->pages_up == 0)
		netfront_destroy(nf);
}

unsigned netfront_rx_pages_up(const struct netfront *nf)
{
	return nf->rx.pages_up;
}

/* --- lending pages ------------------------------------------------------------------ */

/*
 * Grant one page and write its request. Returns false when pages or grants are used up.
 */
static bool post_page(struct netfront *nf)
{
	struct netfront_rx_side *rx = &nf->rx;
	struct netif_rx_request req = {0};
	void *page = take_page(rx);
	int ref;

	if (!page)
		return false;
	ref = grant_access(nf->peer, ptr_to_mfn(page), GRANT_RW);
	if (ref < 0) {
		pool_push(rx, page);
		return false;
	}
	req.id = rx->free_id[--rx->n_free];
	req.gref = (uint32_t)ref;
	rx->slot[req.id] = (struct rx_slot){page, (uint32_t)ref};
	rx->posted_id[rx->ring.req_prod & (NETFRONT_RING_SLOTS - 1)] = req.id;
	memcpy(ring_next_request(&rx->ring), &req, sizeof req);
	return true;
}

/** Post pages up to the target; they show at the next flush. */
void netfront_rx_fill(struct netfront *nf)
{
	struct netfront_rx_side *rx = &nf->rx;

	while (posted(rx) < rx->target && ring_free_slots(&rx->ring) > 0)
		if (!post_page(nf))
			break;
}

/*
 * Take a posted page back from the peer. Returns NULL when it still writes to it: the
 * page is quarantined.
 */
static void *unpost_page(struct netfront_rx_side *rx, unsigned id)
{
	struct rx_slot s = rx->slot[id];

	rx->slot[id].page = NULL;
	rx->free_id[rx->n_free++] = (uint16_t)id;
	if (grant_end(s.ref) == 0)
		return s.page;
	grant_quarantine(s.ref, s.page);
	return NULL;
}

/* --- responses into packets --------------------------------------------------------- */

static void packet_reset(struct netfront_rx_side *rx)
{
	rx->packet.n_pages = 0;
	rx->packet.len = 0;
	rx->packet.gso_size = 0;
	rx->slots = rx->extras = 0;
	rx->bad = rx->expect_extra = false;
}

static void packet_drop(struct netfront_rx_side *rx)
{
	for (unsigned i = 0; i < rx->packet.n_pages; i++)
		pool_push(rx, rx->packet.page[i].page);
	packet_reset(rx);
}

static void packet_finish(struct netfront *nf)
{
	struct netfront_rx_side *rx = &nf->rx;

	if (rx->bad) {
		nf->stats.rx_bad++;
		packet_drop(rx);
		return;
	}
	rx->packet.csum_validated =
		rx->first_flags & (NETRXF_data_validated | NETRXF_csum_blank);
	nf->stats.rx_packets++;
	nf->stats.rx_bytes += rx->packet.len;
	rx->pages_up += rx->packet.n_pages;
	netfront_client->receive(nf, &rx->packet);
	packet_reset(rx);
}

/*
 * An extra: eight bytes in the place of a response. It has used up the request that lay
 * in its slot.
 */
static const char *take_extra(
	struct netfront_rx_side *rx, uint32_t index, const struct netif_extra_info *e)
{
	unsigned id = rx->posted_id[index & (NETFRONT_RING_SLOTS - 1)];
	void *page;

	if (!rx->slot[id].page)
		return "an extra in the place of no request";
	page = unpost_page(rx, id);
	if (page)
		pool_push(rx, page);
	if (e->type == XEN_NETIF_EXTRA_TYPE_NONE || e->type >= XEN_NETIF_EXTRA_TYPE_MAX)
		return "an extra of unknown type";
	if (++rx->extras > NETFRONT_MAX_EXTRAS)
		return "too many extras";
	if (e->type == XEN_NETIF_EXTRA_TYPE_GSO) {
		if (e->u.gso.size == 0 ||
			(e->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV4 &&
				e->u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6))
			return "a segmentation extra that makes no sense";
		rx->packet.gso_size = e->u.gso.size;
	}
	rx->expect_extra = e->flags & XEN_NETIF_EXTRA_FLAG_MORE;
	return NULL;
}

/* One page of a packet. Returns what is wrong with the response, or NULL. */
static const char *take_page_response(
	struct netfront_rx_side *rx, const struct netif_rx_response *rsp)
{
	int len = rsp->status;
	void *page;

	if (rsp->id >= NETFRONT_RING_SLOTS || !rx->slot[rsp->id].page)
		return "a response to no request";
	if (len < NETIF_RSP_DROPPED)
		return "a response of unknown status";
	if (len > 0 &&
		(rsp->offset >= PAGE_SIZE || (unsigned)len > PAGE_SIZE - rsp->offset))
		return "a response past the end of its page";
	if (++rx->slots > NETFRONT_MAX_SLOTS)
		return "a packet of too many slots";
	if (rx->slots > 1 && (rsp->flags & NETRXF_extra_info))
		return "an extra in the middle of a packet";
	if (rx->packet.len + (unsigned)(len > 0 ? len : 0) > NETFRONT_MAX_PACKET)
		return "a packet of too many bytes";
	page = unpost_page(rx, rsp->id);
	if (rx->slots == 1)
		rx->first_flags = rsp->flags;
	rx->expect_extra = rsp->flags & NETRXF_extra_info;
	if (!page || len <= 0) { /* the peer said that it failed, or has not let go */
		if (page)
			pool_push(rx, page);
		rx->bad = true;
		return NULL;
	}
	rx->packet.page[rx->packet.n_pages++] =
		(struct netfront_rx_page){page, rsp->offset, (uint16_t)len};
	rx->packet.len += (unsigned)len;
	return NULL;
}

/* Consume one response. Returns false when the device is broken. */
static bool take_response(struct netfront *nf)
{
	struct netfront_rx_side *rx = &nf->rx;
	uint32_t index = rx->ring.rsp_cons;
	union {
		struct netif_rx_response rsp;
		struct netif_extra_info extra;
	} copy;
	const char *wrong;

	memcpy(&copy, ring_slot(&rx->ring, index), sizeof copy);
	arch_compiler_barrier(); /* from here on only the copy is looked at */
	rx->ring.rsp_cons = index + 1;
	if (rx->expect_extra) {
		wrong = take_extra(rx, index, &copy.extra);
	} else {
		wrong = take_page_response(rx, &copy.rsp);
		rx->more_data = !wrong && (copy.rsp.flags & NETRXF_more_data);
	}
	if (wrong) {
		netfront_break(nf, wrong);
		return false;
	}
	if (!rx->expect_extra && !rx->more_data)
		packet_finish(nf);
	return true;
}

/* More pages when a poll finds the back end using up most of them. */
static void adapt_target(struct netfront_rx_side *rx, unsigned waiting)
{
	if (waiting * 2 > rx->target && rx->target < rx->target_max)
		rx->target =
			rx->target * 2 < rx->target_max ? rx->target * 2 : rx->target_max;
}

/** Take up to @budget responses; returns how many were taken. */
unsigned netfront_rx_poll(struct netfront *nf, unsigned budget)
{
	unsigned taken = 0;

	while (nf->up && !nf->broken && taken < budget) {
		int waiting = ring_responses(&nf->rx.ring);

		if (waiting == 0)
			break;
		if (waiting < 0) {
			netfront_break(nf, "more responses than requests");
			break;
		}
		adapt_target(&nf->rx, (unsigned)waiting);
		for (; waiting > 0 && taken < budget; waiting--, taken++)
			if (!take_response(nf))
				return taken;
	}
	return taken;
}

/* --- start and stop ----------------------------------------------------------------- */

/** Fresh ring, every id free, the first pages posted. Returns 0 or -ENOMEM, -ENOSPC. */
int netfront_rx_start(struct netfront *nf)
{
	struct netfront_rx_side *rx = &nf->rx;

	rx->n_free = 0;
	for (unsigned i = NETFRONT_RING_SLOTS; i-- > 0;) {
		rx->slot[i].page = NULL;
		rx->free_id[rx->n_free++] = (uint16_t)i;
	}
	packet_reset(rx);
	rx->target_max = net_limits()->rx_target_max;
	rx->pages_max = net_limits()->rx_pages_max;
	rx->target = rx->target_max < RX_TARGET_MIN ? rx->target_max : RX_TARGET_MIN;
	if (!netfront_ring_create(nf, &rx->ring, RX_SLOT_BYTES, &rx->ring_ref))
		return -ENOMEM;
	netfront_rx_fill(nf);
	ring_publish(&rx->ring);
	return 0;
}

/** Take everything back; what the peer still holds is quarantined. */
void netfront_rx_stop(struct netfront *nf)
{
	struct netfront_rx_side *rx = &nf->rx;

	packet_drop(rx);
	for (unsigned id = 0; id < NETFRONT_RING_SLOTS; id++) {
		void *page = rx->slot[id].page ? unpost_page(rx, id) : NULL;

		if (page)
			page_free(page, 1);
	}
	netfront_rx_pool_free(nf);
	netfront_ring_destroy(&rx->ring, rx->ring_ref);
}
