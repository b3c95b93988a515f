/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses, with the numbers that Linux uses. */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifndef _IN_PORT_T_DECLARED
typedef uint16_t in_port_t;
#define _IN_PORT_T_DECLARED
#endif
#ifndef _IN_ADDR_T_DECLARED
typedef uint32_t in_addr_t;
#define _IN_ADDR_T_DECLARED
#endif

struct in_addr {
	in_addr_t s_addr; /* network order */
};

struct sockaddr_in {
	sa_family_t sin_family;
	in_port_t sin_port; /* network order */
	struct in_addr sin_addr;
	unsigned char sin_zero[8];
};

struct in6_addr {
	union {
		uint8_t __u8[16];
		uint16_t __u16[8];
		uint32_t __u32[4];
	} __in6_u;
#define s6_addr   __in6_u.__u8
#define s6_addr16 __in6_u.__u16
#define s6_addr32 __in6_u.__u32
};

struct sockaddr_in6 {
	sa_family_t sin6_family;
	in_port_t sin6_port; /* network order */
	uint32_t sin6_flowinfo;
	struct in6_addr sin6_addr;
	uint32_t sin6_scope_id;
};

#define INADDR_ANY       ((in_addr_t)0x00000000)
#define INADDR_LOOPBACK  ((in_addr_t)0x7f000001)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE      ((in_addr_t)0xffffffff)
#define INET_ADDRSTRLEN  16
#define INET6_ADDRSTRLEN 46

#define IN6ADDR_ANY_INIT                                                                 \
	{                                                                                \
		{                                                                        \
			{                                                                \
				0                                                        \
			}                                                                \
		}                                                                        \
	}
#define IN6ADDR_LOOPBACK_INIT                                                            \
	{                                                                                \
		{                                                                        \
			{                                                                \
				0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1           \
			}                                                                \
		}                                                                        \
	}
extern const struct in6_addr in6addr_any, in6addr_loopback;

#define IPPROTO_IP     0
#define IPPROTO_ICMP   1
#define IPPROTO_TCP    6
#define IPPROTO_UDP    17
#define IPPROTO_IPV6   41
#define IPPROTO_ICMPV6 58
#define IPPROTO_RAW    255

#define IP_TOS            1
#define IP_TTL            2
#define IP_HDRINCL        3
#define IPV6_UNICAST_HOPS 16
#define IPV6_V6ONLY       26

#define IN6_IS_ADDR_UNSPECIFIED(a)                                                       \
	(((const uint32_t *)(a))[0] == 0 && ((const uint32_t *)(a))[1] == 0 &&           \
		((const uint32_t *)(a))[2] == 0 && ((const uint32_t *)(a))[3] == 0)
#define IN6_IS_ADDR_LOOPBACK(a)                                                          \
	(((const uint32_t *)(a))[0] == 0 && ((const uint32_t *)(a))[1] == 0 &&           \
		((const uint32_t *)(a))[2] == 0 && ((const uint8_t *)(a))[12] == 0 &&    \
		((const uint8_t *)(a))[13] == 0 && ((const uint8_t *)(a))[14] == 0 &&    \
		((const uint8_t *)(a))[15] == 1)
#define IN6_IS_ADDR_V4MAPPED(a)                                                          \
	(((const uint32_t *)(a))[0] == 0 && ((const uint32_t *)(a))[1] == 0 &&           \
		((const uint8_t *)(a))[8] == 0 && ((const uint8_t *)(a))[9] == 0 &&      \
		((const uint8_t *)(a))[10] == 0xff &&                                    \
		((const uint8_t *)(a))[11] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a)                                                         \
	(((const uint8_t *)(a))[0] == 0xfe && (((const uint8_t *)(a))[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_MULTICAST(a) (((const uint8_t *)(a))[0] == 0xff)

#include <arpa/inet_order.h>

#endif
