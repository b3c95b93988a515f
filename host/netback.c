/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of a network back end: netback.h says what it does. */
#include "host/netback.h"

#include <stdlib.h>
#include <string.h>

#include "arch/barrier.h"
#include "kernel/addr.h"
#include "host/peer.h"
#include "xen/ring.h"

#define SLOTS     256u
#define MAX_SLOTS 18u

static void complain(struct netback *b, const char *what)
{
	if (!b->wrong)
		b->wrong = what;
}

/* --- responses ---------------------------------------------------------------------- */

static bool publish(struct ring_shared *s, uint32_t prod)
{
	uint32_t old = s->rsp_prod;

	arch_wmb();
	WRITE_ONCE(s->rsp_prod, prod);
	arch_mb();
	return prod - READ_ONCE(s->rsp_event) < prod - old;
}

void netback_push(struct netback *b, bool always)
{
	bool tx = publish(b->tx, b->tx_rsp_prod), rx = publish(b->rx, b->rx_rsp_prod);

	if (tx || always)
		channel_notify(b->tx_channel);
	if ((rx || always) && (b->rx_channel != b->tx_channel || !tx))
		channel_notify(b->rx_channel);
}

void netback_tx_raw(struct netback *b, uint16_t id, int16_t status)
{
	struct netif_tx_response rsp = {.id = id, .status = status};

	memcpy(b->tx->slots + (b->tx_rsp_prod++ & (SLOTS - 1)) * 12, &rsp, sizeof(rsp));
}

void netback_rx_raw(struct netback *b, const void *response)
{
	memcpy(b->rx->slots + (b->rx_rsp_prod++ & (SLOTS - 1)) * 8, response, 8);
}

/* --- packets from the front end ----------------------------------------------------- */

static bool map_request(struct netback *b, const struct netif_tx_request *req)
{
	struct netback_held *h = &b->held[b->n_held];
	void *page = frame_map(NETBACK_DOMID, req->gref, false);

	if (!page) {
		complain(b, "a page that is not granted");
		return false;
	}
	if (frame_map(NETBACK_DOMID, req->gref, true)) {
		frame_unmap(NETBACK_DOMID, req->gref, true);
		complain(b, "a page to send is granted for writing");
	}
	h->req = *req;
	h->mapped = page;
	b->n_held++;
	return true;
}

static void keep_packet(
	struct netback *b, unsigned first_held, unsigned n, unsigned total)
{
	struct netback_packet *p = &b->packet[b->n_packets % NETBACK_PACKETS];
	unsigned at = 0;

	free(p->data);
	p->data = malloc(total);
	p->len = total;
	p->slots = n;
	p->first_len = b->held[first_held].req.size;
	p->flags = b->held[first_held].req.flags;
	for (unsigned i = first_held; i < first_held + n; i++) {
		const struct netback_held *h = &b->held[i];

		memcpy(p->data + at, h->mapped + h->req.offset, h->req.size);
		at += h->req.size;
	}
	b->n_packets++;
	if (b->on_packet)
		b->on_packet(b, p);
}

/* All requests of a packet are there: the rules that a real back end enforces. */
static void take_packet(struct netback *b)
{
	unsigned total = b->part[0].size, first = b->n_held, others = 0;

	for (unsigned i = 1; i < b->n_part; i++)
		others += b->part[i].size;
	if (others >= total)
		complain(b, "the first slot's size is not the packet's");
	b->part[0].size = (uint16_t)(total - others);
	for (unsigned i = 0; i < b->n_part; i++) {
		if (b->part[i].size == 0 ||
			b->part[i].offset + b->part[i].size > PAGE_SIZE)
			complain(b, "a slot that crosses its page or holds nothing");
		if (!map_request(b, &b->part[i]))
			return;
	}
	if (b->n_part > MAX_SLOTS)
		complain(b, "too many slots");
	if (total < 14)
		complain(b, "a packet without an Ethernet header");
	keep_packet(b, first, b->n_part, total);
	b->n_part = 0;
}

void netback_answer(struct netback *b, unsigned i, int status)
{
	frame_unmap(NETBACK_DOMID, b->held[i].req.gref, false);
	netback_tx_raw(b, b->held[i].req.id, (int16_t)status);
	b->n_held--;
	memmove(&b->held[i], &b->held[i + 1], (b->n_held - i) * sizeof(b->held[0]));
}

static void take_requests(struct netback *b)
{
	uint32_t prod = READ_ONCE(b->tx->req_prod);

	if (prod - b->tx_req_cons > SLOTS) {
		complain(b, "more requests than the ring holds");
		return;
	}
	arch_rmb();
	while (b->tx_req_cons != prod) {
		struct netif_tx_request *req = &b->part[b->n_part++];

		memcpy(req, b->tx->slots + (b->tx_req_cons++ & (SLOTS - 1)) * 12,
			sizeof(*req));
		if (req->flags & NETTXF_extra_info)
			complain(b, "an extra that was not agreed on");
		if (!(req->flags & NETTXF_more_data))
			take_packet(b);
		else if (b->n_part == 32)
			return complain(b, "a packet without an end");
	}
}

void netback_run(struct netback *b)
{
	do {
		take_requests(b);
		WRITE_ONCE(b->tx->req_event, b->tx_req_cons + 1);
		arch_mb();
	} while (READ_ONCE(b->tx->req_prod) != b->tx_req_cons && !b->wrong);
	if (b->hold)
		return;
	while (b->n_held)
		netback_answer(b, 0, NETIF_RSP_OKAY);
	netback_push(b, false);
}

static void signalled(void *arg)
{
	struct netback *b = arg;

	b->events++;
	if (b->tx && !b->stopped)
		netback_run(b);
}

/* --- packets to the front end ------------------------------------------------------- */

unsigned netback_rx_waiting(const struct netback *b)
{
	return READ_ONCE(b->rx->req_prod) - b->rx_req_cons;
}

bool netback_rx_take(struct netback *b, struct netif_rx_request *req)
{
	if (netback_rx_waiting(b) == 0)
		return false;
	memcpy(req, b->rx->slots + (b->rx_req_cons++ & (SLOTS - 1)) * 8, sizeof(*req));
	return true;
}

bool netback_rx_fill(
	struct netback *b, uint32_t ref, unsigned offset, const void *data, unsigned len)
{
	uint8_t *page = frame_map(NETBACK_DOMID, ref, true);

	if (!page) {
		complain(b, "a page to receive into is not granted for writing");
		return false;
	}
	memcpy(page + offset, data, len);
	frame_unmap(NETBACK_DOMID, ref, true);
	return true;
}

bool netback_give(struct netback *b, const void *data, unsigned len, uint16_t flags,
	unsigned slot_bytes)
{
	const uint8_t *from = data;

	if (netback_rx_waiting(b) < (len + slot_bytes - 1) / slot_bytes)
		return false;
	for (unsigned left = len; left > 0;) {
		unsigned part = left < slot_bytes ? left : slot_bytes;
		struct netif_rx_response rsp = {.status = (int16_t)part};
		struct netif_rx_request req;

		if (!netback_rx_take(b, &req) ||
			!netback_rx_fill(b, req.gref, 0, from, part))
			return false;
		rsp.id = req.id;
		rsp.flags = left == len ? flags : 0;
		from += part;
		left -= part;
		if (left)
			rsp.flags |= NETRXF_more_data;
		netback_rx_raw(b, &rsp);
	}
	return true;
}

/* --- life --------------------------------------------------------------------------- */

static struct ring_shared *map_ring(uint32_t ref)
{
	return frame_map(NETBACK_DOMID, ref, true);
}

const char *netback_connect(struct netback *b, netback_key *key, void *arg)
{
	uint32_t port = (uint32_t)key(arg, "event-channel");
	uint32_t tx_port = (uint32_t)key(arg, "event-channel-tx");
	uint32_t rx_port = (uint32_t)key(arg, "event-channel-rx");

	if (!key(arg, "request-rx-copy"))
		return "request-rx-copy";
	b->tx_ref = (uint32_t)key(arg, "tx-ring-ref");
	b->rx_ref = (uint32_t)key(arg, "rx-ring-ref");
	b->tx = map_ring(b->tx_ref);
	b->rx = map_ring(b->rx_ref);
	if (!b->tx || !b->rx)
		return "a ring that is granted for writing";
	/* A ring may have been in use: go on where it stands. */
	b->tx_req_cons = b->tx_rsp_prod = b->tx->rsp_prod;
	b->rx_req_cons = b->rx_rsp_prod = b->rx->rsp_prod;
	b->tx_channel = channel_bind(NETBACK_DOMID, port ? port : tx_port, signalled, b);
	b->rx_channel =
		port ? b->tx_channel : channel_bind(NETBACK_DOMID, rx_port, signalled, b);
	return b->tx_channel && b->rx_channel ? NULL
					      : "a port that is open for the back end";
}

void netback_disconnect(struct netback *b)
{
	if (b->rx_channel && b->rx_channel != b->tx_channel)
		channel_close(b->rx_channel);
	if (b->tx_channel)
		channel_close(b->tx_channel);
	if (b->tx)
		frame_unmap(NETBACK_DOMID, b->tx_ref, true);
	if (b->rx)
		frame_unmap(NETBACK_DOMID, b->rx_ref, true);
	b->tx = b->rx = NULL;
	b->tx_channel = b->rx_channel = NULL;
	b->n_part = 0;
}

void netback_release(struct netback *b)
{
	while (b->n_held)
		frame_unmap(NETBACK_DOMID, b->held[--b->n_held].req.gref, false);
	netback_clear(b);
}

void netback_clear(struct netback *b)
{
	for (unsigned i = 0; i < NETBACK_PACKETS; i++) {
		free(b->packet[i].data);
		b->packet[i] = (struct netback_packet){0};
	}
	b->n_packets = 0;
}
