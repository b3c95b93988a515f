/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grants over the model of Xen: giving, taking back while a peer maps, the table's
 * growth, and quarantine.
 */
#include "xen/grant.h"

#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/fake/domain_test.h"
#include "host/peer.h"
#include "xen/clock.h"
#include "xen/evtchn.h"

#define PEER              3
#define ENTRIES_PER_FRAME 512u
#define MAX_ENTRIES       (DOMAIN_GRANT_FRAMES * ENTRIES_PER_FRAME)
#define N_RESERVED        8u

static char *page;

static void boot(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	domain_start();
	CHECK_EQ(evtchn_start(), 0);
	CHECK_EQ(clock_start(), 0);
	CHECK_EQ(grant_start(), 0);
	page = page_alloc_zeroed(1);
	CHECK(page != NULL);
}

static struct grant_stats stats(void)
{
	struct grant_stats s;

	grant_get_stats(&s);
	return s;
}

DOMAIN_TEST(the_table_starts_small_and_knows_its_limit)
{
	CHECK_EQ(stats().capacity, ENTRIES_PER_FRAME);
	CHECK_EQ(stats().max, MAX_ENTRIES);
	CHECK_EQ(stats().in_use, 0);
}

DOMAIN_TEST(a_peer_reads_and_writes_our_page)
{
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RW);
	char *theirs;

	CHECK(ref >= (int)N_RESERVED);
	theirs = frame_map(PEER, (uint32_t)ref, true);
	CHECK(theirs == page);
	strcpy(theirs, "from the peer");
	CHECK_STR(page, "from the peer");
	frame_unmap(PEER, (uint32_t)ref, true);
	CHECK_EQ(grant_end((uint32_t)ref), 0);
}

DOMAIN_TEST(a_read_only_grant_cannot_be_written)
{
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RO);

	CHECK(ref > 0);
	CHECK(frame_map(PEER, (uint32_t)ref, true) == NULL);
	CHECK(frame_map(PEER, (uint32_t)ref, false) == page);
	frame_unmap(PEER, (uint32_t)ref, false);
	CHECK_EQ(grant_end((uint32_t)ref), 0);
}

DOMAIN_TEST(another_domain_gets_nothing)
{
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RW);

	CHECK(ref > 0);
	CHECK(frame_map(PEER + 1, (uint32_t)ref, false) == NULL);
	CHECK_EQ(grant_end((uint32_t)ref), 0);
}

DOMAIN_TEST(an_ended_grant_maps_no_more)
{
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RW);

	CHECK_EQ(grant_end((uint32_t)ref), 0);
	CHECK(frame_map(PEER, (uint32_t)ref, false) == NULL);
}

DOMAIN_TEST(a_grant_in_use_cannot_be_ended_and_nothing_changes)
{
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RW);

	for (int write = 0; write < 2; write++) {
		test_row("%s", write ? "written" : "read");
		CHECK(frame_map(PEER, (uint32_t)ref, write) == page);
		CHECK_EQ(grant_end((uint32_t)ref), -EBUSY);
		CHECK_EQ(stats().in_use, 1);
		CHECK(frame_map(PEER, (uint32_t)ref, write) == page); /* it still holds */
		frame_unmap(PEER, (uint32_t)ref, write);
		CHECK_EQ(grant_end((uint32_t)ref), -EBUSY);
		frame_unmap(PEER, (uint32_t)ref, write);
	}
	CHECK_EQ(grant_end((uint32_t)ref), 0);
	CHECK_EQ(stats().in_use, 0);
}

DOMAIN_TEST(a_frame_beyond_the_entry_is_refused)
{
	if (sizeof(unsigned long) > sizeof(uint32_t))
		CHECK_EQ(grant_access(PEER, mfn((unsigned long)(1ull << 32)), GRANT_RW),
			-ERANGE);
	CHECK_EQ(grant_access(PEER, MFN_NONE, GRANT_RW), -ERANGE);
	CHECK_EQ(stats().in_use, 0);
}

static int refs[MAX_ENTRIES];

DOMAIN_TEST(the_table_grows_to_its_limit_and_every_reference_is_used_once)
{
	static bool seen[MAX_ENTRIES];
	unsigned n = 0;
	int ref;

	while ((ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RO)) >= 0) {
		CHECK(ref >= (int)N_RESERVED && ref < (int)MAX_ENTRIES);
		CHECK(!seen[ref]);
		seen[ref] = true;
		refs[n++] = ref;
	}
	CHECK_EQ(ref, -ENOSPC);
	CHECK_EQ(n, MAX_ENTRIES - N_RESERVED);
	CHECK_EQ(stats().capacity, MAX_ENTRIES);
	CHECK(frame_map(PEER, MAX_ENTRIES - 1, false) == page); /* the last frame works */
	frame_unmap(PEER, MAX_ENTRIES - 1, false);
	while (n > 0)
		CHECK_EQ(grant_end((uint32_t)refs[--n]), 0);
	CHECK_EQ(stats().in_use, 0);
}

static void end_reserved(void *arg)
{
	(void)arg;
	(void)grant_end(0);
}

DOMAIN_TEST(ending_a_reserved_reference_is_a_bug_of_ours)
{
	CHECK(fake_death_of(end_reserved, NULL) != NULL);
}

/* --- quarantine --------------------------------------------------------- */

static size_t pages_free(void)
{
	struct page_stats s;

	page_get_stats(&s);
	return s.free;
}

DOMAIN_TEST(a_quarantined_page_comes_back_when_the_peer_lets_go)
{
	size_t before = pages_free();
	struct heap_stats heap_before, heap_after;
	char *lost = page_alloc(1);
	int ref = grant_access(PEER, ptr_to_mfn(lost), GRANT_RW);

	heap_get_stats(kernel_heap, &heap_before);
	CHECK(frame_map(PEER, (uint32_t)ref, true) == lost);
	CHECK_EQ(grant_end((uint32_t)ref), -EBUSY);
	grant_quarantine((uint32_t)ref, lost);
	CHECK_EQ(stats().quarantined, 1);
	thread_sleep_until(clock_ns() + 10 * NS_PER_S);
	CHECK_EQ(stats().quarantined, 1);
	CHECK_EQ(pages_free(), before - 1);
	frame_unmap(PEER, (uint32_t)ref, true);
	thread_sleep_until(clock_ns() + 2 * NS_PER_S);
	CHECK_EQ(stats().quarantined, 0);
	CHECK_EQ(stats().in_use, 0);
	CHECK_EQ(pages_free(), before);
	heap_get_stats(kernel_heap, &heap_after);
	CHECK_EQ(heap_after.blocks, heap_before.blocks);
}

DOMAIN_TEST(many_are_quarantined_and_released_in_any_order)
{
	enum { N = 20 };
	size_t before = pages_free();
	char *lost[N];
	int held[N];

	for (int i = 0; i < N; i++) {
		lost[i] = page_alloc(1);
		held[i] = grant_access(PEER, ptr_to_mfn(lost[i]), GRANT_RO);
		CHECK(frame_map(PEER, (uint32_t)held[i], false) == lost[i]);
		grant_quarantine((uint32_t)held[i], lost[i]);
	}
	CHECK_EQ(stats().quarantined, N);
	for (int i = 0; i < N; i++) {
		int k = i * 7 % N;

		frame_unmap(PEER, (uint32_t)held[k], false);
		thread_sleep_until(clock_ns() + 1100 * NS_PER_MS);
		CHECK_EQ(stats().quarantined, N - 1 - i);
	}
	CHECK_EQ(pages_free(), before);
	CHECK_EQ(stats().in_use, 0);
}

DOMAIN_TEST(a_page_that_is_not_ours_to_free_is_left_alone)
{
	size_t before = pages_free();
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RO);

	CHECK(frame_map(PEER, (uint32_t)ref, false) == page);
	grant_quarantine((uint32_t)ref, NULL);
	frame_unmap(PEER, (uint32_t)ref, false);
	thread_sleep_until(clock_ns() + 2 * NS_PER_S);
	CHECK_EQ(stats().quarantined, 0);
	CHECK_EQ(pages_free(), before);
}

/* Last: what is lost here stays lost. */
DOMAIN_TEST(without_memory_to_track_it_a_captive_is_lost_but_never_reused)
{
	int ref = grant_access(PEER, ptr_to_mfn(page), GRANT_RO), next;

	CHECK(frame_map(PEER, (uint32_t)ref, false) == page);
	fake_fail_blocks_after(0);
	grant_quarantine((uint32_t)ref, NULL);
	fake_fail_blocks_after(SIZE_MAX);
	frame_unmap(PEER, (uint32_t)ref, false);
	thread_sleep_until(clock_ns() + 2 * NS_PER_S);
	CHECK_EQ(stats().quarantined, 1);
	next = grant_access(PEER, ptr_to_mfn(page), GRANT_RO);
	CHECK(next != ref);
	CHECK_EQ(grant_end((uint32_t)next), 0);
}
