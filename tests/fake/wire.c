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
#include "host/peer.h"
#include "host/xenstore.h"
#include "xen/clock.h"
#include "xen/evtchn.h"
#include "xen/grant.h"
#include "xen/xenbus.h"
#include "xen/xenstore.h"

#define LOG_MODULE "test"
#include "kernel/log.h"

#define BACK  "/local/domain/3/backend/vif/7"
#define FRONT "/local/domain/7/device/vif"
#define QUEUE 4096u

struct netback wire_back;
struct netif wire_peer;
bool wire_cut;
void (*wire_seen)(const uint8_t *frame, unsigned len);

static struct pbuf *queue[QUEUE];
static unsigned n_queued;
static bool lame;

/* --- the store's side --------------------------------------------------------------- */

static const char *path(const char *side, unsigned id, const char *key)
{
	static char text[4][128];
	static unsigned turn;
	char *p = text[turn++ % 4];

	snprintf(p, sizeof(text[0]), "%s/%u/%s", side, id, key);
	return p;
}

int wire_frontend_state(unsigned id)
{
	const char *text = store_read(path(FRONT, id, "state"));

	return text ? atoi(text) : 0;
}

void wire_backend_state(unsigned id, int state)
{
	if (state != XenbusStateConnected && state != XenbusStateInitWait && wire_back.tx)
		netback_disconnect(&wire_back);
	store_write(path(BACK, id, "state"), "%d", state);
}

void wire_wake(unsigned id)
{
	lame = false;
	wire_backend_state(id, XenbusStateInitWait);
}

static unsigned long front_key(void *arg, const char *key)
{
	const char *text = store_read(path(FRONT, *(unsigned *)arg, key));

	return text ? strtoul(text, NULL, 10) : 0;
}

/* The back end's driver: what Linux' netback does when the front end's state changes. */
static void front_changed(struct store_watch *w, const char *changed)
{
	unsigned id = 0;
	const char *text = store_read(path(BACK, id, "state"));
	int ours = text ? atoi(text) : 0;

	(void)w;
	(void)changed;
	if (!ours || lame)
		return;
	switch (wire_frontend_state(id)) {
	case XenbusStateInitialising:
		if (ours == XenbusStateClosed)
			wire_backend_state(id, XenbusStateInitWait);
		break;
	case XenbusStateConnected:
		if (ours != XenbusStateInitWait)
			break;
		if (netback_connect(&wire_back, front_key, &id) == NULL)
			wire_backend_state(id, XenbusStateConnected);
		break;
	case XenbusStateClosing:
		if (ours != XenbusStateClosed)
			wire_backend_state(id, XenbusStateClosing);
		break;
	case XenbusStateClosed:
		if (ours != XenbusStateClosed)
			wire_backend_state(id, XenbusStateClosed);
		break;
	default:
		break;
	}
}

/* A node that both ends may read and its owner write. */
static void put(const char *side, unsigned id, const char *key, const char *value)
{
	store_write(path(side, id, key), "%s", value);
	store_set_perms(path(side, id, key), strcmp(side, BACK) == 0 ? "n3 r7" : "n7 r3");
}

static void put_feature(unsigned id, const char *key, bool absent)
{
	if (!absent)
		put(BACK, id, key, "1");
}

static void put_directory(const char *side, unsigned id)
{
	char dir[64];

	snprintf(dir, sizeof(dir), "%s/%u", side, id);
	store_write(dir, "%s", "");
	store_set_perms(dir, strcmp(side, BACK) == 0 ? "n3 r7" : "n7 r3");
}

void wire_attach(unsigned id, const struct wire_options *o)
{
	char back[64];

	lame = o->lame;
	snprintf(back, sizeof(back), "%s/%u", BACK, id);
	store_begin();
	put_directory(BACK, id);
	put(BACK, id, "online", "1");
	put_feature(id, "feature-rx-copy", false);
	put_feature(id, "feature-split-event-channels", o->no_split);
	put_feature(id, "feature-sg", o->no_sg);
	put_feature(id, "feature-no-csum-offload", !o->no_csum);
	put_feature(id, "feature-ipv6-csum-offload", o->no_csum6);
	if (o->ip)
		put(BACK, id, "ip", o->ip);
	put(BACK, id, "state", o->lame ? "1" : "2");
	put_directory(FRONT, id);
	put(FRONT, id, "backend", back);
	put(FRONT, id, "backend-id", "3");
	put(FRONT, id, "mac", "00:16:3e:00:00:02");
	put(FRONT, id, "state", "1");
	store_commit();
}

void wire_detach(void)
{
	netback_disconnect(&wire_back);
	netback_release(&wire_back);
	store_begin();
	store_rm("/local/domain/3/backend/vif/7/0");
	store_rm("/local/domain/7/device/vif/0");
	store_commit();
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

static void taken(struct netback *b, const struct netback_packet *p)
{
	struct pbuf *copy;

	(void)b;
	if (p->flags & NETTXF_csum_blank)
		complete_checksum(p->data, p->len);
	if (wire_seen)
		wire_seen(p->data, p->len);
	if (wire_cut || n_queued == QUEUE)
		return;
	copy = pbuf_alloc(PBUF_RAW, (u16_t)p->len, PBUF_RAM);
	assert(copy);
	memcpy(copy->payload, p->data, p->len);
	queue[n_queued++] = copy;
}

bool wire_give(const void *frame, unsigned len, uint16_t flags)
{
	if (!wire_back.rx || !netback_give(&wire_back, frame, len, flags, 4096))
		return false;
	netback_push(&wire_back, false);
	return true;
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
		if (wire_back.rx && !wire_give(frame, waiting[n]->tot_len, 0))
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
	static struct store_watch watch = {.path = FRONT, .changed = front_changed};
	static bool done;

	wire_back.on_packet = taken;
	if (done)
		return;
	done = true;
	domain_start();
	assert(evtchn_start() == 0 && clock_start() == 0 && grant_start() == 0);
	assert(xenstore_start() == 0 && xenbus_start() == 0);
	store_watch(&watch);
}
