/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The transmit ring: requests of the front end, gathered to packets, checked, copied out
 * of its pages and given to the outlet; then answered, each with one response.
 *
 *     request   first: size of the whole packet, flags      [extra: segment size]
 *     request   a further piece of it
 *     request   the last one, without "more data"
 */
#include <stdio.h>
#include <string.h>

#include "arch/barrier.h"
#include "host/netback_private.h"
#include "host/say.h"
#include "host/trace.h"
#include "kernel/addr.h"

#define ETH_HEADER 14u

/* One packet as its requests describe it. */
struct sent {
	struct netif_tx_request req[NETBACK_SLOTS_FATAL];
	unsigned n;        /* pieces, the first included */
	unsigned n_extras; /* slots that described it further */
	unsigned total;    /* bytes, what the first request claims */
	struct netif_extra_info gso;
	bool has_gso;
	const char *drop; /* why it is answered with an error */
};

/* --- responses ---------------------------------------------------------------------- */

void netback_tx_respond(struct netback_queue *q, uint16_t id, int16_t status)
{
	struct netif_tx_response rsp = {.id = id, .status = status};
	uint32_t slot = q->tx_rsp_prod++ & (NETBACK_RING - 1);

	TRACE(TRACE_RINGS, "tx-response %s queue=%u id=%u status=%d", q->b->name, q->nr,
		id, status);
	memcpy(q->tx->slots + slot * NETBACK_TX_BYTES, &rsp, sizeof(rsp));
}

void netback_tx_push(struct netback_queue *q)
{
	if (netback_publish(q->tx, q->tx_rsp_prod))
		channel_notify(q->tx_channel);
}

static void respond_all(struct netback_queue *q, const struct sent *s, int16_t status)
{
	for (unsigned i = 0; i < s->n; i++) {
		netback_tx_respond(q, s->req[i].id, status);
		for (unsigned e = 0; i == 0 && e < s->n_extras; e++)
			netback_tx_respond(q, 0, NETIF_RSP_NULL);
	}
}

/* --- requests ----------------------------------------------------------------------- */

static void copy_slot(struct netback_queue *q, void *to, size_t bytes)
{
	uint32_t slot = q->tx_req_cons++ & (NETBACK_RING - 1);

	memcpy(to, q->tx->slots + slot * NETBACK_TX_BYTES, bytes);
}

static bool crosses_page(const struct netif_tx_request *r)
{
	return (unsigned)r->offset + r->size > PAGE_SIZE;
}

/* The descriptions that follow a first request. Returns false when it is cut off. */
static bool take_extras(struct netback_queue *q, struct sent *s, uint32_t prod)
{
	struct netif_extra_info extra;

	do {
		if (q->tx_req_cons == prod) {
			netback_cut_off(q->b, "an extra info that is not there");
			return false;
		}
		copy_slot(q, &extra, sizeof(extra));
		s->n_extras++;
		if (extra.type == XEN_NETIF_EXTRA_TYPE_NONE ||
			extra.type >= XEN_NETIF_EXTRA_TYPE_MAX) {
			netback_cut_off(q->b, "an extra info of type %u", extra.type);
			return false;
		}
		if (extra.type == XEN_NETIF_EXTRA_TYPE_GSO) {
			s->gso = extra;
			s->has_gso = true;
		} else {
			s->drop = "an extra info that was not offered";
		}
	} while (extra.flags & XEN_NETIF_EXTRA_FLAG_MORE);
	return true;
}

/* One more piece. Returns false when the front end is cut off. */
static bool take_piece(struct netback_queue *q, struct sent *s, uint32_t prod)
{
	struct netif_tx_request r;

	if (q->tx_req_cons == prod) {
		netback_cut_off(q->b, "a packet whose next piece is not there");
		return false;
	}
	if (s->n == NETBACK_SLOTS_FATAL) {
		netback_cut_off(
			q->b, "a packet in more than %u slots", NETBACK_SLOTS_FATAL);
		return false;
	}
	copy_slot(q, &r, sizeof(r));
	if (crosses_page(&r)) {
		netback_cut_off(q->b, "a piece that leaves its page: offset %u, size %u",
			r.offset, r.size);
		return false;
	}
	if (s->n == NETBACK_SLOTS_MAX && !s->drop)
		s->drop = "too many slots";
	if (r.size > s->req[0].size && !s->drop)
		s->drop = "the pieces are longer than the packet";
	s->req[0].size = (uint16_t)(s->req[0].size - r.size);
	s->req[s->n++] = r;
	return true;
}

static void check_gso(struct netback_queue *q, struct sent *s)
{
	bool v4 = s->gso.u.gso.type == XEN_NETIF_GSO_TYPE_TCPV4;

	if (!s->has_gso)
		return;
	if (s->gso.u.gso.size == 0)
		netback_cut_off(q->b, "segments of 0 bytes");
	else if (!v4 && s->gso.u.gso.type != XEN_NETIF_GSO_TYPE_TCPV6)
		netback_cut_off(
			q->b, "segments of the unknown type %u", s->gso.u.gso.type);
	else if (!(v4 ? q->b->offers.gso4 : q->b->offers.gso6))
		s->drop = "segmentation was not offered";
}

static void trace_sent(const struct netback_queue *q, const struct sent *s)
{
	for (unsigned i = 0; i < s->n && TRACE_ON(TRACE_RINGS); i++)
		TRACE(TRACE_RINGS,
			"tx-request %s queue=%u id=%u gref=%u offset=%u size=%u flags=%x",
			q->b->name, q->nr, s->req[i].id, s->req[i].gref, s->req[i].offset,
			s->req[i].size, s->req[i].flags);
}

/*
 * All requests of the next packet. Returns false when there is none, or the front end is
 * cut off.
 */
static bool take_sent(struct netback_queue *q, struct sent *s, uint32_t prod)
{
	bool more;

	*s = (struct sent){.n = 1};
	copy_slot(q, &s->req[0], sizeof(s->req[0]));
	s->total = s->req[0].size;
	if ((s->req[0].flags & NETTXF_extra_info) && !take_extras(q, s, prod))
		return false;
	for (more = s->req[0].flags & NETTXF_more_data; more;
		more = s->req[s->n - 1].flags & NETTXF_more_data)
		if (!take_piece(q, s, prod))
			return false;
	trace_sent(q, s);
	if (s->n > 1 && !q->b->offers.sg && !s->drop)
		s->drop = "scatter-gather was not offered";
	if (s->total < ETH_HEADER && !s->drop)
		s->drop = "shorter than an Ethernet header";
	if (!s->drop && crosses_page(&s->req[0])) {
		netback_cut_off(q->b, "a piece that leaves its page: offset %u, size %u",
			s->req[0].offset, s->req[0].size);
		return false;
	}
	check_gso(q, s);
	return !q->b->broken[0];
}

/* --- a whole packet ----------------------------------------------------------------- */

static bool copy_pieces(struct netback_queue *q, struct sent *s, uint8_t *to)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct netif_tx_request *r = &s->req[i];
		const uint8_t *page = frame_map(q->b->domid, r->gref, false);

		if (!page) {
			s->drop = "a page that is not granted";
			return false;
		}
		memcpy(to, page + r->offset, r->size);
		to += r->size;
		frame_unmap(q->b->domid, r->gref, false);
	}
	return true;
}

static struct packet describe(const struct sent *s, uint8_t *data)
{
	uint16_t flags = s->req[0].flags;
	struct packet p = {
		.data = data,
		.len_bytes = s->total,
		.csum_blank = (flags & NETTXF_csum_blank) || s->has_gso,
		.csum_good = flags & (NETTXF_csum_blank | NETTXF_data_validated),
	};

	if (s->has_gso) {
		p.gso = s->gso.u.gso.type == XEN_NETIF_GSO_TYPE_TCPV4 ? GSO_TCP4
								      : GSO_TCP6;
		p.gso_bytes = s->gso.u.gso.size;
	}
	return p;
}

/* Returns false when the ring holds no further packet, or is not to be believed. */
static bool take_packet(struct netback_queue *q)
{
	static uint8_t
		frame[PACKET_BYTES_MAX + PAGE_SIZE]; /* outlet_send() may change it */
	uint32_t prod = READ_ONCE(q->tx->req_prod);
	struct netback *b = q->b;
	struct packet p;
	struct sent s;

	if (prod - q->tx_req_cons > NETBACK_RING) {
		netback_cut_off(b, "%u requests on a ring of %u", prod - q->tx_req_cons,
			NETBACK_RING);
		return false;
	}
	if (prod == q->tx_req_cons)
		return false;
	arch_rmb(); /* the index before the requests that it covers */
	if (!take_sent(q, &s, prod))
		return false;
	if (s.drop || !copy_pieces(q, &s, frame)) {
		host_refused("%s: a packet of %u bytes: %s", b->name, s.total, s.drop);
		b->counts.tx_errors++;
		respond_all(q, &s, NETIF_RSP_ERROR);
		return true;
	}
	p = describe(&s, frame);
	b->counts.tx_packets++;
	b->counts.tx_bytes += p.len_bytes;
	if (!b->on_taken || !b->on_taken(q, s.req, s.n, &p))
		respond_all(q, &s, NETIF_RSP_OKAY);
	outlet_send(b->outlet, &p);
	return q->tx && !b->broken[0];
}

void netback_tx_run(struct netback_queue *q)
{
	bool more;

	do {
		while (take_packet(q))
			;
		outlet_flush(q->b->outlet);
		if (!q->tx || q->b->broken[0])
			return;
		WRITE_ONCE(q->tx->req_event, q->tx_req_cons + 1);
		arch_mb(); /* our wish before the last look: it publishes, then looks */
		more = READ_ONCE(q->tx->req_prod) != q->tx_req_cons;
	} while (more);
	netback_tx_push(q);
}
