/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network interfaces, routes and neighbours as Embox's ifconfig, route, arp and ping know them, over lwIP. What they
 * get are pictures: each call takes new ones, in places that do not move.
 */
#include "libc-glue/interface.h"

#include "lwip/etharp.h"
#include "lwip/netif.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include <net/inetdevice.h>
#include <net/l2/ethernet.h>
#include <net/l3/arp.h>
#include <net/l3/route.h>
#include <net/neighbour.h>

#include "net/net.h"
#include "net/netfront.h"
#include "net/vif.h"

#define DEVICES_MAX 8

static struct in_device in_devices[DEVICES_MAX];
static struct net_device devices[DEVICES_MAX];
static unsigned n_devices;

/* --- pictures ----------------------------------------------------------------------------------------------------- */

static void count_packets(const struct netif *n, struct net_device_stats *to)
{
	struct netfront_stats s;

	memset(to, 0, sizeof(*to));
	if (!netif_is_vif(n) || !netif_vif(n)->nf)
		return;
	netfront_get_stats(netif_vif(n)->nf, &s);
	to->rx_packets = (unsigned long)s.rx_packets;
	to->tx_packets = (unsigned long)s.tx_packets;
	to->rx_bytes = (unsigned long)s.rx_bytes;
	to->tx_bytes = (unsigned long)s.tx_bytes;
	to->rx_err = (unsigned long)s.rx_bad;
	to->rx_dropped = (unsigned long)s.rx_dropped;
	to->tx_err = (unsigned long)s.tx_errors;
}

static void take_device(const struct netif *n, struct net_device *d)
{
	d->index = netif_get_index(n);
	interface_name(n, d->name);
	memcpy(d->dev_addr, n->hwaddr, sizeof(n->hwaddr));
	memset(d->broadcast, 0xff, ETH_ALEN);
	d->type = n->hwaddr_len ? ARP_HRD_ETHERNET : ARP_HRD_LOOPBACK;
	d->addr_len = n->hwaddr_len;
	d->hdr_len = n->hwaddr_len ? ETH_HLEN : 0;
	d->flags = interface_flags(n);
	d->mtu = n->mtu;
	count_packets(n, &d->stats);
}

static void take_addresses(const struct netif *n, struct in_device *i)
{
	i->ifa_address = ip4_addr_get_u32(netif_ip4_addr(n));
	i->ifa_mask = ip4_addr_get_u32(netif_ip4_netmask(n));
	i->ifa_broadcast = interface_broadcast(n);
	memset(&i->ifa6_address, 0, sizeof(i->ifa6_address));
	for (int k = LWIP_IPV6_NUM_ADDRESSES - 1; k >= 0; k--)
		if (ip6_addr_isvalid(netif_ip6_addr_state(n, k)))
			memcpy(&i->ifa6_address, netif_ip6_addr(n, k)->addr, 16);
}

/* Under the net lock. An interface keeps its place: its index in lwIP never changes. */
static void take_all(void)
{
	const struct netif *n;

	n_devices = 0;
	for (unsigned index = 1; index <= 255 && n_devices < DEVICES_MAX; index++) {
		n = netif_get_by_index((u8_t)index);
		if (!n)
			continue;
		in_devices[n_devices].dev = &devices[n_devices];
		take_device(n, &devices[n_devices]);
		take_addresses(n, &in_devices[n_devices]);
		n_devices++;
	}
}

static void refresh(void)
{
	net_lock();
	take_all();
	net_unlock();
}

/* --- devices ------------------------------------------------------------------------------------------------------ */

struct in_device *inetdev_get_first(void)
{
	refresh();
	return n_devices ? &in_devices[0] : NULL;
}

struct in_device *inetdev_get_next(struct in_device *in_dev)
{
	unsigned i = (unsigned)(in_dev - in_devices) + 1;

	return i < n_devices ? &in_devices[i] : NULL;
}

struct in_device *inetdev_get_by_name(const char *name)
{
	struct netif *n;
	int index = 0;

	net_lock();
	take_all();
	n = interface_find(name);
	if (n)
		index = netif_get_index(n);
	net_unlock();
	for (unsigned i = 0; i < n_devices; i++)
		if (devices[i].index == index)
			return &in_devices[i];
	return NULL;
}

struct net_device *netdev_get_by_name(const char *name)
{
	struct in_device *i = inetdev_get_by_name(name);

	return i ? i->dev : NULL;
}

struct in_device *inetdev_get_by_dev(struct net_device *dev)
{
	return &in_devices[dev - devices];
}

struct in_device *inetdev_get_by_addr(in_addr_t address)
{
	refresh();
	for (unsigned i = 0; i < n_devices; i++)
		if (in_devices[i].ifa_address == address)
			return &in_devices[i];
	return NULL;
}

struct in_device *inetdev_get_loopback_dev(void)
{
	return inetdev_get_by_name("lo");
}

in_addr_t inetdev_get_addr(struct in_device *in_dev)
{
	return in_dev->ifa_address;
}

/* --- setting ------------------------------------------------------------------------------------------------------ */

/* One request about a device; its picture is taken again. */
static int request(const struct net_device *dev, unsigned long what, struct ifreq *r)
{
	int err;

	memcpy(r->ifr_name, dev->name, sizeof(r->ifr_name));
	err = interface_ioctl(what, r);
	refresh();
	return err;
}

static int set_v4(struct in_device *in_dev, unsigned long what, in_addr_t address)
{
	struct ifreq r;

	interface_sockaddr(address, &r.ifr_addr);
	return request(in_dev->dev, what, &r);
}

int inetdev_set_addr(struct in_device *in_dev, in_addr_t address)
{
	return set_v4(in_dev, SIOCSIFADDR, address);
}

int inetdev_set_mask(struct in_device *in_dev, in_addr_t mask)
{
	return set_v4(in_dev, SIOCSIFNETMASK, mask);
}

int inetdev_set_bcast(struct in_device *in_dev, in_addr_t broadcast)
{
	return set_v4(in_dev, SIOCSIFBRDADDR, broadcast);
}

static int set_flags(struct net_device *dev, unsigned flags)
{
	struct ifreq r = {.ifr_flags = (short)flags};

	if ((flags ^ dev->flags) & ~(unsigned)IFF_UP)
		return -EOPNOTSUPP;
	return request(dev, SIOCSIFFLAGS, &r);
}

int netdev_flag_up(struct net_device *dev, unsigned flag)
{
	return set_flags(dev, dev->flags | flag);
}

int netdev_flag_down(struct net_device *dev, unsigned flag)
{
	return set_flags(dev, dev->flags & ~flag);
}

int netdev_set_mtu(struct net_device *dev, int mtu)
{
	struct ifreq r = {.ifr_mtu = mtu};

	return request(dev, SIOCSIFMTU, &r);
}

/* What the toolstack and Xen say stays as it is. */
int netdev_set_macaddr(struct net_device *dev, const void *address)
{
	return memcmp(dev->dev_addr, address, ETH_ALEN) ? -EOPNOTSUPP : 0;
}

int netdev_set_irq(struct net_device *dev, int irq)
{
	return dev->irq == (unsigned)irq ? 0 : -EOPNOTSUPP;
}

int netdev_set_baseaddr(struct net_device *dev, unsigned long address)
{
	return dev->base_addr == address ? 0 : -EOPNOTSUPP;
}

int netdev_set_bcastaddr(struct net_device *dev, const void *address)
{
	return memcmp(dev->broadcast, address, ETH_ALEN) ? -EOPNOTSUPP : 0;
}

/* --- routes ------------------------------------------------------------------------------------------------------- */

static struct rt_entry routes[DEVICES_MAX + 1];
static unsigned n_routes;

static in_addr_t gateway_of(const struct netif *n)
{
	return n ? ip4_addr_get_u32(netif_ip4_gw(n)) : INADDR_ANY;
}

/* One for the network of each interface that is up, and the one to everywhere else. Under the net lock. */
static void take_routes(void)
{
	int out = netif_default ? netif_get_index(netif_default) : 0;

	n_routes = 0;
	for (unsigned i = 0; i < n_devices; i++) {
		const struct in_device *d = &in_devices[i];

		if (!(d->dev->flags & IFF_UP) || !d->ifa_address)
			continue;
		routes[n_routes++] = (struct rt_entry){
			d->dev, d->ifa_address & d->ifa_mask, RTF_UP, d->ifa_mask, 0};
		if (d->dev->index == out && gateway_of(netif_default))
			routes[n_routes++] = (struct rt_entry){d->dev, INADDR_ANY,
				RTF_UP | RTF_GATEWAY, 0, gateway_of(netif_default)};
	}
}

struct rt_entry *rt_fib_get_first(void)
{
	net_lock();
	take_all();
	take_routes();
	net_unlock();
	return n_routes ? &routes[0] : NULL;
}

struct rt_entry *rt_fib_get_next(struct rt_entry *entry)
{
	return entry + 1 < routes + n_routes ? entry + 1 : NULL;
}

/* The interface of a route: the one that is named, or that has the gateway in its network. Under the net lock. */
static struct netif *out_of(const struct net_device *dev, in_addr_t gateway)
{
	struct netif *n;

	if (dev)
		return netif_get_by_index((u8_t)dev->index);
	NETIF_FOREACH(n)
	{
		in_addr_t mask = ip4_addr_get_u32(netif_ip4_netmask(n));

		if (mask &&
			(gateway & mask) == (ip4_addr_get_u32(netif_ip4_addr(n)) & mask))
			return n;
	}
	return NULL;
}

/* Is it the way to the interface's own network, which goes with its address? */
static bool is_own_network(const struct netif *n, in_addr_t dst, in_addr_t mask)
{
	in_addr_t own = ip4_addr_get_u32(netif_ip4_netmask(n));

	return dst == (ip4_addr_get_u32(netif_ip4_addr(n)) & own) &&
	       (mask == own || mask == INADDR_ANY);
}

static int add_route(struct netif *n, in_addr_t dst, in_addr_t mask, in_addr_t gateway)
{
	ip4_addr_t a = {gateway};

	if (!n)
		return -ENETUNREACH;
	if (dst == INADDR_ANY) {
		netif_set_gw(n, &a);
		netif_set_default(n);
		return 0;
	}
	return gateway == INADDR_ANY && is_own_network(n, dst, mask) ? 0 : -EOPNOTSUPP;
}

static int del_route(struct netif *n, in_addr_t dst, in_addr_t mask, in_addr_t gateway)
{
	ip4_addr_t none = {INADDR_ANY};

	if (n && !netif_is_up(n) && is_own_network(n, dst, mask))
		return 0; /* it went when the interface did */
	if (!n || !gateway_of(n) || (gateway && gateway != gateway_of(n)))
		return -ENOENT;
	if (dst != INADDR_ANY)
		return -EOPNOTSUPP;
	netif_set_gw(n, &none);
	return 0;
}

int rt_add_route(struct net_device *dev, in_addr_t dst, in_addr_t mask, in_addr_t gateway,
	int flags)
{
	int err;

	(void)flags;
	net_lock();
	err = add_route(out_of(dev, gateway), dst, mask, gateway);
	net_unlock();
	return err;
}

int rt_del_route(struct net_device *dev, in_addr_t dst, in_addr_t mask, in_addr_t gateway)
{
	int err;

	net_lock();
	err = del_route(dev || gateway ? out_of(dev, gateway) : netif_default, dst, mask,
		gateway);
	net_unlock();
	return err;
}

/* --- neighbours --------------------------------------------------------------------------------------------------- */

/* The entry of that number in lwIP's table; false if it is empty. */
static bool take_neighbour(size_t number, struct neighbour *to)
{
	struct eth_addr *hardware;
	ip4_addr_t *address;
	struct netif *n;
	bool found;

	net_lock();
	take_all();
	found = etharp_get_entry(number, &address, &n, &hardware);
	if (found) {
		memset(to, 0, sizeof(*to));
		to->ptype = ETH_P_IP;
		to->plen = 4;
		memcpy(to->paddr, address, 4);
		to->htype = ARP_HRD_ETHERNET;
		to->hlen = ETH_ALEN;
		memcpy(to->haddr, hardware, ETH_ALEN);
		for (unsigned i = 0; i < n_devices; i++)
			if (devices[i].index == netif_get_index(n))
				to->dev = &devices[i];
	}
	net_unlock();
	return found && to->dev;
}

int neighbour_foreach(neighbour_foreach_ft fn, void *args)
{
	struct neighbour n;

	for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
		int result = take_neighbour(i, &n) ? fn(&n, args) : 0;

		if (result)
			return result;
	}
	return 0;
}

int neighbour_add(unsigned short ptype, const void *paddr, unsigned char plen,
	struct net_device *dev, unsigned short htype, const void *haddr,
	unsigned char hlen, unsigned flags)
{
	(void)ptype, (void)paddr, (void)plen, (void)dev, (void)htype, (void)haddr,
		(void)hlen, (void)flags;
	return -EOPNOTSUPP;
}

int neighbour_del(unsigned short ptype, const void *paddr, struct net_device *dev)
{
	(void)ptype, (void)paddr, (void)dev;
	return -EOPNOTSUPP;
}
