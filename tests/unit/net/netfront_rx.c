/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront's way in: what a good back end sends arrives, what a bad one does ends with
 * its device alone.
 */
#include <errno.h>
#include <string.h>

#include "kernel/page.h"
#include "net/net.h"
#include "tests/fake/fake.h"
#include "host/peer.h"
#include "tests/fake/thread_test.h"
#include "tests/fake/vif.h"
#include "xen/grant.h"

static uint8_t bytes[65536];

static void fill(void)
{
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
}

/* The next posted page as a response of one's own making. */
static struct netif_rx_response next_response(int16_t status)
{
	struct netif_rx_request req = {0};
	struct netif_rx_response rsp = {.status = status};

	if (!back_rx_take(vif.back, &req))
		test_fail(__FILE__, __LINE__, "no page is posted");
	rsp.id = req.id;
	return rsp;
}

static void answer(struct netif_rx_response rsp)
{
	back_rx_raw(vif.back, &rsp);
}

static void settle(void)
{
	back_push(vif.back, true);
	vif_settle();
}

static unsigned gather(const struct netfront_rx *rx, uint8_t *to)
{
	unsigned at = 0;

	for (unsigned i = 0; i < rx->n_pages; i++) {
		memcpy(to + at, (uint8_t *)rx->page[i].page + rx->page[i].offset,
			rx->page[i].len);
		at += rx->page[i].len;
	}
	return at;
}

/* --- good ones ---------------------------------------------------------------------- */

static void check_sizes(unsigned slot_bytes)
{
	static const unsigned sizes[] = {14, 60, 1514, 4095, 4096, 4097, 9014, 65535};
	static uint8_t got[65536];

	fill();
	vif.keep = true;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_row("%u bytes", sizes[i]);
		vif.n_received = 0;
		CHECK(back_give(vif.back, bytes, sizes[i], 0, slot_bytes));
		settle();
		CHECK_EQ(vif.n_received, 1);
		CHECK_EQ(vif.received[0].len, sizes[i]);
		CHECK_EQ(gather(&vif.received[0], got), sizes[i]);
		CHECK(memcmp(got, bytes, sizes[i]) == 0);
		vif_give_back();
	}
}

THREAD_TEST(packets_of_any_size_arrive_whole)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	check_sizes(4096);
	vif_end();
}

THREAD_TEST(the_checksum_flags_are_told)
{
	static const struct {
		uint16_t flags;
		bool validated;
	} rows[] = {{0, false}, {NETRXF_data_validated, true}, {NETRXF_csum_blank, true},
		{NETRXF_csum_blank | NETRXF_data_validated, true}};

	if (!vif_connect(&(struct vif_options){0}))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("flags %u", rows[i].flags);
		CHECK(back_give(vif.back, bytes, 100, rows[i].flags, 4096));
		settle();
		CHECK_EQ(vif.received[i].csum_validated, rows[i].validated);
	}
	vif_end();
}

THREAD_TEST(a_packet_may_come_in_several_batches)
{
	struct netif_rx_response rsp;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	rsp = next_response(1000);
	rsp.flags = NETRXF_more_data;
	answer(rsp);
	settle();
	CHECK_EQ(vif.n_received, 0);
	answer(next_response(500));
	settle();
	CHECK_EQ(vif.n_received, 1);
	CHECK_EQ(vif.received[0].n_pages, 2);
	CHECK_EQ(vif.received[0].len, 1500);
	vif_end();
}

THREAD_TEST(half_a_packet_is_given_up_at_a_disconnect)
{
	struct netif_rx_response rsp;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	rsp = next_response(1000);
	rsp.flags = NETRXF_more_data;
	answer(rsp);
	settle();
	vif_end();
}

THREAD_TEST(data_may_start_anywhere_in_its_page)
{
	struct netif_rx_response rsp;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	rsp = next_response(96);
	rsp.offset = 4000;
	answer(rsp);
	settle();
	CHECK_EQ(vif.n_received, 1);
	CHECK_EQ(vif.received[0].page[0].offset, 4000);
	CHECK_EQ(vif.received[0].page[0].len, 96);
	vif_end();
}

THREAD_TEST(responses_in_any_order_are_told_apart_by_id)
{
	struct netif_rx_response rsp[3];

	if (!vif_connect(&(struct vif_options){0}))
		return;
	for (int i = 0; i < 3; i++)
		rsp[i] = next_response((int16_t)(100 + i));
	answer(rsp[2]);
	answer(rsp[0]);
	answer(rsp[1]);
	settle();
	CHECK_EQ(vif.n_received, 3);
	CHECK_EQ(vif.received[0].len, 102);
	CHECK_EQ(vif.received[1].len, 100);
	CHECK_EQ(vif.received[2].len, 101);
	vif_end();
}

/* A page that the client has is out of the back end's reach. */
THREAD_TEST(a_received_page_cannot_be_written_any_more)
{
	struct netif_rx_request req;
	struct netif_rx_response rsp = {.status = 64};

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.keep = true;
	CHECK(back_rx_take(vif.back, &req));
	rsp.id = req.id;
	answer(rsp);
	vif.nf->rx.target = 1; /* so that the reference is not given out again at once */
	settle();
	CHECK_EQ(vif.n_received, 1);
	CHECK(frame_map(BACK_DOMID, req.gref, true) == NULL);
	vif_give_back();
	vif_end();
}

THREAD_TEST(new_pages_are_zero_before_they_are_lent)
{
	struct netif_rx_request req;
	const uint8_t *page;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	while (back_rx_take(vif.back, &req)) {
		page = frame_map(BACK_DOMID, req.gref, false);
		CHECK(page != NULL);
		for (unsigned i = 0; i < PAGE_SIZE; i++)
			CHECK_EQ(page[i], 0);
		frame_unmap(BACK_DOMID, req.gref, false);
	}
	vif_end();
}

THREAD_TEST(indices_wrap_round)
{
	struct ring *r;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	/*
	 * As if 2^32 - 256 pages had gone through the ring: the same slots, other
	 * numbers.
	 */
	r = &vif.nf->rx.ring;
	r->req_prod += 0xffffff00;
	r->req_published += 0xffffff00;
	r->rsp_cons += 0xffffff00;
	r->shared->req_prod = r->req_prod;
	r->shared->rsp_prod = r->rsp_cons;
	r->shared->rsp_event = r->rsp_cons + 1;
	back_queue(vif.back)->rx_req_cons = back_queue(vif.back)->rx_rsp_prod =
		r->rsp_cons;
	fill();
	for (unsigned i = 0; i < 600; i++) {
		CHECK(back_give(vif.back, bytes + i, 200, 0, 4096));
		back_push(vif.back, false);
		vif_settle();
		CHECK_EQ(vif.n_received, i + 1);
	}
	CHECK(r->rsp_cons < 1000);
	vif_end();
}

/* --- pages -------------------------------------------------------------------------- */

THREAD_TEST(more_pages_are_posted_when_traffic_needs_them)
{
	unsigned first, max;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	first = back_rx_waiting(vif.back);
	max = vif.nf->rx.target_max;
	CHECK(first < max);
	for (unsigned i = 0; i < 5; i++) {
		while (back_give(vif.back, bytes, 60, 0, 4096))
			;
		settle();
		vif.n_received = 0;
	}
	CHECK_EQ(back_rx_waiting(vif.back), max);
	vif_end();
}

THREAD_TEST(pages_that_stay_out_are_limited_and_come_back)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.keep = true;
	vif.nf->rx.pages_max = 100;
	while (back_give(vif.back, bytes, 60, 0, 4096))
		settle();
	CHECK_EQ(vif.n_received, 100);
	CHECK_EQ(netfront_rx_pages_up(vif.nf), 100);
	CHECK(netfront_starved());
	net_lock();
	vif_give_back();
	net_unlock();
	CHECK(!netfront_starved());
	CHECK(back_rx_waiting(vif.back) >= 32);
	vif_end();
}

THREAD_TEST(a_lack_of_pages_heals)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.keep = true;
	fake_fail_pages_after(0);
	while (back_give(vif.back, bytes, 60, 0, 4096))
		settle();
	CHECK(netfront_starved());
	fake_fail_pages_after(SIZE_MAX);
	vif_settle();
	CHECK(back_rx_waiting(vif.back) >= 32);
	net_lock();
	vif_give_back();
	net_unlock();
	vif_end();
}

THREAD_TEST(pages_come_back_after_the_device_is_gone)
{
	struct netfront *nf;
	void *page[2];

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.keep = true;
	CHECK(back_give(vif.back, bytes, 5000, 0, 4096));
	settle();
	page[0] = vif.received[0].page[0].page;
	page[1] = vif.received[0].page[1].page;
	nf = vif.nf;
	back_disconnect(vif.back);
	vif.dev.driver->disconnect(&vif.dev);
	vif.dev.driver->remove(&vif.dev);
	netfront_rx_page_free(nf, page[0]);
	netfront_rx_page_free(nf, page[1]);
	vif_check_leaks();
}

THREAD_TEST(a_page_that_the_peer_still_writes_is_never_ours_again)
{
	struct netif_rx_request req;
	struct netif_rx_response rsp = {.status = 64};
	struct grant_stats g;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK(back_rx_take(vif.back, &req));
	CHECK(frame_map(BACK_DOMID, req.gref, true) != NULL);
	rsp.id = req.id;
	answer(rsp);
	answer(next_response(70));
	settle();
	CHECK(!vif.failed);
	CHECK_EQ(vif.n_received, 1); /* only the other one */
	CHECK_EQ(vif.received[0].len, 70);
	grant_get_stats(&g);
	CHECK_EQ(g.quarantined, 1);
	frame_unmap(BACK_DOMID, req.gref, true);
	fake_advance(20 * NS_PER_S); /* it is tried again now and then */
	vif_end();
}

/* --- the peer's own errors ---------------------------------------------------------- */

THREAD_TEST(a_failed_slot_drops_its_packet_alone)
{
	static const int16_t statuses[] = {NETIF_RSP_ERROR, NETIF_RSP_DROPPED, 0};

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		struct netif_rx_response rsp;

		test_row("status %d", statuses[i]);
		if (!vif_connect(&(struct vif_options){0}))
			return;
		rsp = next_response(500);
		rsp.flags = NETRXF_more_data;
		answer(rsp);
		answer(next_response(statuses[i]));
		answer(next_response(80));
		settle();
		CHECK(!vif.failed);
		CHECK_EQ(vif.n_received, 1);
		CHECK_EQ(vif.received[0].len, 80);
		CHECK_EQ(vif.nf->stats.rx_bad, 1);
		vif_end();
	}
}

/* --- extras ------------------------------------------------------------------------- */

static struct netif_extra_info gso(uint16_t size, uint8_t type, uint8_t flags)
{
	struct netif_extra_info e = {.type = XEN_NETIF_EXTRA_TYPE_GSO, .flags = flags};

	e.u.gso.size = size;
	e.u.gso.type = type;
	return e;
}

static void answer_extra(struct netif_extra_info e)
{
	struct netif_rx_request req;

	back_rx_take(vif.back, &req); /* an extra uses up a request */
	back_rx_raw(vif.back, &e);
}

static void answer_first(uint16_t flags)
{
	struct netif_rx_response rsp = next_response(1000);

	rsp.flags = flags;
	answer(rsp);
}

THREAD_TEST(a_segmentation_extra_is_understood)
{
	struct netif_extra_info hash = {.type = XEN_NETIF_EXTRA_TYPE_HASH};

	if (!vif_connect(&(struct vif_options){0}))
		return;
	answer_first(NETRXF_extra_info | NETRXF_more_data | NETRXF_csum_blank);
	answer_extra(gso(1448, XEN_NETIF_GSO_TYPE_TCPV4, XEN_NETIF_EXTRA_FLAG_MORE));
	answer_extra(hash);
	answer(next_response(600));
	answer(next_response(90));
	settle();
	CHECK(!vif.failed);
	CHECK_EQ(vif.n_received, 2);
	CHECK_EQ(vif.received[0].len, 1600);
	CHECK_EQ(vif.received[0].gso_size, 1448);
	CHECK(vif.received[0].csum_validated);
	CHECK_EQ(vif.received[1].len, 90);
	CHECK_EQ(vif.received[1].gso_size, 0);
	vif_end();
}

THREAD_TEST(extras_that_make_no_sense_break_the_device)
{
	struct netif_extra_info rows[5] = {
		{.type = XEN_NETIF_EXTRA_TYPE_NONE},
		{.type = XEN_NETIF_EXTRA_TYPE_MAX},
		gso(0, XEN_NETIF_GSO_TYPE_TCPV4, 0),
		gso(1448, XEN_NETIF_GSO_TYPE_NONE, 0),
		gso(1448, 3, 0),
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("extra %zu", i);
		if (!vif_connect(&(struct vif_options){0}))
			return;
		answer_first(NETRXF_extra_info);
		answer_extra(rows[i]);
		settle();
		CHECK(vif.failed);
		CHECK_EQ(vif.n_received, 0);
		vif_end();
	}
}

THREAD_TEST(a_chain_of_extras_has_an_end)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	answer_first(NETRXF_extra_info);
	for (int i = 0; i < 3; i++)
		answer_extra(
			gso(1448, XEN_NETIF_GSO_TYPE_TCPV4, XEN_NETIF_EXTRA_FLAG_MORE));
	settle();
	CHECK_STR(vif.failed, "too many extras");
	vif_end();
}

THREAD_TEST(an_extra_in_the_middle_of_a_packet_breaks_the_device)
{
	struct netif_rx_response rsp;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	answer_first(NETRXF_more_data);
	rsp = next_response(100);
	rsp.flags = NETRXF_extra_info;
	answer(rsp);
	settle();
	CHECK_STR(vif.failed, "an extra in the middle of a packet");
	vif_end();
}

THREAD_TEST(an_extra_needs_a_request_of_its_own)
{
	struct netif_rx_response rsp;
	struct netif_extra_info e = gso(1448, XEN_NETIF_GSO_TYPE_TCPV4, 0);

	if (!vif_connect(&(struct vif_options){0}))
		return;
	/* the response names the request of the next slot, where then the extra stands */
	next_response(0);
	rsp = next_response(100);
	rsp.flags = NETRXF_extra_info;
	answer(rsp);
	back_rx_raw(vif.back, &e);
	settle();
	CHECK_STR(vif.failed, "an extra in the place of no request");
	vif_end();
}

/* --- breaking the protocol ---------------------------------------------------------- */

static void unknown_id(void)
{
	struct netif_rx_response rsp = next_response(100);

	rsp.id = 256;
	answer(rsp);
}

static void huge_id(void)
{
	struct netif_rx_response rsp = next_response(100);

	rsp.id = 0xffff;
	answer(rsp);
}

static void id_never_posted(void)
{
	struct netif_rx_response rsp = next_response(100);

	rsp.id = 255; /* only the first ids are out */
	answer(rsp);
}

static void answered_twice(void)
{
	struct netif_rx_response rsp = next_response(100);

	answer(rsp);
	answer(rsp);
}

static void too_many(void)
{
	back_queue(vif.back)->rx_rsp_prod = vif.nf->rx.ring.req_published + 1;
}

static void far_too_many(void)
{
	back_queue(vif.back)->rx_rsp_prod = vif.nf->rx.ring.rsp_cons + 0x80000000;
}

static void backwards(void)
{
	back_queue(vif.back)->rx_rsp_prod = vif.nf->rx.ring.rsp_cons - 1;
}

static void past_the_page(void)
{
	struct netif_rx_response rsp = next_response(97);

	rsp.offset = 4000;
	answer(rsp);
}

static void offset_past_the_page(void)
{
	struct netif_rx_response rsp = next_response(1);

	rsp.offset = 0xffff;
	answer(rsp);
}

static void longer_than_a_page(void)
{
	answer(next_response(4097));
}

static void longest(void)
{
	answer(next_response(INT16_MAX));
}

static void unknown_status(void)
{
	answer(next_response(-3));
}

static void lowest_status(void)
{
	answer(next_response(INT16_MIN));
}

static void without_end(void)
{
	for (int i = 0; i < 19; i++) {
		struct netif_rx_response rsp = next_response(100);

		rsp.flags = NETRXF_more_data;
		answer(rsp);
	}
}

static void too_long(void)
{
	for (int i = 0; i < 17; i++) {
		struct netif_rx_response rsp = next_response(4096);

		rsp.flags = NETRXF_more_data;
		answer(rsp);
	}
}

THREAD_TEST(a_back_end_that_breaks_the_protocol_loses_its_device_and_nothing_else)
{
	static const struct {
		const char *name;
		void (*attack)(void);
	} rows[] = {
		{"id 256", unknown_id},
		{"id 65535", huge_id},
		{"an id that was not posted", id_never_posted},
		{"one request answered twice", answered_twice},
		{"one response too many", too_many},
		{"2^31 responses too many", far_too_many},
		{"responses taken back", backwards},
		{"data past the end of the page", past_the_page},
		{"data that begins past its page", offset_past_the_page},
		{"4097 bytes", longer_than_a_page},
		{"32767 bytes", longest},
		{"status -3", unknown_status},
		{"status -32768", lowest_status},
		{"19 slots", without_end},
		{"more than 65535 bytes", too_long},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned done = 0;

		test_row("%s", rows[i].name);
		if (!vif_connect(&(struct vif_options){0}))
			return;
		rows[i].attack();
		settle();
		CHECK(vif.failed);
		CHECK_EQ(vif_send(60, &done), -ENETDOWN);
		settle(); /* and nothing more comes of it */
		vif_end();
		if (test_failed())
			return;
	}
}

THREAD_TEST(after_a_break_the_device_can_be_attached_again)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	unknown_id();
	settle();
	CHECK(vif.failed);
	vif_end();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	check_sizes(4096);
	vif_end();
}

/* --- events ------------------------------------------------------------------------- */

THREAD_TEST(events_with_nothing_behind_them_are_throttled)
{
	unsigned kicks;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.kicks = 0;
	for (int i = 0; i < 1000; i++)
		settle();
	CHECK(vif.kicks < 200);
	kicks = vif.kicks;
	fake_advance(11 * NS_PER_MS); /* now it is looked at by the clock */
	CHECK(vif.kicks > kicks);
	vif_settle();
	CHECK(back_give(vif.back, bytes, 60, 0, 4096));
	settle();
	CHECK_EQ(vif.n_received, 0); /* not before the next look */
	fake_advance(11 * NS_PER_MS);
	vif_settle();
	CHECK_EQ(vif.n_received, 1);
	vif_end();
}

THREAD_TEST(one_poll_takes_no_more_than_its_budget)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	for (unsigned i = 0; i < 5; i++) { /* up to 256 pages */
		while (back_give(vif.back, bytes, 60, 0, 4096))
			;
		settle();
		vif.n_received = 0;
	}
	while (back_give(vif.back, bytes, 60, 0, 4096))
		;
	back_push(vif.back, true);
	vif_deliver();
	net_lock();
	CHECK(netfront_poll());
	net_unlock();
	CHECK_EQ(vif.n_received, NETFRONT_RX_BUDGET);
	vif_settle();
	CHECK(vif.n_received >= 200);
	vif_end();
}

THREAD_TEST(while_polling_no_event_interrupts)
{
	unsigned kicks;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK(back_give(vif.back, bytes, 60, 0, 4096));
	back_push(vif.back, true);
	vif_deliver();
	kicks = vif.kicks;
	for (int i = 0; i < 10; i++) { /* masked since the first */
		CHECK(back_give(vif.back, bytes, 60, 0, 4096));
		back_push(vif.back, true);
		vif_deliver();
	}
	CHECK_EQ(vif.kicks, kicks);
	vif_settle();
	CHECK_EQ(vif.n_received, 11);
	vif_end();
}
