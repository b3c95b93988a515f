/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP checksums that are left to the back end: it finds the sum of the pseudo-header in
 * the field and completes it.
 */
#include "lwip/inet_chksum.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ieee.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

#include "net/vif.h"

static uint16_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

/* The pseudo-header of TCP over either IP, summed and folded, not inverted. */
static uint16_t pseudo_sum(const void *addresses, unsigned len_bytes, unsigned tcp_len)
{
	return fold(net_checksum(addresses, (int)len_bytes) +
		    (uint32_t)PP_HTONS(IP_PROTO_TCP) + lwip_htons((u16_t)tcp_len));
}

/* The frame's TCP starts that far in: sum it all here, for a back end that will not. */
static void finish_checksum(
	struct pbuf *p, unsigned headers, struct tcp_hdr *tcp, uint16_t pseudo)
{
	tcp->chksum = 0;
	pbuf_remove_header(p, headers);
	tcp->chksum = (uint16_t)~fold((uint32_t)pseudo + (uint16_t)~inet_chksum_pbuf(p));
	pbuf_add_header_force(p, headers);
}

bool vif_blank_checksum(const struct vif *v, struct pbuf *p)
{
	const struct eth_hdr *eth = p->payload;
	struct tcp_hdr *tcp;
	uint16_t sum;

	if (v->netif.chksum_flags & NETIF_CHECKSUM_GEN_TCP)
		return false;
	if (eth->type == PP_HTONS(ETHTYPE_IP) &&
		p->len >= SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN) {
		const struct ip_hdr *ip = (const void *)(eth + 1);

		if (IPH_PROTO(ip) != IP_PROTO_TCP ||
			(IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF)))
			return false;
		tcp = (void *)((uint8_t *)ip + IPH_HL_BYTES(ip));
		sum = pseudo_sum(&ip->src, 8, lwip_ntohs(IPH_LEN(ip)) - IPH_HL_BYTES(ip));
	} else if (eth->type == PP_HTONS(ETHTYPE_IPV6) &&
		   p->len >= SIZEOF_ETH_HDR + IP6_HLEN + TCP_HLEN) {
		const struct ip6_hdr *ip = (const void *)(eth + 1);

		if (IP6H_NEXTH(ip) != IP6_NEXTH_TCP)
			return false;
		tcp = (void *)(ip + 1);
		sum = pseudo_sum(&ip->src, 32, IP6H_PLEN(ip));
		if (!netfront_features(v->nf)->csum_v6) {
			finish_checksum(p, SIZEOF_ETH_HDR + IP6_HLEN, tcp, sum);
			return false;
		}
	} else {
		return false;
	}
	tcp->chksum = sum;
	return true;
}
