/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of event channels, and what Xen refuses with which error.
 * Source: public/event_channel.h; xen/common/event_channel.c.
 */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/xen.h>

#include "arch/barrier.h"
#include "host/evtchn_private.h"
#include "host/hv.h"
#include "host/lean.h"

static unsigned fail_n;
static int fail_errno;

/* A port that is in use, or NULL after saying that it is none. */
static struct evtchn_port *port_get(uint32_t port, const char *operation)
{
	if (port != 0 && evtchn_port_valid(port) && evtchn_ports[port].state != PORT_FREE)
		return &evtchn_ports[port];
	REFUSE("event channels: %s of port %u, which is not in use", operation, port);
	return NULL;
}

static bool is_us(uint16_t dom)
{
	return dom == DOMID_SELF || dom == HV_DOMID;
}

static void port_close(uint32_t port)
{
	struct evtchn_port *p = &evtchn_ports[port];

	if (p->state == PORT_CONNECTED)
		p->channel->guest_port = 0;
	if (p->state == PORT_LOCAL) { /* the other end is open again */
		evtchn_ports[p->other].state = PORT_UNBOUND;
		evtchn_ports[p->other].peer = HV_DOMID;
	}
	*p = (struct evtchn_port){.state = PORT_FREE};
	atomic_bit_clear(hv_shared_info()->evtchn_pending, port);
}

/* --- operations --------------------------------------------------------------------- */

static long op_alloc_unbound(struct evtchn_alloc_unbound *op)
{
	long port;

	if (!is_us(op->dom)) {
		REFUSE("event channels: opening a port of domain %u", op->dom);
		return -XEN_EPERM;
	}
	port = evtchn_port_new(
		PORT_UNBOUND, op->remote_dom == DOMID_SELF ? HV_DOMID : op->remote_dom);
	if (port < 0)
		return port;
	op->port = (uint32_t)port;
	LEAN_TRACE(TRACE_EVENTS, "alloc_unbound remote=%u = port %u", op->remote_dom,
		op->port);
	return 0;
}

/* To a port of our own that we have opened for ourselves. */
static long bind_local(struct evtchn_bind_interdomain *op)
{
	uint32_t other = op->remote_port;
	long port;

	if (!evtchn_port_valid(other) || evtchn_ports[other].state != PORT_UNBOUND ||
		evtchn_ports[other].peer != HV_DOMID) {
		REFUSE("event channels: binding to our own port %u, which is not open "
		       "for us",
			other);
		return -XEN_EINVAL;
	}
	port = evtchn_port_new(PORT_LOCAL, HV_DOMID);
	if (port < 0)
		return port;
	evtchn_ports[port].other = other;
	evtchn_ports[other].state = PORT_LOCAL;
	evtchn_ports[other].other = (uint32_t)port;
	return port;
}

/* To a port that a peer has open for us. */
static long bind_channel(const struct evtchn_bind_interdomain *op)
{
	list_for_each(&evtchn_peers.channels, pos)
	{
		struct channel *c = list_entry(pos, struct channel, link);
		long port;

		if (c->peer != op->remote_dom || c->peer_port != op->remote_port ||
			c->guest_port)
			continue;
		port = evtchn_port_new(PORT_CONNECTED, c->peer);
		if (port > 0)
			channel_connect((uint32_t)port, c);
		return port;
	}
	REFUSE("event channels: binding to port %u of domain %u, which is not open for "
	       "us",
		op->remote_port, op->remote_dom);
	return -XEN_EINVAL;
}

static long op_bind_interdomain(struct evtchn_bind_interdomain *op)
{
	long port = is_us(op->remote_dom) ? bind_local(op) : bind_channel(op);

	if (port < 0)
		return port;
	op->local_port = (uint32_t)port;
	LEAN_TRACE(TRACE_EVENTS, "bind_interdomain remote=%u:%u = port %u",
		op->remote_dom, op->remote_port, op->local_port);
	hv_raise_port(
		op->local_port); /* as Xen: the other end may have signalled before */
	return 0;
}

static long op_bind_virq(struct evtchn_bind_virq *op)
{
	long port;

	if (op->virq >= NR_VIRQS)
		return -XEN_EINVAL;
	if (op->vcpu != 0)
		return -XEN_ENOENT;
	if (evtchn_virq_port(op->virq)) {
		REFUSE("event channels: virtual interrupt %u is bound already", op->virq);
		return -XEN_EEXIST;
	}
	port = evtchn_port_new(PORT_VIRQ, 0);
	if (port < 0)
		return port;
	evtchn_ports[port].virq = op->virq;
	op->port = (uint32_t)port;
	LEAN_TRACE(TRACE_EVENTS, "bind_virq virq=%u = port %u", op->virq, op->port);
	return 0;
}

static long op_bind_ipi(struct evtchn_bind_ipi *op)
{
	long port;

	if (op->vcpu != 0)
		return -XEN_ENOENT;
	port = evtchn_port_new(PORT_IPI, 0);
	if (port < 0)
		return port;
	op->port = (uint32_t)port;
	LEAN_TRACE(TRACE_EVENTS, "bind_ipi = port %u", op->port);
	return 0;
}

static long op_bind_pirq(const struct evtchn_bind_pirq *op)
{
	REFUSE("event channels: the domain has no interrupt %u", op->pirq);
	return -XEN_EPERM;
}

static long op_close(const struct evtchn_close *op)
{
	if (!port_get(op->port, "close"))
		return -XEN_EINVAL;
	LEAN_TRACE(TRACE_EVENTS, "close port=%u", op->port);
	port_close(op->port);
	return 0;
}

static long op_send(const struct evtchn_send *op)
{
	const struct evtchn_port *p = port_get(op->port, "send");

	if (!p)
		return -XEN_EINVAL;
	LEAN_TRACE(TRACE_EVENTS, "send port=%u", op->port);
	switch (p->state) {
	case PORT_CONNECTED:
		channel_signal(p->channel);
		return 0;
	case PORT_LOCAL:
		hv_raise_port(p->other);
		return 0;
	case PORT_IPI:
		hv_raise_port(op->port);
		return 0;
	case PORT_UNBOUND: /* there is nobody yet: the signal is lost */
		return 0;
	default:
		REFUSE("event channels: send of port %u, a virtual interrupt", op->port);
		return -XEN_EINVAL;
	}
}

static void status_of(const struct evtchn_port *p, struct evtchn_status *op)
{
	static const uint32_t words[] = {
		[PORT_FREE] = EVTCHNSTAT_closed,
		[PORT_UNBOUND] = EVTCHNSTAT_unbound,
		[PORT_CONNECTED] = EVTCHNSTAT_interdomain,
		[PORT_LOCAL] = EVTCHNSTAT_interdomain,
		[PORT_VIRQ] = EVTCHNSTAT_virq,
		[PORT_IPI] = EVTCHNSTAT_ipi,
	};

	op->status = words[p->state];
	op->vcpu = 0;
	if (p->state == PORT_UNBOUND) {
		op->u.unbound.dom = p->peer;
	} else if (p->state == PORT_CONNECTED) {
		op->u.interdomain.dom = p->peer;
		op->u.interdomain.port = p->channel->peer_port;
	} else if (p->state == PORT_LOCAL) {
		op->u.interdomain.dom = HV_DOMID;
		op->u.interdomain.port = p->other;
	} else if (p->state == PORT_VIRQ) {
		op->u.virq = p->virq;
	}
}

static long op_status(struct evtchn_status *op)
{
	if (!is_us(op->dom))
		return -XEN_EPERM;
	if (!evtchn_port_valid(op->port))
		return -XEN_EINVAL;
	status_of(&evtchn_ports[op->port], op);
	return 0;
}

static long op_bind_vcpu(const struct evtchn_bind_vcpu *op)
{
	const struct evtchn_port *p;

	if (op->vcpu != 0)
		return -XEN_ENOENT;
	p = port_get(op->port, "bind_vcpu");
	if (!p || p->state == PORT_IPI || p->state == PORT_VIRQ)
		return -XEN_EINVAL;
	return 0;
}

static long op_unmask(const struct evtchn_unmask *op)
{
	struct shared_info *s = hv_shared_info();

	if (!evtchn_port_valid(op->port)) {
		REFUSE("event channels: unmask of port %u: there are %u", op->port,
			hv_ports_max);
		return -XEN_EINVAL;
	}
	if (atomic_bit_clear(s->evtchn_mask, op->port) &&
		atomic_bit_test(s->evtchn_pending, op->port))
		evtchn_word_pending(s, op->port);
	return 0;
}

static long op_reset(const struct evtchn_reset *op)
{
	if (!is_us(op->dom))
		return -XEN_EPERM;
	LEAN_TRACE(TRACE_EVENTS, "reset");
	for (uint32_t p = 1; p < EVTCHN_PORTS; p++)
		if (evtchn_ports[p].state != PORT_FREE)
			port_close(p);
	return 0;
}

static long operate(unsigned cmd, void *arg)
{
	switch (cmd) {
	case EVTCHNOP_alloc_unbound:
		return op_alloc_unbound(arg);
	case EVTCHNOP_bind_interdomain:
		return op_bind_interdomain(arg);
	case EVTCHNOP_bind_virq:
		return op_bind_virq(arg);
	case EVTCHNOP_bind_ipi:
		return op_bind_ipi(arg);
	case EVTCHNOP_bind_pirq:
		return op_bind_pirq(arg);
	case EVTCHNOP_close:
		return op_close(arg);
	case EVTCHNOP_send:
		return op_send(arg);
	case EVTCHNOP_status:
		return op_status(arg);
	case EVTCHNOP_bind_vcpu:
		return op_bind_vcpu(arg);
	case EVTCHNOP_unmask:
		return op_unmask(arg);
	case EVTCHNOP_reset:
		return op_reset(arg);
	default: /* FIFO events: a guest falls back to the two levels */
		return -XEN_ENOSYS;
	}
}

long hv_evtchn_op(unsigned cmd, void *arg)
{
	if (fail_n > 0 && cmd != EVTCHNOP_send && cmd != EVTCHNOP_close) {
		fail_n--;
		return -fail_errno;
	}
	return operate(cmd, arg);
}

void hv_ports_fail(unsigned n, int xen_errno)
{
	fail_n = n;
	fail_errno = xen_errno;
}
