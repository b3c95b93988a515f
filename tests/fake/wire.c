/* SPDX-License-Identifier: BSD-2-Clause */
/* Two hosts and what is between them: wire.h draws it. */
#include "tests/fake/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xen/io/xenbus.h>

#include "lwip/etharp.h"
#include "lwip/inet_chksum.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "netif/ethernet.h"

#include "kernel/thread.h"
#include "kernel/timer.h"
#include "net/net.h"
#include "tests/fake/domain.h"
#include "host/vif.h"
#include "host/xenstore.h"
#include "xen/clock.h"
#include "xen/evtchn.h"
#include "xen/grant.h"
#include "xen/xenbus.h"
#include "xen/xenstore.h"

#define LOG_MODULE "test"
#include "kernel/log.h"

#define QUEUE 4096u

struct back wire_back;
struct netif wire_peer;
bool wire_cut;
void (*wire_seen)(const uint8_t *frame, unsigned len);

static struct pbuf *queue[QUEUE];
static unsigned n_queued;

/* --- the store's side --------------------------------------------------------------- */

int wire_frontend_state(unsigned id)
{
	return vif_frontend_state(vif_find(id));
}

void wire_backend_state(unsigned id, int state)
{
	char path[64];

	snprintf(path, sizeof(path), "/local/domain/%u/backend/vif/%u/%u/state",
		BACK_DOMID, HV_DOMID, id);
	store_write(path, "%d", state);
}

void wire_wake(unsigned id)
{
	struct vif *v = vif_find(id);

	vif_return(v);
	back_watch(&wire_back, vif_netback(v));
}

void wire_die(unsigned id, bool crash)
{
	back_release(&wire_back);
	back_watch(&wire_back, NULL);
	vif_die(vif_find(id), crash ? VIF_CRASHED : VIF_UNBOUND);
}

void wire_unplug(unsigned id, bool polite)
{
	struct vif *v = vif_find(id);

	if (v)
		vif_unplug(v, !polite);
}

static void sent(struct outlet *o, struct packet *p);

static void stay(struct outlet *o)
{
	(void)o;
}

static const struct outlet_ops wire_ops = {.name = "wire", .send = sent, .close = stay};
static struct outlet wire = {.ops = &wire_ops};

void wire_attach(unsigned id, const struct wire_options *o)
{
	struct vif_config c = {
		.id = id,
		.backend_domid = BACK_DOMID,
		.mac = {0x00, 0x16, 0x3e, 0x00, (uint8_t)id, 0x02},
		.ip = o->ip,
		.features = netback_all_features,
		.outlet = id == 0 ? &wire : outlet_null(),
		.no_driver = o->lame,
	};

	c.features.split = !o->no_split;
	c.features.sg = !o->no_sg;
	c.features.csum4 = !o->no_csum;
	c.features.csum6 = !o->no_csum6;
	vif_plug(&c);
	if (id == 0)
		back_watch(&wire_back, vif_netback(vif_find(0)));
}

void wire_detach(void)
{
	back_release(&wire_back);
	back_watch(&wire_back, NULL);
	vif_unplug(vif_find(0), true);
}

/* --- frames ------------------------------------------------------------------------- */

/* What a back end's device does with a checksum that was left to it: complete it. */
static void complete_checksum(uint8_t *frame, unsigned len)
{
	struct eth_hdr *eth = (struct eth_hdr *)frame;
	unsigned at = eth->type == PP_HTONS(ETHTYPE_IPV6)
			      ? SIZEOF_ETH_HDR + IP6_HLEN
			      : SIZEOF_ETH_HDR + (frame[14] & 15u) * 4;
	uint16_t sum = net_checksum(frame + at, (int)(len - at));

	((struct tcp_hdr *)(frame + at))->chksum = (uint16_t)~sum;
}

static void sent(struct outlet *o, struct packet *p)
{
	struct pbuf *copy;

	(void)o;
	if (p->csum_blank)
		complete_checksum(p->data, p->len_bytes);
	if (wire_seen)
		wire_seen(p->data, p->len_bytes);
	if (wire_cut || n_queued == QUEUE)
		return;
	copy = pbuf_alloc(PBUF_RAW, (u16_t)p->len_bytes, PBUF_RAM);
	assert(copy);
	memcpy(copy->payload, p->data, p->len_bytes);
	queue[n_queued++] = copy;
}

bool wire_give(const void *frame, unsigned len, uint16_t flags)
{
	static uint8_t bytes[PACKET_BYTES_MAX];
	struct packet p = {.data = bytes,
		.len_bytes = len,
		.csum_blank = flags & NETRXF_csum_blank,
		.csum_good = flags & NETRXF_data_validated};

	memcpy(bytes, frame, len);
	return wire.deliver && wire.deliver(wire.arg, &p);
}

/* As a real back end does: what has no page yet waits. */
static struct pbuf *waiting[QUEUE];
static unsigned n_waiting;

static void give_waiting(void)
{
	static uint8_t frame[65536];
	unsigned n = 0;

	for (; n < n_waiting; n++) {
		pbuf_copy_partial(waiting[n], frame, waiting[n]->tot_len, 0);
		if (wire.deliver && !wire_give(frame, waiting[n]->tot_len, 0))
			break;
		pbuf_free(waiting[n]);
	}
	n_waiting -= n;
	memmove(waiting, waiting + n, n_waiting * sizeof(waiting[0]));
}

static err_t peer_output(struct netif *n, struct pbuf *p)
{
	(void)n;
	if (n_waiting == QUEUE)
		return ERR_BUF;
	waiting[n_waiting++] = pbuf_clone(PBUF_RAW, PBUF_RAM, p);
	give_waiting();
	return ERR_OK;
}

static err_t peer_init(struct netif *n)
{
	static const uint8_t mac[6] = {0xfe, 0xff, 0xff, 0xff, 0xff, 0xff};

	n->name[0] = 'p';
	n->name[1] = 'r';
	n->linkoutput = peer_output;
	n->output = etharp_output;
	n->hwaddr_len = sizeof(mac);
	memcpy(n->hwaddr, mac, sizeof(mac));
	n->mtu = 1500;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		   NETIF_FLAG_LINK_UP;
	return ERR_OK;
}

static void peer_start(void)
{
	ip4_addr_t addr, mask, none;

	IP4_ADDR(&addr, 10, 0, 0, 1);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	ip4_addr_set_any(&none);
	netif_add(&wire_peer, &addr, &mask, &none, NULL, peer_init, ethernet_input);
	netif_set_up(&wire_peer);
}

static void carry(void)
{
	static bool started;

	net_lock();
	if (!started)
		peer_start();
	started = true;
	for (unsigned i = 0; i < n_queued; i++)
		if (wire_peer.input(queue[i], &wire_peer) != ERR_OK)
			pbuf_free(queue[i]);
	n_queued = 0;
	give_waiting();
	net_unlock();
}

void wire_run(unsigned ms)
{
	uint64_t end = clock_ns() + ms * NS_PER_MS;

	do {
		carry();
		thread_sleep_until(clock_ns() + NS_PER_MS / 2);
	} while (clock_ns() < end);
	carry();
}

void wire_boot(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	domain_start();
	assert(evtchn_start() == 0 && clock_start() == 0 && grant_start() == 0);
	assert(xenstore_start() == 0 && xenbus_start() == 0);
}
