/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which addresses an interface gets:
 *
 *   IPv4   ip= on the command line, else the toolstack's ip in XenStore, else DHCP
 *   IPv6   link-local always; ip6= on the command line, else what routers announce
 *   DNS    dns= on the command line, else what DHCP says
 */
#include "net/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/ip.h"
#include "lwip/netif.h"

#include "kernel/util.h"
#include "net/lwip/hooks.h"
#include "net/vif.h"

#define LOG_MODULE "net"
#include "kernel/log.h"

#define XENSTORE_PREFIX 24 /* XenStore's ip has none */

/* --- parsing ------------------------------------------------------------------------ */

/* A decimal number up to max at *text, which moves past it. Returns it, or -1. */
static int take_number(const char **text, int max)
{
	const char *p = *text;
	int n = 0;

	if (*p < '0' || *p > '9')
		return -1;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n > max)
			return -1;
	}
	*text = p;
	return n;
}

/* "vifN:" at *text, which moves past it. Without it: vif 0. Returns 0 or -EINVAL. */
static int take_vif(const char **text, unsigned *vif)
{
	const char *p = *text + 3;
	int n;

	*vif = 0;
	if (strncmp(*text, "vif", 3) != 0)
		return 0;
	n = take_number(&p, 255);
	if (n < 0 || *p != ':')
		return -EINVAL;
	*vif = (unsigned)n;
	*text = p + 1;
	return 0;
}

/*
 * Copy up to one of the stop characters; *text moves to it. Returns 0 or -EINVAL when it
 * is empty or too long.
 */
static int take_until(const char **text, const char *stop, char *buf, size_t buf_bytes)
{
	size_t len = strcspn(*text, stop);

	if (len == 0 || len >= buf_bytes)
		return -EINVAL;
	memcpy(buf, *text, len);
	buf[len] = '\0';
	*text += len;
	return 0;
}

/*
 * Four decimal numbers: lwIP's own parser takes "10.1" and hexadecimal as well, which are
 * typing errors here.
 */
static bool is_dotted_quad(const char *text)
{
	for (int i = 0; i < 4; i++) {
		if (take_number(&text, 255) < 0 || *text != (i < 3 ? '.' : '\0'))
			return false;
		text++;
	}
	return true;
}

static int parse_address(const char *text, bool v6, ip_addr_t *a)
{
	if (v6 ? !strchr(text, ':') || strchr(text, '%') : !is_dotted_quad(text))
		return -EINVAL;
	return ipaddr_aton(text, a) && IP_IS_V6(a) == v6 ? 0 : -EINVAL;
}

/* An address that a host can have. */
static bool is_host_address(const struct net_address *a)
{
	uint32_t host_bits;

	if (ip_addr_isany(&a->addr) || ip_addr_ismulticast(&a->addr) ||
		ip_addr_isloopback(&a->addr))
		return false;
	if (IP_IS_V6(&a->addr))
		return true;
	host_bits = a->prefix >= 31 ? 0 : 0xffffffffu >> a->prefix;
	if (host_bits == 0)
		return true;
	return (lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&a->addr))) & host_bits) !=
		       host_bits &&
	       (lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(&a->addr))) & host_bits) != 0;
}

static int parse_value(
	const char *value, bool v6, const char *automatic, struct net_address *a)
{
	char word[64];
	int n;

	memset(a, 0, sizeof *a);
	IP_SET_TYPE_VAL(a->addr, v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4);
	IP_SET_TYPE_VAL(a->gateway, v6 ? IPADDR_TYPE_V6 : IPADDR_TYPE_V4);
	if (take_vif(&value, &a->vif))
		return -EINVAL;
	a->automatic = strcmp(value, automatic) == 0;
	a->none = strcmp(value, "off") == 0;
	if (a->automatic || a->none)
		return 0;
	if (take_until(&value, "/,", word, sizeof word) || *value++ != '/' ||
		parse_address(word, v6, &a->addr))
		return -EINVAL;
	n = take_number(&value, v6 ? 128 : 32);
	if (n < 1)
		return -EINVAL;
	a->prefix = (unsigned)n;
	if (*value == ',') {
		value++;
		if (take_until(&value, ",", word, sizeof word) ||
			parse_address(word, v6, &a->gateway))
			return -EINVAL;
	}
	return *value == '\0' && is_host_address(a) ? 0 : -EINVAL;
}

int net_parse_ip4(const char *value, struct net_address *a)
{
	return parse_value(value, false, "dhcp", a);
}

int net_parse_ip6(const char *value, struct net_address *a)
{
	return parse_value(value, true, "auto", a);
}

int net_parse_xenstore_ip(const char *text, struct net_address *a)
{
	char word[64], value[80];

	while (*text) {
		bool has_prefix;

		text += strspn(text, " ,");
		if (!*text || take_until(&text, " ,", word, sizeof word))
			break;
		has_prefix = strchr(word, '/') != NULL;
		if (has_prefix)
			snprintf(value, sizeof value, "%s", word);
		else
			snprintf(value, sizeof value, "%s/%d", word, XENSTORE_PREFIX);
		if (net_parse_ip4(value, a) == 0 && !a->automatic && !a->none)
			return !has_prefix;
	}
	return -ENOENT;
}

/* --- the words of the command line -------------------------------------------------- */

#define WORDS_MAX 16
static struct net_address words[WORDS_MAX];
static bool word_is_v6[WORDS_MAX];
static unsigned n_words;
static unsigned n_dns;

static int keep(const struct net_address *a, bool v6)
{
	if (n_words == WORDS_MAX)
		return -ENOSPC;
	words[n_words] = *a;
	word_is_v6[n_words++] = v6;
	return 0;
}

static int set_ip4(const char *value)
{
	struct net_address a;

	return net_parse_ip4(value, &a) ? -EINVAL : keep(&a, false);
}

static int set_ip6(const char *value)
{
	struct net_address a;

	return net_parse_ip6(value, &a) ? -EINVAL : keep(&a, true);
}

static ip_addr_t dns_servers[DNS_MAX_SERVERS];

static int set_dns(const char *value)
{
	char word[64];

	for (;;) {
		ip_addr_t *a = &dns_servers[n_dns];

		if (n_dns == DNS_MAX_SERVERS)
			return -ENOSPC;
		if (take_until(&value, ",", word, sizeof word) ||
			parse_address(word, strchr(word, ':'), a))
			return -EINVAL;
		n_dns++;
		if (*value++ == '\0')
			return 0;
	}
}

const struct cmdline_word net_words[] = {
	{"ip", set_ip4, "ip=[vifN:]ADDR/LEN[,GATEWAY], ip=[vifN:]dhcp or ip=[vifN:]off"},
	{"ip6", set_ip6,
		"ip6=[vifN:]ADDR/LEN[,GATEWAY], ip6=[vifN:]auto or ip6=[vifN:]off"},
	{"dns", set_dns, "dns=ADDR[,ADDR...]"},
	{NULL, NULL, NULL},
};

static const struct net_address *word_for(unsigned vif, bool v6)
{
	for (unsigned i = 0; i < n_words; i++)
		if (words[i].vif == vif && word_is_v6[i] == v6)
			return &words[i];
	return NULL;
}

/* --- putting it to use -------------------------------------------------------------- */

static void set_ip4_address(struct vif *v, const struct net_address *a)
{
	ip4_addr_t mask;

	ip4_addr_set_u32(&mask, lwip_htonl(0xffffffffu << (32 - a->prefix)));
	v->fixed_ip4 = true;
	netif_set_addr(&v->netif, ip_2_ip4(&a->addr), &mask, ip_2_ip4(&a->gateway));
}

static void configure_ip4(struct vif *v)
{
	const struct net_address *word = word_for(netfront_id(v->nf), false);
	const char *text = netfront_xenstore_ip(v->nf);
	struct net_address a;
	int found;

	if (word && word->none)
		return;
	if (word && !word->automatic) {
		set_ip4_address(v, word);
		return;
	}
	found = !word && *text ? net_parse_xenstore_ip(text, &a) : -ENOENT;
	if (found >= 0) {
		set_ip4_address(v, &a);
		if (found > 0)
			log_info("vif%u: XenStore's ip has no prefix length: /%d and no "
				 "gateway assumed; ip= says more",
				netfront_id(v->nf), XENSTORE_PREFIX);
		return;
	}
	if (!word && *text)
		log_warn("vif%u: no IPv4 address in XenStore's ip \"%s\", using DHCP",
			netfront_id(v->nf), text);
	if (dhcp_start(&v->netif) != ERR_OK)
		log_error("vif%u: no memory for DHCP", netfront_id(v->nf));
}

static void configure_ip6(struct vif *v)
{
	const struct net_address *word = word_for(netfront_id(v->nf), true);
	s8_t index;

	if (word && word->none)
		return;
	netif_create_ip6_linklocal_address(&v->netif, 1);
	netif_set_ip6_autoconfig_enabled(&v->netif, !word || word->automatic);
	if (!word || word->automatic)
		return;
	if (netif_add_ip6_address(&v->netif, ip_2_ip6(&word->addr), &index) == ERR_OK)
		netif_ip6_addr_set_state(&v->netif, index, IP6_ADDR_TENTATIVE);
	ip6_addr_copy(v->gateway6, *ip_2_ip6(&word->gateway));
	ip6_addr_assign_zone(&v->gateway6, IP6_UNICAST, &v->netif);
}

const ip6_addr_t *net_ip6_gateway(const struct netif *n, const ip6_addr_t *dest)
{
	(void)dest;
	return netif_is_vif(n) && !ip6_addr_isany(&netif_vif(n)->gateway6)
		       ? &netif_vif(n)->gateway6
		       : NULL;
}

void vif_configure(struct vif *v)
{
	if (v->configured)
		return;
	v->configured = true;
	for (unsigned i = 0; i < n_dns; i++)
		dns_setserver((u8_t)i, &dns_servers[i]);
	configure_ip4(v);
	configure_ip6(v);
}

const char *vif_addresses(const struct vif *v, char *buf, size_t buf_bytes)
{
	const struct netif *n = &v->netif;
	uint32_t mask = lwip_ntohl(ip4_addr_get_u32(netif_ip4_netmask(n)));
	char text[IPADDR_STRLEN_MAX];

	if (!ip4_addr_isany(netif_ip4_addr(n)))
		snprintf(buf, buf_bytes, "%s/%d",
			ip4addr_ntoa_r(netif_ip4_addr(n), text, sizeof text),
			mask ? 32 - __builtin_ctz(mask) : 0);
	else
		snprintf(buf, buf_bytes, "%s",
			netif_dhcp_data(n) ? "asking DHCP" : "no IPv4 address");
	return buf;
}
