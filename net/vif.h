/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One network card as lwIP knows it: its netif, and what netif.c, config.c and conflict.c
 * keep about it.
 */
#ifndef NET_VIF_H
#define NET_VIF_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"

#include "net/netfront.h"

#define VIF_QUEUE 256u /* packets that wait for room in the ring; a power of two */

/* Who else uses our IPv4 address; see conflict.c. */
struct conflict {
	ip4_addr_t addr;       /* that we look after; any = none */
	unsigned seconds_left; /* of probing: an owner that shows up keeps the address */
	uint64_t defended_ns;  /* when we last insisted; 0 = never */
};

struct vif {
	struct netif netif; /* lwIP's; ->state points back here */
	struct netfront *nf;
	bool configured;   /* addresses were given at the first link_up */
	bool fixed_ip4;    /* not from DHCP */
	ip4_addr_t logged; /* address that the log has named */
	ip6_addr_t gateway6;
	struct conflict conflict;
	struct pbuf *queue[VIF_QUEUE]; /* waiting to be sent, each with a reference */
	uint32_t queue_in, queue_out;  /* free-running */
	bool refused; /* the queue was full: lwIP keeps what it could not send */
};

static inline struct vif *netif_vif(const struct netif *n)
{
	return n->state;
}

/** True for interfaces that are vifs; the loopback interface is none. */
bool netif_is_vif(const struct netif *n);

/**
 * Give the vif its addresses, the first time that its link is up, and start what keeps
 * them. (config.c)
 */
void vif_configure(struct vif *v);

/**
 * lwIP left out the TCP checksum of this frame (NETIF_CHECKSUM_GEN_TCP is off): put in
 * what the back end wants to find there. (offload.c)
 *
 * Returns whether the frame is one that it has to complete.
 */
bool vif_blank_checksum(const struct vif *v, struct pbuf *p);

/** Tell the link about the IPv6 addresses that are valid already. (announce.c) */
void vif_announce(struct vif *v);

/** "192.168.2.11/24, fe80::..." for the log. */
const char *vif_addresses(const struct vif *v, char *buf, size_t buf_bytes);

#endif
