/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared rings: index arithmetic across the wrap, when to notify, and back ends that lie.
 */
#include "xen/ring.h"

#include <stdlib.h>

#include "tests/test.h"

#define PAGE_BYTES 4096u
#define SLOT_BYTES 12u
#define N_SLOTS    256u /* the largest power of two of 12-byte slots in 4096 - 64 bytes */

static _Alignas(64) unsigned char page[PAGE_BYTES];

/* A ring that has run until all its indices are at start. */
static struct ring ring_at(uint32_t start)
{
	struct ring r;

	memset(page, 0, sizeof(page));
	ring_init(&r, page, PAGE_BYTES, SLOT_BYTES);
	r.req_prod = r.req_published = r.rsp_cons = start;
	r.shared->req_prod = r.shared->rsp_prod = start;
	r.shared->req_event = r.shared->rsp_event = start + 1;
	return r;
}

static const uint32_t starts[] = {0, 1, 255, 256, 0x7fffffff, 0xfffffffe, 0xffffffff};

TEST(a_page_holds_the_largest_power_of_two_of_slots)
{
	static const struct {
		uint32_t slot_bytes, n_slots;
	} rows[] = {{12, 256}, {8, 256}, {16, 128}, {112, 32}, {4032, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ring r;

		test_row("%u bytes", rows[i].slot_bytes);
		ring_init(&r, page, PAGE_BYTES, rows[i].slot_bytes);
		CHECK_EQ(r.n_slots, rows[i].n_slots);
	}
}

TEST(a_fresh_ring_asks_for_the_first_event_of_each_side)
{
	struct ring r;

	memset(page, 0, sizeof(page));
	ring_init(&r, page, PAGE_BYTES, SLOT_BYTES);
	CHECK_EQ(r.shared->req_event, 1);
	CHECK_EQ(r.shared->rsp_event, 1);
	CHECK_EQ(ring_free_slots(&r), N_SLOTS);
	CHECK_EQ(ring_responses(&r), 0);
}

TEST(every_slot_is_used_once_on_the_way_round_from_any_start)
{
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct ring r = ring_at(starts[i]);
		bool seen[N_SLOTS] = {false};

		test_row("start %u", starts[i]);
		for (uint32_t n = 0; n < N_SLOTS; n++) {
			size_t at = (size_t)((uint8_t *)ring_next_request(&r) -
					     r.shared->slots);

			CHECK_EQ(at % SLOT_BYTES, 0);
			CHECK(at / SLOT_BYTES < N_SLOTS);
			CHECK(!seen[at / SLOT_BYTES]);
			seen[at / SLOT_BYTES] = true;
			CHECK_EQ(ring_free_slots(&r), N_SLOTS - 1 - n);
			CHECK_EQ(ring_outstanding(&r), n + 1);
		}
	}
}

TEST(publishing_notifies_only_when_the_back_end_asked_for_one_of_these)
{
	static const struct {
		uint32_t n,
			event; /* requests published; req_event relative to the start */
		bool notify;
	} rows[] = {
		{1, 1, true},
		{1, 2, false},
		{2, 2, true},
		{3, 2, true},
		{1, 0, false}, /* asked for long ago */
		{256, 256, true},
		{255, 256, false},
	};

	for (size_t s = 0; s < ARRAY_SIZE(starts); s++) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			struct ring r = ring_at(starts[s]);

			test_row("start %u, %u requests, event at %u", starts[s],
				rows[i].n, rows[i].event);
			r.shared->req_event = starts[s] + rows[i].event;
			for (uint32_t n = 0; n < rows[i].n; n++)
				ring_next_request(&r);
			CHECK_EQ(r.shared->req_prod, starts[s]);
			CHECK_EQ(ring_publish(&r), rows[i].notify);
			CHECK_EQ(r.shared->req_prod, starts[s] + rows[i].n);
		}
	}
}

TEST(publishing_nothing_never_notifies)
{
	struct ring r = ring_at(0xfffffffe);

	r.shared->req_event = r.req_prod;
	CHECK(!ring_publish(&r));
}

TEST(responses_are_counted_across_the_wrap)
{
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct ring r = ring_at(starts[i]);

		test_row("start %u", starts[i]);
		for (int n = 0; n < 5; n++)
			ring_next_request(&r);
		ring_publish(&r);
		CHECK_EQ(ring_responses(&r), 0);
		r.shared->rsp_prod = starts[i] + 3;
		CHECK_EQ(ring_responses(&r), 3);
		r.rsp_cons += 3;
		CHECK_EQ(ring_responses(&r), 0);
		CHECK_EQ(ring_free_slots(&r), N_SLOTS - 2);
	}
}

TEST(a_back_end_that_answers_more_than_was_asked_is_caught)
{
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct ring r = ring_at(starts[i]);

		test_row("start %u", starts[i]);
		ring_next_request(&r);
		ring_next_request(&r);
		ring_publish(&r);
		r.shared->rsp_prod = starts[i] + 2;
		CHECK_EQ(ring_responses(&r), 2);
		r.shared->rsp_prod = starts[i] + 3;
		CHECK_EQ(ring_responses(&r), -1);
		r.shared->rsp_prod = starts[i] + 0x80000000u;
		CHECK_EQ(ring_responses(&r), -1);
	}
}

TEST(a_back_end_whose_index_goes_backwards_is_caught)
{
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct ring r = ring_at(starts[i]);

		test_row("start %u", starts[i]);
		ring_next_request(&r);
		ring_publish(&r);
		r.shared->rsp_prod = starts[i] - 1;
		CHECK_EQ(ring_responses(&r), -1);
	}
}

TEST(a_request_that_is_not_published_cannot_be_answered)
{
	struct ring r = ring_at(0xfffffffe);

	ring_next_request(&r);
	ring_publish(&r);
	ring_next_request(&r); /* not published */
	r.shared->rsp_prod = r.rsp_cons + 2;
	CHECK_EQ(ring_responses(&r), -1);
}

TEST(before_sleeping_a_response_that_came_meanwhile_is_seen)
{
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct ring r = ring_at(starts[i]);

		test_row("start %u", starts[i]);
		for (int n = 0; n < 4; n++)
			ring_next_request(&r);
		ring_publish(&r);
		CHECK(!ring_sleep_check(&r, 1));
		CHECK_EQ(r.shared->rsp_event, starts[i] + 1);
		r.shared->rsp_prod = starts[i] + 1;
		CHECK(ring_sleep_check(&r, 1));
		CHECK(!ring_sleep_check(&r, 2)); /* wait for two: one is not enough */
		CHECK_EQ(r.shared->rsp_event, starts[i] + 2);
	}
}
