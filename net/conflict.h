/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Duplicate IPv4 addresses: noticing that someone else has ours. All under the net lock.
 */
#ifndef NET_CONFLICT_H
#define NET_CONFLICT_H

#include <stdint.h>

struct pbuf;
struct vif;

#define CONFLICT_TMR_INTERVAL 1000 /* ms */

/** The link came up: look after the vif's address, if it has a fixed one. */
void conflict_link_up(struct vif *v);

/**
 * A frame came in, the packet's first pbuf holds its header: is it an ARP that claims our
 * address?
 */
void conflict_input(struct vif *v, const struct pbuf *p);

/** Called every CONFLICT_TMR_INTERVAL while conflict_need() says 1. */
void conflict_tmr(void);
uint64_t conflict_need(void);

#endif
