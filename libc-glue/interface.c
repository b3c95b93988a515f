/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of the network interfaces and their addresses. */
#include "libc-glue/interface.h"

#include "lwip/netif.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/net.h"

static bool is_loopback(const struct netif *n)
{
	return !(n->flags & (NETIF_FLAG_ETHERNET | NETIF_FLAG_ETHARP));
}

unsigned interface_flags(const struct netif *n)
{
	unsigned flags = IFF_MULTICAST;

	if (netif_is_up(n))
		flags |= IFF_UP;
	if (netif_is_link_up(n))
		flags |= IFF_RUNNING;
	if (n->flags & NETIF_FLAG_BROADCAST)
		flags |= IFF_BROADCAST;
	return is_loopback(n) ? (flags | IFF_LOOPBACK) & ~(unsigned)IFF_MULTICAST : flags;
}

void interface_sockaddr(uint32_t address, struct sockaddr *addr)
{
	struct sockaddr_in in;

	memset(&in, 0, sizeof(in));
	in.sin_family = AF_INET;
	in.sin_addr.s_addr = address;
	memcpy(addr, &in, sizeof(in));
}

uint32_t interface_broadcast(const struct netif *n)
{
	return ip4_addr_get_u32(netif_ip4_addr(n)) |
	       ~ip4_addr_get_u32(netif_ip4_netmask(n));
}

/* --- names ------------------------------------------------------------------------------------------------------ */

/* Network cards count from 0, in the order that they came. */
void interface_name(const struct netif *n, char name[IF_NAMESIZE])
{
	const struct netif *other;
	unsigned number = 0;

	NETIF_FOREACH(other)
	{
		number += !is_loopback(other) &&
			  netif_get_index(other) < netif_get_index(n);
	}
	if (is_loopback(n))
		strcpy(name, "lo");
	else
		snprintf(name, IF_NAMESIZE, "eth%u", number);
}

struct netif *interface_find(const char *name)
{
	char text[IF_NAMESIZE];
	struct netif *n;

	NETIF_FOREACH(n)
	{
		interface_name(n, text);
		if (strncmp(text, name, IF_NAMESIZE) == 0)
			return n;
	}
	return NULL;
}

unsigned if_nametoindex(const char *name)
{
	struct netif *n;
	unsigned index = 0;

	net_lock();
	n = interface_find(name);
	if (n)
		index = netif_get_index(n);
	net_unlock();
	if (!index)
		errno = ENODEV;
	return index;
}

char *if_indextoname(unsigned index, char *name)
{
	const struct netif *n;

	net_lock();
	n = index <= 255 ? netif_get_by_index((u8_t)index) : NULL;
	if (n)
		interface_name(n, name);
	net_unlock();
	if (n)
		return name;
	errno = ENXIO;
	return NULL;
}

/* --- getifaddrs ------------------------------------------------------------------------------------------------- */

/* An entry in one block with what it points to. */
struct entry {
	struct ifaddrs info;
	struct sockaddr_storage addr, mask, broadcast;
	char name[IF_NAMESIZE];
};

static struct entry *entry_add(struct ifaddrs **tail, const struct netif *n)
{
	struct entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	interface_name(n, e->name);
	e->info.ifa_name = e->name;
	e->info.ifa_flags = interface_flags(n);
	e->info.ifa_addr = (struct sockaddr *)&e->addr;
	e->info.ifa_netmask = (struct sockaddr *)&e->mask;
	*tail = &e->info;
	return e;
}

static bool add_v4(struct ifaddrs **tail, const struct netif *n)
{
	struct entry *e = entry_add(tail, n);

	if (!e)
		return false;
	interface_sockaddr(ip4_addr_get_u32(netif_ip4_addr(n)), e->info.ifa_addr);
	interface_sockaddr(ip4_addr_get_u32(netif_ip4_netmask(n)), e->info.ifa_netmask);
	if (n->flags & NETIF_FLAG_BROADCAST) {
		e->info.ifa_broadaddr = (struct sockaddr *)&e->broadcast;
		interface_sockaddr(interface_broadcast(n), e->info.ifa_broadaddr);
	}
	return true;
}

static bool add_v6(struct ifaddrs **tail, const struct netif *n, int i)
{
	const ip6_addr_t *a = netif_ip6_addr(n, i);
	struct sockaddr_in6 in = {.sin6_family = AF_INET6};
	struct entry *e = entry_add(tail, n);

	if (!e)
		return false;
	memcpy(in.sin6_addr.s6_addr, a->addr, 16);
	in.sin6_scope_id = ip6_addr_zone(a);
	memcpy(&e->addr, &in, sizeof(in));
	memset(&in, 0, sizeof(in));
	in.sin6_family = AF_INET6;
	memset(in.sin6_addr.s6_addr, 0xff, ip6_addr_isloopback(a) ? 16 : 8);
	memcpy(&e->mask, &in, sizeof(in));
	return true;
}

/* All addresses of an interface; the one of IPv4 even when it is not set yet. */
static bool add_interface(struct ifaddrs ***tail, const struct netif *n)
{
	if (!add_v4(*tail, n))
		return false;
	*tail = &(**tail)->ifa_next;
	for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
		if (!ip6_addr_isvalid(netif_ip6_addr_state(n, i)))
			continue;
		if (!add_v6(*tail, n, i))
			return false;
		*tail = &(**tail)->ifa_next;
	}
	return true;
}

int getifaddrs(struct ifaddrs **list)
{
	struct ifaddrs **tail = list;
	const struct netif *n;
	bool complete = true;

	*list = NULL;
	net_lock();
	NETIF_FOREACH(n)
	{
		complete = complete && add_interface(&tail, n);
	}
	net_unlock();
	if (complete)
		return 0;
	freeifaddrs(*list);
	*list = NULL;
	errno = ENOMEM;
	return -1;
}

void freeifaddrs(struct ifaddrs *list)
{
	while (list) {
		struct ifaddrs *next = list->ifa_next;

		free(list);
		list = next;
	}
}

/* --- if_nameindex ------------------------------------------------------------------------------------------------- */

struct if_nameindex *if_nameindex(void)
{
	struct if_nameindex *list;
	const struct netif *n;
	size_t count = 0;
	char *name;

	net_lock();
	NETIF_FOREACH(n)
	{
		count++;
	}
	list = calloc(count + 1, sizeof(*list) + IF_NAMESIZE);
	name = (char *)(list + count + 1);
	count = 0;
	NETIF_FOREACH(n)
	{
		if (!list)
			break;
		list[count].if_index = netif_get_index(n);
		list[count++].if_name = name;
		interface_name(n, name);
		name += IF_NAMESIZE;
	}
	net_unlock();
	if (!list)
		errno = ENOBUFS;
	return list;
}

void if_freenameindex(struct if_nameindex *list)
{
	free(list);
}
