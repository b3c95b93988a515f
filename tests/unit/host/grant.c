/* SPDX-License-Identifier: BSD-2-Clause */
/* Grants: what a peer gets by which entry, the domain's operations, what is refused. */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/grant_table.h>

#include "host/peer.h"
#include "kernel/addr.h"
#include "tests/fake/raw.h"
#include "tests/fake/said.h"
#include "tests/test.h"

#define PEER      3u
#define REF       20u
#define PAGE      100u /* pfn */
#define PER_FRAME (PAGE_SIZE / sizeof(struct grant_entry_v1))

static void quiet(void)
{
	raw_start();
	said_clear();
}

/* --- mapping by peers --------------------------------------------------------------- */

TEST(a_peer_gets_the_very_page_and_the_entry_is_marked)
{
	quiet();
	raw_grant(REF, PEER, PAGE, GTF_permit_access);
	CHECK(frame_map(PEER, REF, false) == raw_page(PAGE));
	CHECK_EQ(raw_entry(REF)->flags, GTF_permit_access | GTF_reading);
	CHECK(frame_map(PEER, REF, true) == raw_page(PAGE));
	CHECK_EQ(raw_entry(REF)->flags, GTF_permit_access | GTF_reading | GTF_writing);
	CHECK_EQ(hv_frames_mapped(), 2);
	CHECK_EQ(raw_held(), 1);
	frame_unmap(PEER, REF, true);
	CHECK_EQ(raw_entry(REF)->flags, GTF_permit_access | GTF_reading);
	frame_unmap(PEER, REF, false);
	CHECK_EQ(raw_entry(REF)->flags, GTF_permit_access);
	CHECK_EQ(raw_held(), 0);
	raw_end(REF);
}

TEST(what_an_entry_does_not_allow_is_refused_in_words)
{
	static const struct {
		uint16_t flags, domid;
		bool write;
		const char *why;
	} rows[] = {
		{0, PEER, false, "it grants nothing"},
		{GTF_accept_transfer, PEER, false, "it grants nothing"},
		{GTF_transitive, PEER, false, "it grants nothing"},
		{GTF_permit_access, PEER + 1, false, "another domain"},
		{GTF_permit_access | GTF_readonly, PEER, true, "for reading only"},
	};

	quiet();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s %u", rows[i].why, rows[i].flags);
		raw_grant(REF, rows[i].domid, PAGE, rows[i].flags);
		CHECK(frame_map(PEER, REF, rows[i].write) == NULL);
		CHECK(strstr(said_refused(), rows[i].why));
		CHECK(strstr(said_refused(), "reference 20 for domain 3"));
		CHECK_EQ(raw_entry(REF)->flags, rows[i].flags); /* no mark is left */
	}
	raw_end(REF);
}

TEST(references_beyond_the_table_are_refused)
{
	static const uint32_t refs[] = {PER_FRAME, 16384, 0x7fffffff, 0xffffffff};

	quiet();
	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		test_row("%u", refs[i]);
		CHECK(frame_map(PEER, refs[i], false) == NULL);
		CHECK(strstr(said_refused(), "no such entry"));
	}
}

TEST(a_frame_that_is_not_the_domains_is_refused)
{
	quiet();
	raw_grant(REF, PEER, PAGE, GTF_permit_access);
	raw_entry(REF)->frame = 0x12345678;
	CHECK(frame_map(PEER, REF, false) == NULL);
	CHECK(strstr(said_refused(), "12345678"));
	CHECK_EQ(raw_entry(REF)->flags, GTF_permit_access);
	CHECK_EQ(hv_frames_mapped(), 0);
	raw_end(REF);
}

TEST(a_page_table_is_read_and_never_written_by_a_peer)
{
	quiet();
	raw_make_table(PAGE, true);
	raw_grant(REF, PEER, PAGE, GTF_permit_access);
	CHECK(frame_map(PEER, REF, true) == NULL);
	CHECK(strstr(said_refused(), "page table"));
	CHECK(frame_map(PEER, REF, false) != NULL);
	frame_unmap(PEER, REF, false);
	raw_make_table(PAGE, false);
	raw_end(REF);
}

TEST(the_frame_of_an_entry_in_use_stays_what_it_was)
{
	quiet();
	raw_grant(REF, PEER, PAGE, GTF_permit_access);
	CHECK(frame_map(PEER, REF, true) == raw_page(PAGE));
	raw_entry(REF)->frame = (uint32_t)raw_mfn(PAGE + 1); /* too late */
	CHECK(frame_map(PEER, REF, true) == raw_page(PAGE));
	frame_unmap(PEER, REF, true);
	frame_unmap(PEER, REF, true);
	CHECK_EQ(raw_held(), 0);
	CHECK(frame_map(PEER, REF, true) ==
		raw_page(PAGE + 1)); /* a new use looks again */
	frame_unmap(PEER, REF, true);
	raw_end(REF);
}

TEST(an_entry_that_is_cleared_while_in_use_does_no_harm)
{
	quiet();
	raw_grant(REF, PEER, PAGE, GTF_permit_access);
	CHECK(frame_map(PEER, REF, true) == raw_page(PAGE));
	raw_end(REF); /* no guest should */
	frame_unmap(PEER, REF, true);
	CHECK_EQ(raw_entry(REF)->flags, 0);
	CHECK_EQ(raw_held() + hv_frames_mapped(), 0);
}

/* --- the table ---------------------------------------------------------------------- */

static int setup(uint16_t dom, uint32_t n, uint64_t *frames)
{
	struct gnttab_setup_table op = {.dom = dom, .nr_frames = n};

	op.frame_list.p = frames;
	return hv_grant_op(GNTTABOP_setup_table, &op) == 0 ? op.status : 98;
}

TEST(the_table_grows_and_never_shrinks)
{
	uint64_t frames[HV_GRANT_FRAMES_LIMIT];
	struct gnttab_query_size q = {.dom = DOMID_SELF};

	quiet();
	CHECK_EQ(setup(DOMID_SELF, 3, frames), GNTST_okay);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(frames[i], hv_grant_frame(i));
	CHECK_EQ(setup(DOMID_SELF, 1, frames), GNTST_okay);
	CHECK_EQ(hv_grant_op(GNTTABOP_query_size, &q), 0);
	CHECK_EQ(q.status, GNTST_okay);
	CHECK_EQ(q.nr_frames, 3);
	CHECK_EQ(q.max_nr_frames, 32);
	raw_grant(3 * PER_FRAME - 1, PEER, PAGE, GTF_permit_access); /* its last entry */
	CHECK(frame_map(PEER, 3 * PER_FRAME - 1, false) != NULL);
	frame_unmap(PEER, 3 * PER_FRAME - 1, false);
	raw_end(3 * PER_FRAME - 1);
}

TEST(a_table_beyond_the_limit_or_of_others_is_refused)
{
	uint64_t frames[HV_GRANT_FRAMES_LIMIT];

	quiet();
	CHECK_EQ(setup(DOMID_SELF, 33, frames), GNTST_general_error);
	CHECK(strstr(said_refused(), "33 frames; 32"));
	CHECK_EQ(setup(DOMID_SELF, 0xffffffff, frames), GNTST_general_error);
	CHECK_EQ(setup(PEER, 1, frames), GNTST_permission_denied);
	CHECK_EQ(setup(DOMID_SELF, 0, frames), GNTST_okay);
}

TEST(there_is_version_1_and_no_other)
{
	struct gnttab_set_version set = {.version = 2};
	struct gnttab_get_version get = {.dom = DOMID_SELF};

	quiet();
	CHECK_EQ(hv_grant_op(GNTTABOP_set_version, &set), -XEN_ENOSYS);
	CHECK_EQ(set.version, 1); /* what it has, as Xen says */
	CHECK_EQ(hv_grant_op(GNTTABOP_set_version, &set), 0);
	set.version = 3;
	CHECK_EQ(hv_grant_op(GNTTABOP_set_version, &set), -XEN_EINVAL);
	CHECK_EQ(hv_grant_op(GNTTABOP_get_version, &get), 0);
	CHECK_EQ(get.version, 1);
	get.dom = PEER;
	CHECK_EQ(hv_grant_op(GNTTABOP_get_version, &get), -XEN_EPERM);
	CHECK_EQ(hv_grant_op(77, &get), -XEN_ENOSYS);
}

TEST(two_entries_are_swapped_unless_in_use)
{
	struct gnttab_swap_grant_ref op = {.ref_a = REF, .ref_b = REF + 1};

	quiet();
	raw_grant(REF, PEER, PAGE, GTF_permit_access);
	CHECK_EQ(hv_grant_op(GNTTABOP_swap_grant_ref, &op), 0);
	CHECK_EQ(op.status, GNTST_okay);
	CHECK_EQ(raw_entry(REF)->flags, 0);
	CHECK(frame_map(PEER, REF + 1, false) == raw_page(PAGE));
	CHECK_EQ(hv_grant_op(GNTTABOP_swap_grant_ref, &op), 0);
	CHECK_EQ(op.status, GNTST_eagain);
	frame_unmap(PEER, REF + 1, false);
	op.ref_b = 0x10000000;
	CHECK_EQ(hv_grant_op(GNTTABOP_swap_grant_ref, &op), 0);
	CHECK_EQ(op.status, GNTST_bad_gntref);
	raw_end(REF + 1);
}

TEST(the_domain_maps_nothing_since_nobody_grants_to_it)
{
	struct gnttab_map_grant_ref map = {.dom = 0, .ref = 9};
	struct gnttab_unmap_grant_ref unmap = {.handle = 1};

	quiet();
	CHECK_EQ(hv_grant_op(GNTTABOP_map_grant_ref, &map), 0);
	CHECK_EQ(map.status, GNTST_bad_gntref);
	CHECK_EQ(hv_grant_op(GNTTABOP_unmap_grant_ref, &unmap), 0);
	CHECK_EQ(unmap.status, GNTST_bad_handle);
}

/* --- copies ------------------------------------------------------------------------- */

static struct gnttab_copy by_frame(unsigned from, unsigned to, unsigned len)
{
	struct gnttab_copy op = {.len = (uint16_t)len};

	op.source.domid = op.dest.domid = DOMID_SELF;
	op.source.u.gmfn = raw_mfn(from);
	op.dest.u.gmfn = raw_mfn(to);
	return op;
}

static int copy(struct gnttab_copy *op)
{
	op->status = 99;
	return hv_grant_op(GNTTABOP_copy, op) == 0 ? op->status : 98;
}

TEST(a_copy_between_own_frames_moves_the_bytes)
{
	struct gnttab_copy op = by_frame(PAGE, PAGE + 1, 5);

	quiet();
	op.source.offset = 10;
	op.dest.offset = 4091;
	memcpy((char *)raw_page(PAGE) + 10, "Xen's", 5);
	CHECK_EQ(copy(&op), GNTST_okay);
	CHECK_EQ(memcmp((char *)raw_page(PAGE + 1) + 4091, "Xen's", 5), 0);
	CHECK_EQ(raw_held(), 0);
}

TEST(a_copy_by_reference_asks_the_entry)
{
	struct gnttab_copy op = by_frame(PAGE, PAGE + 1, 4);

	quiet();
	op.flags = GNTCOPY_dest_gref;
	op.dest.u.ref = REF;
	memcpy(raw_page(PAGE), "abcd", 4);
	raw_grant(REF, HV_DOMID, PAGE + 1, GTF_permit_access);
	CHECK_EQ(copy(&op), GNTST_okay);
	CHECK_EQ(memcmp(raw_page(PAGE + 1), "abcd", 4), 0);
	CHECK_EQ(raw_entry(REF)->flags, GTF_permit_access);
	raw_grant(REF, HV_DOMID, PAGE + 1, GTF_permit_access | GTF_readonly);
	CHECK_EQ(copy(&op), GNTST_general_error);
	raw_end(REF);
	CHECK_EQ(copy(&op), GNTST_general_error);
	op.dest.u.ref = 0x1000000;
	CHECK_EQ(copy(&op), GNTST_bad_gntref);
	CHECK_EQ(raw_held() + hv_frames_mapped(), 0);
}

TEST(copies_that_leave_their_page_or_name_no_frame_are_refused)
{
	struct gnttab_copy op = by_frame(PAGE, PAGE + 1, 4);

	quiet();
	op.source.offset = 4093;
	CHECK_EQ(copy(&op), GNTST_bad_copy_arg);
	op = by_frame(PAGE, PAGE + 1, 0xffff);
	CHECK_EQ(copy(&op), GNTST_bad_copy_arg);
	op = by_frame(PAGE, PAGE + 1, 4);
	op.dest.offset = 0xffff;
	CHECK_EQ(copy(&op), GNTST_bad_copy_arg);
	op = by_frame(PAGE, PAGE + 1, 4);
	op.source.u.gmfn = 1;
	CHECK_EQ(copy(&op), GNTST_bad_page);
	op = by_frame(PAGE, PAGE + 1, 4);
	raw_make_table(PAGE + 1, true);
	CHECK_EQ(copy(&op), GNTST_general_error);
	raw_make_table(PAGE + 1, false);
	op.dest.domid = PEER;
	CHECK_EQ(copy(&op), GNTST_permission_denied);
	op.flags = GNTCOPY_dest_gref;
	CHECK_EQ(copy(&op), GNTST_bad_gntref);
	CHECK_EQ(raw_held(), 0);
}

/* --- anything ----------------------------------------------------------------------- */

TEST(random_entries_and_references_do_no_harm)
{
	unsigned long seed = 3;
	unsigned mapped = 0;

	quiet();
	for (unsigned round = 0; round < 100000; round++) {
		uint32_t ref, word;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		word = (uint32_t)(seed >> 32);
		ref = word % 600;
		if (ref < PER_FRAME * 3) {
			raw_entry(ref)->flags = (uint16_t)(word >> 8 & 7);
			raw_entry(ref)->domid = word >> 16 & 1 ? PEER : 9;
			raw_entry(ref)->frame = (uint32_t)raw_mfn(word >> 17 & 2047);
		}
		if (frame_map(PEER, word & 1 ? ref : word, word >> 3 & 1)) {
			mapped++;
			frame_unmap(PEER, word & 1 ? ref : word, word >> 3 & 1);
		}
	}
	CHECK(mapped > 1000);
	CHECK_EQ(hv_frames_mapped() + raw_held(), 0);
}
