/* SPDX-License-Identifier: BSD-2-Clause */
/* ioctl() of network interfaces: asking and setting addresses, flags, sizes. */
#include "libc-glue/interface.h"

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "net/net.h"

#define MTU_MIN 576 /* bytes: every host takes those, RFC 791 */

void interface_set_up(struct netif *n, bool up)
{
	if (up)
		netif_set_up(n);
	else
		netif_set_down(n);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static int get_hardware_address(const struct netif *n, struct sockaddr *addr)
{
	memset(addr, 0, sizeof(*addr));
	addr->sa_family = n->hwaddr_len ? ARPHRD_ETHER : ARPHRD_LOOPBACK;
	memcpy(addr->sa_data, n->hwaddr, n->hwaddr_len < 6 ? n->hwaddr_len : 6);
	return 0;
}

static int get(unsigned long request, const struct netif *n, struct ifreq *r)
{
	switch (request) {
	case SIOCGIFFLAGS:
		r->ifr_flags = (short)interface_flags(n);
		return 0;
	case SIOCGIFADDR:
		interface_sockaddr(ip4_addr_get_u32(netif_ip4_addr(n)), &r->ifr_addr);
		return ip4_addr_isany(netif_ip4_addr(n)) ? -EADDRNOTAVAIL : 0;
	case SIOCGIFNETMASK:
		interface_sockaddr(
			ip4_addr_get_u32(netif_ip4_netmask(n)), &r->ifr_netmask);
		return 0;
	case SIOCGIFBRDADDR:
		interface_sockaddr(interface_broadcast(n), &r->ifr_broadaddr);
		return 0;
	case SIOCGIFMTU:
		r->ifr_mtu = n->mtu;
		return 0;
	case SIOCGIFHWADDR:
		return get_hardware_address(n, &r->ifr_hwaddr);
	case SIOCGIFINDEX:
		r->ifr_ifindex = netif_get_index(n);
		return 0;
	default:
		return -ENOTTY;
	}
}

/* As many as fit, and how many bytes those are. */
static int list_all(struct ifconf *c)
{
	int room = c->ifc_len / (int)sizeof(struct ifreq), used = 0;
	const struct netif *n;

	NETIF_FOREACH(n)
	{
		struct ifreq *r = &c->ifc_req[used];

		if (used == room)
			break;
		memset(r, 0, sizeof(*r));
		interface_name(n, r->ifr_name);
		interface_sockaddr(ip4_addr_get_u32(netif_ip4_addr(n)), &r->ifr_addr);
		used++;
	}
	c->ifc_len = used * (int)sizeof(struct ifreq);
	return 0;
}

/* --- setting ------------------------------------------------------------------------------------------------------- */

static int get_v4(const struct sockaddr *addr, ip4_addr_t *a)
{
	struct sockaddr_in in;

	if (addr->sa_family != AF_INET)
		return -EINVAL;
	memcpy(&in, addr, sizeof(in));
	ip4_addr_set_u32(a, in.sin_addr.s_addr);
	return 0;
}

/* The prefix that a class of address had before masks were said: RFC 791. */
static uint32_t natural_mask(const ip4_addr_t *a)
{
	uint8_t first = ip4_addr1(a);

	return first < 128   ? htonl(0xff000000)
	       : first < 192 ? htonl(0xffff0000)
			     : htonl(0xffffff00);
}

/* Set by hand: what DHCP says later would undo it. */
static int set_address(struct netif *n, const struct sockaddr *addr)
{
	ip4_addr_t a, mask = *netif_ip4_netmask(n);
	int err = get_v4(addr, &a);

	if (err)
		return err;
	if (netif_dhcp_data(n))
		dhcp_release_and_stop(n);
	if (ip4_addr_isany_val(mask))
		ip4_addr_set_u32(&mask, natural_mask(&a));
	netif_set_ipaddr(n, &a);
	netif_set_netmask(n, &mask);
	net_address_changed();
	return 0;
}

static int set_mask(struct netif *n, const struct sockaddr *addr)
{
	uint32_t bits;
	ip4_addr_t a;
	int err = get_v4(addr, &a);

	if (err)
		return err;
	bits = ~ntohl(ip4_addr_get_u32(&a));
	if (bits & (bits + 1))
		return -EINVAL; /* ones, then zeroes */
	netif_set_netmask(n, &a);
	return 0;
}

/* It follows from address and mask; anything else cannot be. */
static int set_broadcast(const struct netif *n, const struct sockaddr *addr)
{
	ip4_addr_t a;
	int err = get_v4(addr, &a);

	if (err)
		return err;
	return ip4_addr_get_u32(&a) == interface_broadcast(n) ? 0 : -EOPNOTSUPP;
}

static int set_mtu(struct netif *n, int mtu)
{
	static uint16_t largest[8]; /* what the driver started with, by number */
	unsigned i = n->num % 8;

	if (!largest[i])
		largest[i] = n->mtu;
	if (mtu < MTU_MIN || mtu > largest[i])
		return -EINVAL;
	n->mtu = (u16_t)mtu;
	n->mtu6 = n->mtu;
	return 0;
}

static int set(unsigned long request, struct netif *n, const struct ifreq *r)
{
	switch (request) {
	case SIOCSIFFLAGS:
		interface_set_up(n, r->ifr_flags & IFF_UP);
		return 0;
	case SIOCSIFADDR:
		return set_address(n, &r->ifr_addr);
	case SIOCSIFNETMASK:
		return set_mask(n, &r->ifr_netmask);
	case SIOCSIFBRDADDR:
		return set_broadcast(n, &r->ifr_broadaddr);
	case SIOCSIFMTU:
		return set_mtu(n, r->ifr_mtu);
	case SIOCSIFHWADDR: /* the toolstack gives it, and the back end filters by it */
		return -EOPNOTSUPP;
	default:
		return -ENOTTY;
	}
}

int interface_index(const char *name, size_t len)
{
	char text[IF_NAMESIZE] = "";
	const struct netif *n;

	memcpy(text, name, len < sizeof(text) - 1 ? len : sizeof(text) - 1);
	if (!text[0])
		return 0;
	n = interface_find(text);
	return n ? netif_get_index(n) : -ENODEV;
}

int interface_ioctl(unsigned long request, void *arg)
{
	struct netif *n;
	int err = -ENODEV;

	net_lock();
	if (request == SIOCGIFCONF) {
		err = list_all(arg);
	} else if ((n = interface_find(((struct ifreq *)arg)->ifr_name))) {
		err = get(request, n, arg);
		if (err == -ENOTTY)
			err = set(request, n, arg);
	}
	net_unlock();
	return err;
}
