/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a network back end: connecting by the front end's keys, and letting go. */
#include "host/netback.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/barrier.h"
#include "host/netback_private.h"
#include "host/say.h"
#include "kernel/util.h"

const struct netback_features netback_all_features = {
	.split = true,
	.sg = true,
	.csum4 = true,
	.csum6 = true,
	.gso4 = true,
	.gso6 = true,
	.queues = NETBACK_QUEUES_MAX,
};

void netback_make_consistent(struct netback_features *f)
{
	f->gso4 = f->gso4 && f->sg && f->csum4;
	f->gso6 = f->gso6 && f->sg && f->csum6;
	if (f->queues == 0)
		f->queues = 1;
	if (f->queues > NETBACK_QUEUES_MAX)
		f->queues = NETBACK_QUEUES_MAX;
}

struct netback *netback_create(uint16_t domid, const char *name,
	const struct netback_features *f, struct outlet *outlet)
{
	struct netback *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->domid = domid;
	b->name = name;
	b->offers = *f;
	netback_make_consistent(&b->offers);
	b->outlet = outlet;
	for (unsigned i = 0; i < NETBACK_QUEUES_MAX; i++)
		b->queue[i] = (struct netback_queue){.b = b, .nr = i};
	return b;
}

void netback_destroy(struct netback *b)
{
	netback_disconnect(b);
	free(b);
}

bool netback_connected(const struct netback *b)
{
	return b->connected;
}

const char *netback_broken(const struct netback *b)
{
	return b->broken[0] ? b->broken : NULL;
}

struct netback_counts netback_get_counts(const struct netback *b)
{
	return b->counts;
}

void netback_add_counts(struct netback_counts *to, const struct netback_counts *more)
{
	to->tx_packets += more->tx_packets;
	to->tx_bytes += more->tx_bytes;
	to->tx_errors += more->tx_errors;
	to->rx_packets += more->rx_packets;
	to->rx_bytes += more->rx_bytes;
	to->rx_errors += more->rx_errors;
	to->rx_waits += more->rx_waits;
	to->rx_dropped += more->rx_dropped;
}

void netback_cut_off(struct netback *b, const char *fmt, ...)
{
	va_list args;

	if (b->broken[0])
		return;
	va_start(args, fmt);
	vsnprintf(b->broken, sizeof(b->broken), fmt, args);
	va_end(args);
	host_refused("%s: the front end is cut off: %s", b->name, b->broken);
}

bool netback_publish(struct ring_shared *s, uint32_t prod)
{
	uint32_t old = READ_ONCE(s->rsp_prod);

	arch_wmb(); /* responses before the index that shows them */
	WRITE_ONCE(s->rsp_prod, prod);
	arch_mb(); /* our index before its wish: it writes rsp_event, then looks */
	return prod - READ_ONCE(s->rsp_event) < prod - old;
}

/* --- signals ------------------------------------------------------------------------ */

static void rx_signalled(void *arg)
{
	struct netback_queue *q = arg;

	if (!q->b->stopped && !q->b->broken[0])
		netback_rx_run(q);
}

static void tx_signalled(void *arg)
{
	struct netback_queue *q = arg;

	if (q->b->on_signal)
		q->b->on_signal(q);
	if (!q->b->stopped && !q->b->broken[0])
		netback_tx_run(q);
	rx_signalled(q); /* a front end need not say when it has put up pages */
}

/* --- the front end's keys ----------------------------------------------------------- */

struct keys {
	netback_key *key;
	void *arg;
	char wrong[160]; /* what is wrong with them, "" = nothing */
};

static const char *complain(struct keys *k, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *complain(struct keys *k, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(k->wrong, sizeof(k->wrong), fmt, args);
	va_end(args);
	return k->wrong;
}

/* A number that must be there. */
static bool number(struct keys *k, const char *prefix, const char *name, uint32_t *value)
{
	char key[64], *end;
	const char *text;
	unsigned long n;

	snprintf(key, sizeof(key), "%s%s", prefix, name);
	text = k->key(k->arg, key);
	if (!text) {
		complain(k, "its key %s is missing", key);
		return false;
	}
	errno = 0;
	n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || n > UINT32_MAX) {
		complain(k, "its key %s is \"%.40s\", not a number", key, text);
		return false;
	}
	*value = (uint32_t)n;
	return true;
}

/* A feature: absent is 0, as any text that is none. */
static bool flag(struct keys *k, const char *name)
{
	const char *text = k->key(k->arg, name);

	return text && strtoul(text, NULL, 10) != 0;
}

static void read_features(struct netback *b, struct keys *k)
{
	const struct netback_features *o = &b->offers;

	b->sg = o->sg && flag(k, "feature-sg");
	b->takes = (struct packet_ability){
		.csum_blank4 = o->csum4 && !flag(k, "feature-no-csum-offload"),
		.csum_blank6 = o->csum6 && flag(k, "feature-ipv6-csum-offload"),
		.gso_tcp4 = o->gso4 && b->sg && flag(k, "feature-gso-tcpv4"),
		.gso_tcp6 = o->gso6 && b->sg && flag(k, "feature-gso-tcpv6"),
	};
}

/* --- a queue ------------------------------------------------------------------------ */

static bool connect_ports(struct netback_queue *q, struct keys *k, const char *prefix)
{
	char split_key[64];
	uint32_t tx_port, rx_port;

	snprintf(split_key, sizeof(split_key), "%sevent-channel-tx", prefix);
	if (q->b->offers.split && k->key(k->arg, split_key)) {
		if (!number(k, prefix, "event-channel-tx", &tx_port) ||
			!number(k, prefix, "event-channel-rx", &rx_port))
			return false;
		q->tx_channel = channel_bind(q->b->domid, tx_port, tx_signalled, q);
		q->rx_channel = channel_bind(q->b->domid, rx_port, rx_signalled, q);
	} else {
		if (!number(k, prefix, "event-channel", &tx_port))
			return false;
		rx_port = tx_port;
		q->tx_channel = channel_bind(q->b->domid, tx_port, tx_signalled, q);
		q->rx_channel = q->tx_channel;
	}
	if (!q->tx_channel || !q->rx_channel) {
		complain(k, "its port %u is not open for domain %u",
			q->tx_channel ? rx_port : tx_port, q->b->domid);
		return false;
	}
	return true;
}

/* A ring may have been in use before: go on where its responses stand. */
static bool adopt_ring(struct ring_shared *s, uint32_t *req_cons, uint32_t *rsp_prod)
{
	*req_cons = *rsp_prod = READ_ONCE(s->rsp_prod);
	return READ_ONCE(s->req_prod) - *rsp_prod <= NETBACK_RING;
}

static bool connect_queue(struct netback_queue *q, struct keys *k, const char *prefix)
{
	uint32_t tx_ref, rx_ref;

	if (!number(k, prefix, "tx-ring-ref", &tx_ref) ||
		!number(k, prefix, "rx-ring-ref", &rx_ref))
		return false;
	q->tx = frame_map(q->b->domid, tx_ref, true);
	q->tx_ref = tx_ref;
	q->rx = frame_map(q->b->domid, rx_ref, true);
	q->rx_ref = rx_ref;
	if (!q->tx || !q->rx) {
		complain(k, "its ring page %u is not granted to domain %u for writing",
			q->tx ? rx_ref : tx_ref, q->b->domid);
		return false;
	}
	if (!adopt_ring(q->tx, &q->tx_req_cons, &q->tx_rsp_prod) ||
		!adopt_ring(q->rx, &q->rx_req_cons, &q->rx_rsp_prod)) {
		complain(k, "a ring holds more requests than it has slots");
		return false;
	}
	return connect_ports(q, k, prefix);
}

static void disconnect_queue(struct netback_queue *q)
{
	if (q->rx_channel && q->rx_channel != q->tx_channel)
		channel_close(q->rx_channel);
	if (q->tx_channel)
		channel_close(q->tx_channel);
	if (q->tx)
		frame_unmap(q->b->domid, q->tx_ref, true);
	if (q->rx)
		frame_unmap(q->b->domid, q->rx_ref, true);
	*q = (struct netback_queue){.b = q->b, .nr = q->nr};
}

static bool connect_queues(struct netback *b, struct keys *k)
{
	uint32_t n = 1;

	if (k->key(k->arg, "multi-queue-num-queues") &&
		!number(k, "", "multi-queue-num-queues", &n))
		return false;
	if (n == 0 || n > b->offers.queues) {
		complain(k, "it wants %u queues of %u", n, b->offers.queues);
		return false;
	}
	for (b->n_queues = 0; b->n_queues < n; b->n_queues++) {
		char prefix[20] = "";

		if (n > 1)
			snprintf(prefix, sizeof(prefix), "queue-%u/", b->n_queues);
		if (!connect_queue(&b->queue[b->n_queues], k, prefix))
			return false;
	}
	return true;
}

/* --- all of it ---------------------------------------------------------------------- */

const char *netback_connect(struct netback *b, netback_key *key, void *arg)
{
	static struct keys k;

	netback_disconnect(b);
	k = (struct keys){.key = key, .arg = arg};
	if (!flag(&k, "request-rx-copy"))
		return complain(&k, "it does not ask for request-rx-copy");
	read_features(b, &k);
	if (!connect_queues(b, &k)) {
		for (unsigned i = 0; i < NETBACK_QUEUES_MAX; i++)
			disconnect_queue(&b->queue[i]);
		return k.wrong;
	}
	b->connected = true;
	outlet_connect(b->outlet, netback_deliver, b, &b->takes);
	return NULL;
}

void netback_disconnect(struct netback *b)
{
	if (b->connected)
		outlet_disconnect(b->outlet);
	b->connected = false;
	for (unsigned i = 0; i < NETBACK_QUEUES_MAX; i++)
		disconnect_queue(&b->queue[i]);
	b->n_queues = 0;
	b->broken[0] = '\0';
}
