/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive ring: packets of the outlet, copied into pages that the front end has put
 * up. Without a page the outlet keeps the packet until some come.
 */
#include <string.h>

#include "arch/barrier.h"
#include "host/netback_private.h"
#include "host/say.h"
#include "host/trace.h"
#include "kernel/addr.h"

static uint32_t pages_up(const struct netback_queue *q)
{
	return READ_ONCE(q->rx->req_prod) - q->rx_req_cons;
}

void netback_rx_push(struct netback_queue *q)
{
	if (netback_publish(q->rx, q->rx_rsp_prod))
		channel_notify(q->rx_channel);
}

/* Are there so many pages? If not, the front end is asked to say when it puts some up. */
static bool enough_pages(struct netback_queue *q, unsigned n)
{
	uint32_t up;

	while ((up = pages_up(q)) < n) {
		WRITE_ONCE(q->rx->req_event, q->rx_req_cons + up + 1);
		arch_mb(); /* our wish before the last look */
		if (pages_up(q) == up)
			return false;
	}
	if (up > NETBACK_RING) {
		netback_cut_off(q->b, "%u pages on a ring of %u", up, NETBACK_RING);
		return false;
	}
	arch_rmb(); /* the index before the requests that it covers */
	return true;
}

static struct netif_rx_request take_request(struct netback_queue *q)
{
	uint32_t slot = q->rx_req_cons++ & (NETBACK_RING - 1);
	struct netif_rx_request req;

	memcpy(&req, q->rx->slots + slot * NETBACK_RX_BYTES, sizeof(req));
	return req;
}

static void respond(struct netback_queue *q, const void *rsp)
{
	uint32_t slot = q->rx_rsp_prod++ & (NETBACK_RING - 1);

	memcpy(q->rx->slots + slot * NETBACK_RX_BYTES, rsp, NETBACK_RX_BYTES);
}

/* Fill one page, as the hypervisor's copy does. */
static void give_piece(
	struct netback_queue *q, const uint8_t *from, unsigned len_bytes, uint16_t flags)
{
	struct netif_rx_request req = take_request(q);
	struct netif_rx_response rsp = {
		.id = req.id, .flags = flags, .status = (int16_t)len_bytes};
	uint8_t *page = frame_map(q->b->domid, req.gref, true);

	if (page) {
		memcpy(page, from, len_bytes);
		frame_unmap(q->b->domid, req.gref, true);
	} else {
		host_refused(
			"%s: a page to receive into: reference %u is not granted for "
			"writing",
			q->b->name, req.gref);
		rsp.status = NETIF_RSP_ERROR;
		q->b->counts.rx_errors++;
	}
	TRACE(TRACE_RINGS, "rx-response %s queue=%u id=%u gref=%u flags=%x status=%d",
		q->b->name, q->nr, req.id, req.gref, flags, rsp.status);
	respond(q, &rsp);
}

/* The segment size goes into a slot of its own, whose page is not used. */
static void give_gso(struct netback_queue *q, const struct packet *p)
{
	struct netif_extra_info extra = {.type = XEN_NETIF_EXTRA_TYPE_GSO};

	extra.u.gso.size = p->gso_bytes;
	extra.u.gso.type =
		p->gso == GSO_TCP4 ? XEN_NETIF_GSO_TYPE_TCPV4 : XEN_NETIF_GSO_TYPE_TCPV6;
	take_request(q);
	respond(q, &extra);
}

static uint16_t flags_of(const struct packet *p)
{
	uint16_t flags = 0;

	if (p->csum_blank)
		flags |= NETRXF_csum_blank | NETRXF_data_validated;
	else if (p->csum_good)
		flags |= NETRXF_data_validated;
	if (p->gso != GSO_NONE)
		flags |= NETRXF_extra_info;
	return flags;
}

static void give(struct netback_queue *q, const struct packet *p)
{
	uint16_t flags = flags_of(p);
	const uint8_t *from = p->data;
	unsigned left = p->len_bytes;

	while (left > 0) {
		unsigned n = left < PAGE_SIZE ? left : PAGE_SIZE;

		left -= n;
		give_piece(q, from, n, (uint16_t)(flags | (left ? NETRXF_more_data : 0)));
		if (flags & NETRXF_extra_info)
			give_gso(q, p);
		flags = 0;
		from += n;
	}
}

/* Packets of one connection stay in order: all take the same queue. */
static struct netback_queue *queue_of(struct netback *b, const struct packet *p)
{
	unsigned hash = 0, from = 26, to = 38; /* addresses and ports of IPv4 */

	if (p->len_bytes > 54 && p->data[12] == 0x86 && p->data[13] == 0xdd)
		from = 22, to = 58;
	if (b->n_queues > 1 && p->len_bytes >= to)
		for (unsigned i = from; i < to; i++)
			hash = hash * 31 + p->data[i];
	return &b->queue[hash % b->n_queues];
}

static bool drop(struct netback *b, const struct packet *p, const char *why)
{
	b->counts.rx_dropped++;
	TRACE(TRACE_NET, "rx-drop %s %u bytes: %s", b->name, p->len_bytes, why);
	return true;
}

bool netback_deliver(void *arg, const struct packet *p)
{
	struct netback *b = arg;
	struct netback_queue *q;
	unsigned slots =
		(p->len_bytes + PAGE_SIZE - 1) / PAGE_SIZE + (p->gso != GSO_NONE);

	if (!b->connected || b->broken[0])
		return drop(b, p, "the front end is not connected");
	if (p->len_bytes == 0 || p->len_bytes > PACKET_BYTES_MAX)
		return drop(b, p, "its length");
	if (!b->sg && slots > 1)
		return drop(b, p, "the front end takes no packet of several pages");
	q = queue_of(b, p);
	if (b->stopped || !enough_pages(q, slots)) {
		if (b->broken[0])
			return drop(b, p, b->broken);
		q->rx_waits = true;
		b->counts.rx_waits++;
		return false;
	}
	give(q, p);
	b->counts.rx_packets++;
	b->counts.rx_bytes += p->len_bytes;
	netback_rx_push(q);
	return true;
}

void netback_rx_run(struct netback_queue *q)
{
	if (!q->rx || !q->rx_waits || pages_up(q) == 0)
		return;
	q->rx_waits = false;
	outlet_room(q->b->outlet);
}
