/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront: the devices, when their rings are looked at, and when the other end is told.
 *
 *   event --> upcall: mask the port, wake the network thread
 *                 |
 *   netfront_poll(): completions, packets (a budget of them), pages posted again
 *                 |   nothing left: ask for an event, look once more, unmask
 *   netfront_flush(): publish what was queued, one notification if the back end wants it
 *
 * A back end that sends events with nothing behind them finds its port masked and polled
 * by a timer instead. One that breaks the protocol is not served again until it has been
 * re-attached; nothing else suffers.
 */
#include "net/netfront_private.h"

#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/heap.h"
#include "kernel/page.h"
#include "net/net.h"
#include "xen/grant.h"

#define LOG_MODULE "netfront"
#include "kernel/log.h"

#define IDLE_EVENTS_MAX 64u              /* in a row, before the port is throttled */
#define THROTTLE_NS     (10 * NS_PER_MS) /* between polls then */

static struct list devices = LIST_INIT(devices);
const struct netfront_client *netfront_client;

void netfront_set_client(const struct netfront_client *client)
{
	netfront_client = client;
}

/* --- what the client may ask -------------------------------------------------------- */

unsigned netfront_id(const struct netfront *nf)
{
	return nf->id;
}

const uint8_t *netfront_mac(const struct netfront *nf)
{
	return nf->mac;
}

unsigned netfront_mtu(const struct netfront *nf)
{
	return nf->mtu;
}

const struct netfront_features *netfront_features(const struct netfront *nf)
{
	return &nf->features;
}

const char *netfront_xenstore_ip(const struct netfront *nf)
{
	return nf->ip;
}

void *netfront_client_data(const struct netfront *nf)
{
	return nf->client_data;
}

void netfront_set_client_data(struct netfront *nf, void *data)
{
	nf->client_data = data;
}

void netfront_get_stats(const struct netfront *nf, struct netfront_stats *s)
{
	*s = nf->stats;
}

/* --- events ------------------------------------------------------------------------- */

/* In the upcall: no more events until the rings have been looked at. */
static void event(evtchn_port_nr port, void *arg)
{
	struct netfront *nf = arg;

	(void)port;
	evtchn_mask(nf->rx_port);
	if (nf->tx_port != nf->rx_port)
		evtchn_mask(nf->tx_port);
	nf->masked = true;
	nf->kicked = true;
	nf->stats.wakeups++;
	net_kick();
}

/* In the upcall: a throttled device's turn. */
static void throttle_over(struct timer *t)
{
	container_of(t, struct netfront, throttle)->kicked = true;
	net_kick();
}

static void unmask(struct netfront *nf)
{
	nf->masked = false;
	evtchn_unmask(nf->rx_port);
	if (nf->tx_port != nf->rx_port)
		evtchn_unmask(nf->tx_port);
}

/*
 * Let events in again once nothing is left to do. Returns true when there is something
 * after all.
 */
static bool sleep_again(struct netfront *nf, bool idle)
{
	evtchn_clear(nf->rx_port); /* what it announced has been seen */
	evtchn_clear(nf->tx_port);
	if (ring_sleep_check(&nf->rx.ring, 1) || netfront_tx_sleep_check(nf))
		return true;
	if (!nf->masked)
		return false;
	nf->idle_events = idle ? nf->idle_events + 1 : 0;
	if (nf->idle_events > IDLE_EVENTS_MAX) {
		if (nf->idle_events == IDLE_EVENTS_MAX + 1)
			log_warn("vif%u: too many events for nothing, polling it instead",
				nf->id);
		timer_set(&nf->throttle, clock_ns() + THROTTLE_NS);
		return false;
	}
	unmask(nf);
	return false;
}

/* --- polling and flushing ----------------------------------------------------------- */

static bool poll_one(struct netfront *nf)
{
	unsigned completions, packets;

	nf->kicked = false; /* before the look: an event from here on means another one */
	completions = netfront_tx_reap(nf);
	if (completions && nf->tx.full) {
		nf->tx.full = false;
		netfront_client->room(nf);
	}
	packets = netfront_rx_poll(nf, NETFRONT_RX_BUDGET);
	if (!nf->up || nf->broken)
		return false;
	netfront_rx_fill(nf);
	if (packets == NETFRONT_RX_BUDGET ||
		sleep_again(nf, packets + completions == 0)) {
		nf->kicked = true;
		return true;
	}
	return false;
}

bool netfront_poll(void)
{
	bool more = false;

	list_for_each_safe(&devices, l)
	{
		struct netfront *nf = list_entry(l, struct netfront, link);

		if (nf->kicked && nf->up && !nf->broken)
			more |= poll_one(nf);
	}
	return more;
}

static void notify(struct netfront *nf, evtchn_port_nr port)
{
	nf->stats.notifications++;
	(void)evtchn_send(port); /* fails when the other end is gone: xenbus will tell */
}

static bool has_news(const struct ring *r)
{
	return r->req_prod != r->req_published;
}

static void flush_one(struct netfront *nf)
{
	bool tx, rx;

	netfront_rx_fill(nf);
	tx = has_news(&nf->tx.ring) && ring_publish(&nf->tx.ring);
	rx = has_news(&nf->rx.ring) && ring_publish(&nf->rx.ring);
	if (tx)
		notify(nf, nf->tx_port);
	if (rx && !(tx && nf->tx_port == nf->rx_port))
		notify(nf, nf->rx_port);
	if (nf->tx.full && netfront_tx_sleep_check(nf)) { /* there is room already */
		nf->kicked = true;
		net_kick();
	}
}

void netfront_flush(void)
{
	list_for_each(&devices, l)
	{
		struct netfront *nf = list_entry(l, struct netfront, link);

		if (nf->up && !nf->broken)
			flush_one(nf);
	}
}

bool netfront_starved(void)
{
	list_for_each(&devices, l)
	{
		struct netfront *nf = list_entry(l, struct netfront, link);

		if (nf->up && !nf->broken &&
			nf->rx.n_free > NETFRONT_RING_SLOTS - nf->rx.target / 2)
			return true;
	}
	return false;
}

unsigned netfront_report_missing(void)
{
	unsigned n = 0;

	list_for_each(&devices, l)
	{
		const struct netfront *nf = list_entry(l, struct netfront, link);

		n++;
		if (!nf->up)
			log_error("vif%u: its back end does not connect; look at the "
				  "bridge and the "
				  "hot-plug scripts of the host. It is used as soon as "
				  "it does",
				nf->id);
	}
	return n;
}

/* --- life --------------------------------------------------------------------------- */

void netfront_break(struct netfront *nf, const char *what)
{
	if (nf->broken)
		return;
	nf->broken = true;
	nf->stats.rx_bad++;
	xenbus_device_fail(nf->dev, -EPROTO, what);
}

void *netfront_ring_create(
	struct netfront *nf, struct ring *ring, uint32_t slot_bytes, uint32_t *ref)
{
	void *page = page_alloc_zeroed(1);
	int granted;

	ring->shared = NULL;
	if (!page)
		return NULL;
	granted = grant_access(nf->peer, ptr_to_mfn(page), GRANT_RW);
	if (granted < 0) {
		page_free(page, 1);
		return NULL;
	}
	*ref = (uint32_t)granted;
	ring_init(ring, page, PAGE_SIZE, slot_bytes);
	assert(ring->n_slots == NETFRONT_RING_SLOTS);
	return page;
}

void netfront_ring_destroy(struct ring *ring, uint32_t ref)
{
	void *page = ring->shared;

	if (!page)
		return;
	ring->shared = NULL;
	if (grant_end(ref) == 0)
		page_free(page, 1);
	else
		grant_quarantine(ref, page);
}

struct netfront *netfront_create(struct xenbus_device *dev)
{
	struct netfront *nf = kzalloc(sizeof *nf);

	if (!nf)
		return NULL;
	nf->dev = dev;
	nf->id = dev->id;
	timer_setup(&nf->throttle, throttle_over);
	list_append(&devices, &nf->link);
	return nf;
}

void netfront_destroy(struct netfront *nf)
{
	nf->dev = NULL;
	list_remove(&nf->link);
	if (nf->rx.pages_up == 0) /* else the last page that comes back does it */
		kfree(nf);
}

static int open_ports(struct netfront *nf)
{
	int port = evtchn_alloc_unbound(nf->peer, event, nf);

	if (port < 0)
		return port;
	nf->rx_port = nf->tx_port = (evtchn_port_nr)port;
	if (!nf->features.split_channels)
		return 0;
	port = evtchn_alloc_unbound(nf->peer, event, nf);
	if (port < 0) {
		evtchn_close(nf->rx_port);
		return port;
	}
	nf->tx_port = (evtchn_port_nr)port;
	return 0;
}

static void close_ports(struct netfront *nf)
{
	evtchn_close(nf->rx_port);
	if (nf->tx_port != nf->rx_port)
		evtchn_close(nf->tx_port);
	nf->rx_port = nf->tx_port = 0;
}

/**
 * Rings, grants and ports for the peer and features that nf names. Returns 0 or -errno
 * with nothing left over.
 */
int netfront_open(struct netfront *nf)
{
	int err = netfront_tx_start(nf);

	if (err)
		return err;
	err = netfront_rx_start(nf);
	if (err)
		goto out_tx;
	err = open_ports(nf);
	if (err)
		goto out_rx;
	nf->rings = true;
	nf->broken = nf->masked = nf->kicked = false;
	nf->idle_events = 0;
	return 0;
out_rx:
	netfront_rx_stop(nf);
out_tx:
	netfront_tx_stop(nf);
	return err;
}

/**
 * Both ends are Connected: traffic flows. Again while it is up already: the back end has
 * been rebound to its driver and goes on with the same rings, having missed whatever was
 * announced meanwhile.
 */
void netfront_set_up(struct netfront *nf)
{
	bool again = nf->up;

	nf->up = true;
	nf->stats.connects++;
	if (again) {
		notify(nf, nf->tx_port);
		notify(nf, nf->rx_port);
	} else {
		netfront_client->link_up(nf);
	}
	nf->masked = nf->kicked = true; /* the first poll unmasks the ports */
	net_kick();
}

/**
 * The end of traffic in any state; everything that netfront_open() took is given back.
 */
void netfront_close(struct netfront *nf)
{
	if (nf->up) {
		nf->up = false;
		netfront_client->link_down(nf);
	}
	if (!nf->rings)
		return;
	nf->rings = false;
	timer_cancel(&nf->throttle);
	close_ports(nf);
	netfront_rx_stop(nf);
	netfront_tx_stop(nf);
}
