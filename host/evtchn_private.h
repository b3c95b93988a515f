/* SPDX-License-Identifier: BSD-2-Clause */
/* What event channels' two halves share: the domain's ports and the peers' channels. */
#ifndef HOST_EVTCHN_PRIVATE_H
#define HOST_EVTCHN_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "host/peer.h"
#include "kernel/list.h"

#define EVTCHN_PORTS 4096u /* that two levels of words can name, on 64 bits */

enum evtchn_state {
	PORT_FREE,
	PORT_UNBOUND,
	PORT_CONNECTED,
	PORT_LOCAL,
	PORT_VIRQ,
	PORT_IPI
};

struct evtchn_port {
	enum evtchn_state state;
	uint16_t peer;           /* UNBOUND, CONNECTED */
	unsigned virq;           /* VIRQ */
	uint32_t other;          /* LOCAL */
	struct channel *channel; /* CONNECTED */
};
extern struct evtchn_port evtchn_ports[EVTCHN_PORTS];

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

struct evtchn_peers {
	struct list channels;
	bool any_signalled; /* maybe; never false when one is */
};
extern struct evtchn_peers evtchn_peers;

/** The lowest free port, put into a state; -XEN_ENOSPC when there is none. */
long evtchn_port_new(enum evtchn_state state, uint16_t peer);

/** May there be such a port? */
bool evtchn_port_valid(uint32_t port);

/** The port that a virtual interrupt is bound to; 0 = none. */
uint32_t evtchn_virq_port(unsigned virq);

/** A port that is pending and not masked: have the vCPU look at its word. */
struct shared_info;
void evtchn_word_pending(struct shared_info *s, uint32_t port);

static inline void channel_signal(struct channel *c)
{
	c->signalled = true;
	evtchn_peers.any_signalled = true;
}

static inline void channel_connect(uint32_t port, struct channel *c)
{
	evtchn_ports[port].state = PORT_CONNECTED;
	evtchn_ports[port].channel = c;
	c->guest_port = port;
}

#endif
