/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is our IPv4 address taken?
 *
 * RFC 5227 has a host probe for seconds before it uses an address. A server that is to
 * answer within milliseconds of its start cannot wait: ours uses the address at once and
 * probes meanwhile. An owner that answers the probes keeps it: we stop using the address
 * and say so (2.1.1). Later somebody else is the newcomer: we defend the address with an
 * announcement, at most once in ten seconds, and keep it, as a server has to (2.4, choice
 * c).
 */
#include "net/conflict.h"

#include <string.h>

#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/prot/iana.h"

#include "kernel/timer.h"
#include "net/vif.h"

#define LOG_MODULE "net"
#include "kernel/log.h"

#define PROBE_SECONDS                                                                    \
	3 /* one probe at once, then one a second; its answer may take as long */
#define DEFEND_INTERVAL_NS (10 * NS_PER_S)
#define FRAME_BYTES        (SIZEOF_ETH_HDR + SIZEOF_ETHARP_HDR)

/*
 * An ARP request for our address: a probe when @sender is any, an announcement when it is
 * our address.
 */
static void send_request(struct vif *v, const ip4_addr_t *sender)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, FRAME_BYTES, PBUF_RAM);
	struct eth_hdr *eth;
	struct etharp_hdr *arp;

	if (!p)
		return;
	memset(p->payload, 0, FRAME_BYTES);
	eth = p->payload;
	memset(&eth->dest, 0xff, sizeof eth->dest);
	memcpy(&eth->src, v->netif.hwaddr, sizeof eth->src);
	eth->type = PP_HTONS(ETHTYPE_ARP);
	arp = (struct etharp_hdr *)(eth + 1);
	arp->hwtype = PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET);
	arp->proto = PP_HTONS(ETHTYPE_IP);
	arp->hwlen = ETH_HWADDR_LEN;
	arp->protolen = sizeof(ip4_addr_t);
	arp->opcode = PP_HTONS(ARP_REQUEST);
	memcpy(&arp->shwaddr, v->netif.hwaddr, sizeof arp->shwaddr);
	memcpy(&arp->sipaddr, sender, sizeof arp->sipaddr);
	memcpy(&arp->dipaddr, &v->conflict.addr, sizeof arp->dipaddr);
	v->netif.linkoutput(&v->netif, p);
	pbuf_free(p);
}

static void send_probe(struct vif *v)
{
	ip4_addr_t nobody;

	ip4_addr_set_any(&nobody);
	send_request(v, &nobody);
}

void conflict_link_up(struct vif *v)
{
	struct conflict *c = &v->conflict;

	if (!v->fixed_ip4 || ip4_addr_isany(netif_ip4_addr(&v->netif)) ||
		ip4_addr_eq(&c->addr, netif_ip4_addr(&v->netif)))
		return;
	ip4_addr_copy(c->addr, *netif_ip4_addr(&v->netif));
	c->seconds_left = PROBE_SECONDS;
	send_probe(v);
}

static void give_up(struct vif *v, const uint8_t *mac)
{
	log_error("vif%u: address %s is taken by %02x:%02x:%02x:%02x:%02x:%02x, not "
		  "using it: choose another "
		  "(ip= on the command line, or in the domain's vif=)",
		netfront_id(v->nf), ip4addr_ntoa(&v->conflict.addr), mac[0], mac[1],
		mac[2], mac[3], mac[4], mac[5]);
	ip4_addr_set_any(&v->conflict.addr);
	v->conflict.seconds_left = 0;
	netif_set_addr(&v->netif, NULL, NULL, NULL);
}

static void defend(struct vif *v, const uint8_t *mac)
{
	struct conflict *c = &v->conflict;
	uint64_t now = clock_ns();

	if (c->defended_ns && now - c->defended_ns < DEFEND_INTERVAL_NS)
		return;
	c->defended_ns = now;
	log_warn("vif%u: %02x:%02x:%02x:%02x:%02x:%02x uses our address %s, defending it",
		netfront_id(v->nf), mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
		ip4addr_ntoa(&c->addr));
	send_request(v, &c->addr);
}

void conflict_input(struct vif *v, const struct pbuf *p)
{
	const struct eth_hdr *eth = p->payload;
	const struct etharp_hdr *arp = (const struct etharp_hdr *)(eth + 1);
	const uint8_t *mac;

	if (p->len < FRAME_BYTES || eth->type != PP_HTONS(ETHTYPE_ARP) ||
		ip4_addr_isany_val(v->conflict.addr) ||
		memcmp(&arp->sipaddr, &v->conflict.addr, sizeof arp->sipaddr) != 0 ||
		memcmp(&arp->shwaddr, v->netif.hwaddr, ETH_HWADDR_LEN) == 0)
		return;
	mac = arp->shwaddr.addr;
	if (v->conflict.seconds_left)
		give_up(v, mac);
	else
		defend(v, mac);
}

static bool probing(const struct netif *n)
{
	return netif_is_vif(n) && netif_vif(n)->conflict.seconds_left &&
	       netif_is_link_up(n);
}

void conflict_tmr(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (probing(n) && --netif_vif(n)->conflict.seconds_left)
			send_probe(netif_vif(n));
	}
}

uint64_t conflict_need(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (probing(n))
			return 1;
	}
	return UINT64_MAX;
}
