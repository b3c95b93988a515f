/* SPDX-License-Identifier: BSD-2-Clause */
/* What event channels' two halves share: the domain's ports and the peers' channels. */
#ifndef HOST_EVTCHN_PRIVATE_H
#define HOST_EVTCHN_PRIVATE_H

#include <stdint.h>

#define EVTCHN_PORTS 4096u /* that two levels of words can name, on 64 bits */

enum evtchn_state {
	PORT_FREE,
	PORT_UNBOUND,
	PORT_CONNECTED,
	PORT_LOCAL,
	PORT_VIRQ,
	PORT_IPI
};

struct channel;

struct evtchn_port {
	enum evtchn_state state;
	uint16_t peer;           /* UNBOUND, CONNECTED */
	unsigned virq;           /* VIRQ */
	uint32_t other;          /* LOCAL */
	struct channel *channel; /* CONNECTED */
};
extern struct evtchn_port evtchn_ports[EVTCHN_PORTS];

/** The lowest free port, put into a state; -XEN_ENOSPC when there is none. */
long evtchn_port_new(enum evtchn_state state, uint16_t peer);

/* --- channel.c ---------------------------------------------------------------------- */

/** Bind a new port to one that a peer has open for us. Returns it, or -XEN_E... */
long evtchn_channel_connect(uint16_t peer, uint32_t peer_port);

/** The domain has signalled; it has closed its end; the peer's own number. */
void evtchn_channel_signal(struct channel *c);
void evtchn_channel_lost(struct channel *c);
uint32_t evtchn_channel_port(const struct channel *c);

#endif
