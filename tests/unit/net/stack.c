/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole of net/ at work: two hosts talk TCP through XenBus, netfront, rings and the
 * model of a back end; links go and come, addresses conflict, rings fill up, and nobody
 * is woken for nothing.
 *
 * The cases share one machine and run in order; each leaves a connected vif behind,
 * 10.0.0.2/24.
 */
#include <errno.h>
#include <stdio.h>
#include <xen/io/xenbus.h>

#include "lwip/etharp.h"
#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/prot/iana.h"
#include "lwip/prot/tcp.h"
#include "lwip/tcp.h"

#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "net/config.h"
#include "net/limits.h"
#include "net/net.h"
#include "net/vif.h"
#include "tests/fake/domain_test.h"
#include "tests/fake/wire.h"
#include "xen/grant.h"
#include "xen/xenbus.h"

#define LOG_MODULE "test"
#include "kernel/log.h"

#define PORT 7

static struct netif *our_netif(void)
{
	struct netif *n;

	NETIF_FOREACH(n)
	{
		if (netif_is_vif(n))
			return n;
	}
	return NULL;
}

static struct netfront *our_netfront(void)
{
	return netif_vif(our_netif())->nf;
}

static void boot(void)
{
	static bool done;

	wire_boot();
	if (done)
		return;
	done = true;
	wire_attach(0, &(struct wire_options){.ip = "10.0.0.2"});
	CHECK_EQ(net_start(), 0);
	wire_run(4000); /* past the probes for the address */
}

/* Off, and on again with other features. */
static void reattach(const struct wire_options *o)
{
	wire_detach();
	wire_run(20);
	wire_back.hold = wire_cut = false;
	wire_attach(0, o);
	wire_run(50);
}

/* --- a service and a client of it --------------------------------------------------- */

/* Sends back whatever comes, or a file to whoever connects to the next port. */
static const uint8_t *file;
static unsigned file_len;
static struct tcp_pcb *listeners[2];

static err_t echo_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (!p) {
		tcp_close(pcb);
		return ERR_OK;
	}
	if (tcp_sndbuf(pcb) < p->tot_len)
		return ERR_MEM; /* lwIP keeps it and tries again */
	for (struct pbuf *q = p; q; q = q->next)
		if (tcp_write(pcb, q->payload, q->len, TCP_WRITE_FLAG_COPY) != ERR_OK)
			tcp_abort(pcb);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t echo_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	tcp_recv(pcb, echo_received);
	return ERR_OK;
}

static err_t file_more(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	uintptr_t at = (uintptr_t)arg;

	(void)len;
	while (at < file_len) {
		unsigned part = tcp_sndbuf(pcb);

		part = part > file_len - at ? file_len - (unsigned)at
		       : part > 0xffff      ? 0xffff
					    : part;
		if (part == 0 || tcp_write(pcb, file + at, (u16_t)part, 0) != ERR_OK)
			break;
		at += part;
	}
	tcp_arg(pcb, (void *)at);
	if (at == file_len)
		tcp_shutdown(pcb, 0, 1);
	return ERR_OK;
}

static err_t file_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	tcp_arg(pcb, NULL);
	tcp_sent(pcb, file_more);
	return file_more(NULL, pcb, 0);
}

static struct tcp_pcb *listen_at(unsigned port, tcp_accept_fn accepted)
{
	struct tcp_pcb *pcb = tcp_new();

	tcp_bind_netif(pcb, our_netif());
	assert(tcp_bind(pcb, IP4_ADDR_ANY, (u16_t)port) == ERR_OK);
	pcb = tcp_listen(pcb);
	tcp_accept(pcb, accepted);
	return pcb;
}

static void services_close(void)
{
	net_lock();
	for (int i = 0; i < 2; i++) {
		if (listeners[i])
			tcp_close(listeners[i]);
		listeners[i] = NULL;
	}
	net_unlock();
}

static void services_start(void)
{
	services_close(); /* a case that failed may have left them */
	net_lock();
	listeners[0] = listen_at(PORT, echo_accepted);
	listeners[1] = listen_at(PORT + 1, file_accepted);
	net_unlock();
}

static void services_stop(void)
{
	services_close();
	wire_run(3000); /* connections end, TIME_WAIT too */
}

static struct client {
	struct tcp_pcb *pcb;
	uint8_t got[300000];
	unsigned n_got;
	bool connected, closed;
	err_t error;
} client;

static err_t client_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (!p) {
		client.closed = true;
		return ERR_OK;
	}
	if (client.n_got + p->tot_len <= sizeof(client.got))
		pbuf_copy_partial(p, client.got + client.n_got, p->tot_len, 0);
	client.n_got += p->tot_len;
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t client_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)pcb;
	(void)err;
	client.connected = true;
	return ERR_OK;
}

static void client_failed(void *arg, err_t err)
{
	(void)arg;
	client.error = err;
	client.pcb = NULL;
}

static void client_connect(unsigned port)
{
	ip_addr_t to;

	memset(&client, 0, sizeof(client));
	IP_ADDR4(&to, 10, 0, 0, 2);
	net_lock();
	client.pcb = tcp_new();
	tcp_bind_netif(client.pcb, &wire_peer);
	tcp_recv(client.pcb, client_received);
	tcp_err(client.pcb, client_failed);
	assert(tcp_connect(client.pcb, &to, (u16_t)port, client_connected) == ERR_OK);
	net_unlock();
}

static void client_close(void)
{
	net_lock();
	if (client.pcb)
		tcp_close(client.pcb);
	client.pcb = NULL;
	net_unlock();
	wire_run(3000);
}

static uint8_t pattern(unsigned i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static void check_pattern(unsigned len)
{
	CHECK_EQ(client.n_got, len);
	for (unsigned i = 0; i < len; i++)
		if (client.got[i] != pattern(i)) {
			test_fail(__FILE__, __LINE__, "byte %u is wrong", i);
			return;
		}
}

/* Send len bytes to the echo, a write at a time, and wait for them to come back. */
static void echo(unsigned len)
{
	static uint8_t data[100000];
	unsigned sent = 0;

	for (unsigned i = 0; i < len; i++)
		data[i] = pattern(i);
	client_connect(PORT);
	for (unsigned i = 0; i < 4000 && client.n_got < len && !client.error; i++) {
		wire_run(1);
		net_lock();
		if (client.connected && client.pcb && sent < len) {
			unsigned part = tcp_sndbuf(client.pcb);

			part = part > len - sent ? len - sent : part > 5000 ? 5000 : part;
			if (tcp_write(client.pcb, data + sent, (u16_t)part,
				    TCP_WRITE_FLAG_COPY) == ERR_OK)
				sent += part;
			tcp_output(client.pcb);
		}
		net_unlock();
	}
	check_pattern(len);
	client_close();
}

static void file_create(void)
{
	uint8_t *pages = page_alloc(64);

	for (unsigned i = 0; i < 64 * PAGE_SIZE; i++)
		pages[i] = pattern(i);
	netfront_share(pages, 64 * PAGE_SIZE);
	file = pages;
	file_len = 250000;
}

static void fetch(void)
{
	client_connect(PORT + 1);
	for (unsigned i = 0; i < 4000 && !client.closed && !client.error; i++)
		wire_run(1);
	check_pattern(file_len);
	client_close();
}

/* --- talking ------------------------------------------------------------------------ */

DOMAIN_TEST(xenstores_address_is_used_and_the_log_says_so)
{
	CHECK(our_netif() != NULL);
	CHECK_STR(ip4addr_ntoa(netif_ip4_addr(our_netif())), "10.0.0.2");
	CHECK_STR(ip4addr_ntoa(netif_ip4_netmask(our_netif())), "255.255.255.0");
	CHECK(strstr(fake_console(),
		"vif0 00:16:3e:00:00:02 connected (split, sg, csum), 10.0.0.2/24"));
	CHECK(strstr(fake_console(), "has no prefix length: /24"));
	CHECK_EQ(net_wait_up(0), 0);
}

DOMAIN_TEST(tcp_carries_data_both_ways_with_every_set_of_features)
{
	file_create();
	for (unsigned bits = 0; bits < 8; bits++) {
		test_row("features %u", bits);
		reattach(&(struct wire_options){.ip = "10.0.0.2",
			.no_split = bits & 1,
			.no_sg = bits & 2,
			.no_csum = bits & 4});
		services_start();
		echo(100000);
		fetch();
		services_stop();
		CHECK(!wire_back.wrong);
		if (test_failed())
			return;
	}
}

DOMAIN_TEST(file_pages_reach_the_wire_without_a_copy)
{
	struct netfront_stats before, after;

	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	services_start();
	back_clear(&wire_back);
	netfront_get_stats(our_netfront(), &before);
	fetch();
	netfront_get_stats(our_netfront(), &after);
	CHECK(after.tx_packets - before.tx_packets >= 250000 / 1460);
	for (unsigned i = 0; i < wire_back.n_packets && i < BACK_PACKETS; i++)
		if (wire_back.packet[i].len >
			1000) /* headers, then pages; scraps are copied */
			CHECK(wire_back.packet[i].slots >= 2 &&
				wire_back.packet[i].first_len < 128 + 256);
	services_stop();
}

DOMAIN_TEST(few_signals_go_with_many_packets)
{
	struct netfront_stats before, after;

	services_start();
	netfront_get_stats(our_netfront(), &before);
	fetch();
	netfront_get_stats(our_netfront(), &after);
	CHECK(after.notifications - before.notifications <
		(after.tx_packets - before.tx_packets) / 2 + 50);
	services_stop();
}

static void ping(unsigned size, uint16_t flags)
{
	static uint8_t frame[1514];
	struct eth_hdr *eth = (struct eth_hdr *)frame;
	struct ip_hdr *ip = (struct ip_hdr *)(eth + 1);
	struct icmp_echo_hdr *icmp = (struct icmp_echo_hdr *)(ip + 1);

	memset(frame, 0, sizeof(frame));
	memcpy(&eth->dest, our_netif()->hwaddr, 6);
	memcpy(&eth->src, wire_peer.hwaddr, 6);
	eth->type = PP_HTONS(ETHTYPE_IP);
	IPH_VHL_SET(ip, 4, 5);
	IPH_LEN_SET(ip, lwip_htons((u16_t)(size - 14)));
	IPH_TTL_SET(ip, 64);
	IPH_PROTO_SET(ip, IP_PROTO_ICMP);
	ip4_addr_copy(ip->src, *netif_ip4_addr(&wire_peer));
	ip4_addr_copy(ip->dest, *netif_ip4_addr(our_netif()));
	IPH_CHKSUM_SET(ip, inet_chksum(ip, 20));
	ICMPH_TYPE_SET(icmp, ICMP_ECHO);
	icmp->chksum = inet_chksum(icmp, (u16_t)(size - 34));
	wire_give(frame, size, flags);
}

static unsigned n_echo_replies;

static void count_echo_replies(const uint8_t *frame, unsigned len)
{
	n_echo_replies += len >= 42 && frame[12] == 8 && frame[13] == 0 &&
			  frame[23] == 1 && frame[34] == 0;
}

DOMAIN_TEST(every_ping_is_answered)
{
	n_echo_replies = 0;
	wire_seen = count_echo_replies;
	for (unsigned i = 0; i < 2000; i++) {
		ping(i % 2 ? 98 : 1514, 0);
		if (i % 16 == 15)
			wire_run(1);
	}
	wire_run(5);
	wire_seen = NULL;
	CHECK_EQ(n_echo_replies, 2000);
}

/* --- checksums ---------------------------------------------------------------------- */

static bool syn_answered;

static void look_for_answer(const uint8_t *frame, unsigned len)
{
	if (len >= 54 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6)
		syn_answered = true;
}

/* A SYN with that checksum: is it answered? */
static bool syn(uint16_t checksum, uint16_t flags)
{
	uint8_t frame[54] = {0};
	struct eth_hdr *eth = (struct eth_hdr *)frame;
	struct ip_hdr *ip = (struct ip_hdr *)(eth + 1);
	struct tcp_hdr *tcp = (struct tcp_hdr *)(ip + 1);

	memcpy(&eth->dest, our_netif()->hwaddr, 6);
	memcpy(&eth->src, wire_peer.hwaddr, 6);
	eth->type = PP_HTONS(ETHTYPE_IP);
	IPH_VHL_SET(ip, 4, 5);
	IPH_LEN_SET(ip, PP_HTONS(40));
	IPH_TTL_SET(ip, 64);
	IPH_PROTO_SET(ip, IP_PROTO_TCP);
	ip4_addr_copy(ip->src, *netif_ip4_addr(&wire_peer));
	ip4_addr_copy(ip->dest, *netif_ip4_addr(our_netif()));
	IPH_CHKSUM_SET(ip, inet_chksum(ip, 20));
	tcp->src = PP_HTONS(40000);
	tcp->dest = PP_HTONS(9); /* nobody listens: answered with a reset */
	TCPH_HDRLEN_FLAGS_SET(tcp, 5, TCP_SYN);
	tcp->wnd = PP_HTONS(1000);
	tcp->chksum = checksum;
	syn_answered = false;
	wire_seen = look_for_answer;
	wire_give(frame, sizeof(frame), flags);
	wire_run(5);
	wire_seen = NULL;
	return syn_answered;
}

DOMAIN_TEST(a_blank_or_validated_checksum_is_taken_and_a_wrong_one_is_not)
{
	wire_run(1000); /* the peer's address is known */
	CHECK(!syn(0x1234, 0));
	CHECK(syn(0x1234, NETRXF_csum_blank | NETRXF_data_validated));
	CHECK(syn(0x1234, NETRXF_data_validated));
	CHECK(!syn(0x1234, 0)); /* the check is on again */
}

/* --- links -------------------------------------------------------------------------- */

struct counts {
	unsigned grants, blocks;
	size_t pages;
};

static struct counts take_counts(void)
{
	struct grant_stats g;
	struct page_stats p;
	struct heap_stats h;

	grant_get_stats(&g);
	page_get_stats(&p);
	heap_get_stats(kernel_heap, &h);
	return (struct counts){g.in_use, (unsigned)h.blocks, p.free + h.pages};
}

DOMAIN_TEST(a_connection_outlives_its_back_end)
{
	services_start();
	client_connect(PORT + 1);
	for (unsigned i = 0; i < 1000 && client.n_got < 50000; i++)
		wire_run(1);
	CHECK(client.n_got < file_len);
	wire_backend_state(0, XenbusStateClosing);
	wire_run(20);
	wire_backend_state(0, XenbusStateClosed);
	wire_run(2000);
	CHECK_EQ(wire_frontend_state(0), XenbusStateConnected); /* again */
	CHECK(netif_is_link_up(our_netif()));
	CHECK_STR(ip4addr_ntoa(netif_ip4_addr(our_netif())), "10.0.0.2");
	for (unsigned i = 0; i < 20000 && !client.closed && !client.error; i++)
		wire_run(1);
	check_pattern(file_len);
	client_close();
	services_stop();
}

/* Where in the hand-shake the back end dies. */
static const char *const deaths[] = {
	"before the guest has looked", "connected", "closing", "closed"};

static void die_at(size_t at, bool crash)
{
	if (at == 0) {
		wire_detach();
		wire_run(20);
		wire_attach(0, &(struct wire_options){.ip = "10.0.0.2"});
	} else if (at >= 2) {
		wire_backend_state(0, XenbusStateClosing);
	}
	if (at == 3) {
		wire_run(20);
		wire_backend_state(0, XenbusStateClosed);
	}
	wire_die(0, crash);
}

DOMAIN_TEST(a_back_end_that_dies_in_any_state_is_used_again_when_it_returns)
{
	for (size_t i = 0; i < 2 * ARRAY_SIZE(deaths); i++) {
		test_row("%s, %s", deaths[i / 2], i % 2 ? "crashed" : "unbound");
		die_at(i / 2, i % 2);
		if (our_netif())
			ping(98, 0); /* to nobody */
		wire_run(300);
		wire_wake(0);
		wire_run(4000);
		CHECK_EQ(wire_frontend_state(0), XenbusStateConnected);
		CHECK(our_netif() && netif_is_link_up(our_netif()));
		n_echo_replies = 0;
		wire_seen = count_echo_replies;
		ping(98, 0);
		wire_run(10);
		wire_seen = NULL;
		CHECK_EQ(n_echo_replies, 1);
	}
}

static unsigned count_vifs(void)
{
	struct netif *n;
	unsigned count = 0;

	NETIF_FOREACH(n)
	{
		count += netif_is_vif(n) && netif_is_link_up(n);
	}
	return count;
}

DOMAIN_TEST(a_second_vif_comes_and_goes_while_the_first_carries_data)
{
	services_start();
	client_connect(PORT + 1);
	for (unsigned i = 0; i < 1000 && client.n_got < 50000; i++)
		wire_run(1);
	for (unsigned i = 0; i < 4; i++) {
		wire_attach(1, &(struct wire_options){.ip = "10.0.1.2"});
		wire_run(20);
		CHECK_EQ(count_vifs(), 2);
		CHECK_EQ(wire_frontend_state(1), XenbusStateConnected);
		wire_unplug(1, i % 2);
		wire_run(2000);
		CHECK_EQ(count_vifs(), 1);
	}
	for (unsigned i = 0; i < 20000 && !client.closed && !client.error; i++)
		wire_run(1);
	check_pattern(file_len);
	client_close();
	services_stop();
}

DOMAIN_TEST(attaching_and_detaching_loses_nothing)
{
	struct counts before, after;

	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	wire_detach();
	wire_run(5000);
	CHECK(our_netif() == NULL);
	before = take_counts();
	for (unsigned i = 0; i < 10; i++) {
		wire_attach(
			0, &(struct wire_options){.ip = "10.0.0.2", .no_split = i & 1});
		wire_run(50);
		CHECK(our_netif() != NULL);
		ping(98, 0);
		wire_run(10);
		wire_detach();
		wire_run(2000);
		CHECK(our_netif() == NULL);
	}
	wire_run(5000);
	after = take_counts();
	CHECK_EQ(after.grants, before.grants);
	CHECK_EQ(after.pages, before.pages);
	CHECK_EQ(after.blocks, before.blocks);
	wire_attach(0, &(struct wire_options){.ip = "10.0.0.2"});
	wire_run(4000);
	CHECK(our_netif() != NULL);
}

DOMAIN_TEST(a_back_end_that_breaks_the_protocol_is_left_and_can_be_replaced)
{
	back_tx_raw(&wire_back, 999, 0);
	back_push(&wire_back, true);
	ping(98, 0);
	wire_run(100);
	CHECK(strstr(fake_console(), "broken: more completions than packets"));
	CHECK(!netif_is_link_up(our_netif()));
	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	CHECK(netif_is_link_up(our_netif()));
	wire_run(4000);
}

/* --- a full ring -------------------------------------------------------------------- */

DOMAIN_TEST(a_full_ring_delays_and_loses_nothing)
{
	services_start();
	client_connect(PORT + 1);
	wire_back.hold =
		true; /* takes, does not answer: the peer sees the frames, the ring fills */
	for (unsigned i = 0; i < 300; i++)
		wire_run(1);
	for (unsigned i = 0; i < 8000 && !client.closed && !client.error; i++) {
		while (wire_back.n_held)
			back_answer(&wire_back, 0, NETIF_RSP_OKAY);
		back_push(&wire_back, false);
		wire_run(1);
	}
	wire_back.hold = false;
	check_pattern(file_len);
	client_close();
	services_stop();
}

#define MANY 240 /* the listener's backlog is 255 */
static unsigned many_got, many_closed;

static err_t many_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (!p) {
		many_closed++;
		tcp_close(pcb);
		return ERR_OK;
	}
	many_got += p->tot_len;
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

/*
 * More segments at once than ring and queue take: lwIP keeps them, and nobody waits for a
 * timer.
 */
DOMAIN_TEST(many_connections_share_a_full_ring_without_delay)
{
	const unsigned whole_file = file_len;
	ip_addr_t to;
	unsigned ms = 0;

	file_len = 14600;
	services_start();
	many_got = many_closed = 0;
	IP_ADDR4(&to, 10, 0, 0, 2);
	wire_back.hold = true; /* answers only now and then */
	for (unsigned i = 0; i < MANY; i++) {
		struct tcp_pcb *pcb;

		net_lock();
		pcb = tcp_new();
		tcp_bind_netif(pcb, &wire_peer);
		tcp_recv(pcb, many_received);
		CHECK_EQ(tcp_connect(pcb, &to, PORT + 1, client_connected), ERR_OK);
		net_unlock();
		if (i % 10 == 9)
			wire_run(1);
	}
	for (; many_closed < MANY && ms < 5000; ms++) {
		if (ms % 8 == 0) {
			while (wire_back.n_held)
				back_answer(&wire_back, 0, NETIF_RSP_OKAY);
			back_push(&wire_back, false);
		}
		wire_run(1);
	}
	wire_back.hold = false;
	back_run(&wire_back);
	file_len = whole_file;
	CHECK_EQ(many_closed, MANY);
	CHECK_EQ(many_got, MANY * 14600);
	test_row("%u ms", ms);
	CHECK(ms < 200);
	services_stop();
}

DOMAIN_TEST(a_back_end_that_stops_looking_is_waited_for)
{
	services_start();
	client_connect(PORT + 1);
	for (unsigned i = 0; i < 1000 && client.n_got < 20000; i++)
		wire_run(1);
	back_stop(&wire_back, true);
	wire_run(3000);
	back_stop(&wire_back, false);
	back_run(&wire_back);
	for (unsigned i = 0; i < 20000 && !client.closed && !client.error; i++)
		wire_run(1);
	check_pattern(file_len);
	client_close();
	services_stop();
}

/* --- time --------------------------------------------------------------------------- */

DOMAIN_TEST(an_idle_connection_wakes_nobody)
{
	struct thread_stats before, after;

	services_start();
	client_connect(PORT);
	wire_run(10000);
	CHECK(client.connected);
	thread_get_stats(&before);
	thread_sleep_until(clock_ns() + 10 * NS_PER_S);
	thread_get_stats(&after);
	CHECK(after.idle_wakeups - before.idle_wakeups < 5);
	thread_get_stats(&before);
	thread_sleep_until(clock_ns() + 3600 * NS_PER_S);
	thread_get_stats(&after);
	CHECK(after.idle_wakeups - before.idle_wakeups < 200);
	/* and after an hour it still works */
	net_lock();
	CHECK_EQ(tcp_write(client.pcb, "hello", 5, TCP_WRITE_FLAG_COPY), ERR_OK);
	tcp_output(client.pcb);
	net_unlock();
	wire_run(1000);
	CHECK_EQ(client.n_got, 5);
	client_close();
	services_stop();
}

DOMAIN_TEST(a_lost_segment_is_sent_again_though_nothing_else_happens)
{
	services_start();
	client_connect(PORT);
	wire_run(5000);
	wire_cut = true;
	net_lock();
	CHECK_EQ(tcp_write(client.pcb, "hello", 5, TCP_WRITE_FLAG_COPY), ERR_OK);
	tcp_output(client.pcb);
	net_unlock();
	wire_run(200); /* the echo is lost */
	CHECK_EQ(client.n_got, 0);
	wire_cut = false;
	wire_run(5000);
	CHECK_EQ(client.n_got, 5);
	client_close();
	services_stop();
}

/* Sends without end, and never opens its window again. */
static err_t greedy_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	static const uint8_t data[5000];

	(void)arg;
	(void)len;
	while (tcp_sndbuf(pcb) >= sizeof(data) &&
		tcp_write(pcb, data, sizeof(data), 0) == ERR_OK)
		;
	return ERR_OK;
}

static err_t greedy_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (p)
		pbuf_free(p);
	else
		tcp_close(pcb);
	return ERR_OK;
}

static struct tcp_pcb *greedy[2];

static err_t greedy_begins(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)err;
	greedy[greedy[0] != NULL] = pcb;
	tcp_recv(pcb, greedy_received);
	tcp_sent(pcb, greedy_sent);
	return greedy_sent(arg, pcb, 0);
}

static unsigned n_frames;

/* A storm would not end: it is cut off. */
static void count_frames(const uint8_t *frame, unsigned len)
{
	(void)frame;
	(void)len;
	if (++n_frames > 1000)
		wire_cut = true;
}

DOMAIN_TEST(two_ends_with_closed_windows_do_not_answer_each_other_for_ever)
{
	struct tcp_pcb *pcb, *listener;
	ip_addr_t to;

	IP_ADDR4(&to, 10, 0, 0, 2);
	greedy[0] = greedy[1] = NULL;
	net_lock();
	listener = listen_at(PORT, greedy_begins);
	pcb = tcp_new();
	tcp_bind_netif(pcb, &wire_peer);
	CHECK_EQ(tcp_connect(pcb, &to, PORT, greedy_begins), ERR_OK);
	net_unlock();
	wire_run(3000);
	/* What is left is less than the window field can say; it would go by a byte a minute. */
	for (int i = 0; i < 2; i++) {
		CHECK(greedy[i]->rcv_wnd < 1u << TCP_RCV_SCALE);
		greedy[i]->rcv_wnd = greedy[i]->rcv_ann_wnd = 0;
	}
	wire_seen = count_frames;
	n_frames = 0;
	wire_run(60000);
	wire_seen = NULL;
	CHECK(n_frames > 2); /* both ask now and then whether the window is open */
	CHECK(n_frames < 100);
	wire_cut = false;
	net_lock();
	tcp_abort(pcb);
	tcp_close(listener);
	net_unlock();
	wire_run(3000);
}

/* --- addresses ---------------------------------------------------------------------- */

static unsigned n_probes, n_announcements;

static void count_arp(const uint8_t *frame, unsigned len)
{
	static const uint8_t ours[4] = {10, 0, 0, 2}, nobody[4];

	if (len < 42 || frame[12] != 8 || frame[13] != 6 ||
		memcmp(frame + 38, ours, 4) != 0)
		return;
	n_probes += memcmp(frame + 28, nobody, 4) == 0;
	n_announcements += memcmp(frame + 28, ours, 4) == 0;
}

static void claim_our_address(unsigned opcode)
{
	uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 2, 2, 2, 2, 2, 8, 6,
		0, 1, 8, 0, 6, 4, 0, (uint8_t)opcode, 2, 2, 2, 2, 2, 2, 10, 0, 0, 2, 0, 0,
		0, 0, 0, 0, 10, 0, 0, 2};

	wire_give(frame, sizeof(frame), 0);
	wire_run(5);
}

DOMAIN_TEST(a_new_link_announces_the_address_and_asks_who_has_it)
{
	n_probes = n_announcements = 0;
	wire_seen = count_arp;
	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	CHECK(n_announcements >= 1);
	wire_run(4000);
	wire_seen = NULL;
	CHECK_EQ(n_probes, 3);
}

DOMAIN_TEST(an_address_that_is_in_use_is_defended_once_in_ten_seconds)
{
	n_announcements = 0;
	wire_seen = count_arp;
	fake_console_clear();
	for (unsigned i = 0; i < 5; i++)
		claim_our_address(1);
	CHECK_EQ(n_announcements, 1);
	CHECK(strstr(fake_console(), "02:02:02:02:02:02 uses our address 10.0.0.2"));
	wire_run(10000);
	claim_our_address(2);
	CHECK_EQ(n_announcements, 2);
	wire_seen = NULL;
	CHECK_STR(ip4addr_ntoa(netif_ip4_addr(our_netif())), "10.0.0.2");
}

DOMAIN_TEST(an_address_that_is_taken_is_given_up)
{
	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	fake_console_clear();
	claim_our_address(2);
	CHECK(strstr(fake_console(), "address 10.0.0.2 is taken by 02:02:02:02:02:02"));
	CHECK(ip4_addr_isany(netif_ip4_addr(our_netif())));
	n_echo_replies = 0;
	wire_seen = count_echo_replies;
	ping(98, 0);
	wire_run(10);
	wire_seen = NULL;
	CHECK_EQ(n_echo_replies, 0);
	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	wire_run(4000);
}

static unsigned n_advertisements;

/* An ICMPv6 neighbour advertisement to all nodes, with a good checksum. */
static void count_advertisements(const uint8_t *frame, unsigned len)
{
	static const uint8_t everyone[6] = {0x33, 0x33, 0, 0, 0, 1};

	if (len < 86 || frame[12] != 0x86 || frame[13] != 0xdd || frame[20] != 58 ||
		frame[54] != 136)
		return;
	n_advertisements += memcmp(frame, everyone, 6) == 0 && frame[21] == 255 &&
			    memcmp(frame + 80, our_netif()->hwaddr, 6) == 0 &&
			    memcmp(frame + 62, frame + 22, 16) == 0;
}

DOMAIN_TEST(a_back_end_that_comes_back_is_told_of_ipv6_addresses_too)
{
	wire_run(
		5000); /* the link-local address is past its own detection of duplicates */
	n_advertisements = 0;
	wire_seen = count_advertisements;
	wire_backend_state(0, XenbusStateClosing);
	wire_run(20);
	wire_backend_state(0, XenbusStateClosed);
	wire_run(100);
	wire_seen = NULL;
	CHECK(netif_is_link_up(our_netif()));
	CHECK(n_advertisements >= 1);
}

static unsigned n_discovers;

static void count_discovers(const uint8_t *frame, unsigned len)
{
	n_discovers += len > 282 && frame[23] == 17 && frame[35] == 68 && frame[37] == 67;
}

DOMAIN_TEST(without_an_address_dhcp_is_asked)
{
	n_discovers = 0;
	wire_seen = count_discovers;
	reattach(&(struct wire_options){.ip = NULL});
	wire_run(10000);
	CHECK(n_discovers >= 2); /* and asked again */
	CHECK_EQ(net_wait_up(clock_ns()), -ETIMEDOUT);
	wire_seen = NULL;
	reattach(&(struct wire_options){.ip = "10.0.0.2"});
	wire_run(4000);
}

/* --- memory ------------------------------------------------------------------------- */

DOMAIN_TEST(new_data_is_refused_when_the_budget_is_used_up_and_answers_are_not)
{
	void *blocks[4096];
	unsigned n = 0;

	net_lock();
	while (n < 4096 && (blocks[n] = net_mem_alloc(16384)))
		n++;
	CHECK(n > 10 && n < 4096);
	while (n < 4096 && (blocks[n] = net_mem_alloc(1024)))
		n++;
	net_unlock();
	n_echo_replies = 0;
	wire_seen = count_echo_replies;
	ping(98, 0);
	wire_run(5);
	CHECK_EQ(n_echo_replies, 1);
	wire_seen = NULL;
	net_lock();
	while (n)
		net_mem_free(blocks[--n]);
	net_unlock();
}
