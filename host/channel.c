/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The peers' ends of event channels, and when peers work: each has a function that runs
 * once for all signals since it ran last.
 */
#include <assert.h>
#include <stdlib.h>

#include "host/evtchn_private.h"
#include "host/hv.h"
#include "host/peer.h"
#include "host/trace.h"

static uint32_t last_peer_port;
static bool running;

static struct channel *channel_new(uint16_t peer, channel_handler *fn, void *arg)
{
	struct channel *c = calloc(1, sizeof(*c));

	assert(c); /* a handful for each device */
	*c = (struct channel){
		.peer = peer, .fn = fn, .arg = arg, .peer_port = ++last_peer_port};
	list_append(&evtchn_peers.channels, &c->link);
	return c;
}

struct channel *channel_wire(
	uint16_t peer, channel_handler *fn, void *arg, uint32_t *guest_port)
{
	long port = evtchn_port_new(PORT_CONNECTED, peer);
	struct channel *c = channel_new(peer, fn, arg);

	assert(port > 0); /* at birth: all ports are free */
	channel_connect((uint32_t)port, c);
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
	channel_connect(guest_port, c);
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
	channel_signal(c);
}

void channel_close(struct channel *c)
{
	if (c->guest_port) {
		evtchn_ports[c->guest_port].state = PORT_UNBOUND;
		evtchn_ports[c->guest_port].channel = NULL;
	}
	list_remove(&c->link);
	free(c);
}

/* The next one of this round; the list may change between two of them. */
static struct channel *due_find(void)
{
	list_for_each(&evtchn_peers.channels, pos)
	{
		struct channel *c = list_entry(pos, struct channel, link);

		if (c->due)
			return c;
	}
	return NULL;
}

bool peers_signalled(void)
{
	return evtchn_peers.any_signalled;
}

unsigned peers_run(void)
{
	struct channel *c;
	unsigned n = 0;

	if (running || !evtchn_peers.any_signalled)
		return 0;
	running = true;
	evtchn_peers.any_signalled = false;
	list_for_each(&evtchn_peers.channels, pos)
	{
		c = list_entry(pos, struct channel, link);
		c->due = c->signalled;
		c->signalled = false;
	}
	for (; (c = due_find()); n++) {
		c->due = false;
		c->fn(c->arg);
	}
	running = false;
	return n;
}
