/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels: ports of the domain as the hypervisor keeps them (two-level events). The
 * operations on them are in evtchn_ops.c, the peers at their other ends in channel.c.
 *
 *     FREE ──> UNBOUND    open for a domain      ──> CONNECTED  to a peer's channel
 *          ──> VIRQ, IPI                             LOCAL      to another port of ours
 *
 * A signal sets the port's pending bit; if it was clear and the port is not masked, its
 * word's bit in evtchn_pending_sel; if that was clear, evtchn_upcall_pending. The order is
 * Xen's, for a guest may be in the middle of looking.
 * Source: public/event_channel.h; xen/common/event_channel.c, event_2l.c.
 */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/xen.h>

#include "arch/barrier.h"
#include "host/evtchn_private.h"
#include "host/hv.h"
#include "host/lean.h"
#include "host/stats.h"

unsigned hv_ports_max = 1024; /* what xl gives: max_event_channels is 1023 */

struct evtchn_port evtchn_ports[EVTCHN_PORTS];
struct evtchn_peers evtchn_peers = {.channels = LIST_INIT(evtchn_peers.channels)};

static uint32_t first_port = 1;

/* --- signals to the domain ---------------------------------------------------------- */

void evtchn_word_pending(struct shared_info *s, uint32_t port)
{
	struct vcpu_info *v = &s->vcpu_info[0];

	if (atomic_bit_set_test(&v->evtchn_pending_sel, port / BITS_PER_LONG))
		return;
	v->evtchn_upcall_pending = 1;
}

void hv_raise_port(uint32_t port)
{
	struct shared_info *s = hv_shared_info();

	if (port >= EVTCHN_PORTS || atomic_bit_set_test(s->evtchn_pending, port))
		return;
	stats.events_in++;
	if (!atomic_bit_test(s->evtchn_mask, port))
		evtchn_word_pending(s, port);
}

bool hv_event_pending(void)
{
	return hv_shared_info()->vcpu_info[0].evtchn_upcall_pending;
}

bool hv_port_pending(uint32_t port)
{
	return port < EVTCHN_PORTS &&
	       atomic_bit_test(hv_shared_info()->evtchn_pending, port);
}

uint32_t evtchn_virq_port(unsigned virq)
{
	for (uint32_t p = 1; p < EVTCHN_PORTS; p++)
		if (evtchn_ports[p].state == PORT_VIRQ && evtchn_ports[p].virq == virq)
			return p;
	return 0;
}

bool hv_raise_virq(unsigned virq)
{
	uint32_t port = evtchn_virq_port(virq);

	if (port)
		hv_raise_port(port);
	return port != 0;
}

/* --- ports -------------------------------------------------------------------------- */

long evtchn_port_new(enum evtchn_state state, uint16_t peer)
{
	uint32_t p = first_port;

	while (p < hv_ports_max && evtchn_ports[p].state != PORT_FREE)
		p++;
	if (p >= hv_ports_max || p >= EVTCHN_PORTS) {
		REFUSE("event channels: all %u ports are in use", hv_ports_max - 1);
		return -XEN_ENOSPC;
	}
	evtchn_ports[p] = (struct evtchn_port){.state = state, .peer = peer};
	return p;
}

bool evtchn_port_valid(uint32_t port)
{
	return port < hv_ports_max && port < EVTCHN_PORTS;
}

unsigned hv_ports_open(void)
{
	unsigned n = 0;

	for (uint32_t p = 1; p < EVTCHN_PORTS; p++)
		n += evtchn_ports[p].state != PORT_FREE;
	return n;
}

void hv_ports_from(uint32_t port)
{
	first_port = port;
}
