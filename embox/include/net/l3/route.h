/* SPDX-License-Identifier: BSD-2-Clause */
/* The routes */
#ifndef NET_L3_ROUTE_H
#define NET_L3_ROUTE_H

#include <netinet/in.h>
#include <stdint.h>

#include <net/l3/ipv4/ip.h>
#include <net/netdevice.h>

/* A way to a network; addresses in network order. */
typedef struct rt_entry {
	struct net_device *dev;
	in_addr_t rt_dst;
	uint32_t rt_flags; /* RTF_* */
	in_addr_t rt_mask, rt_gateway;
} rt_entry_t;

#define RTF_UP      0x0001
#define RTF_GATEWAY 0x0002

#ifdef __cplusplus
extern "C" {
#endif
/*
 * lwIP has one way out of each interface and one to everywhere else: the route of an interface's own network is
 * there already, the default one can be changed, others are refused with -EOPNOTSUPP.
 */
int rt_add_route(struct net_device *dev, in_addr_t dst, in_addr_t mask, in_addr_t gateway,
	int flags);
int rt_del_route(
	struct net_device *dev, in_addr_t dst, in_addr_t mask, in_addr_t gateway);
struct rt_entry *rt_fib_get_first(void);
struct rt_entry *rt_fib_get_next(struct rt_entry *entry);
#ifdef __cplusplus
}
#endif

#endif
