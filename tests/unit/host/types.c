/* SPDX-License-Identifier: BSD-2-Clause */
/* What a frame may be used as: Xen's rules, one by one. */
#include <stdint.h>
#include <string.h>
#include <xen/errno.h>
#include <xen/xen.h>

#include "host/hv.h"
#include "tests/test.h"
#include "tests/unit/host/guest_memory.h"

#define FREE  33u /* a page of the domain that nothing maps */
#define FREE2 34u

/* @err  0 = it is allowed; else it must be refused with this, in words */
static void result_is(int line, int result, int err)
{
	unsigned said = refusals();

	if (result != -err || (err != 0) != (said > 0))
		test_fail(__FILE__, line, "result %d after %u refusals, not %d", result,
			said, -err);
}
#define IS(result, err) result_is(__LINE__, result, err)

/* --- numbers of frames --------------------------------------------------------------------- */

TEST(no_frame_has_its_pages_number_and_each_its_own)
{
	guest_memory_make();
	for (unsigned page = 0; page < N_PAGES; page++) {
		CHECK(page_mfn(page) != page);
		CHECK_EQ(mfn_frame(page_mfn(page)), page);
		CHECK_EQ(memory.m2p[page_mfn(page)], page);
	}
	CHECK(page_mfn(1) != page_mfn(0) + 1); /* neighbours are none there */
	CHECK(mfn_frame(0) == FRAME_BAD && mfn_frame(~0ull) == FRAME_BAD);
}

/* --- pages and tables exclude each other ---------------------------------------------------- */

TEST(a_table_cannot_be_mapped_writable)
{
	guest_memory_make();
	for (unsigned table = ROOT; table <= LEAVES; table++)
		IS(entry_write(
			   entry_where(LEAVES, 300), page_entry(table, PTE_PAGE), false),
			XEN_EBUSY);
	CHECK_EQ(*entry_ptr(LEAVES, 300), 0);
}

TEST(a_table_can_be_mapped_read_only)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), page_entry(ROOT, PTE_PAGE & ~PTE_WRITE),
		   false),
		0);
}

TEST(a_page_that_is_mapped_writable_cannot_be_a_table)
{
	guest_memory_make();
	memset(frame_ptr(3), 0, PAGE_SIZE);
	IS(type_get(3, FRAME_L1), XEN_EINVAL);
	IS(entry_write(entry_where(ROOT + 2, 9), page_entry(3, PTE_PAGE), false),
		XEN_EINVAL);
}

TEST(it_can_once_the_last_writable_mapping_is_gone)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), page_entry(3, PTE_PAGE), false), 0);
	IS(page_unmap(3), 0);
	IS(type_get(3, FRAME_L1), XEN_EINVAL); /* the second mapping */
	IS(entry_write(
		   entry_where(LEAVES, 300), page_entry(3, PTE_PAGE & ~PTE_WRITE), false),
		0);
	IS(type_get(3, FRAME_L1), 0);
	type_put(3);
	IS(page_map(3, PTE_PAGE), 0);
}

TEST(a_table_has_one_level)
{
	guest_memory_make();
	IS(type_get(FREE, FRAME_L1), 0);
	IS(type_get(FREE, FRAME_L2), XEN_EINVAL);
	IS(type_get(FREE, FRAME_L1), 0);
	type_put(FREE);
	IS(type_get(FREE, FRAME_L2), XEN_EINVAL);
	type_put(FREE);
	IS(type_get(FREE, FRAME_L2), 0);
	type_put(FREE);
}

TEST(an_entry_leads_to_a_table_of_the_level_below)
{
	guest_memory_make();
	IS(type_get(FREE, FRAME_L1), 0);
	IS(entry_write(entry_where(ROOT + 2, 9), page_entry(FREE, PTE_PAGE), false), 0);
	IS(entry_write(entry_where(ROOT + 1, 9), page_entry(FREE, PTE_PAGE), false),
		XEN_EINVAL);
	IS(entry_write(entry_where(ROOT, 9), page_entry(FREE, PTE_PAGE), false),
		XEN_EINVAL);
	IS(entry_write(entry_where(ROOT, 9), page_entry(ROOT, PTE_PAGE), false),
		XEN_EINVAL);
}

/* --- whose frame ------------------------------------------------------------------------------ */

static uint64_t mfn_of_nobody(void)
{
	uint64_t mfn = memory.mfn_first;

	while (mfn_frame(mfn) != FRAME_BAD)
		mfn++;
	return mfn;
}

TEST(frames_of_others_cannot_be_mapped)
{
	uint64_t nobodys;

	guest_memory_make();
	nobodys = mfn_of_nobody() << PAGE_SHIFT;
	IS(entry_write(entry_where(LEAVES, 300), nobodys | PTE_PAGE, false), XEN_EBUSY);
	IS(entry_write(entry_where(LEAVES, 300), nobodys | PTE_PRESENT, false),
		XEN_EBUSY);
	IS(entry_write(entry_where(LEAVES, 300), PTE_PAGE, false),
		XEN_EBUSY); /* frame 0 */
	IS(entry_write(entry_where(ROOT + 2, 9), nobodys | PTE_PAGE, false), XEN_EINVAL);
	CHECK_EQ(*entry_ptr(LEAVES, 300), 0);
}

TEST(frames_that_the_machine_does_not_have_are_told_apart)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300),
		   memory_mfn_end() << PAGE_SHIFT | PTE_PAGE, false),
		XEN_EPERM);
	IS(entry_write(entry_where(LEAVES, 300), PTE_FRAME_MASK | PTE_PAGE, false),
		XEN_EINVAL);
}

TEST(tables_of_others_cannot_be_changed)
{
	guest_memory_make();
	IS(entry_write(mfn_of_nobody() << PAGE_SHIFT, 0, false), XEN_EINVAL);
	IS(entry_write(0, 0, false), XEN_EINVAL);
	IS(entry_write(~7ull, 0, false), XEN_EINVAL);
}

TEST(shared_pages_of_xen_can_be_mapped_but_be_no_tables)
{
	uint64_t shared, grants;

	guest_memory_make();
	shared = memory_shared_info_mfn() << PAGE_SHIFT;
	grants = hv_grant_frame(0) << PAGE_SHIFT;
	IS(entry_write(entry_where(LEAVES, 300), shared | PTE_PAGE, false), 0);
	IS(entry_write(entry_where(LEAVES, 301), grants | PTE_PAGE, false), 0);
	IS(entry_write(entry_where(ROOT + 2, 9), shared | PTE_PAGE, false), XEN_EINVAL);
	IS(entry_write(entry_where(ROOT + 2, 9), grants | PTE_PAGE, false), XEN_EINVAL);
}

/* --- what an entry may say -------------------------------------------------------------------- */

TEST(flags_that_no_entry_may_have_are_refused)
{
	guest_memory_make();
	IS(type_get(FREE, FRAME_L1), 0);
	for (pte_t flag = PTE_PWT; flag <= PTE_GLOBAL; flag <<= 1) {
		bool bad = flag & (PTE_PWT | PTE_PCD | PTE_PSE | PTE_GLOBAL);
		bool bad_leaf = bad && flag != PTE_GLOBAL;

		test_row("flag %#llx", (unsigned long long)flag);
		IS(entry_write(entry_where(LEAVES, 300), page_entry(3, PTE_PAGE | flag),
			   false),
			bad_leaf ? XEN_EINVAL : 0);
		IS(entry_write(entry_where(ROOT + 2, 9),
			   page_entry(FREE, PTE_PAGE | flag), false),
			bad ? XEN_EINVAL : 0);
	}
}

TEST(xen_adds_the_flags_that_it_wants)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), page_entry(3, PTE_PRESENT), false), 0);
	CHECK_EQ(*entry_ptr(LEAVES, 300),
		page_entry(3, PTE_PRESENT | PTE_USER | PTE_KERNEL));
	IS(entry_write(entry_where(LEAVES, 301), page_entry(3, PTE_PRESENT | PTE_USER),
		   false),
		0);
	CHECK_EQ(*entry_ptr(LEAVES, 301),
		page_entry(3, PTE_PRESENT | PTE_USER | PTE_GLOBAL));
	IS(type_get(FREE, FRAME_L3), 0);
	IS(entry_write(entry_where(ROOT, 9), page_entry(FREE, PTE_PRESENT), false), 0);
	CHECK_EQ(*entry_ptr(ROOT, 9),
		page_entry(FREE, PTE_PRESENT | PTE_USER | PTE_ACCESSED));
}

TEST(an_entry_that_is_not_present_may_say_anything)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), ~PTE_PRESENT, false), 0);
	CHECK_EQ(*entry_ptr(LEAVES, 300), ~PTE_PRESENT);
	IS(entry_write(entry_where(ROOT, 300), 0xabc0, false), 0);
}

TEST(slots_of_xen_in_the_top_table_are_not_the_guests)
{
	guest_memory_make();
	IS(type_get(FREE, FRAME_L3), 0);
	for (unsigned slot = 255; slot <= 272; slot++)
		IS(entry_write(
			   entry_where(ROOT, slot), page_entry(FREE, PTE_PAGE), false),
			slot >= 256 && slot <= 271 ? XEN_EINVAL : 0);
	IS(entry_write(entry_where(ROOT, 256), 0, false), XEN_EINVAL);
}

TEST(accessed_and_dirty_can_be_kept)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), page_entry(3, PTE_PAGE), false), 0);
	IS(entry_write(
		   entry_where(LEAVES, 300), page_entry(3, PTE_PRESENT | PTE_USER), true),
		0);
	CHECK(*entry_ptr(LEAVES, 300) & PTE_ACCESSED &&
		*entry_ptr(LEAVES, 300) & PTE_DIRTY);
	IS(entry_write(entry_where(LEAVES, 300), page_entry(3, PTE_PRESENT | PTE_USER),
		   false),
		0);
	CHECK(!(*entry_ptr(LEAVES, 300) & PTE_DIRTY));
}

TEST(an_update_of_an_ordinary_page_is_a_plain_store)
{
	guest_memory_make();
	IS(entry_write(entry_where(3, 7), 0x1234567, false), 0);
	CHECK_EQ(*entry_ptr(3, 7), 0x1234567);
	IS(entry_write(entry_where(FREE, 7), page_entry(ROOT, PTE_PAGE), false), 0);
}

/* --- becoming a table ------------------------------------------------------------------------- */

TEST(a_table_with_one_bad_entry_is_refused_and_leaves_nothing)
{
	unsigned before;

	guest_memory_make();
	before = uses();
	for (unsigned i = 0; i < 20; i++)
		*entry_ptr(FREE, i) = page_entry(i, PTE_PAGE);
	*entry_ptr(FREE, 500) = page_entry(ROOT, PTE_PAGE);
	IS(type_get(FREE, FRAME_L1), XEN_EBUSY);
	CHECK_EQ(uses(), before);
	*entry_ptr(FREE, 500) = 0;
	IS(type_get(FREE, FRAME_L1), 0);
	CHECK_EQ(uses(), before + 21);
	type_put(FREE);
	CHECK_EQ(uses(), before);
}

TEST(a_bad_entry_far_below_refuses_the_whole_tree)
{
	unsigned before;

	guest_memory_make();
	before = uses();
	*entry_ptr(40, 3) = page_entry(41, PTE_PAGE);
	*entry_ptr(41, 3) = page_entry(42, PTE_PAGE);
	*entry_ptr(42, 3) = page_entry(43, PTE_PAGE);
	*entry_ptr(43, 3) = page_entry(44, PTE_PAGE);
	*entry_ptr(43, 4) = page_entry(42, PTE_PAGE); /* a table of the tree itself */
	IS(type_get(40, FRAME_L4), XEN_EBUSY);
	CHECK_EQ(uses(), before);
	*entry_ptr(43, 4) &= ~PTE_WRITE;
	IS(type_get(40, FRAME_L4), 0);
	CHECK_EQ(memory.frames[43].type, FRAME_L1);
	CHECK_EQ(memory.frames[44].type, FRAME_WRITABLE);
	type_put(40);
	CHECK_EQ(uses(), before);
}

TEST(a_table_that_two_entries_share_is_checked_once_and_freed_last)
{
	guest_memory_make();
	*entry_ptr(FREE, 3) = page_entry(FREE2, PTE_PAGE);
	IS(entry_write(entry_where(ROOT + 2, 9), page_entry(FREE, PTE_PAGE), false), 0);
	IS(entry_write(entry_where(ROOT + 2, 10), page_entry(FREE, PTE_PAGE), false), 0);
	CHECK_EQ(memory.frames[FREE].type_count, 2);
	CHECK_EQ(memory.frames[FREE2].type_count, 1);
	IS(entry_write(entry_where(ROOT + 2, 9), 0, false), 0);
	IS(type_get(FREE2, FRAME_L1), XEN_EINVAL);
	IS(entry_write(entry_where(ROOT + 2, 10), 0, false), 0);
	CHECK_EQ(memory.frames[FREE].type_count, 0);
	IS(type_get(FREE2, FRAME_L1), 0);
	type_put(FREE2);
}

TEST(a_refused_change_leaves_the_old_entry_and_its_use)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), page_entry(FREE, PTE_PAGE), false), 0);
	IS(entry_write(entry_where(LEAVES, 300), page_entry(ROOT, PTE_PAGE), false),
		XEN_EBUSY);
	CHECK_EQ(*entry_ptr(LEAVES, 300), page_entry(FREE, PTE_PAGE | PTE_GLOBAL));
	CHECK_EQ(memory.frames[FREE].type_count, 1);
}

/* --- the TLB is told ---------------------------------------------------------------------------- */

TEST(only_what_was_present_is_dropped_from_the_tlb)
{
	guest_memory_make();
	IS(entry_write(entry_where(LEAVES, 300), page_entry(3, PTE_PAGE), false), 0);
	CHECK_EQ(tlb_entries_dropped + tlb_all_dropped, 0);
	IS(entry_write(entry_where(LEAVES, 300), page_entry(4, PTE_PAGE), false), 0);
	CHECK_EQ(tlb_entries_dropped, 1);
	IS(type_get(FREE, FRAME_L1), 0);
	IS(entry_write(entry_where(ROOT + 2, 9), page_entry(FREE, PTE_PAGE), false), 0);
	CHECK_EQ(tlb_all_dropped, 0);
	IS(entry_write(entry_where(ROOT + 2, 9), 0, false), 0);
	CHECK_EQ(tlb_all_dropped, 1);
}

TEST(a_page_mapped_from_the_file_is_dropped_before_it_becomes_writable)
{
	guest_memory_make();
	memory.frames[FREE].from_file = true;
	IS(entry_write(entry_where(LEAVES, 300), page_entry(FREE, PTE_PAGE), false), 0);
	CHECK_EQ(tlb_all_dropped, 1);
	CHECK(!memory.frames[FREE].from_file);
}

/* --- what peers hold ------------------------------------------------------------------------------ */

TEST(a_page_that_a_peer_writes_to_cannot_become_a_table)
{
	guest_memory_make();
	CHECK(hv_frame_get(page_mfn(FREE), true) == frame_ptr(FREE));
	IS(type_get(FREE, FRAME_L1), XEN_EINVAL);
	hv_frame_put(page_mfn(FREE), true);
	IS(type_get(FREE, FRAME_L1), 0);
}

TEST(a_table_is_given_to_peers_for_reading_only)
{
	guest_memory_make();
	CHECK(hv_frame_get(page_mfn(ROOT), true) == NULL);
	CHECK(refusals() > 0);
	CHECK(hv_frame_get(page_mfn(ROOT), false) == frame_ptr(ROOT));
	hv_frame_put(page_mfn(ROOT), false);
	CHECK(hv_frame_get(1, false) == NULL); /* no frame of the domain's */
}

TEST(a_page_that_leaves_the_domain_while_a_peer_holds_it_can_be_let_go_of)
{
	guest_memory_make();
	CHECK(hv_frame_get(page_mfn(FREE), true) != NULL);
	memory.frames[FREE].domains = false;
	CHECK(hv_frame_get(page_mfn(FREE), true) == NULL);
	CHECK_EQ(memory.frames[FREE].type_count, 1);
	hv_frame_put(page_mfn(FREE), true);
	CHECK_EQ(memory.frames[FREE].type_count, 0);
}

TEST(a_page_that_leaves_the_domain_while_it_is_mapped_is_free_once_it_is_not)
{
	pte_t at = entry_where(LEAVES, 300);

	guest_memory_make();
	IS(entry_write(at, page_entry(FREE, PTE_PAGE), false), 0);
	CHECK_EQ(memory.frames[FREE].type_count, 1);
	memory.frames[FREE].domains = false;
	IS(entry_write(at, 0, false), 0);
	CHECK_EQ(memory.frames[FREE].type_count, 0);
}
