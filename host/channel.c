/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The peers' ends of event channels, and when peers work: each has a function that runs
 * once for all signals since it ran last.
 */
#include <assert.h>
#include <stdlib.h>
#include <xen/errno.h>

#include "host/evtchn_private.h"
#include "host/hv.h"
#include "host/peer.h"
#include "host/say.h"
#include "host/trace.h"
#include "kernel/list.h"

struct channel {
	struct list link;
	uint16_t peer;
	uint32_t guest_port; /* 0 = our domain has not bound to it, or has closed */
	uint32_t peer_port;
	channel_handler *fn;
	void *arg;
	bool signalled; /* since it ran last */
	bool due;       /* to run in this round */
};

static struct list channels = LIST_INIT(channels);
static uint32_t last_peer_port;
static unsigned n_signalled; /* so that an idle round costs one look */
static bool running;

static struct channel *channel_new(uint16_t peer, channel_handler *fn, void *arg)
{
	struct channel *c = calloc(1, sizeof(*c));

	assert(c); /* a handful for each device */
	*c = (struct channel){
		.peer = peer, .fn = fn, .arg = arg, .peer_port = ++last_peer_port};
	list_append(&channels, &c->link);
	return c;
}

static void connect(uint32_t port, struct channel *c)
{
	evtchn_ports[port].state = PORT_CONNECTED;
	evtchn_ports[port].channel = c;
	c->guest_port = port;
}

/* --- what the domain does ----------------------------------------------------------- */

long evtchn_channel_connect(uint16_t peer, uint32_t peer_port)
{
	list_for_each(&channels, pos)
	{
		struct channel *c = list_entry(pos, struct channel, link);
		long port;

		if (c->peer != peer || c->peer_port != peer_port || c->guest_port)
			continue;
		port = evtchn_port_new(PORT_CONNECTED, peer);
		if (port > 0)
			connect((uint32_t)port, c);
		return port;
	}
	host_refused("event channels: binding to port %u of domain %u, which is not open "
		     "for us",
		peer_port, peer);
	return -XEN_EINVAL;
}

void evtchn_channel_signal(struct channel *c)
{
	n_signalled += !c->signalled;
	c->signalled = true;
}

void evtchn_channel_lost(struct channel *c)
{
	c->guest_port = 0;
}

uint32_t evtchn_channel_port(const struct channel *c)
{
	return c->peer_port;
}

/* --- what peers do ------------------------------------------------------------------ */

struct channel *channel_wire(
	uint16_t peer, channel_handler *fn, void *arg, uint32_t *guest_port)
{
	long port = evtchn_port_new(PORT_CONNECTED, peer);
	struct channel *c = channel_new(peer, fn, arg);

	assert(port > 0); /* at birth: all ports are free */
	connect((uint32_t)port, c);
	*guest_port = (uint32_t)port;
	return c;
}

struct channel *channel_bind(
	uint16_t peer, uint32_t guest_port, channel_handler *fn, void *arg)
{
	struct channel *c;

	if (guest_port == 0 || guest_port >= EVTCHN_PORTS ||
		evtchn_ports[guest_port].state != PORT_UNBOUND ||
		evtchn_ports[guest_port].peer != peer)
		return NULL;
	c = channel_new(peer, fn, arg);
	connect(guest_port, c);
	channel_again(c); /* as Xen does: our domain may have signalled before */
	TRACE(TRACE_EVENTS, "peer-bind domain=%u to port %u", peer, guest_port);
	return c;
}

struct channel *channel_open(
	uint16_t peer, channel_handler *fn, void *arg, uint32_t *peer_port)
{
	struct channel *c = channel_new(peer, fn, arg);

	*peer_port = c->peer_port;
	return c;
}

void channel_notify(struct channel *c)
{
	if (!c->guest_port)
		return;
	TRACE(TRACE_EVENTS, "notify port=%u from domain %u", c->guest_port, c->peer);
	hv_raise_port(c->guest_port);
}

void channel_again(struct channel *c)
{
	evtchn_channel_signal(c);
}

void channel_close(struct channel *c)
{
	if (c->guest_port) {
		evtchn_ports[c->guest_port].state = PORT_UNBOUND;
		evtchn_ports[c->guest_port].channel = NULL;
	}
	n_signalled -= c->signalled;
	list_remove(&c->link);
	free(c);
}

/* The next one of this round; the list may change between two of them. */
static struct channel *due_find(void)
{
	list_for_each(&channels, pos)
	{
		struct channel *c = list_entry(pos, struct channel, link);

		if (c->due)
			return c;
	}
	return NULL;
}

unsigned peers_run(void)
{
	struct channel *c;
	unsigned n = 0;

	if (running || n_signalled == 0)
		return 0;
	running = true;
	list_for_each(&channels, pos)
	{
		c = list_entry(pos, struct channel, link);
		c->due = c->signalled;
		c->signalled = false;
	}
	n_signalled = 0;
	for (; (c = due_find()); n++) {
		c->due = false;
		c->fn(c->arg);
	}
	running = false;
	return n;
}
