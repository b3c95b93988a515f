/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet in words, for --trace=net. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "host/offload.h"

static void flags_text(char *text, unsigned bytes, uint8_t flags)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"};
	static const uint8_t order[] = {1, 0, 2, 3, 4, 5, 6, 7};
	unsigned n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < 8 && n < bytes; i++)
		if (flags >> order[i] & 1)
			n += (unsigned)snprintf(text + n, bytes - n, "%s%s", n ? "," : "",
				names[order[i]]);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void address(char *text, const uint8_t *f, const struct layers *l, bool source)
{
	const uint8_t *ip = f + l->ip;
	char plain[INET6_ADDRSTRLEN];
	bool ports = l->proto == IPPROTO_TCP || l->proto == IPPROTO_UDP;

	if (l->ip6)
		inet_ntop(AF_INET6, ip + (source ? 8 : 24), plain, sizeof(plain));
	else
		inet_ntop(AF_INET, ip + (source ? 12 : 16), plain, sizeof(plain));
	if (ports)
		snprintf(text, 64, l->ip6 ? "[%s]:%u" : "%s:%u", plain,
			get16(f + l->transport + (source ? 0 : 2)));
	else
		snprintf(text, 64, "%s", plain);
}

static void describe_ip(
	const struct packet *p, const struct layers *l, char *text, unsigned bytes)
{
	const uint8_t *t = p->data + l->transport;
	char from[64], to[64], flags[40], gso[24] = "";

	address(from, p->data, l, true);
	address(to, p->data, l, false);
	if (p->gso != GSO_NONE)
		snprintf(gso, sizeof(gso), " gso=%u", p->gso_bytes);
	if (l->proto == IPPROTO_TCP) {
		flags_text(flags, sizeof(flags), t[13]);
		snprintf(text, bytes, "TCP %s > %s %s seq=%u ack=%u win=%u len=%u%s%s",
			from, to, flags, get32(t + 4), get32(t + 8), get16(t + 14),
			l->end - l->payload, p->csum_blank ? " csum=blank" : "", gso);
	} else if (l->proto == IPPROTO_UDP) {
		snprintf(text, bytes, "UDP %s > %s len=%u%s", from, to,
			l->end - l->payload, p->csum_blank ? " csum=blank" : "");
	} else if (l->end - l->transport >= 4 &&
		   (l->proto == IPPROTO_ICMP || l->proto == IPPROTO_ICMPV6)) {
		snprintf(text, bytes, "ICMP%s %s > %s type=%u code=%u",
			l->ip6 ? "v6" : "", from, to, t[0], t[1]);
	} else {
		snprintf(text, bytes, "IP %s > %s proto=%u len=%u", from, to, l->proto,
			l->end - l->transport);
	}
}

void packet_describe(const struct packet *p, char *text, unsigned text_bytes)
{
	const uint8_t *f = p->data;
	struct layers l;

	if (layers_find(f, p->len_bytes, &l)) {
		describe_ip(p, &l, text, text_bytes);
	} else if (p->len_bytes >= 42 && get16(f + 12) == 0x0806) {
		snprintf(text, text_bytes, "ARP %s %u.%u.%u.%u for %u.%u.%u.%u",
			get16(f + 20) == 1 ? "asks" : "tells", f[28], f[29], f[30], f[31],
			f[38], f[39], f[40], f[41]);
	} else if (p->len_bytes >= 14) {
		snprintf(text, text_bytes, "Ethernet type=%#06x len=%u", get16(f + 12),
			p->len_bytes);
	} else {
		snprintf(text, text_bytes, "too short: len=%u", p->len_bytes);
	}
}
