/* SPDX-License-Identifier: BSD-2-Clause */
/* A front end of the network without a driver: raw_vif.h. */
#include "tests/fake/raw_vif.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xen/grant_table.h>
#include <xen/io/xenbus.h>

#include "arch/barrier.h"
#include "tests/fake/raw.h"

#define BACK 0u

/* References and pages: rings two by two from page 16, 256 pages to send, 256 to receive. */
#define REF_RINGS 100u
#define REF_TX    200u /* one a page; both queues use the same pages */
#define REF_RX    456u
#define PFN_TX    100u
#define PFN_RX    356u

static void put_ring(struct raw_queue *q, unsigned id, unsigned nr)
{
	unsigned pfn = 16 + (id * 2 + nr) * 2;

	q->tx = raw_page(pfn);
	q->rx = raw_page(pfn + 1);
	memset(q->tx, 0, 4096);
	memset(q->rx, 0, 4096);
	q->tx->req_event = q->tx->rsp_event = q->rx->req_event = q->rx->rsp_event = 1;
	q->tx_ref = REF_RINGS + pfn;
	q->rx_ref = q->tx_ref + 1;
	raw_grant(q->tx_ref, BACK, pfn, GTF_permit_access);
	raw_grant(q->rx_ref, BACK, pfn + 1, GTF_permit_access);
}

static void grow_table(void)
{
	uint64_t frames[HV_GRANT_FRAMES_LIMIT];
	struct gnttab_setup_table op = {.dom = DOMID_SELF, .nr_frames = 2};

	op.frame_list.p = frames;
	hv_grant_op(GNTTABOP_setup_table, &op);
}

void raw_vif_init(struct raw_vif *v, unsigned id, unsigned n_queues, bool split)
{
	raw_start();
	grow_table();
	memset(v, 0, sizeof(*v));
	v->id = id;
	v->n_queues = n_queues;
	for (unsigned i = 0; i < n_queues; i++) {
		struct raw_queue *q = &v->queue[i];

		put_ring(q, id, i);
		q->tx_port = raw_unbound(BACK);
		q->rx_port = split ? raw_unbound(BACK) : q->tx_port;
	}
}

/* --- the outlet --------------------------------------------------------------------- */

static struct raw_vif *of(struct outlet *o)
{
	return container_of(o, struct raw_vif, outlet);
}

static void keep(struct outlet *o, struct packet *p)
{
	struct raw_vif *v = of(o);

	v->last = *p;
	v->last.data = v->bytes;
	memcpy(v->bytes, p->data, p->len_bytes);
	v->n_sent++;
}

static void room(struct outlet *o)
{
	of(o)->n_rooms++;
}

static void closed(struct outlet *o)
{
	of(o)->closed = true;
}

static const struct outlet_ops ops = {
	.name = "test", .send = keep, .room = room, .close = closed};

bool raw_deliver(struct raw_vif *v, const struct packet *p)
{
	return v->outlet.deliver(v->outlet.arg, p);
}

/* --- plugging and connecting -------------------------------------------------------- */

struct vif *raw_vif_plug(struct raw_vif *v, const struct netback_features *f)
{
	struct vif_config c = {
		.id = v->id,
		.mac = {0x00, 0x16, 0x3e, 0x00, 0x00, 0x07},
		.ip = "10.0.0.2",
		.features = f ? *f : netback_all_features,
		.outlet = &v->outlet,
	};

	v->outlet = (struct outlet){.ops = &ops};
	v->closed = false;
	return vif_plug(&c);
}

void raw_vif_key(const struct raw_vif *v, const char *key, const char *fmt, ...)
{
	char path[128], text[64];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(path, sizeof(path), "device/vif/%u/%s", v->id, key);
	raw_xs_write(0, path, text);
}

static void queue_key(const struct raw_vif *v, unsigned nr, const char *key, uint32_t n)
{
	char name[64] = "";

	if (v->n_queues > 1)
		snprintf(name, sizeof(name), "queue-%u/", nr);
	strcat(name, key);
	raw_vif_key(v, name, "%u", n);
}

void raw_vif_keys(const struct raw_vif *v)
{
	for (unsigned i = 0; i < v->n_queues; i++) {
		const struct raw_queue *q = &v->queue[i];

		queue_key(v, i, "tx-ring-ref", q->tx_ref);
		queue_key(v, i, "rx-ring-ref", q->rx_ref);
		if (q->tx_port == q->rx_port) {
			queue_key(v, i, "event-channel", q->tx_port);
		} else {
			queue_key(v, i, "event-channel-tx", q->tx_port);
			queue_key(v, i, "event-channel-rx", q->rx_port);
		}
	}
	if (v->n_queues > 1)
		raw_vif_key(v, "multi-queue-num-queues", "%u", v->n_queues);
	raw_vif_key(v, "request-rx-copy", "1");
	raw_vif_key(v, "feature-rx-notify", "1");
	raw_vif_key(v, "feature-sg", "1");
	raw_vif_key(v, "feature-gso-tcpv4", "1");
	raw_vif_key(v, "feature-gso-tcpv6", "1");
	raw_vif_key(v, "feature-ipv6-csum-offload", "1");
}

void raw_vif_state(const struct raw_vif *v, int state)
{
	raw_vif_key(v, "state", "%d", state);
	raw_settle();
}

struct netback *raw_vif_connect(struct raw_vif *v, const struct netback_features *f)
{
	struct vif *plugged = raw_vif_plug(v, f);

	raw_vif_keys(v);
	raw_vif_state(v, XenbusStateConnected);
	if (vif_backend_state(plugged) != XenbusStateConnected)
		return NULL;
	return vif_netback(plugged);
}

void raw_vif_end(struct raw_vif *v)
{
	struct vif *plugged = vif_find(v->id);

	raw_start();
	if (plugged)
		vif_unplug(plugged, true);
	for (unsigned i = 0; i < v->n_queues; i++) {
		struct raw_queue *q = &v->queue[i];

		raw_close(q->tx_port);
		if (q->rx_port != q->tx_port)
			raw_close(q->rx_port);
		raw_end(q->tx_ref);
		raw_end(q->rx_ref);
	}
	for (unsigned i = 0; i < RAW_SLOTS; i++) {
		raw_end(REF_TX + i);
		raw_end(REF_RX + i);
	}
	raw_xs_listen();
}

/* --- the transmit ring -------------------------------------------------------------- */

static void *tx_slot(struct raw_queue *q, uint32_t index)
{
	return q->tx->slots + (index & (RAW_SLOTS - 1)) * 12;
}

void raw_tx(struct raw_queue *q, unsigned page, unsigned offset, unsigned size,
	unsigned flags)
{
	struct netif_tx_request r = {
		.gref = REF_TX + page,
		.offset = (uint16_t)offset,
		.flags = (uint16_t)flags,
		.id = (uint16_t)(q->tx_prod & (RAW_SLOTS - 1)),
		.size = (uint16_t)size,
	};

	raw_grant(REF_TX + page, BACK, PFN_TX + page, GTF_permit_access | GTF_readonly);
	memcpy(tx_slot(q, q->tx_prod++), &r, sizeof(r));
}

void raw_tx_extra(struct raw_queue *q, unsigned type, unsigned flags, unsigned gso_type,
	unsigned gso_size)
{
	struct netif_extra_info e = {.type = (uint8_t)type, .flags = (uint8_t)flags};

	e.u.gso.type = (uint8_t)gso_type;
	e.u.gso.size = (uint16_t)gso_size;
	memset(tx_slot(q, q->tx_prod), 0, 12);
	memcpy(tx_slot(q, q->tx_prod++), &e, sizeof(e));
}

void raw_tx_push(struct raw_queue *q)
{
	arch_wmb();
	q->tx->req_prod = q->tx_prod;
	raw_send(q->tx_port);
}

bool raw_tx_response(struct raw_queue *q, struct netif_tx_response *rsp)
{
	if (q->tx_cons == q->tx->rsp_prod)
		return false;
	memcpy(rsp, tx_slot(q, q->tx_cons++), sizeof(*rsp));
	q->tx->rsp_event = q->tx_cons + 1;
	return true;
}

int raw_tx_status(struct raw_queue *q, unsigned *count)
{
	struct netif_tx_response rsp;
	int status = 99;

	for (*count = 0; raw_tx_response(q, &rsp); ++*count) {
		if (rsp.status == NETIF_RSP_NULL) /* an extra info's */
			continue;
		status = status == 99 || status == rsp.status ? rsp.status : 98;
	}
	return status;
}

/* --- the receive ring --------------------------------------------------------------- */

void raw_rx_post(struct raw_queue *q, unsigned n)
{
	for (; n > 0; n--) {
		unsigned i = q->rx_prod & (RAW_SLOTS - 1);
		struct netif_rx_request r = {.id = (uint16_t)i, .gref = REF_RX + i};

		raw_grant(REF_RX + i, BACK, PFN_RX + i, GTF_permit_access);
		memcpy(q->rx->slots + i * 8, &r, sizeof(r));
		q->rx_prod++;
	}
}

void raw_rx_push(struct raw_queue *q)
{
	arch_wmb();
	q->rx->req_prod = q->rx_prod;
	raw_send(q->rx_port);
}

bool raw_rx_response(struct raw_queue *q, struct netif_rx_response *rsp)
{
	if (q->rx_cons == q->rx->rsp_prod)
		return false;
	memcpy(rsp, q->rx->slots + (q->rx_cons++ & (RAW_SLOTS - 1)) * 8, sizeof(*rsp));
	q->rx->rsp_event = q->rx_cons + 1;
	return true;
}

uint8_t *raw_rx_page(struct raw_queue *q, uint16_t id)
{
	(void)q;
	return raw_page(PFN_RX + id);
}
