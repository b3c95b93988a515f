/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How much the network may use, worked out once from the memory that the domain was
 * given: one budget of bytes for everything that lwIP allocates, the sizes of TCP
 * windows, and the number of pages lent to back ends.
 */
#ifndef NET_LIMITS_H
#define NET_LIMITS_H

#include <stddef.h>

struct net_limits {
	size_t heap_bytes;         /* lwIP may have this much, and no new data past it */
	size_t heap_reserve_bytes; /* past it, for small blocks only: answers, not data */
	unsigned tcp_wnd;          /* bytes a peer may send ahead, per connection */
	unsigned tcp_snd_buf;      /* bytes an application may queue, per connection */
	unsigned time_wait_max;    /* connections kept in TIME_WAIT */
	unsigned rx_target_max;    /* pages posted to one back end */
	unsigned rx_pages_max;     /* of one vif: posted, or with data not read yet */
	unsigned tx_pages_max;     /* pages of copies on their way, per vif */
};

/** The limits in force; worked out at the first call. Context: thread. */
const struct net_limits *net_limits(void);

/** Work them out for that much memory. For net_limits() and its tests. */
void net_limits_for(struct net_limits *l, size_t memory_bytes);

/** Bytes that lwIP has now. Context: thread, under the net lock. */
size_t net_mem_used(void);

#endif
