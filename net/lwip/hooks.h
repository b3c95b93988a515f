/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lwIP asks us while it works. */
#ifndef NET_LWIP_HOOKS_H
#define NET_LWIP_HOOKS_H

#include "lwip/ip_addr.h"

struct netif;

/** First sequence number of a connection (net/random.c). Source: RFC 6528. */
uint32_t net_tcp_isn(const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote,
	uint16_t remote_port);
#define LWIP_HOOK_TCP_ISN net_tcp_isn

/** The hash behind it, for its test. */
uint64_t net_siphash(const uint64_t key[2], const uint64_t *words, unsigned n_words);

/**
 * The gateway given as ip6=...,GATEWAY, or NULL: then the routers that announce
 * themselves (net/config.c).
 */
const ip6_addr_t *net_ip6_gateway(const struct netif *netif, const ip6_addr_t *dest);
#define LWIP_HOOK_ND6_GET_GW(netif, dest) net_ip6_gateway(netif, dest)

#endif
