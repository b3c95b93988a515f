/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums and segmentation in software: offload.h says what they do. */
#include "host/offload.h"

#include <netinet/in.h>
#include <string.h>

#define ETH_BYTES 14u
#define IP4_BYTES 20u
#define IP6_BYTES 40u
#define TCP_BYTES 20u
#define UDP_BYTES 8u
#define TYPE_IP4  0x0800u
#define TYPE_IP6  0x86ddu
#define TCP_FIN   0x01u
#define TCP_PSH   0x08u
#define TCP_CWR   0x80u
#define EXT_MAX   8u /* extension headers that are followed */

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* --- layers ------------------------------------------------------------------------- */

static bool find_ip4(const uint8_t *f, unsigned len, struct layers *l)
{
	const uint8_t *ip = f + ETH_BYTES;
	unsigned header, total;

	if (len < ETH_BYTES + IP4_BYTES || ip[0] >> 4 != 4)
		return false;
	header = (ip[0] & 15u) * 4;
	total = get16(ip + 2);
	if (header < IP4_BYTES || total < header || ETH_BYTES + total > len)
		return false;
	if (get16(ip + 6) & 0x3fff) /* more fragments, or an offset */
		return false;
	l->proto = ip[9];
	l->transport = ETH_BYTES + header;
	l->end = ETH_BYTES + total;
	return true;
}

static bool find_ip6(const uint8_t *f, unsigned len, struct layers *l)
{
	const uint8_t *ip = f + ETH_BYTES;
	unsigned at = ETH_BYTES + IP6_BYTES;

	if (len < at || ip[0] >> 4 != 6 || at + get16(ip + 4) > len)
		return false;
	l->end = at + get16(ip + 4);
	l->proto = ip[6];
	for (unsigned i = 0; i < EXT_MAX; i++) {
		if (l->proto != IPPROTO_HOPOPTS && l->proto != IPPROTO_ROUTING &&
			l->proto != IPPROTO_DSTOPTS)
			break;
		if (at + 8 > l->end)
			return false;
		l->proto = f[at];
		at += 8 + f[at + 1] * 8u;
	}
	l->transport = at;
	return at <= l->end;
}

bool layers_find(const uint8_t *frame, unsigned len_bytes, struct layers *l)
{
	unsigned type = len_bytes >= ETH_BYTES ? get16(frame + 12) : 0, bytes;

	*l = (struct layers){.ip = ETH_BYTES, .ip6 = type == TYPE_IP6};
	if (type == TYPE_IP4 ? !find_ip4(frame, len_bytes, l)
			     : type != TYPE_IP6 || !find_ip6(frame, len_bytes, l))
		return false;
	l->payload = l->transport;
	bytes = l->end - l->transport;
	if (l->proto == IPPROTO_TCP) {
		if (bytes < TCP_BYTES)
			return false;
		l->payload += (frame[l->transport + 12] >> 4) * 4u;
		return l->payload >= l->transport + TCP_BYTES && l->payload <= l->end;
	}
	if (l->proto == IPPROTO_UDP) {
		l->payload += UDP_BYTES;
		return bytes >= UDP_BYTES;
	}
	return true;
}

/* --- checksums ---------------------------------------------------------------------- */

/* Add the 16-bit words of some bytes; in memory order, which a sum does not mind. */
static uint64_t add_words(uint64_t sum, const uint8_t *p, unsigned bytes)
{
	uint32_t word;
	uint8_t last[4] = {0};

	for (; bytes >= 4; bytes -= 4, p += 4) {
		memcpy(&word, p, 4);
		sum += word;
	}
	memcpy(last, p, bytes);
	memcpy(&word, last, 4);
	return sum + word;
}

/* To 16 bits, as they lie in memory. */
static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

static uint64_t pseudo_sum(const uint8_t *f, const struct layers *l)
{
	uint8_t tail[8] = {0};
	uint64_t sum;

	if (l->ip6)
		sum = add_words(0, f + l->ip + 8, 32);
	else
		sum = add_words(0, f + l->ip + 12, 8);
	put32(tail, l->end - l->transport);
	tail[7] = l->proto;
	return add_words(sum, tail, 8);
}

/* Where the checksum lies; 0 when there is none. */
static unsigned sum_at(const struct layers *l)
{
	if (l->proto == IPPROTO_TCP)
		return l->transport + 16;
	return l->proto == IPPROTO_UDP ? l->transport + 6 : 0;
}

static void sum_transport(uint8_t *f, const struct layers *l, bool pseudo)
{
	uint8_t *at = f + sum_at(l);
	uint64_t sum = pseudo_sum(f, l);
	uint16_t value;

	if (pseudo) {
		value = fold(sum);
	} else {
		memset(at, 0, 2);
		value = (uint16_t)~fold(
			add_words(sum, f + l->transport, l->end - l->transport));
		if (value == 0 && l->proto == IPPROTO_UDP)
			value = 0xffff; /* 0 means: not computed */
	}
	memcpy(at, &value, 2);
}

static bool sum_frame(uint8_t *frame, unsigned len_bytes, bool pseudo)
{
	struct layers l;

	if (!layers_find(frame, len_bytes, &l) || !sum_at(&l))
		return false;
	sum_transport(frame, &l, pseudo);
	return true;
}

bool offload_sum(uint8_t *frame, unsigned len_bytes)
{
	return sum_frame(frame, len_bytes, false);
}

bool offload_sum_pseudo(uint8_t *frame, unsigned len_bytes)
{
	return sum_frame(frame, len_bytes, true);
}

/* --- segmentation ------------------------------------------------------------------- */

static void set_ip(uint8_t *f, const struct layers *l, unsigned nth)
{
	uint8_t *ip = f + l->ip;
	uint16_t sum;

	if (l->ip6) {
		put16(ip + 4, l->end - l->ip - IP6_BYTES);
		return;
	}
	put16(ip + 2, l->end - l->ip);
	put16(ip + 4, get16(ip + 4) + nth);
	memset(ip + 10, 0, 2);
	sum = (uint16_t)~fold(add_words(0, ip, l->transport - l->ip));
	memcpy(ip + 10, &sum, 2);
}

void offload_set_length(uint8_t *frame, unsigned len_bytes)
{
	bool ip6 = get16(frame + 12) == TYPE_IP6;
	struct layers l = {.ip6 = ip6,
		.ip = ETH_BYTES,
		.transport = ETH_BYTES + (ip6 ? IP6_BYTES : (frame[ETH_BYTES] & 15u) * 4),
		.end = len_bytes};

	set_ip(frame, &l, 0);
}

static void set_tcp(uint8_t *f, const struct layers *l, uint32_t offset, bool last)
{
	uint8_t *tcp = f + l->transport;

	put32(tcp + 4, get32(tcp + 4) + offset);
	if (!last)
		tcp[13] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
	if (offset)
		tcp[13] &= (uint8_t)~TCP_CWR;
}

unsigned offload_cut(const struct packet *p, bool blank,
	void (*emit)(void *arg, struct packet *p), void *arg)
{
	static uint8_t frame[PACKET_BYTES_MAX];
	struct layers whole;
	unsigned n = 0, bytes;

	if (!p->gso_bytes || p->len_bytes > PACKET_BYTES_MAX ||
		!layers_find(p->data, p->len_bytes, &whole) ||
		whole.proto != IPPROTO_TCP || whole.ip6 != (p->gso == GSO_TCP6))
		return 0;
	for (unsigned at = whole.payload; at < whole.end || n == 0; at += bytes, n++) {
		struct layers l = whole;
		struct packet part = {
			.data = frame, .csum_blank = blank, .csum_good = true};

		bytes = whole.end - at < p->gso_bytes ? whole.end - at : p->gso_bytes;
		memcpy(frame, p->data, whole.payload);
		memcpy(frame + whole.payload, p->data + at, bytes);
		part.len_bytes = l.end = whole.payload + bytes;
		set_ip(frame, &l, n);
		set_tcp(frame, &l, at - whole.payload, at + bytes == whole.end);
		sum_transport(frame, &l, blank);
		emit(arg, &part);
	}
	return n;
}
