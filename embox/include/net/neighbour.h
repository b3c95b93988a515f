/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbours on the link: the table of ARP */
#ifndef NET_NEIGHBOUR_H
#define NET_NEIGHBOUR_H

#include <time.h>

#include <net/netdevice.h>

/* What is known of a neighbour on the link. */
struct neighbour {
	unsigned short ptype; /* ETH_P_IP */
	unsigned char paddr[MAX_ADDR_LEN];
	unsigned char plen;
	struct net_device *dev;
	int is_incomplete; /* asked for, no answer yet */
	unsigned short htype;
	unsigned char haddr[MAX_ADDR_LEN];
	unsigned char hlen;
	int flags;
};

#define NEIGHBOUR_FLAG_PERMANENT 0x01

typedef int (*neighbour_foreach_ft)(const struct neighbour *neighbour, void *args);

#ifdef __cplusplus
extern "C" {
#endif
/** Call for each neighbour that has answered, until other than 0 comes back, which is the result. */
int neighbour_foreach(neighbour_foreach_ft fn, void *args);

/* lwIP keeps its own table: entries cannot be added or taken away, -EOPNOTSUPP. */
int neighbour_add(unsigned short ptype, const void *paddr, unsigned char plen,
	struct net_device *dev, unsigned short htype, const void *haddr,
	unsigned char hlen, unsigned flags);
int neighbour_del(unsigned short ptype, const void *paddr, struct net_device *dev);
#ifdef __cplusplus
}
#endif

static inline int neighbour_is_resolved(const struct neighbour *neighbour)
{
	return !neighbour->is_incomplete;
}

#endif
