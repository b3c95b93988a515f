/* SPDX-License-Identifier: BSD-2-Clause */
/* A tester's hands on the network back end: back.h says what they do. */
#include "tests/fake/back.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/util.h"

static void complain(struct back *b, const char *what)
{
	if (!b->wrong)
		b->wrong = what;
}

struct netback_queue *back_queue(const struct back *b)
{
	return b->netback && b->netback->connected ? &b->netback->queue[0] : NULL;
}

/* --- packets from the front end ----------------------------------------------------- */

static void keep_packet(struct back *b, const struct netif_tx_request *req, unsigned n,
	const struct packet *p)
{
	struct back_packet *kept = &b->packet[b->n_packets++ % BACK_PACKETS];

	free(kept->data);
	*kept = (struct back_packet){
		.data = malloc(p->len_bytes),
		.len = p->len_bytes,
		.slots = n,
		.first_len = req->size,
		.flags = req->flags,
	};
	memcpy(kept->data, p->data, p->len_bytes);
}

/* What a back end lets pass, and a front end should not do all the same. */
static void check_request(struct back *b, const struct netif_tx_request *req)
{
	if (req->size == 0)
		complain(b, "a slot that holds nothing");
	if (frame_map(BACK_DOMID, req->gref, true)) {
		frame_unmap(BACK_DOMID, req->gref, true);
		complain(b, "a page to send is granted for writing");
	}
}

static bool taken(struct netback_queue *q, const struct netif_tx_request *req, unsigned n,
	const struct packet *p)
{
	struct back *b = q->b->test_arg;

	keep_packet(b, req, n, p);
	for (unsigned i = 0; i < n; i++) {
		check_request(b, &req[i]);
		if (b->hold)
			b->held[b->n_held++] = (struct back_held){
				req[i], frame_map(BACK_DOMID, req[i].gref, false)};
	}
	return b->hold;
}

static void signalled(struct netback_queue *q)
{
	struct back *b = q->b->test_arg;

	b->events++;
}

void back_watch(struct back *b, struct netback *netback)
{
	b->netback = netback;
	if (!netback)
		return;
	netback->test_arg = b;
	netback->on_taken = taken;
	netback->on_signal = signalled;
}

void back_run(struct back *b)
{
	struct netback_queue *q = back_queue(b);

	if (q)
		netback_tx_run(q);
}

void back_stop(struct back *b, bool stopped)
{
	if (b->netback)
		b->netback->stopped = stopped;
}

/* --- responses ---------------------------------------------------------------------- */

void back_push(struct back *b, bool always)
{
	struct netback_queue *q = back_queue(b);

	netback_tx_push(q);
	netback_rx_push(q);
	if (always) {
		channel_notify(q->tx_channel);
		channel_notify(q->rx_channel);
	}
}

void back_tx_raw(struct back *b, uint16_t id, int16_t status)
{
	netback_tx_respond(back_queue(b), id, status);
}

void back_rx_raw(struct back *b, const void *response)
{
	struct netback_queue *q = back_queue(b);
	uint32_t slot = q->rx_rsp_prod++ & (NETBACK_RING - 1);

	memcpy(q->rx->slots + slot * NETBACK_RX_BYTES, response, NETBACK_RX_BYTES);
}

void back_answer(struct back *b, unsigned i, int status)
{
	frame_unmap(BACK_DOMID, b->held[i].req.gref, false);
	back_tx_raw(b, b->held[i].req.id, (int16_t)status);
	b->n_held--;
	memmove(&b->held[i], &b->held[i + 1], (b->n_held - i) * sizeof(b->held[0]));
}

/* --- packets to the front end ------------------------------------------------------- */

unsigned back_rx_waiting(const struct back *b)
{
	const struct netback_queue *q = back_queue(b);

	return READ_ONCE(q->rx->req_prod) - q->rx_req_cons;
}

bool back_rx_take(struct back *b, struct netif_rx_request *req)
{
	struct netback_queue *q = back_queue(b);

	if (back_rx_waiting(b) == 0)
		return false;
	memcpy(req,
		q->rx->slots + (q->rx_req_cons++ & (NETBACK_RING - 1)) * NETBACK_RX_BYTES,
		sizeof(*req));
	return true;
}

bool back_rx_fill(
	struct back *b, uint32_t ref, unsigned offset, const void *data, unsigned len)
{
	uint8_t *page = frame_map(BACK_DOMID, ref, true);

	if (!page) {
		complain(b, "a page to receive into is not granted for writing");
		return false;
	}
	memcpy(page + offset, data, len);
	frame_unmap(BACK_DOMID, ref, true);
	return true;
}

bool back_give(struct back *b, const void *data, unsigned len, uint16_t flags,
	unsigned slot_bytes)
{
	const uint8_t *from = data;

	if (back_rx_waiting(b) < (len + slot_bytes - 1) / slot_bytes)
		return false;
	for (unsigned left = len; left > 0;) {
		unsigned part = left < slot_bytes ? left : slot_bytes;
		struct netif_rx_response rsp = {.status = (int16_t)part};
		struct netif_rx_request req;

		if (!back_rx_take(b, &req) || !back_rx_fill(b, req.gref, 0, from, part))
			return false;
		rsp.id = req.id;
		rsp.flags = left == len ? flags : 0;
		from += part;
		left -= part;
		if (left)
			rsp.flags |= NETRXF_more_data;
		back_rx_raw(b, &rsp);
	}
	return true;
}

/* --- life --------------------------------------------------------------------------- */

const char *back_connect(struct back *b, netback_key *key, void *arg)
{
	return netback_connect(b->netback, key, arg);
}

void back_disconnect(struct back *b)
{
	if (b->netback)
		netback_disconnect(b->netback);
}

void back_release(struct back *b)
{
	while (b->n_held)
		frame_unmap(BACK_DOMID, b->held[--b->n_held].req.gref, false);
	back_clear(b);
}

void back_clear(struct back *b)
{
	for (unsigned i = 0; i < BACK_PACKETS; i++) {
		free(b->packet[i].data);
		b->packet[i] = (struct back_packet){0};
	}
	b->n_packets = 0;
}
