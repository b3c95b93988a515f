/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network back end and a front end that does what it must not: what is taken, what is
 * answered with an error, what cuts the front end off; features one by one; pages that
 * are there or not.
 */
#include <stdint.h>
#include <xen/grant_table.h>
#include <xen/io/xenbus.h>

#include "host/hv.h"
#include "kernel/util.h"
#include "tests/fake/raw.h"
#include "tests/fake/raw_vif.h"
#include "tests/fake/said.h"
#include "tests/test.h"

static struct raw_vif v;
static struct netback *back;
static struct raw_queue *const q = &v.queue[0];

static bool connected(const struct netback_features *f)
{
	raw_vif_end(&v);
	raw_vif_init(&v, 0, 1, true);
	back = raw_vif_connect(&v, f);
	said_clear();
	if (!back)
		test_fail(__FILE__, __LINE__, "it does not connect");
	return back != NULL;
}

static void finish(void)
{
	raw_vif_end(&v);
	CHECK_EQ(hv_frames_mapped(), 0);
	CHECK_EQ(raw_held(), 0);
	CHECK_EQ(hv_ports_open(), 2); /* XenStore's and the console's */
	CHECK(v.closed);
}

/* --- packets from the guest --------------------------------------------------------- */

TEST(a_packet_goes_to_the_outlet_and_is_answered)
{
	struct netif_tx_response rsp;

	if (!connected(NULL))
		return;
	memcpy((char *)raw_page(100) + 7, "destinationsource.tttt", 22);
	raw_tx(q, 0, 7, 60, 0);
	raw_tx_push(q);
	CHECK_EQ(v.n_sent, 1);
	CHECK_EQ(v.last.len_bytes, 60);
	CHECK_EQ(memcmp(v.bytes, "destinationsource.tttt", 22), 0);
	CHECK(!v.last.csum_blank && !v.last.csum_good && v.last.gso == GSO_NONE);
	CHECK(raw_tx_response(q, &rsp));
	CHECK_EQ(rsp.id, 0);
	CHECK_EQ(rsp.status, NETIF_RSP_OKAY);
	CHECK(raw_take_event(q->tx_port));
	CHECK_EQ(netback_get_counts(back).tx_bytes, 60);
	finish();
}

TEST(pieces_are_put_together_in_order)
{
	unsigned n;

	if (!connected(NULL))
		return;
	for (unsigned i = 0; i < 3; i++)
		memset(raw_page(100 + i), 'a' + (int)i, 4096);
	raw_tx(q, 0, 4000, 6096, NETTXF_more_data); /* 96 here: the total less the rest */
	raw_tx(q, 1, 0, 4096, NETTXF_more_data);
	raw_tx(q, 2, 10, 1904, 0);
	raw_tx_push(q);
	CHECK_EQ(v.last.len_bytes, 6096);
	CHECK_EQ(v.bytes[0], 'a');
	CHECK_EQ(v.bytes[95], 'a');
	CHECK_EQ(v.bytes[96], 'b');
	CHECK_EQ(v.bytes[4191], 'b');
	CHECK_EQ(v.bytes[4192], 'c');
	CHECK_EQ(v.bytes[6095], 'c');
	CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_OKAY);
	CHECK_EQ(n, 3);
	finish();
}

TEST(checksum_flags_are_passed_on)
{
	static const struct {
		unsigned flags;
		bool blank, good;
	} rows[] = {
		{0, false, false},
		{NETTXF_data_validated, false, true},
		{NETTXF_csum_blank | NETTXF_data_validated, true, true},
		{NETTXF_csum_blank, true, true},
	};

	if (!connected(NULL))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("%u", rows[i].flags);
		raw_tx(q, 0, 0, 60, rows[i].flags);
		raw_tx_push(q);
		CHECK_EQ(v.last.csum_blank, rows[i].blank);
		CHECK_EQ(v.last.csum_good, rows[i].good);
	}
	finish();
}

TEST(a_large_segment_keeps_its_size_and_gets_a_blank_sum)
{
	struct netif_tx_response rsp;

	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 8192, NETTXF_extra_info | NETTXF_more_data);
	raw_tx_extra(q, XEN_NETIF_EXTRA_TYPE_GSO, 0, XEN_NETIF_GSO_TYPE_TCPV4, 1448);
	raw_tx(q, 1, 0, 4096, 0);
	raw_tx_push(q);
	CHECK_EQ(v.last.len_bytes, 8192);
	CHECK_EQ(v.last.gso, GSO_TCP4);
	CHECK_EQ(v.last.gso_bytes, 1448);
	CHECK(v.last.csum_blank);
	CHECK(raw_tx_response(q, &rsp) && rsp.status == NETIF_RSP_OKAY);
	CHECK(raw_tx_response(q, &rsp) && rsp.status == NETIF_RSP_NULL); /* the extra's */
	CHECK(raw_tx_response(q, &rsp) && rsp.status == NETIF_RSP_OKAY && rsp.id == 2);
	raw_tx(q, 0, 0, 4096, NETTXF_extra_info);
	raw_tx_extra(q, XEN_NETIF_EXTRA_TYPE_GSO, 0, XEN_NETIF_GSO_TYPE_TCPV6, 1428);
	raw_tx_push(q);
	CHECK_EQ(v.last.gso, GSO_TCP6);
	finish();
}

TEST(the_ring_wraps_around_in_either_part_of_a_packet)
{
	unsigned n, total = 0;

	if (!connected(NULL))
		return;
	for (unsigned i = 0; i < 1000; i++) {
		raw_tx(q, 0, 0, 300, NETTXF_more_data);
		raw_tx(q, 1, 0, 100, NETTXF_more_data);
		raw_tx(q, 2, 0, 100, 0);
		if (i % 50 == 49) {
			raw_tx_push(q);
			CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_OKAY);
			total += n;
		}
	}
	CHECK_EQ(v.n_sent, 1000);
	CHECK_EQ(total, 3000);
	finish();
}

TEST(indices_of_a_ring_may_wrap_around)
{
	unsigned n;

	raw_vif_init(&v, 0, 1, true);
	q->tx_prod = q->tx_cons = q->tx->req_prod = q->tx->rsp_prod = 0xfffffff8u;
	q->tx->req_event = q->tx->rsp_event = 0xfffffff9u;
	back = raw_vif_connect(&v, NULL);
	CHECK(back != NULL);
	for (unsigned i = 0; i < 30; i++) {
		raw_tx(q, 0, 0, 60, 0);
		raw_tx_push(q);
		CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_OKAY);
		CHECK(raw_take_event(q->tx_port));
	}
	CHECK_EQ(v.n_sent, 30);
	finish();
}

TEST(the_front_end_is_notified_when_it_asked_to_be)
{
	struct netif_tx_response rsp;

	if (!connected(NULL))
		return;
	q->tx->rsp_event = 3;
	for (unsigned i = 0; i < 2; i++) {
		raw_tx(q, 0, 0, 60, 0);
		raw_tx_push(q);
		CHECK(!raw_take_event(q->tx_port));
	}
	raw_tx(q, 0, 0, 60, 0);
	raw_tx_push(q);
	CHECK(raw_take_event(q->tx_port));
	while (raw_tx_response(q, &rsp))
		;
	finish();
}

TEST(the_back_end_asks_to_hear_of_the_next_request)
{
	if (!connected(NULL))
		return;
	for (unsigned i = 1; i < 5; i++) {
		raw_tx(q, 0, 0, 60, 0);
		raw_tx_push(q);
		CHECK_EQ(q->tx->req_event, i + 1);
	}
	finish();
}

/* --- answered with an error --------------------------------------------------------- */

/* One bad packet, then a good one that must still go through. */
static void refused_with_error(const char *why, unsigned n_slots)
{
	unsigned n, sent = v.n_sent;

	raw_tx_push(q);
	CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_ERROR);
	CHECK_EQ(n, n_slots);
	CHECK_EQ(v.n_sent, sent);
	CHECK(strstr(said_refused(), why));
	CHECK(!netback_broken(back));
	raw_tx(q, 0, 0, 60, 0);
	raw_tx_push(q);
	CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_OKAY);
	CHECK_EQ(v.n_sent, sent + 1);
	CHECK_EQ(netback_get_counts(back).tx_errors, 1);
	finish();
}

TEST(a_page_that_is_not_granted_is_an_error)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 5000, NETTXF_more_data);
	raw_tx(q, 1, 0, 1000, 0);
	raw_end(201); /* of its second page */
	refused_with_error("not granted", 2);
}

TEST(a_packet_shorter_than_its_header_is_an_error)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 13, 0);
	refused_with_error("Ethernet header", 1);
}

TEST(pieces_longer_than_the_packet_are_an_error)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 100, NETTXF_more_data);
	raw_tx(q, 1, 0, 101, NETTXF_more_data);
	raw_tx(q, 2, 0, 50, 0);
	refused_with_error("longer than the packet", 3);
}

TEST(nineteen_slots_are_an_error)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 1900, NETTXF_more_data);
	for (unsigned i = 0; i < 18; i++)
		raw_tx(q, 1, 0, 100, i < 17 ? NETTXF_more_data : 0);
	refused_with_error("too many slots", 19);
}

TEST(eighteen_slots_are_taken)
{
	unsigned n;

	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 1800, NETTXF_more_data);
	for (unsigned i = 0; i < 17; i++)
		raw_tx(q, 1, 0, 100, i < 16 ? NETTXF_more_data : 0);
	raw_tx_push(q);
	CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_OKAY);
	CHECK_EQ(n, 18);
	CHECK_EQ(v.last.len_bytes, 1800);
	finish();
}

TEST(an_extra_info_that_was_not_offered_is_an_error)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 60, NETTXF_extra_info);
	raw_tx_extra(q, XEN_NETIF_EXTRA_TYPE_MCAST_ADD, 0, 0, 0);
	refused_with_error("extra info that was not offered", 2);
}

TEST(segments_that_were_not_offered_are_an_error)
{
	struct netback_features f = netback_all_features;

	f.gso4 = false;
	if (!connected(&f))
		return;
	raw_tx(q, 0, 0, 4000, NETTXF_extra_info);
	raw_tx_extra(q, XEN_NETIF_EXTRA_TYPE_GSO, 0, XEN_NETIF_GSO_TYPE_TCPV4, 1448);
	refused_with_error("segmentation was not offered", 2);
}

TEST(several_slots_that_were_not_offered_are_an_error)
{
	struct netback_features f = netback_all_features;

	f.sg = false;
	if (!connected(&f))
		return;
	raw_tx(q, 0, 0, 5000, NETTXF_more_data);
	raw_tx(q, 1, 0, 1000, 0);
	refused_with_error("scatter-gather was not offered", 2);
}

/* --- cut off ------------------------------------------------------------------------ */

/* Nothing is sent, and nothing is done any more until it connects anew. */
static void cut_off(const char *why)
{
	unsigned n, sent = v.n_sent;
	struct packet p = {.data = v.bytes, .len_bytes = 60};

	raw_tx_push(q);
	CHECK_EQ(v.n_sent, sent);
	CHECK(netback_broken(back) && strstr(netback_broken(back), why));
	CHECK(strstr(said_refused(), "vif0: the front end is cut off"));
	raw_tx(q, 0, 0, 60, 0);
	raw_tx_push(q);
	CHECK_EQ(v.n_sent, sent);
	CHECK_EQ(raw_tx_status(q, &n), 99);
	CHECK(raw_deliver(&v, &p)); /* dropped, and counted */
	CHECK_EQ(netback_get_counts(back).rx_dropped, 1);
	raw_vif_end(&v);
	raw_vif_init(&v, 0, 1, true);
	back = raw_vif_connect(&v, NULL);
	CHECK(back && !netback_broken(back));
	raw_tx(q, 0, 0, 60, 0);
	raw_tx_push(q);
	CHECK_EQ(v.n_sent, 1);
	finish();
}

TEST(a_piece_that_leaves_its_page_cuts_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 4090, 60, 0);
	cut_off("leaves its page: offset 4090, size 60");
}

TEST(a_later_piece_that_leaves_its_page_cuts_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 5000, NETTXF_more_data);
	raw_tx(q, 1, 4095, 2, 0);
	cut_off("leaves its page: offset 4095, size 2");
}

TEST(sizes_that_overflow_cut_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0xffff, 0xffff, 0);
	cut_off("leaves its page: offset 65535, size 65535");
}

TEST(a_packet_without_an_end_cuts_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 100, NETTXF_more_data);
	cut_off("next piece is not there");
}

TEST(a_packet_in_twenty_one_slots_cuts_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 2100, NETTXF_more_data);
	for (unsigned i = 0; i < 20; i++)
		raw_tx(q, 1, 0, 100, i < 19 ? NETTXF_more_data : 0);
	cut_off("more than 20 slots");
}

TEST(more_requests_than_the_ring_holds_cut_off)
{
	if (!connected(NULL))
		return;
	for (unsigned i = 0; i < 257; i++)
		raw_tx(q, 0, 0, 60, 0);
	cut_off("257 requests on a ring of 256");
}

TEST(an_index_that_goes_back_cuts_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 60, 0);
	raw_tx_push(q);
	q->tx_prod -= 1;
	q->tx_cons = q->tx->rsp_prod;
	q->tx_prod--;
	cut_off("requests on a ring of 256");
}

TEST(an_extra_info_that_is_not_there_cuts_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 60, NETTXF_extra_info);
	cut_off("extra info that is not there");
}

TEST(extra_infos_of_no_type_cut_off)
{
	static const unsigned types[] = {
		XEN_NETIF_EXTRA_TYPE_NONE, XEN_NETIF_EXTRA_TYPE_MAX, 255};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		test_row("%u", types[i]);
		if (!connected(NULL))
			return;
		raw_tx(q, 0, 0, 60, NETTXF_extra_info);
		raw_tx_extra(q, types[i], 0, 0, 0);
		cut_off("an extra info of type");
	}
}

TEST(segments_of_nothing_and_of_no_type_cut_off)
{
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 4000, NETTXF_extra_info);
	raw_tx_extra(q, XEN_NETIF_EXTRA_TYPE_GSO, 0, XEN_NETIF_GSO_TYPE_TCPV4, 0);
	cut_off("segments of 0 bytes");
	if (!connected(NULL))
		return;
	raw_tx(q, 0, 0, 4000, NETTXF_extra_info);
	raw_tx_extra(q, XEN_NETIF_EXTRA_TYPE_GSO, 0, 9, 1448);
	cut_off("unknown type 9");
}

TEST(more_pages_than_the_ring_holds_cut_off)
{
	struct packet p = {.data = v.bytes, .len_bytes = 60};

	if (!connected(NULL))
		return;
	q->rx->req_prod = 257;
	CHECK(raw_deliver(&v, &p));
	CHECK(strstr(netback_broken(back), "257 pages on a ring of 256"));
	finish();
}

/* --- packets for the guest ---------------------------------------------------------- */

static struct packet packet(unsigned len_bytes)
{
	static uint8_t data[PACKET_BYTES_MAX];

	for (unsigned i = 0; i < len_bytes; i++)
		data[i] = (uint8_t)(i * 7);
	return (struct packet){.data = data, .len_bytes = len_bytes};
}

TEST(a_packet_fills_as_many_pages_as_it_needs)
{
	static const unsigned sizes[] = {14, 60, 1514, 4096, 4097, 8192, 9000, 65535};

	if (!connected(NULL))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct packet p = packet(sizes[i]);
		struct netif_rx_response rsp = {.flags = NETRXF_more_data};
		unsigned at = 0;

		test_row("%u", sizes[i]);
		raw_rx_post(q, 16);
		raw_rx_push(q);
		CHECK(raw_deliver(&v, &p));
		CHECK(raw_take_event(q->rx_port));
		while (rsp.flags & NETRXF_more_data) {
			CHECK(raw_rx_response(q, &rsp));
			CHECK_EQ(rsp.offset, 0);
			CHECK(rsp.status > 0);
			CHECK_EQ(memcmp(raw_rx_page(q, rsp.id), p.data + at,
					 (size_t)rsp.status),
				0);
			at += (unsigned)rsp.status;
		}
		CHECK_EQ(at, sizes[i]);
		q->rx_prod = q->rx->req_prod = q->rx_cons; /* take unused pages back */
		back = vif_netback(vif_find(0));
		CHECK(!raw_rx_response(q, &rsp));
		raw_vif_end(&v);
		if (!connected(NULL))
			return;
	}
	finish();
}

TEST(without_pages_the_outlet_keeps_the_packet_and_hears_when_there_are_some)
{
	struct packet p = packet(9000); /* 3 pages */

	if (!connected(NULL))
		return;
	CHECK(!raw_deliver(&v, &p));
	CHECK_EQ(v.n_rooms, 1); /* of the connect */
	raw_rx_post(q, 2);
	raw_rx_push(q);
	CHECK_EQ(v.n_rooms, 2);
	CHECK(!raw_deliver(&v, &p)); /* not enough yet */
	CHECK_EQ(q->rx->req_event, 3);
	raw_rx_post(q, 1);
	raw_rx_push(q);
	CHECK_EQ(v.n_rooms, 3);
	CHECK(raw_deliver(&v, &p));
	CHECK_EQ(netback_get_counts(back).rx_waits, 2);
	CHECK_EQ(netback_get_counts(back).rx_packets, 1);
	CHECK_EQ(netback_get_counts(back).rx_dropped, 0);
	finish();
}

TEST(pages_put_up_with_nothing_waiting_wake_nobody)
{
	if (!connected(NULL))
		return;
	raw_rx_post(q, 10);
	raw_rx_push(q);
	CHECK_EQ(v.n_rooms, 1);
	finish();
}

TEST(a_page_that_may_not_be_written_is_answered_with_an_error)
{
	struct packet p = packet(60);
	struct netif_rx_response rsp;

	if (!connected(NULL))
		return;
	raw_rx_post(q, 2);
	raw_entry(456)->flags |= GTF_readonly;
	raw_rx_push(q);
	CHECK(raw_deliver(&v, &p));
	CHECK(raw_rx_response(q, &rsp));
	CHECK_EQ(rsp.status, NETIF_RSP_ERROR);
	CHECK(strstr(said_refused(), "reference 456 is not granted for writing"));
	CHECK_EQ(netback_get_counts(back).rx_errors, 1);
	CHECK(raw_deliver(&v, &p)); /* the next page is good */
	CHECK(raw_rx_response(q, &rsp) && rsp.status == 60);
	finish();
}

TEST(what_the_guest_takes_is_what_it_has_asked_for_and_was_offered)
{
	static const char *const keys[] = {"feature-no-csum-offload",
		"feature-ipv6-csum-offload", "feature-gso-tcpv4", "feature-gso-tcpv6",
		"feature-sg"};

	for (size_t i = 0; i <= ARRAY_SIZE(keys); i++) {
		const struct packet_ability *t = &v.outlet.takes;

		test_row("%s", i < ARRAY_SIZE(keys) ? keys[i] : "all");
		raw_vif_init(&v, 0, 1, true);
		raw_vif_plug(&v, NULL);
		raw_vif_keys(&v);
		if (i < ARRAY_SIZE(keys))
			raw_vif_key(&v, keys[i], i == 0 ? "1" : "0");
		raw_vif_state(&v, XenbusStateConnected);
		CHECK_EQ(t->csum_blank4, i != 0);
		CHECK_EQ(t->csum_blank6, i != 1);
		CHECK_EQ(t->gso_tcp4, i != 2 && i != 4);
		CHECK_EQ(t->gso_tcp6, i != 3 && i != 4);
		raw_vif_end(&v);
	}
}

TEST(a_front_end_without_scatter_gather_gets_one_page_at_most)
{
	struct packet p = packet(4097);

	raw_vif_init(&v, 0, 1, true);
	raw_vif_plug(&v, NULL);
	raw_vif_keys(&v);
	raw_vif_key(&v, "feature-sg", "0");
	raw_vif_state(&v, XenbusStateConnected);
	back = vif_netback(vif_find(0));
	raw_rx_post(q, 4);
	raw_rx_push(q);
	CHECK(raw_deliver(&v, &p));
	CHECK_EQ(netback_get_counts(back).rx_dropped, 1);
	p.len_bytes = 4096;
	CHECK(raw_deliver(&v, &p));
	CHECK_EQ(netback_get_counts(back).rx_packets, 1);
	finish();
}

TEST(a_large_segment_for_the_guest_is_described_in_a_slot_of_its_own)
{
	struct packet p = packet(5000);
	struct netif_rx_response rsp;
	struct netif_extra_info extra;

	if (!connected(NULL))
		return;
	p.gso = GSO_TCP4;
	p.gso_bytes = 1448;
	p.csum_blank = true;
	raw_rx_post(q, 2);
	raw_rx_push(q);
	CHECK(!raw_deliver(&v, &p)); /* wants three */
	raw_rx_post(q, 1);
	raw_rx_push(q);
	CHECK(raw_deliver(&v, &p));
	CHECK(raw_rx_response(q, &rsp));
	CHECK_EQ(rsp.flags, NETRXF_csum_blank | NETRXF_data_validated |
				    NETRXF_extra_info | NETRXF_more_data);
	CHECK_EQ(rsp.status, 4096);
	CHECK(raw_rx_response(q, &rsp));
	memcpy(&extra, &rsp, sizeof(extra));
	CHECK_EQ(extra.type, XEN_NETIF_EXTRA_TYPE_GSO);
	CHECK_EQ(extra.flags, 0);
	CHECK_EQ(extra.u.gso.size, 1448);
	CHECK_EQ(extra.u.gso.type, XEN_NETIF_GSO_TYPE_TCPV4);
	CHECK(raw_rx_response(q, &rsp));
	CHECK_EQ(rsp.flags, 0);
	CHECK_EQ(rsp.status, 904);
	finish();
}

TEST(the_receive_ring_wraps_around)
{
	struct packet p = packet(6000);
	struct netif_rx_response rsp;

	if (!connected(NULL))
		return;
	for (unsigned i = 0; i < 1000; i++) {
		raw_rx_post(q, 2);
		raw_rx_push(q);
		CHECK(raw_deliver(&v, &p));
		CHECK(raw_rx_response(q, &rsp) && rsp.status == 4096);
		CHECK(raw_rx_response(q, &rsp) && rsp.status == 1904);
		CHECK_EQ(memcmp(raw_rx_page(q, rsp.id), p.data + 4096, 1904), 0);
	}
	CHECK_EQ(netback_get_counts(back).rx_packets, 1000);
	finish();
}

/* --- channels and queues ------------------------------------------------------------ */

TEST(one_channel_serves_both_directions)
{
	struct packet p = packet(60);

	raw_vif_end(&v);
	raw_vif_init(&v, 0, 1, false);
	back = raw_vif_connect(&v, NULL);
	CHECK(back != NULL);
	raw_tx(q, 0, 0, 60, 0);
	raw_tx_push(q);
	CHECK_EQ(v.n_sent, 1);
	CHECK(raw_take_event(q->tx_port));
	CHECK(!raw_deliver(&v, &p));
	raw_rx_post(q, 1);
	raw_rx_push(q);
	CHECK(raw_deliver(&v, &p));
	CHECK(raw_take_event(q->tx_port));
	finish();
}

TEST(two_queues_each_have_rings_and_channels)
{
	struct packet p = packet(1000);
	unsigned used[2] = {0, 0}, n;

	raw_vif_end(&v);
	raw_vif_init(&v, 0, 2, true);
	back = raw_vif_connect(&v, NULL);
	CHECK(back != NULL);
	for (unsigned i = 0; i < 2; i++) {
		raw_tx(&v.queue[i], 0, 0, 60, 0);
		raw_tx_push(&v.queue[i]);
		CHECK_EQ(raw_tx_status(&v.queue[i], &n), NETIF_RSP_OKAY);
		raw_rx_post(&v.queue[i], 100);
		raw_rx_push(&v.queue[i]);
	}
	CHECK_EQ(v.n_sent, 2);
	for (unsigned i = 0; i < 100; i++) {
		struct netif_rx_response rsp;

		p.data[34] = (uint8_t)i; /* another port, another connection */
		CHECK(raw_deliver(&v, &p));
		for (unsigned k = 0; k < 2; k++)
			while (raw_rx_response(&v.queue[k], &rsp))
				used[k]++;
	}
	CHECK_EQ(used[0] + used[1], 100);
	CHECK(used[0] > 10 && used[1] > 10);
	used[0] = used[1] = 0;
	for (unsigned i = 0; i < 20; i++) { /* one connection stays on its queue */
		struct netif_rx_response rsp;

		CHECK(raw_deliver(&v, &p));
		for (unsigned k = 0; k < 2; k++)
			while (raw_rx_response(&v.queue[k], &rsp))
				used[k]++;
	}
	CHECK_EQ(used[0] + used[1], 20);
	CHECK(used[0] == 0 || used[1] == 0);
	finish();
}

/* --- anything ----------------------------------------------------------------------- */

static uint64_t seed = 11;

static unsigned any(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

/* A request that is nearly one, or no request at all. */
static void any_request(void)
{
	static const uint16_t sizes[] = {0, 1, 13, 14, 60, 1514, 4095, 4096, 4097, 65535};
	uint8_t *slot = q->tx->slots + (q->tx_prod & (RAW_SLOTS - 1)) * 12;

	raw_tx(q, any(4), sizes[any(10)], sizes[any(10)], any(4) ? any(16) : any(65536));
	if (any(3) == 0)
		slot[any(12)] = (uint8_t)any(256);
	if (any(20) == 0)
		raw_end(200 + any(4));
}

TEST(random_requests_do_no_harm)
{
	unsigned n_cut_off = 0, n_errors = 0;

	if (!connected(NULL))
		return;
	for (unsigned round = 0; round < 4000; round++) {
		unsigned n;

		for (n = any(24); n > 0; n--)
			any_request();
		if (any(200) == 0)
			q->tx_prod += any(2) ? 300 : -any(300);
		raw_tx_push(q);
		n_errors += netback_get_counts(back).tx_errors > 0;
		raw_tx_status(q, &n);
		if (!netback_broken(back))
			continue;
		n_cut_off++;
		if (!connected(NULL))
			return;
	}
	CHECK_EQ(n_cut_off > 500 ? 500 : n_cut_off, 500);
	CHECK_EQ(n_errors > 20 ? 20 : n_errors, 20);
	finish();
}

TEST(random_pages_to_receive_into_do_no_harm)
{
	struct packet p = packet(65535);
	struct netif_rx_response rsp;

	if (!connected(NULL))
		return;
	for (unsigned round = 0; round < 4000; round++) {
		unsigned first = q->rx_prod, n = any(20);

		raw_rx_post(q, n);
		for (unsigned i = 0; i < n; i++)
			if (any(4) == 0)
				q->rx->slots[((first + i) & (RAW_SLOTS - 1)) * 8 +
					     any(8)] = (uint8_t)any(256);
		if (any(300) == 0)
			q->rx_prod += any(1000);
		raw_rx_push(q);
		p.len_bytes = 14 + any(65535 - 14);
		p.gso = any(4) ? GSO_NONE : GSO_TCP4;
		raw_deliver(&v, &p);
		while (raw_rx_response(q, &rsp))
			;
		if ((netback_broken(back) || any(500) == 0) && !connected(NULL))
			return;
	}
	finish();
}
