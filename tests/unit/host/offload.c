/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums and segmentation in software, against sums computed in the plainest way. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/join.h"
#include "host/offload.h"
#include "tests/test.h"

/* --- frames ------------------------------------------------------------------------- */

struct frame {
	uint8_t data[PACKET_BYTES_MAX];
	unsigned len, transport, payload;
};

static struct frame f;

static void put16(unsigned at, unsigned v)
{
	f.data[at] = (uint8_t)(v >> 8);
	f.data[at + 1] = (uint8_t)v;
}

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* An IP packet of a protocol with some bytes behind its transport header. */
static void make(bool ip6, uint8_t proto, unsigned options, unsigned payload)
{
	unsigned header = proto == IPPROTO_TCP ? 20 + options : 8;

	memset(&f, 0, sizeof(f));
	f.transport = ip6 ? 54 : 34;
	f.payload = f.transport + header;
	f.len = f.payload + payload;
	for (unsigned i = 0; i < 12; i++)
		f.data[i] = (uint8_t)(0x20 + i);
	put16(12, ip6 ? 0x86dd : 0x0800);
	if (ip6) {
		f.data[14] = 0x60;
		put16(18, header + payload);
		f.data[20] = proto;
		for (unsigned i = 22; i < 54; i++)
			f.data[i] = (uint8_t)(i * 37);
	} else {
		f.data[14] = 0x45;
		put16(16, f.len - 14);
		put16(18, 0xfffe);
		f.data[22] = 64;
		f.data[23] = proto;
		for (unsigned i = 26; i < 34; i++)
			f.data[i] = (uint8_t)(i * 29);
	}
	put16(f.transport, 80);
	put16(f.transport + 2, 40000);
	if (proto == IPPROTO_TCP) {
		put16(f.transport + 4, 0xffff);
		put16(f.transport + 6, 0xfff0); /* wraps in a large segment */
		f.data[f.transport + 12] = (uint8_t)((header / 4) << 4);
		f.data[f.transport + 13] = 0x99; /* CWR ACK PSH FIN */
	} else {
		put16(f.transport + 4, header + payload);
	}
	for (unsigned i = 0; i < payload; i++)
		f.data[f.payload + i] = (uint8_t)(i * 7 + (i >> 8));
}

/* --- the plainest checksum ------------------------------------------------------------ */

static unsigned add(unsigned sum, const uint8_t *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		sum += i & 1 ? p[i] : (unsigned)p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* 0xffff when the checksum in the frame is right. */
static unsigned check_sum(const uint8_t *d, unsigned transport, unsigned end)
{
	bool ip6 = get16(d + 12) == 0x86dd;
	uint8_t tail[4] = {(uint8_t)((end - transport) >> 8), (uint8_t)(end - transport),
		0, ip6 ? d[20] : d[23]};
	unsigned sum = ip6 ? add(0, d + 22, 32) : add(0, d + 26, 8);

	return add(add(sum, tail, 4), d + transport, end - transport);
}

TEST(sums_are_those_of_the_plainest_way)
{
	static const uint8_t protos[] = {IPPROTO_TCP, IPPROTO_UDP};

	for (unsigned ip6 = 0; ip6 < 2; ip6++)
		for (unsigned k = 0; k < 2; k++)
			for (unsigned n = 0; n < 1500; n += 1 + n / 9) {
				test_row("ip6 %u proto %u payload %u", ip6, protos[k], n);
				make(ip6, protos[k], 0, n);
				CHECK(offload_sum(f.data, f.len));
				CHECK_EQ(check_sum(f.data, f.transport, f.len), 0xffff);
			}
}

TEST(padding_behind_the_packet_is_not_summed)
{
	make(false, IPPROTO_TCP, 0, 3);
	memset(f.data + f.len, 0xee, 9);
	CHECK(offload_sum(f.data, f.len + 9));
	CHECK_EQ(check_sum(f.data, f.transport, f.len), 0xffff);
}

TEST(the_sum_of_a_pseudo_header_is_what_is_left_to_complete)
{
	make(false, IPPROTO_TCP, 12, 777);
	CHECK(offload_sum_pseudo(f.data, f.len));
	/* as a network card completes it: sum all, from the transport header on */
	unsigned sum = ~add(0, f.data + f.transport, f.len - f.transport) & 0xffff;
	put16(f.transport + 16, sum);
	CHECK_EQ(check_sum(f.data, f.transport, f.len), 0xffff);
}

TEST(a_sum_of_zero_is_sent_as_ones_in_udp)
{
	make(false, IPPROTO_UDP, 0, 2);
	f.data[f.payload] = f.data[f.payload + 1] = 0;
	offload_sum(f.data, f.len);
	unsigned sum = get16(f.data + f.transport + 6);
	put16(f.payload, sum); /* now everything adds up to ones */
	CHECK(offload_sum(f.data, f.len));
	CHECK_EQ(get16(f.data + f.transport + 6), 0xffff);
}

TEST(what_has_no_sum_is_left_alone)
{
	uint8_t before[100];

	make(false, IPPROTO_ICMP, 0, 20);
	memcpy(before, f.data, f.len);
	CHECK(!offload_sum(f.data, f.len));
	CHECK(memcmp(before, f.data, f.len) == 0);
	make(false, IPPROTO_UDP, 0, 20);
	put16(20, 0x2000); /* more fragments follow */
	CHECK(!offload_sum(f.data, f.len));
	put16(20, 0x0001); /* not the first one */
	CHECK(!offload_sum(f.data, f.len));
	put16(12, 0x0806);
	CHECK(!offload_sum(f.data, f.len));
}

TEST(extension_headers_are_stepped_over)
{
	struct layers l;

	make(true, IPPROTO_TCP, 0, 10);
	memmove(f.data + 54 + 16, f.data + 54, f.len - 54);
	memset(f.data + 54, 0, 16);
	f.data[20] = IPPROTO_HOPOPTS;
	f.data[54] = IPPROTO_TCP;
	f.data[55] = 1; /* 16 bytes */
	put16(18, f.len - 54 + 16);
	CHECK(layers_find(f.data, f.len + 16, &l));
	CHECK_EQ(l.proto, IPPROTO_TCP);
	CHECK_EQ(l.transport, 70);
	f.data[55] = 200; /* past the end */
	CHECK(!layers_find(f.data, f.len + 16, &l));
}

TEST(no_bytes_lead_outside_the_frame)
{
	unsigned seed = 7;

	for (unsigned i = 0; i < 50000; i++) {
		unsigned len = i % 90;
		uint8_t *exact = malloc(len + 1); /* so that the sanitizer sees the end */

		make(i & 1, i & 2 ? IPPROTO_TCP : IPPROTO_UDP, 0, 20);
		for (unsigned k = 0; k < i % 5; k++) {
			seed = seed * 1103515245 + 12345;
			f.data[12 + (seed >> 8) % 60] = (uint8_t)(seed >> 20);
		}
		memcpy(exact, f.data, len);
		exact = realloc(exact, len ? len : 1);
		struct packet p = {.data = exact, .len_bytes = len};
		char text[240];

		packet_describe(&p, text, sizeof(text));
		offload_sum(exact, len);
		free(exact);
	}
}

/* --- segmentation ------------------------------------------------------------------- */

static unsigned cut_bytes, cut_n, cut_bad;
static uint8_t joined[PACKET_BYTES_MAX];

static void collect(void *arg, struct packet *p)
{
	const struct packet *whole = arg;
	struct layers l;
	unsigned n, flags, last;

	if (!layers_find(p->data, p->len_bytes, &l) || l.end != p->len_bytes) {
		cut_bad++;
		return;
	}
	n = l.end - l.payload;
	last = cut_bytes + n == f.len - f.payload;
	if (!p->csum_blank && check_sum(p->data, l.transport, l.end) != 0xffff)
		cut_bad++;
	if (!l.ip6 && add(0, p->data + 14, 20) != 0xffff)
		cut_bad++;
	if (!l.ip6 && get16(p->data + 18) != ((0xfffe + cut_n) & 0xffff))
		cut_bad++;
	flags = 0x10u | (last ? 0x09u : 0) | (cut_n ? 0 : 0x80u);
	if (p->data[l.transport + 13] != flags)
		cut_bad++;
	if (get16(p->data + l.transport + 6) != ((0xfff0 + cut_bytes) & 0xffff))
		cut_bad++;
	if (n > whole->gso_bytes || (!last && n != whole->gso_bytes) ||
		p->gso != GSO_NONE)
		cut_bad++;
	memcpy(joined + cut_bytes, p->data + l.payload, n);
	cut_bytes += n;
	cut_n++;
}

static unsigned cut(
	bool ip6, unsigned options, unsigned payload, uint16_t gso, bool blank)
{
	struct packet p;

	make(ip6, IPPROTO_TCP, options, payload);
	p = (struct packet){.data = f.data,
		.len_bytes = f.len,
		.csum_blank = true,
		.gso = ip6 ? GSO_TCP6 : GSO_TCP4,
		.gso_bytes = gso};
	cut_bytes = cut_n = cut_bad = 0;
	return offload_cut(&p, blank, collect, &p);
}

TEST(a_large_segment_becomes_packets_that_add_up_to_it)
{
	static const struct {
		bool ip6;
		unsigned options, payload;
		uint16_t gso;
		unsigned n;
	} rows[] = {
		{false, 0, 14600, 1460, 10},
		{false, 12, 14481, 1448, 11},
		{false, 40, 65000, 536, 122},
		{false, 0, 100, 1460, 1},
		{false, 0, 1460, 1460, 1},
		{false, 0, 1461, 1460, 2},
		{true, 0, 60000, 1440, 42},
		{true, 12, 1429, 1428, 2},
		{false, 0, 3, 1, 3},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("row %u", i);
		CHECK_EQ(cut(rows[i].ip6, rows[i].options, rows[i].payload, rows[i].gso,
				 false),
			rows[i].n);
		CHECK_EQ(cut_n, rows[i].n);
		CHECK_EQ(cut_bad, 0);
		CHECK_EQ(cut_bytes, rows[i].payload);
		CHECK(memcmp(joined, f.data + f.payload, cut_bytes) == 0);
	}
}

TEST(checksums_of_the_parts_can_be_left_to_the_receiver)
{
	CHECK_EQ(cut(false, 0, 5000, 1460, true), 4);
	CHECK_EQ(cut_bad, 0);
}

TEST(what_cannot_be_cut_is_refused)
{
	struct packet p = {.data = f.data, .gso = GSO_TCP4, .gso_bytes = 1000};

	CHECK_EQ(cut(false, 0, 5000, 0, false), 0);
	make(false, IPPROTO_UDP, 0, 5000);
	p.len_bytes = f.len;
	CHECK_EQ(offload_cut(&p, false, collect, &p), 0);
	make(true, IPPROTO_TCP, 0, 5000); /* said to be IPv4 */
	p.len_bytes = f.len;
	CHECK_EQ(offload_cut(&p, false, collect, &p), 0);
	p.len_bytes = 20;
	CHECK_EQ(offload_cut(&p, false, collect, &p), 0);
	CHECK_EQ(cut_n, 0);
}

/* --- joining ------------------------------------------------------------------------ */

static struct join *joint;
static unsigned n_refused;

static void join_part(void *arg, struct packet *p)
{
	(void)arg;
	if (!join_add(joint, p))
		n_refused++;
}

TEST(what_is_cut_can_be_joined_again)
{
	static uint8_t before[PACKET_BYTES_MAX];

	joint = join_create();
	for (unsigned ip6 = 0; ip6 < 2; ip6++)
		for (unsigned payload = 1461; payload < 60000; payload += 7919) {
			struct packet whole, p;

			test_row("ip6 %u payload %u", ip6, payload);
			make(ip6, IPPROTO_TCP, 12, payload);
			f.data[f.transport + 13] = 0x18;
			whole = (struct packet){.data = f.data,
				.len_bytes = f.len,
				.csum_blank = true,
				.gso = ip6 ? GSO_TCP6 : GSO_TCP4,
				.gso_bytes = 1448};
			offload_set_length(f.data, f.len);
			offload_sum(f.data, f.len);
			memcpy(before, f.data, f.len);
			n_refused = 0;
			CHECK(offload_cut(&whole, true, join_part, NULL) > 1);
			CHECK_EQ(n_refused, 0);
			CHECK(join_take(joint, &p));
			CHECK(p.csum_blank && p.gso == whole.gso && p.gso_bytes == 1448);
			CHECK_EQ(p.len_bytes, f.len);
			offload_sum(p.data, p.len_bytes);
			CHECK(memcmp(p.data, before, f.len) == 0);
			CHECK(!join_take(joint, &p));
		}
	join_free(joint);
}

TEST(what_differs_is_not_joined)
{
	static const struct {
		unsigned
			at; /* from the transport header, or the frame's start if negative */
		uint8_t change;
		bool from_start;
		const char *what;
	} rows[] = {
		{0, 1, true, "another receiver"},
		{14 + 1, 4, true, "another class"},
		{14 + 8, 1, true, "another time to live"},
		{14 + 12, 1, true, "sender"},
		{0, 1, false, "source port"},
		{2, 1, false, "destination port"},
		{7, 1, false, "a gap"},
		{11, 1, false, "acknowledgement"},
		{15, 1, false, "window"},
		{13, 0x01, false, "FIN"},
		{13, 0x02, false, "SYN"},
		{13, 0x04, false, "RST"},
		{13, 0x20, false, "URG"},
		{13, 0x10, false, "no ACK"},
	};
	struct packet p = {.data = f.data, .csum_blank = true}, taken;

	joint = join_create();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t seq;

		test_row("%s", rows[i].what);
		make(false, IPPROTO_TCP, 0, 1000);
		f.data[f.transport + 13] = 0x10;
		p.len_bytes = f.len;
		CHECK(join_add(joint, &p));
		seq = (uint32_t)get16(f.data + f.transport + 4) << 16 |
		      get16(f.data + f.transport + 6);
		put16(f.transport + 4, (seq + 1000) >> 16);
		put16(f.transport + 6, (seq + 1000) & 0xffff);
		f.data[rows[i].at + (rows[i].from_start ? 0 : f.transport)] ^=
			rows[i].change;
		EXPECT(!join_add(joint, &p));
		f.data[rows[i].at + (rows[i].from_start ? 0 : f.transport)] ^=
			rows[i].change;
		EXPECT(join_add(joint, &p)); /* as it was it fits */
		CHECK(join_take(joint, &taken));
		CHECK_EQ(taken.len_bytes, f.len + 1000);
	}
	join_free(joint);
}

TEST(what_ends_a_burst_ends_the_segment)
{
	struct packet p = {.data = f.data, .csum_blank = true}, taken;

	joint = join_create();
	make(false, IPPROTO_TCP, 0, 1000);
	f.data[f.transport + 13] = 0x18; /* PSH */
	p.len_bytes = f.len;
	CHECK(join_add(joint, &p));
	CHECK(!join_add(joint, &p));
	CHECK(join_take(joint, &taken));
	CHECK(taken.gso == GSO_NONE && taken.len_bytes == f.len);
	p.csum_blank = false; /* a sum that nobody has looked at stays with its packet */
	f.data[f.transport + 13] = 0x10;
	CHECK(!join_add(joint, &p));
	p.csum_blank = true;
	make(false, IPPROTO_TCP, 0, 0); /* a mere acknowledgement */
	f.data[f.transport + 13] = 0x10;
	p.len_bytes = f.len;
	CHECK(!join_add(joint, &p));
	join_free(joint);
}

/* --- in words ----------------------------------------------------------------------- */

TEST(packets_are_described)
{
	static const char *const expected =
		"TCP 242.15.44.73:80 > 102.131.160.189:40000 FIN,PSH,ACK,CWR "
		"seq=4294967280 ack=0 win=0 len=5 csum=blank";
	struct packet p = {.data = f.data, .csum_blank = true};
	char text[240];

	make(false, IPPROTO_TCP, 0, 5);
	p.len_bytes = f.len;
	packet_describe(&p, text, sizeof(text));
	CHECK_STR(text, expected);
	make(true, IPPROTO_UDP, 0, 5);
	p.len_bytes = f.len;
	packet_describe(&p, text, sizeof(text));
	CHECK(strncmp(text, "UDP [", 5) == 0 && strstr(text, "]:40000 len=5"));
	put16(12, 0x0806);
	put16(20, 1);
	packet_describe(&p, text, sizeof(text));
	CHECK(strncmp(text, "ARP asks ", 9) == 0);
	p.len_bytes = 3;
	packet_describe(&p, text, sizeof(text));
	CHECK_STR(text, "too short: len=3");
}
