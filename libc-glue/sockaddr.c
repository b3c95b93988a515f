/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between sockaddr and lwIP's addresses. A socket of AF_INET6 shows IPv4 peers as ::ffff:a.b.c.d, and bound to "::"
 * it serves both families unless IPV6_V6ONLY is set.
 */
#include "libc-glue/socket_private.h"

#include "lwip/netif.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static void from_v6(
	const struct sock *s, const struct sockaddr_in6 *in, struct endpoint *e)
{
	const uint8_t *bytes = in->sin6_addr.s6_addr;
	uint32_t words[4];

	e->port = ntohs(in->sin6_port);
	memcpy(words, bytes, sizeof(words));
	if (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr)) {
		ip_addr_set_ip4_u32_val(e->addr, words[3]);
		return;
	}
	if (IN6_IS_ADDR_UNSPECIFIED(&in->sin6_addr)) {
		endpoint_any(s, e);
		e->port = ntohs(in->sin6_port);
		return;
	}
	memset(&e->addr, 0, sizeof(e->addr));
	IP_ADDR6(&e->addr, words[0], words[1], words[2], words[3]);
	ip6_addr_set_zone(ip_2_ip6(&e->addr), (u8_t)in->sin6_scope_id);
}

int endpoint_from_sockaddr(const struct sock *s, const struct sockaddr *addr,
	socklen_t len, struct endpoint *e)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (!addr || len < sizeof(sa_family_t))
		return -EINVAL;
	memset(&in6, 0, sizeof(in6));
	if (addr->sa_family != s->domain)
		return -EAFNOSUPPORT;
	if (s->domain == AF_INET6) {
		if (len < offsetof(struct sockaddr_in6, sin6_scope_id))
			return -EINVAL;
		memcpy(&in6, addr, len < sizeof(in6) ? len : sizeof(in6));
		from_v6(s, &in6, e);
		return 0;
	}
	if (len < offsetof(struct sockaddr_in, sin_zero))
		return -EINVAL;
	memcpy(&in, addr, offsetof(struct sockaddr_in, sin_zero));
	memset(&e->addr, 0, sizeof(e->addr));
	ip_addr_set_ip4_u32_val(e->addr, in.sin_addr.s_addr);
	e->port = ntohs(in.sin_port);
	return 0;
}

static socklen_t to_v4(const struct endpoint *e, struct sockaddr_storage *ss)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ss;

	in->sin_family = AF_INET;
	in->sin_port = htons(e->port);
	if (IP_IS_V4(&e->addr))
		in->sin_addr.s_addr = ip4_addr_get_u32(ip_2_ip4(&e->addr));
	return sizeof(*in);
}

static socklen_t to_v6(const struct endpoint *e, struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)ss;
	uint32_t v4;

	in->sin6_family = AF_INET6;
	in->sin6_port = htons(e->port);
	if (IP_IS_V6(&e->addr)) {
		memcpy(in->sin6_addr.s6_addr, ip_2_ip6(&e->addr)->addr, 16);
		in->sin6_scope_id = ip6_addr_zone(ip_2_ip6(&e->addr));
	} else if (IP_IS_V4(&e->addr)) {
		v4 = ip4_addr_get_u32(ip_2_ip4(&e->addr));
		in->sin6_addr.s6_addr[10] = in->sin6_addr.s6_addr[11] = 0xff;
		memcpy(in->sin6_addr.s6_addr + 12, &v4, sizeof(v4));
	}
	return sizeof(*in);
}

void endpoint_to_sockaddr(
	int domain, const struct endpoint *e, struct sockaddr *addr, socklen_t *len)
{
	struct sockaddr_storage ss;
	socklen_t room, full;

	if (!addr || !len)
		return;
	room = *len;
	memset(&ss, 0, sizeof(ss));
	full = domain == AF_INET6 ? to_v6(e, &ss) : to_v4(e, &ss);
	memcpy(addr, &ss, room < full ? room : full);
	*len = full; /* after the address: it may lie under its end */
}

void endpoint_any(const struct sock *s, struct endpoint *e)
{
	memset(e, 0, sizeof(*e));
	IP_SET_TYPE_VAL(e->addr, sock_addr_type(s));
}

uint8_t sock_addr_type(const struct sock *s)
{
	if (s->domain == AF_INET)
		return IPADDR_TYPE_V4;
	return s->v6_only ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY;
}

bool sock_addr_is_local(const ip_addr_t *a)
{
	struct netif *netif;

	if (ip_addr_isany(a) || ip_addr_isloopback(a))
		return true;
	NETIF_FOREACH(netif)
	{
		if (IP_IS_V4(a) && ip4_addr_eq(ip_2_ip4(a), netif_ip4_addr(netif)))
			return true;
		if (IP_IS_V6(a) && netif_get_ip6_addr_match(netif, ip_2_ip6(a)) >= 0)
			return true;
	}
	return false;
}

bool sock_addr_overlaps(const ip_addr_t *a, const ip_addr_t *b)
{
	bool any_family = IP_IS_ANY_TYPE_VAL(*a) || IP_IS_ANY_TYPE_VAL(*b);

	if (!any_family && IP_GET_TYPE(a) != IP_GET_TYPE(b))
		return false;
	return ip_addr_isany(a) || ip_addr_isany(b) || ip_addr_eq(a, b);
}
