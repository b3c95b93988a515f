/* SPDX-License-Identifier: BSD-2-Clause */
/* Outlets: what the guest is spared, forwards, and libslirp with sockets of this machine. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/forward.h"
#include "host/loop.h"
#include "host/offload.h"
#include "host/outlet.h"
#include "host/status.h"
#include "tests/test.h"

static const struct outlet_guest guest = {
	.mac = {0x00, 0x16, 0x3e, 0, 0, 0x11}, .ip = "192.168.2.11"};

/* --- forwards ----------------------------------------------------------------------- */

TEST(forwards_are_read)
{
	static const struct {
		const char *text, *means;
		unsigned guest_port;
	} rows[] = {
		{"tcp:127.0.0.1:8080-:80", "TCP port 8080 of 127.0.0.1", 80},
		{"udp:0.0.0.0:53-192.168.2.11:5353", "UDP port 53 of 0.0.0.0", 5353},
		{"tcp::65535-:1", "TCP port 65535 of 0.0.0.0", 1},
		{"tcp:[::1]:8080-:80", "TCP port 8080 of ::1", 80},
		{"tcp:[::]:8080-[fec0::5]:80", "TCP port 8080 of ::", 80},
	};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct forward f;
		char text[100];

		test_row("%s", rows[i].text);
		CHECK(!forward_parse(rows[i].text, strlen(rows[i].text), &f));
		forward_describe(&f, text, sizeof(text));
		CHECK_STR(text, rows[i].means);
		CHECK_EQ(f.host.sa.sa_family, f.guest.sa.sa_family);
		CHECK_EQ(ntohs(f.ip6 ? f.guest.in6.sin6_port : f.guest.in.sin_port),
			rows[i].guest_port);
	}
}

TEST(bad_forwards_are_refused)
{
	static const char *const rows[] = {"", "tcp", "tcp:", "sctp:127.0.0.1:1-:1",
		"tcp:127.0.0.1:8080", "tcp:127.0.0.1-:80", "tcp:127.0.0.1:0-:80",
		"tcp:127.0.0.1:8080-:0", "tcp:127.0.0.1:65536-:80",
		"tcp:127.0.0.1:8080-80", "tcp:127.0.0.1:8080-:80x",
		"tcp:127.0.0.1:+80-:80", "tcp:localhost:80-:80", "tcp:127.0.0:80-:80",
		"tcp:[::1:80-:80", "tcp:[::1]80-:80", "tcp:[::g]:80-:80",
		"tcp:[::1]:80-192.168.2.11:80", "tcp:127.0.0.1:80-[fec0::1]:80",
		"tcp:127.0.0.1:8080--:80",
		"tcp:"
		"000000000000000000000000000000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000000000000000:80-:80"};
	struct forward f;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s", rows[i]);
		CHECK(forward_parse(rows[i], strlen(rows[i]), &f));
	}
}

/* --- a guest that takes less --------------------------------------------------------- */

static struct packet got[64];
static uint8_t got_data[64][2048];
static unsigned n_got, n_room;

static bool take(void *arg, const struct packet *p)
{
	(void)arg;
	if (n_got == n_room)
		return false;
	got[n_got] = *p;
	memcpy(got_data[n_got], p->data, p->len_bytes < 2048 ? p->len_bytes : 2048);
	got[n_got].data = got_data[n_got];
	n_got++;
	return true;
}

static void make_tcp(uint8_t *frame, unsigned payload)
{
	static const uint8_t headers[54] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08,
		0, 0x45, [22] = 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 80, 0,
		81, [46] = 0x50, 0x10};

	memset(frame, 0xab, 54 + payload);
	memcpy(frame, headers, 54);
	frame[16] = (uint8_t)((40 + payload) >> 8);
	frame[17] = (uint8_t)(40 + payload);
}

TEST(what_the_guest_does_not_take_is_done_for_it)
{
	static uint8_t frame[8000];
	struct outlet *o = outlet_null();
	struct packet_ability none = {0}, all = {.csum_blank4 = true, .gso_tcp4 = true};
	struct packet p = {.data = frame,
		.len_bytes = 54 + 5000,
		.csum_blank = true,
		.gso = GSO_TCP4,
		.gso_bytes = 1460};

	CHECK(o);
	make_tcp(frame, 5000);
	n_got = 0;
	n_room = 64;
	CHECK(outlet_deliver(o, &p)); /* not connected: dropped */
	CHECK_EQ(o->dropped, 1);
	outlet_connect(o, take, NULL, &none);
	CHECK(outlet_deliver(o, &p));
	CHECK_EQ(n_got, 4);
	CHECK(got[0].gso == GSO_NONE && !got[0].csum_blank &&
		got[3].len_bytes == 54 + 620);
	outlet_connect(o, take, NULL, &all);
	CHECK(outlet_deliver(o, &p));
	CHECK_EQ(n_got, 5);
	CHECK(got[4].gso == GSO_TCP4 && got[4].csum_blank);
	p.gso = GSO_NONE;
	p.len_bytes = 54 + 10;
	make_tcp(frame, 10);
	outlet_connect(o, take, NULL, &none);
	CHECK(outlet_deliver(o, &p));
	CHECK(!got[5].csum_blank && o->summed == 1);
	n_room = n_got;
	CHECK(!outlet_deliver(o, &p)); /* no room: keep it */
	outlet_disconnect(o);
	outlet_close(o);
}

TEST(words_that_name_no_outlet_are_refused)
{
	static const char *const rows[] = {"", "users", "tap", "tap=", "none,x",
		"user:", "tap=averyveryverylongname", "tap=x,netns=", "tap=x,ns=y",
		"user,", "user,tcp:1", "user,tcp:127.0.0.1:9-:9,"};
	int status;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s", rows[i]);
		CHECK(!outlet_open(rows[i], &guest, &status));
		CHECK(status == STATUS_USAGE || (!HAVE_SLIRP && status == STATUS_NET));
	}
}

TEST(a_namespace_that_is_not_there_is_refused)
{
	int status;

	CHECK(!outlet_open("tap=domik0,netns=no-such-namespace", &guest, &status));
	CHECK(status == STATUS_NET || status == STATUS_NET_RIGHTS);
}

/* --- slirp -------------------------------------------------------------------------- */

/* A port of this machine that nobody listens on now. */
static unsigned free_port(int family, int type)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct sockaddr_in a4 = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	bool six = family == AF_INET6;
	socklen_t n = six ? sizeof(a) : sizeof(a4);
	struct sockaddr *sa = six ? (struct sockaddr *)&a : (struct sockaddr *)&a4;
	int s = socket(family, type, 0);
	unsigned port = 0;

	if (s >= 0 && bind(s, sa, n) == 0 && getsockname(s, sa, &n) == 0)
		port = ntohs(six ? a.sin6_port : a4.sin_port);
	close(s);
	return port;
}

static bool is_arp(const struct packet *p)
{
	return p->data[12] == 0x08 && p->data[13] == 0x06;
}

/* Say that 192.168.2.11 is ours. */
static void tell_arp(struct outlet *o)
{
	uint8_t frame[42] = {0x52, 0x55, 192, 168, 2, 2, 0, 0x16, 0x3e, 0, 0, 0x11, 0x08,
		0x06, 0, 1, 8, 0, 6, 4, 0, 2, 0, 0x16, 0x3e, 0, 0, 0x11, 192, 168, 2, 11,
		0x52, 0x55, 192, 168, 2, 2, 192, 168, 2, 2};
	struct packet p = {.data = frame, .len_bytes = sizeof(frame)};

	outlet_send(o, &p);
}

/* Run the loop until the guest has got @n packets. */
static void run_until(unsigned n)
{
	for (unsigned i = 0; i < 400 && n_got < n; i++)
		loop_wait(10000000);
}

static struct outlet *open_forward(const char *fmt, unsigned port, unsigned *status)
{
	char text[100];
	int s;
	struct outlet *o;
	struct packet_ability none = {0};

	snprintf(text, sizeof(text), fmt, port);
	o = outlet_open(text, &guest, &s);
	*status = (unsigned)s;
	n_got = 0;
	n_room = 64;
	if (o)
		outlet_connect(o, take, NULL, &none);
	return o;
}

static int dial(unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (connect(s, (struct sockaddr *)&a, sizeof(a)) < 0 && errno != EINPROGRESS)
		test_fail(__FILE__, __LINE__, "connect: %s", strerror(errno));
	return s;
}

TEST(a_connection_reaches_the_guest_as_a_syn)
{
	unsigned port = free_port(AF_INET, SOCK_STREAM), status;
	struct outlet *o;
	struct layers l;
	int client;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	o = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(o);
	client = dial(port);
	run_until(1);
	CHECK_EQ(n_got, 1); /* it asks who has the guest's address */
	CHECK(is_arp(&got[0]));
	tell_arp(o);
	run_until(2);
	CHECK_EQ(n_got, 2);
	CHECK(layers_find(got[1].data, got[1].len_bytes, &l));
	CHECK(l.proto == IPPROTO_TCP && got[1].csum_good && !got[1].csum_blank);
	CHECK_EQ(got[1].data[l.transport + 13], 2);
	CHECK(memcmp(got[1].data + 30, "\xc0\xa8\x02\x0b", 4) == 0);
	CHECK_EQ(got[1].data[l.transport + 3], 80);
	close(client);
	outlet_close(o);
}

/* The backlog of libslirp's own is 1: most of these would have to try again. */
TEST(many_connect_at_once)
{
	unsigned port = free_port(AF_INET, SOCK_STREAM), status;
	int client[50];
	struct outlet *o;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	o = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(o);
	for (unsigned i = 0; i < 50; i++)
		client[i] = dial(port);
	run_until(1);
	tell_arp(o);
	run_until(51);
	CHECK_EQ(n_got, 51);
	for (unsigned i = 0; i < 50; i++)
		close(client[i]);
	outlet_close(o);
}

TEST(packets_wait_in_order_while_the_guest_has_no_room)
{
	unsigned port = free_port(AF_INET, SOCK_STREAM), status;
	int client[5];
	struct outlet *o;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	o = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(o);
	tell_arp(o);
	n_room = 0;
	for (unsigned i = 0; i < 5; i++)
		client[i] = dial(port);
	for (unsigned i = 0; i < 20; i++)
		loop_wait(2000000);
	CHECK_EQ(n_got, 0);
	n_room = 2;
	outlet_room(o);
	CHECK_EQ(n_got, 2);
	n_room = 64;
	outlet_room(o);
	CHECK_EQ(n_got, 5);
	CHECK_EQ(o->dropped, 0);
	for (unsigned i = 0; i < 5; i++)
		close(client[i]);
	outlet_close(o);
}

TEST(a_port_in_use_is_refused)
{
	unsigned port = free_port(AF_INET, SOCK_STREAM), status;
	struct outlet *first, *second;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	first = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(first);
	second = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(!second);
	CHECK_EQ(status, STATUS_PORT_IN_USE);
	outlet_close(first);
	second = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(second); /* it is free again */
	outlet_close(second);
}

TEST(ipv6_and_udp_are_forwarded_too)
{
	unsigned port = free_port(AF_INET6, SOCK_STREAM), status;
	struct outlet *o;

	if (!HAVE_SLIRP || !port) {
		test_skip("no libslirp, or no IPv6 on this machine");
		return;
	}
	o = open_forward("user,tcp:[::1]:%u-:80,udp:127.0.0.1:0-:9", port, &status);
	CHECK(!o);
	CHECK_EQ(status, STATUS_USAGE);
	o = open_forward("user,tcp:[::1]:%u-:80,udp:[::1]:40053-:53", port, &status);
	CHECK(o);
	outlet_close(o);
}

/* The guest's answer to the datagram that it got last. */
static void answer_datagram(struct outlet *o)
{
	uint8_t frame[42 + 4];
	struct packet p = {.data = frame, .len_bytes = sizeof(frame), .csum_blank = true};
	const uint8_t *last = got_data[n_got - 1];

	memcpy(frame, last, sizeof(frame));
	memcpy(frame, last + 6, 6);
	memcpy(frame + 6, last, 6);
	memcpy(frame + 26, last + 30, 4);
	memcpy(frame + 30, last + 26, 4); /* the header's sum is the same */
	memcpy(frame + 34, last + 36, 2);
	memcpy(frame + 36, last + 34, 2);
	memcpy(frame + 42, "pong", 4);
	outlet_send(o, &p);
}

TEST(a_datagram_comes_and_its_answer_goes_back)
{
	unsigned port = free_port(AF_INET, SOCK_DGRAM), status;
	struct sockaddr_in a = {.sin_family = AF_INET,
		.sin_port = htons((in_port_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct outlet *o;
	char text[8] = "";
	int s;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	o = open_forward("user,udp:127.0.0.1:%u-:53", port, &status);
	CHECK(o);
	tell_arp(o);
	s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	CHECK(sendto(s, "ping", 4, 0, (struct sockaddr *)&a, sizeof(a)) == 4);
	run_until(1);
	CHECK_EQ(n_got, 1);
	CHECK(got_data[0][23] == IPPROTO_UDP && got_data[0][37] == 53);
	CHECK(memcmp(got_data[0] + 42, "ping", 4) == 0);
	answer_datagram(o);
	for (unsigned i = 0; i < 100 && recv(s, text, 4, 0) != 4; i++)
		loop_wait(2000000);
	CHECK_STR(text, "pong");
	close(s);
	outlet_close(o);
}

/* --- a connection by hand --------------------------------------------------------------- */

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

static void put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, 4);
}

static void sum_header(uint8_t *frame)
{
	unsigned sum = 0;

	for (unsigned i = 14; i < 34; i += 2)
		sum += (unsigned)frame[i] << 8 | frame[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	frame[24] = (uint8_t)(sum >> 8);
	frame[25] = (uint8_t)sum;
}

/* The guest answers what it got last: @flags, its bytes from @seq on. */
static void answer(struct outlet *o, uint8_t flags, uint32_t seq, unsigned payload,
	enum packet_gso gso)
{
	static uint8_t frame[65600];
	const uint8_t *last = got_data[n_got - 1];
	struct packet p = {.data = frame,
		.len_bytes = 54 + payload,
		.csum_blank = true,
		.gso = gso,
		.gso_bytes = 1460};

	make_tcp(frame, payload);
	memcpy(frame, last + 6, 6);
	memcpy(frame + 6, last, 6);
	memcpy(frame + 26, last + 30, 4); /* addresses and ports the other way round */
	memcpy(frame + 30, last + 26, 4);
	memcpy(frame + 34, last + 36, 2);
	memcpy(frame + 36, last + 34, 2);
	put32(frame + 38, seq);
	put32(frame + 42, get32(last + 38) + (last[47] & 2 ? 1 : 0));
	frame[47] = flags;
	frame[48] = 0xff; /* window */
	for (unsigned i = 0; i < payload; i++)
		frame[54 + i] = (uint8_t)((seq + i) * 7);
	sum_header(frame);
	outlet_send(o, &p);
}

static bool read_exactly(int s, unsigned n, uint32_t seq)
{
	static uint8_t data[65536];
	unsigned have = 0;

	for (unsigned i = 0; i < 400 && have < n; i++) {
		ssize_t k = recv(s, data + have, sizeof(data) - have, 0);

		have += k > 0 ? (unsigned)k : 0;
		loop_wait(1000000);
	}
	for (unsigned i = 0; i < have; i++)
		if (data[i] != (uint8_t)((seq + i) * 7))
			return false;
	return have == n;
}

/* Open a connection from outside; leaves the ACK of the handshake as the last packet. */
static int establish(struct outlet *o, unsigned port)
{
	int client = dial(port);

	tell_arp(o);
	for (unsigned i = 0; i < 400 && (n_got == 0 || is_arp(&got[n_got - 1])); i++)
		loop_wait(1000000);
	answer(o, 0x12, 999, 0, GSO_NONE);
	return client;
}

TEST(a_large_segment_goes_through_slirp_whole)
{
	unsigned port = free_port(AF_INET, SOCK_STREAM), status;
	struct outlet *o;
	int client;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	o = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(o);
	client = establish(o, port);
	CHECK_EQ(got[n_got - 1].data[47], 0x10);
	answer(o, 0x18, 1000, 50000, GSO_TCP4);
	CHECK(read_exactly(client, 50000, 1000));
	CHECK_EQ(get32(got[n_got - 1].data + 42), 51000); /* all of it is acknowledged */
	answer(o, 0x18, 51000, 100, GSO_NONE);
	CHECK(read_exactly(client, 100, 51000));
	CHECK_EQ(o->cut, 0);
	close(client);
	outlet_close(o);
}

/* What a guest may send by mistake: nothing of it leads astray. */
TEST(stumps_and_lies_do_not_harm_slirp)
{
	static uint8_t frame[60000];
	struct packet p = {.data = frame, .csum_blank = true, .gso = GSO_TCP4};
	unsigned port = free_port(AF_INET, SOCK_STREAM), status;
	struct outlet *o;

	if (!HAVE_SLIRP) {
		test_skip("built without libslirp");
		return;
	}
	o = open_forward("user,tcp:127.0.0.1:%u-:80", port, &status);
	CHECK(o);
	for (unsigned len = 0; len < 120; len++) {
		make_tcp(frame, 1000);
		p.len_bytes = len;
		p.gso = len & 1 ? GSO_TCP4 : GSO_NONE;
		p.gso_bytes = (uint16_t)(len & 2 ? 1460 : 0);
		outlet_send(o, &p);
	}
	outlet_close(o);
}
