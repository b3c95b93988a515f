/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of ICMP */
#ifndef NET_L3_ICMPV4_H
#define NET_L3_ICMPV4_H

#include <netinet/in.h>
#include <stdint.h>

#include <net/l3/ipv4/ip.h>
#include <net/skbuff.h>

/* Types and codes: RFC 792. */
enum icmp_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_DEST_UNREACH = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_ECHO_REQUEST = 8,
	ICMP_TIME_EXCEED = 11,
	ICMP_PARAM_PROB = 12,
	ICMP_TIMESTAMP_REQUEST = 13,
	ICMP_TIMESTAMP_REPLY = 14,
	ICMP_INFO_REQUEST = 15,
	ICMP_INFO_REPLY = 16,
};

enum icmp_code {
	ICMP_NET_UNREACH = 0,
	ICMP_HOST_UNREACH = 1,
	ICMP_PROT_UNREACH = 2,
	ICMP_PORT_UNREACH = 3,
	ICMP_FRAG_NEEDED = 4,
	ICMP_SR_FAILED = 5,
	ICMP_NET_REDIRECT = 0,
	ICMP_HOST_REDIRECT = 1,
	ICMP_TTL_EXCEED = 0,
	ICMP_FRAG_TIME = 1,
	ICMP_PTR_ERROR = 0,
};

/* What follows the first four bytes, by type; numbers in network order. */
struct icmpbody_echo {
	uint16_t id, seq;
	uint8_t data[];
} __attribute__((packed));

struct icmpbody_dest_unreach {
	uint16_t zero, mtu;
	uint8_t msg[]; /* the packet's header and 8 bytes of it */
} __attribute__((packed));

struct icmpbody_source_quench {
	uint32_t zero;
	uint8_t msg[];
} __attribute__((packed));

struct icmpbody_redirect {
	struct in_addr gateway;
	uint8_t msg[];
} __attribute__((packed));

struct icmpbody_time_exceed {
	uint32_t zero;
	uint8_t msg[];
} __attribute__((packed));

struct icmpbody_param_prob {
	uint8_t ptr, zero1;
	uint16_t zero2;
	uint8_t msg[];
} __attribute__((packed));

struct icmpbody_timestamp {
	uint16_t id, seq;
	uint32_t orig, recv, trans;
} __attribute__((packed));

struct icmpbody_info {
	uint16_t id, seq;
} __attribute__((packed));

typedef struct icmphdr {
	uint8_t type, code;
	uint16_t check;
	union {
		struct icmpbody_echo echo;
		struct icmpbody_dest_unreach dest_unreach;
		struct icmpbody_source_quench source_quench;
		struct icmpbody_redirect redirect;
		struct icmpbody_time_exceed time_exceed;
		struct icmpbody_param_prob param_prob;
		struct icmpbody_timestamp timestamp;
		struct icmpbody_info info;
	} __attribute__((packed)) body;
} __attribute__((packed)) icmphdr_t;

#define ICMP_MIN_HEADER_SIZE 4

#endif
