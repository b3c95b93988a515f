/* SPDX-License-Identifier: BSD-2-Clause */
/* The header of IPv4 */
#ifndef NET_L3_IPV4_IP_H
#define NET_L3_IPV4_IP_H

#include <endian.h>
#include <netinet/in.h>
#include <stdint.h>

#define IP_ADDR_LEN   4
#define IPv6_ADDR_LEN 16

#ifndef IP_DF /* lwIP has the same */
#define IP_CE     0x8000
#define IP_DF     0x4000
#define IP_MF     0x2000
#define IP_OFFSET 0x1fff
#endif

/* The header of an IPv4 packet, in network order: RFC 791. */
typedef struct iphdr {
	uint8_t ihl : 4, version : 4; /* words of the header; 4 */
	uint8_t tos;
	uint16_t tot_len, id, frag_off;
	uint8_t ttl, proto;
	uint16_t check;
	in_addr_t saddr, daddr;
} __attribute__((packed)) iphdr_t;

#define IP_MIN_HEADER_SIZE  (sizeof(struct iphdr))
#define IP_HEADER_SIZE(iph) ((iph)->ihl << 2)
#define IP_MAX_PACKET_LEN   (1 << 16)
#define IP_MAX_OPTLEN       40

#endif
