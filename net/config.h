/* SPDX-License-Identifier: BSD-2-Clause */
/* The network words of the command line: ip= ip6= dns=, parsed. */
#ifndef NET_CONFIG_H
#define NET_CONFIG_H

#include <stdbool.h>

#include "lwip/ip_addr.h"

#include "kernel/cmdline.h"

/* One ip= or ip6= word. */
struct net_address {
	unsigned vif;            /* N of vifN: */
	bool automatic;          /* dhcp for IPv4, router advertisements for IPv6 */
	bool none;               /* off */
	ip_addr_t addr, gateway; /* gateway: any = none */
	unsigned prefix;         /* bits */
};

/**
 * Parse the value of ip=.
 *
 * @value  "[vifN:]ADDR/LEN[,GATEWAY]" or "[vifN:]dhcp" or "[vifN:]off"
 * Returns 0 or -EINVAL.
 */
int net_parse_ip4(const char *value, struct net_address *a);

/** The same for ip6=, "[vifN:]ADDR/LEN[,GATEWAY]", "[vifN:]auto" or "[vifN:]off". */
int net_parse_ip6(const char *value, struct net_address *a);

/**
 * The first IPv4 address of what the toolstack puts into XenStore: addresses with blanks
 * or commas between them, each with or without /LEN.
 *
 * Returns 0, 1 when the prefix was not given (24 is assumed), or -ENOENT when there is no
 * IPv4 address in it.
 */
int net_parse_xenstore_ip(const char *text, struct net_address *a);

extern const struct cmdline_word net_words[];

#endif
