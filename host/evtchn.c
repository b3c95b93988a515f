/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model's event channels: ports of our domain as the hypervisor keeps them, and the
 * peers at their other ends.
 *
 *   ports[n]   FREE | UNBOUND (open for a domain) | CONNECTED (to a channel) | VIRQ
 *   channel    a peer's end: a function to run when it is signalled
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/xen.h>

#include "arch/barrier.h"
#include "host/hv.h"
#include "host/peer.h"
#include "kernel/list.h"

#define N_PORTS 4096u
#define N_VIRQS 24u

enum port_state { PORT_FREE, PORT_UNBOUND, PORT_CONNECTED, PORT_VIRQ };

struct port {
	enum port_state state;
	uint16_t peer;
	unsigned virq;
	struct channel *channel;
};

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

static struct port ports[N_PORTS];
static uint32_t first_port = 1;
static struct list channels = LIST_INIT(channels);
static uint32_t last_peer_port;
static bool any_signalled; /* maybe; never false when one is */
static bool running;
static unsigned fail_n;
static int fail_errno;

static void channel_signal(struct channel *c)
{
	c->signalled = true;
	any_signalled = true;
}

/* --- signals to our domain ---------------------------------------------- */

void hv_raise_port(uint32_t port)
{
	struct shared_info *s = hv_shared_info();
	struct vcpu_info *v = &s->vcpu_info[0];
	bool was = atomic_bit_test(s->evtchn_pending, port);

	atomic_bit_set(s->evtchn_pending, port);
	if (was || atomic_bit_test(s->evtchn_mask, port))
		return;
	atomic_bit_set(&v->evtchn_pending_sel, port / BITS_PER_LONG);
	v->evtchn_upcall_pending = 1;
}

bool hv_event_pending(void)
{
	return hv_shared_info()->vcpu_info[0].evtchn_upcall_pending;
}

bool hv_port_pending(uint32_t port)
{
	return port < N_PORTS && atomic_bit_test(hv_shared_info()->evtchn_pending, port);
}

bool hv_raise_virq(unsigned virq)
{
	for (uint32_t p = 1; p < N_PORTS; p++) {
		if (ports[p].state == PORT_VIRQ && ports[p].virq == virq) {
			hv_raise_port(p);
			return true;
		}
	}
	return false;
}

/* --- ports of our domain ------------------------------------------------ */

static long port_new(enum port_state state, uint16_t peer)
{
	uint32_t p = first_port;

	while (p < N_PORTS && ports[p].state != PORT_FREE)
		p++;
	if (p == N_PORTS)
		return -XEN_ENOSPC;
	ports[p] = (struct port){.state = state, .peer = peer};
	return p;
}

static struct channel *channel_new(uint16_t peer, channel_handler *fn, void *arg)
{
	struct channel *c = calloc(1, sizeof(*c));

	*c = (struct channel){
		.peer = peer, .fn = fn, .arg = arg, .peer_port = ++last_peer_port};
	list_append(&channels, &c->link);
	return c;
}

static void connect(uint32_t port, struct channel *c)
{
	ports[port].state = PORT_CONNECTED;
	ports[port].channel = c;
	c->guest_port = port;
}

static long op_alloc_unbound(struct evtchn_alloc_unbound *op)
{
	long port;

	if (op->dom != DOMID_SELF && op->dom != HV_DOMID)
		return -XEN_EPERM;
	port = port_new(PORT_UNBOUND, op->remote_dom);
	if (port < 0)
		return port;
	op->port = (uint32_t)port;
	return 0;
}

static long op_bind_interdomain(struct evtchn_bind_interdomain *op)
{
	list_for_each(&channels, pos)
	{
		struct channel *c = list_entry(pos, struct channel, link);
		long port;

		if (c->peer != op->remote_dom || c->peer_port != op->remote_port ||
			c->guest_port)
			continue;
		port = port_new(PORT_CONNECTED, c->peer);
		if (port < 0)
			return port;
		connect((uint32_t)port, c);
		op->local_port = (uint32_t)port;
		/* As Xen does: the peer may have signalled before. */
		hv_raise_port((uint32_t)port);
		return 0;
	}
	return -XEN_EINVAL;
}

static long op_bind_virq(struct evtchn_bind_virq *op)
{
	long port;

	if (op->virq >= N_VIRQS || op->vcpu != 0)
		return -XEN_EINVAL;
	for (uint32_t p = 1; p < N_PORTS; p++) {
		if (ports[p].state == PORT_VIRQ && ports[p].virq == op->virq)
			return -XEN_EEXIST;
	}
	port = port_new(PORT_VIRQ, 0);
	if (port < 0)
		return port;
	ports[port].virq = op->virq;
	op->port = (uint32_t)port;
	return 0;
}

static long op_close(const struct evtchn_close *op)
{
	struct port *p;

	if (op->port == 0 || op->port >= N_PORTS || ports[op->port].state == PORT_FREE)
		return -XEN_EINVAL;
	p = &ports[op->port];
	if (p->channel)
		p->channel->guest_port = 0;
	*p = (struct port){.state = PORT_FREE};
	atomic_bit_clear(hv_shared_info()->evtchn_pending, op->port);
	return 0;
}

static long op_send(const struct evtchn_send *op)
{
	if (op->port == 0 || op->port >= N_PORTS)
		return -XEN_EINVAL;
	if (ports[op->port].state == PORT_CONNECTED)
		channel_signal(ports[op->port].channel);
	else if (ports[op->port].state != PORT_UNBOUND) /* there the signal is lost */
		return -XEN_EINVAL;
	return 0;
}

static long op_unmask(const struct evtchn_unmask *op)
{
	if (op->port >= N_PORTS)
		return -XEN_EINVAL;
	if (atomic_bit_clear(hv_shared_info()->evtchn_mask, op->port) &&
		atomic_bit_clear(hv_shared_info()->evtchn_pending, op->port))
		hv_raise_port(op->port);
	return 0;
}

long hv_evtchn_op(unsigned cmd, void *arg)
{
	if (fail_n > 0 && cmd != EVTCHNOP_send && cmd != EVTCHNOP_close) {
		fail_n--;
		return -fail_errno;
	}
	switch (cmd) {
	case EVTCHNOP_alloc_unbound:
		return op_alloc_unbound(arg);
	case EVTCHNOP_bind_interdomain:
		return op_bind_interdomain(arg);
	case EVTCHNOP_bind_virq:
		return op_bind_virq(arg);
	case EVTCHNOP_close:
		return op_close(arg);
	case EVTCHNOP_send:
		return op_send(arg);
	case EVTCHNOP_unmask:
		return op_unmask(arg);
	default:
		return -XEN_ENOSYS;
	}
}

unsigned hv_ports_open(void)
{
	unsigned n = 0;

	for (uint32_t p = 1; p < N_PORTS; p++)
		n += ports[p].state != PORT_FREE;
	return n;
}

void hv_ports_from(uint32_t port)
{
	first_port = port;
}

void hv_ports_fail(unsigned n, int xen_errno)
{
	fail_n = n;
	fail_errno = xen_errno;
}

/* --- the peers' side ---------------------------------------------------- */

struct channel *channel_wire(
	uint16_t peer, channel_handler *fn, void *arg, uint32_t *guest_port)
{
	long port = port_new(PORT_CONNECTED, peer);
	struct channel *c = channel_new(peer, fn, arg);

	assert(port > 0);
	connect((uint32_t)port, c);
	*guest_port = (uint32_t)port;
	return c;
}

struct channel *channel_bind(
	uint16_t peer, uint32_t guest_port, channel_handler *fn, void *arg)
{
	struct channel *c;

	if (guest_port == 0 || guest_port >= N_PORTS ||
		ports[guest_port].state != PORT_UNBOUND || ports[guest_port].peer != peer)
		return NULL;
	c = channel_new(peer, fn, arg);
	connect(guest_port, c);
	channel_signal(c); /* as Xen does: our domain may have signalled before */
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
	if (c->guest_port)
		hv_raise_port(c->guest_port);
}

void channel_again(struct channel *c)
{
	channel_signal(c);
}

void channel_close(struct channel *c)
{
	if (c->guest_port) {
		ports[c->guest_port].state = PORT_UNBOUND;
		ports[c->guest_port].channel = NULL;
	}
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

bool peers_signalled(void)
{
	return any_signalled;
}

unsigned peers_run(void)
{
	struct channel *c;
	unsigned n = 0;

	if (running)
		return 0;
	running = true;
	any_signalled = false;
	list_for_each(&channels, pos)
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
