/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces, as lwIP knows them. */
#include <stdio.h>

#include <lwip/netif.h>

#include "net/net.h"

/* Copied with the net lock held, shown without it: the console may be slow. */
struct picture {
	char name[8];
	unsigned flags, mtu, hw_len;
	unsigned char hw[NETIF_MAX_HWADDR_LEN];
	char address[16], mask[16], gateway[16];
};

static bool take(unsigned index, struct picture *p)
{
	struct netif *n;

	net_lock();
	for (n = netif_list; n && index > 0; n = n->next)
		index--;
	if (n) {
		snprintf(p->name, sizeof(p->name), "%c%c%u", n->name[0], n->name[1],
			n->num);
		p->flags = n->flags;
		p->mtu = n->mtu;
		p->hw_len = n->hwaddr_len;
		for (unsigned i = 0; i < p->hw_len; i++)
			p->hw[i] = n->hwaddr[i];
		ip4addr_ntoa_r(netif_ip4_addr(n), p->address, sizeof(p->address));
		ip4addr_ntoa_r(netif_ip4_netmask(n), p->mask, sizeof(p->mask));
		ip4addr_ntoa_r(netif_ip4_gw(n), p->gateway, sizeof(p->gateway));
	}
	net_unlock();
	return n != NULL;
}

static void show(const struct picture *p)
{
	printf("%s: %s, %s, mtu %u\n", p->name, p->flags & NETIF_FLAG_UP ? "up" : "down",
		p->flags & NETIF_FLAG_LINK_UP ? "connected" : "not connected", p->mtu);
	for (unsigned i = 0; i < p->hw_len; i++)
		printf("%s%02x", i ? ":" : "  hardware ", p->hw[i]);
	if (p->hw_len)
		putchar('\n');
	printf("  address %s, mask %s, gateway %s\n", p->address, p->mask, p->gateway);
}

int main(void)
{
	struct picture p;
	unsigned n = 0;

	while (take(n, &p)) {
		show(&p);
		n++;
	}
	if (n == 0)
		puts("there is no network interface");
	return 0;
}
