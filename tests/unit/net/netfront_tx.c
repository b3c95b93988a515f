/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront's way out: slots, copies, shared file pages, a full ring, and completions good
 * and bad.
 */
#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/page.h"
#include "net/net.h"
#include "tests/fake/domain.h"
#include "tests/fake/fake.h"
#include "host/peer.h"
#include "tests/fake/thread_test.h"
#include "tests/fake/vif.h"
#include "xen/grant.h"

#define FILE_PAGES 2048u
static uint8_t *file; /* in pages of its own: may be shared */

static void file_create(void)
{
	if (file)
		return;
	file = page_alloc(FILE_PAGES);
	for (unsigned i = 0; i < FILE_PAGES * PAGE_SIZE; i++)
		file[i] = (uint8_t)(i * 5 + i / 4096);
	netfront_share(file, FILE_PAGES * PAGE_SIZE);
}

static void count(void *arg)
{
	++*(unsigned *)arg;
}

/* 66 bytes of headers, then len bytes of the file from offset at. */
static int send_file(unsigned at, unsigned len, unsigned *done)
{
	static uint8_t headers[66];
	struct netfront_tx tx = {.done = count, .arg = done, .n_frags = 1};
	int err;

	tx.frag[0] = (struct netfront_frag){headers, sizeof(headers)};
	while (len) {
		unsigned part = PAGE_SIZE - at % PAGE_SIZE;

		if (part > len)
			part = len;
		tx.frag[tx.n_frags++] = (struct netfront_frag){file + at, (uint16_t)part};
		at += part;
		len -= part;
	}
	net_lock();
	err = netfront_send(vif.nf, &tx);
	net_unlock();
	return err;
}

/* Completions are collected when there is need; now there is. */
static void reap(void)
{
	net_lock();
	netfront_tx_reap(vif.nf);
	net_unlock();
}

static const struct back_packet *last_packet(void)
{
	return &vif.back->packet[(vif.back->n_packets - 1) % BACK_PACKETS];
}

/* --- packets ------------------------------------------------------------------------ */

THREAD_TEST(a_small_packet_is_one_slot_and_done_at_once)
{
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(vif_send(60, &done), 0);
	CHECK_EQ(done, 1);
	CHECK(!vif.back->wrong);
	CHECK_EQ(vif.back->n_packets, 1);
	CHECK_EQ(last_packet()->len, 60);
	CHECK_EQ(last_packet()->slots, 1);
	for (unsigned i = 0; i < 60; i++)
		CHECK_EQ(last_packet()->data[i], i);
	vif_end();
}

THREAD_TEST(a_full_frame_is_one_slot)
{
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_EQ(vif_send(1514, &done), 0);
	CHECK_EQ(last_packet()->len, 1514);
	CHECK_EQ(last_packet()->slots, 1);
	CHECK_EQ(last_packet()->flags, 0);
	vif_end();
}

THREAD_TEST(the_checksum_flags_go_with_the_first_slot)
{
	static uint8_t data[60];
	struct netfront_tx tx = {.n_frags = 1, .csum_blank = true};

	if (!vif_connect(&(struct vif_options){0}))
		return;
	tx.frag[0] = (struct netfront_frag){data, sizeof(data)};
	net_lock();
	CHECK_EQ(netfront_send(vif.nf, &tx), 0);
	net_unlock();
	CHECK_EQ(last_packet()->flags, NETTXF_csum_blank | NETTXF_data_validated);
	vif_end();
}

/* Nothing of the heap is ever in a page that the back end may read. */
THREAD_TEST(a_page_of_copies_holds_nothing_else)
{
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(vif_send(100, &done), 0);
	for (unsigned i = 0; i < PAGE_SIZE; i++) {
		unsigned at = i - vif.back->held[0].req.offset;

		CHECK_EQ(vif.back->held[0].mapped[i], at < 100 ? at : 0);
	}
	vif_end();
}

THREAD_TEST(file_data_is_shared_and_headers_come_first)
{
	unsigned done = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(send_file(512, 1448, &done), 0);
	CHECK_EQ(done, 0); /* not before the answer: the back end reads our memory */
	CHECK(!vif.back->wrong);
	CHECK_EQ(last_packet()->slots, 2);
	CHECK_EQ(last_packet()->first_len, 66);
	CHECK_EQ(last_packet()->len, 66 + 1448);
	CHECK(memcmp(last_packet()->data + 66, file + 512, 1448) == 0);
	CHECK(vif.back->held[1].mapped == file); /* as it lies */
	while (vif.back->n_held)
		back_answer(vif.back, 0, NETIF_RSP_OKAY);
	back_push(vif.back, true);
	vif_settle();
	CHECK_EQ(done, 1);
	vif_end();
}

THREAD_TEST(a_packet_is_done_when_its_last_slot_is_answered_in_any_order)
{
	unsigned done = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(send_file(3000, 1448 + 4096, &done), 0);
	CHECK_EQ(vif.back->n_held, 4);
	for (unsigned i = 0; i < 4; i++) {
		CHECK_EQ(done, 0);
		back_answer(vif.back, i % 2 ? 0 : vif.back->n_held - 1, NETIF_RSP_OKAY);
		back_push(vif.back, true);
		vif_settle();
	}
	CHECK_EQ(done, 1);
	CHECK_EQ(vif.nf->tx.n_free, NETFRONT_RING_SLOTS);
	vif_end();
}

THREAD_TEST(little_pieces_of_a_file_are_copied)
{
	unsigned done = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_EQ(send_file(4096 - 100, 200, &done), 0);
	CHECK_EQ(last_packet()->slots, 1);
	CHECK(memcmp(last_packet()->data + 66, file + 4096 - 100, 200) == 0);
	vif_end();
}

THREAD_TEST(without_scatter_gather_everything_is_one_slot)
{
	unsigned done = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){.no_sg = true}))
		return;
	CHECK_EQ(send_file(4000, 1448, &done), 0);
	CHECK_EQ(last_packet()->slots, 1);
	CHECK(memcmp(last_packet()->data + 66, file + 4000, 1448) == 0);
	CHECK_EQ(vif_send(2049, &done), -EMSGSIZE);
	vif_end();
}

THREAD_TEST(packets_that_cannot_be_sent_are_refused)
{
	struct netfront_tx tx = {.n_frags = 0};
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	net_lock();
	CHECK_EQ(netfront_send(vif.nf, &tx), -EMSGSIZE);
	tx.n_frags = NETFRONT_MAX_SLOTS + 1;
	CHECK_EQ(netfront_send(vif.nf, &tx), -EMSGSIZE);
	for (unsigned i = 0; i < 17; i++)
		tx.frag[i] = (struct netfront_frag){(void *)0x200000000000, 4096};
	tx.n_frags = 17; /* 69632 bytes */
	CHECK_EQ(netfront_send(vif.nf, &tx), -EMSGSIZE);
	net_unlock();
	CHECK_EQ(vif.back->n_packets, 0);
	CHECK_EQ(vif_send(60, &done), 0);
	vif_end();
}

THREAD_TEST(nothing_is_sent_before_both_are_connected)
{
	struct netfront_tx tx = {.n_frags = 1, .frag[0] = {"12345678901234", 14}};

	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), 0);
	net_lock();
	CHECK_EQ(netfront_send(vif.dev.priv, &tx), -ENETDOWN);
	net_unlock();
	vif_end();
}

/* --- the cache of file grants ------------------------------------------------------- */

THREAD_TEST(a_file_page_keeps_its_grant)
{
	unsigned done = 0;
	uint32_t ref;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(send_file(0, 1448, &done), 0);
	ref = vif.back->held[1].req.gref;
	CHECK_EQ(send_file(1448, 1448, &done), 0);
	CHECK_EQ(vif.back->held[3].req.gref, ref);
	vif_end();
}

THREAD_TEST(an_idle_grant_makes_place_and_a_busy_one_does_not)
{
	const unsigned far = NETFRONT_FILE_GRANTS * PAGE_SIZE; /* the same entry */
	unsigned done = 0;
	uint32_t busy;
	unsigned copies;
	struct grant_stats before, after;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_EQ(send_file(0, 1448, &done), 0);
	reap();
	grant_get_stats(&before);
	copies = vif.nf->tx.n_pages;
	CHECK_EQ(send_file(far, 1448, &done), 0);
	reap();
	grant_get_stats(&after);
	CHECK_EQ(after.in_use, before.in_use); /* one went, one came */
	vif.back->hold = true;
	CHECK_EQ(send_file(far, 1448, &done), 0);
	busy = vif.back->held[1].req.gref;
	CHECK_EQ(send_file(0, 1448, &done), 0);
	CHECK(vif.back->held[3].req.gref != busy);
	CHECK_EQ(send_file(far, 1448, &done), 0);
	CHECK_EQ(vif.back->held[5].req.gref, busy);
	CHECK(!vif.back->wrong);
	while (vif.back->n_held)
		back_answer(vif.back, 0, NETIF_RSP_OKAY);
	back_push(vif.back, true);
	reap();
	grant_get_stats(&after);
	CHECK_EQ(after.in_use - (vif.nf->tx.n_pages - copies), before.in_use);
	CHECK_EQ(done, 5);
	vif_end();
}

THREAD_TEST(without_grants_left_file_data_is_copied)
{
	static uint32_t refs[4096];
	unsigned n = 0, done = 0;
	int ref;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_EQ(vif_send(60, &done), 0); /* there is a page of copies */
	while ((ref = grant_access(BACK_DOMID, ptr_to_mfn(file), GRANT_RO)) > 0)
		refs[n++] = (uint32_t)ref;
	CHECK_EQ(send_file(8192, 1448, &done), 0);
	CHECK_EQ(last_packet()->slots, 1);
	CHECK(memcmp(last_packet()->data + 66, file + 8192, 1448) == 0);
	while (n)
		CHECK_EQ(grant_end(refs[--n]), 0);
	vif_end();
}

THREAD_TEST(a_large_file_goes_through_with_few_grants)
{
	struct grant_stats g;
	unsigned done = 0, sent = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	for (unsigned at = 0; at + 1448 <= FILE_PAGES * PAGE_SIZE; at += 1448, sent++) {
		CHECK_EQ(send_file(at, 1448, &done), 0);
		CHECK(memcmp(last_packet()->data + 66, file + at, 1448) == 0);
		vif_settle();
	}
	reap();
	CHECK_EQ(done, sent);
	CHECK(!vif.back->wrong);
	grant_get_stats(&g);
	CHECK(g.in_use < NETFRONT_FILE_GRANTS + 400);
	vif_end();
}

/* --- a full ring -------------------------------------------------------------------- */

THREAD_TEST(a_full_ring_says_so_and_tells_when_there_is_room)
{
	unsigned done = 0, sent = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	while (vif_send(60, &done) == 0)
		sent++;
	CHECK(sent >= 32 && sent <= 256);
	CHECK_EQ(done, sent);
	CHECK_EQ(vif_send(60, &done), -ENOBUFS);
	CHECK_EQ(vif.back->n_packets, sent);
	CHECK_EQ(vif.rooms, 0);
	vif.kicks = 0;
	while (vif.back->n_held > 10)
		back_answer(vif.back, 0, NETIF_RSP_OKAY);
	back_push(vif.back, false);
	vif_deliver();
	CHECK(vif.kicks > 0); /* it asked for an event */
	vif_settle();
	CHECK_EQ(vif.rooms, 1);
	CHECK_EQ(vif_send(60, &done), 0);
	vif_end();
}

THREAD_TEST(a_packet_that_does_not_fit_leaves_nothing_behind)
{
	unsigned done = 0, n_free, chunks;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	while (vif.nf->tx.n_free > 2)
		if (send_file(0, 1448, &done))
			break;
	if (vif.nf->tx.n_free >
		2) /* chunks were the limit: fill up with what needs none */
		test_skip("more slots than copy buffers here");
	n_free = vif.nf->tx.n_free;
	chunks = vif.nf->tx.n_free_chunks;
	CHECK_EQ(send_file(4000, 1448 + 4096, &done), -ENOBUFS);
	CHECK_EQ(vif.nf->tx.n_free, n_free);
	CHECK_EQ(vif.nf->tx.n_free_chunks, chunks);
	CHECK_EQ(done, 0);
	vif_end();
}

THREAD_TEST(completions_need_no_event_while_there_is_room)
{
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.kicks = 0;
	for (int i = 0; i < 500; i++)
		CHECK_EQ(vif_send(60, &done), 0);
	CHECK_EQ(done, 500);
	CHECK_EQ(vif.kicks, 0);
	CHECK_EQ(vif.back->n_packets, 500);
	vif_end();
}

THREAD_TEST(one_event_tells_of_a_batch)
{
	static uint8_t data[60];
	struct netfront_tx tx = {.n_frags = 1, .frag[0] = {data, sizeof(data)}};
	unsigned events, done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_EQ(vif_send(60, &done), 0);
	vif_settle();
	back_clear(vif.back);
	events = vif.back->events;
	net_lock();
	for (int i = 0; i < 30; i++)
		CHECK_EQ(netfront_send(vif.nf, &tx), 0);
	CHECK_EQ(vif.back->n_packets, 0);
	net_unlock();
	CHECK_EQ(vif.back->n_packets, 30);
	CHECK_EQ(vif.back->events - events, 1);
	vif_end();
}

THREAD_TEST(indices_wrap_round)
{
	struct ring *r;
	unsigned done = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	r = &vif.nf->tx.ring;
	r->req_prod = r->req_published = r->rsp_cons = 0xfffffffe;
	r->shared->req_prod = r->shared->rsp_prod = 0xfffffffe;
	r->shared->req_event = r->shared->rsp_event = 0xffffffff;
	back_queue(vif.back)->tx_req_cons = back_queue(vif.back)->tx_rsp_prod =
		0xfffffffe;
	for (unsigned i = 0; i < 1000; i++) {
		CHECK_EQ(send_file(i * 100, 1448, &done), 0);
		CHECK(memcmp(last_packet()->data + 66, file + i * 100, 1448) == 0);
	}
	CHECK_EQ(vif.back->n_packets, 1000);
	CHECK(r->req_prod < 5000);
	vif_end();
}

/* --- completions that cannot be ----------------------------------------------------- */

static void unknown_id(void)
{
	back_tx_raw(vif.back, 256, NETIF_RSP_OKAY);
}

static void not_under_way(void)
{
	back_tx_raw(vif.back, vif.nf->tx.free_id[0], NETIF_RSP_OKAY);
}

static void first_slot_twice(void)
{
	back_tx_raw(vif.back, vif.back->held[0].req.id, NETIF_RSP_OKAY);
	back_tx_raw(vif.back, vif.back->held[0].req.id, NETIF_RSP_OKAY);
}

static void unknown_status(void)
{
	back_tx_raw(vif.back, vif.back->held[0].req.id, -3);
}

static void positive_status(void)
{
	back_tx_raw(vif.back, vif.back->held[0].req.id, 1514);
}

static void null_status(void)
{
	back_tx_raw(vif.back, vif.back->held[0].req.id, NETIF_RSP_NULL);
}

static void too_many(void)
{
	back_queue(vif.back)->tx_rsp_prod = vif.nf->tx.ring.req_published + 1;
}

static void backwards(void)
{
	back_queue(vif.back)->tx_rsp_prod = vif.nf->tx.ring.rsp_cons - 1;
}

THREAD_TEST(a_back_end_that_breaks_the_protocol_loses_its_device_and_nothing_else)
{
	static const struct {
		const char *name;
		void (*attack)(void);
	} rows[] = {
		{"id 256", unknown_id},
		{"an id that is not under way", not_under_way},
		{"one slot answered twice", first_slot_twice},
		{"status -3", unknown_status},
		{"status 1514", positive_status},
		{"the answer to an extra", null_status},
		{"one completion too many", too_many},
		{"completions taken back", backwards},
	};

	file_create();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned done = 0;

		test_row("%s", rows[i].name);
		if (!vif_connect(&(struct vif_options){0}))
			return;
		vif.back->hold = true;
		CHECK_EQ(send_file(0, 1448, &done), 0);
		rows[i].attack();
		back_push(vif.back, true);
		vif_settle();
		CHECK(vif.failed);
		CHECK_EQ(vif_send(60, &done), -ENETDOWN);
		vif_end();
		CHECK_EQ(done, 1); /* the packet's owner gets it back all the same */
		if (test_failed())
			return;
	}
}

THREAD_TEST(errors_of_the_back_end_are_counted)
{
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(vif_send(60, &done), 0);
	CHECK_EQ(vif_send(60, &done), 0);
	back_answer(vif.back, 0, NETIF_RSP_ERROR);
	back_answer(vif.back, 0, NETIF_RSP_DROPPED);
	back_push(vif.back, true);
	vif_settle();
	CHECK(!vif.failed);
	CHECK_EQ(vif.nf->stats.tx_errors, 2);
	vif_end();
}

/* --- the end in the middle ---------------------------------------------------------- */

THREAD_TEST(what_the_back_end_holds_at_the_end_is_quarantined_until_it_lets_go)
{
	struct grant_stats g;
	unsigned done = 0;

	file_create();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	vif.back->hold = true;
	CHECK_EQ(send_file(0, 1448, &done), 0);
	CHECK_EQ(send_file(2000, 4000, &done), 0);
	vif.dev.driver->disconnect(&vif.dev);
	CHECK_EQ(done, 2);
	grant_get_stats(&g);
	CHECK(g.quarantined >= 4); /* two rings, a page of copies, file pages */
	back_disconnect(vif.back);
	back_release(vif.back);
	fake_advance(20 * NS_PER_S);
	vif_end();
}
