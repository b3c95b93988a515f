/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unsolicited neighbour advertisements: after a new connection the bridges and neighbours
 * of the link learn at once behind which port our IPv6 addresses are. (For IPv4, lwIP
 * itself sends the gratuitous ARP.)
 * Source: RFC 4861, sections 4.4 and 7.2.6.
 */
#include <string.h>

#include "lwip/ip6.h"
#include "lwip/inet_chksum.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/nd6.h"

#include "net/vif.h"

#define HOP_LIMIT 255 /* proves that the packet has not been routed */

/* An advertisement and its only option, our link-layer address in units of 8 bytes. */
struct advertisement {
	struct na_header na;
	uint8_t option_type, option_units, mac[6];
};
_Static_assert(sizeof(struct advertisement) == 32, "RFC 4861: 24 + 8 bytes");

static void send_advertisement(struct netif *n, const ip6_addr_t *address)
{
	struct pbuf *p = pbuf_alloc(PBUF_IP, sizeof(struct advertisement), PBUF_RAM);
	struct advertisement *a;
	ip6_addr_t everyone;

	if (!p)
		return;
	a = p->payload;
	memset(a, 0, sizeof(*a));
	a->na.type = ICMP6_TYPE_NA;
	a->na.flags = ND6_FLAG_OVERRIDE;
	ip6_addr_copy_to_packed(a->na.target_address, *address);
	a->option_type = ND6_OPTION_TYPE_TARGET_LLADDR;
	a->option_units = 1;
	memcpy(a->mac, n->hwaddr, sizeof(a->mac));
	ip6_addr_set_allnodes_linklocal(&everyone);
	ip6_addr_assign_zone(&everyone, IP6_MULTICAST, n);
	a->na.chksum =
		ip6_chksum_pseudo(p, IP6_NEXTH_ICMP6, p->tot_len, address, &everyone);
	ip6_output_if(p, address, &everyone, HOP_LIMIT, 0, IP6_NEXTH_ICMP6, n);
	pbuf_free(p);
}

void vif_announce(struct vif *v)
{
	struct netif *n = &v->netif;

	for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++)
		if (ip6_addr_isvalid(netif_ip6_addr_state(n, i)))
			send_advertisement(n, netif_ip6_addr(n, i));
}
