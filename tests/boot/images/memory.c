/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation, rights, mapping and the page allocator on real Xen. */
#include <stdio.h>

#include "arch/barrier.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/thread.h"
#include "tests/test.h"

extern const char text_start[], text_end[], rodata_start[],
	rodata_end[]; /* linker script */

static vaddr_t const elsewhere = {
	VIRT_LIMIT}; /* past the direct map: no tables there yet */

/* --- what the tables say ----------------------------------------------------------- */

struct rights {
	bool write, execute;
};

/* Rights of the levels combine; the top table of pv32 has no say. */
static void combine(const struct pt_step *step, void *arg)
{
	struct rights *r = arg;

	if (step->level > 2)
		return;
	r->write = r->write && step->entry & PTE_WRITE;
	r->execute = r->execute && !(step->entry & PTE_NX);
}

static bool look_up(vaddr_t v, struct rights *r)
{
	*r = (struct rights){true, true};
	return pt_walk(v, combine, r) != 0;
}

static mfn_t frame_of(pte_t entry)
{
	return maddr_to_mfn(maddr(entry & PTE_FRAME_MASK));
}

static bool within(vaddr_t v, const char *start, const char *end)
{
	return v.v >= (uintptr_t)start && v.v < (uintptr_t)end;
}

TEST(every_mapped_page_is_where_p2m_and_m2p_say)
{
	struct thread_stats threads;
	size_t n_mapped = 0, n_guards = 0;

	for (pfn_t p = pfn(0); p.v < pt_mapped_end().v; p = pfn_add(p, 1)) {
		vaddr_t v = pfn_to_vaddr(p);
		pte_t entry = pt_walk(v, NULL, NULL);

		if (v.v == (uintptr_t)arch_shared_info)
			continue; /* Xen's frame */
		if (!entry) {
			n_guards++;
			continue;
		}
		n_mapped++;
		CHECK(mfn_eq(frame_of(entry), pfn_to_mfn(p)));
		CHECK(pfn_eq(mfn_to_pfn(frame_of(entry)), p));
	}
	thread_get_stats(&threads);
	CHECK_EQ(n_guards, threads.threads); /* one below each stack */
	CHECK_EQ(n_mapped + n_guards + 1, pt_mapped_end().v);
}

TEST(translation_keeps_the_offset)
{
	static int variable;
	maddr_t m;

	CHECK_EQ(pt_translate(ptr_vaddr(&variable), &m), 0);
	CHECK_EQ(page_offset((uintptr_t)m.v), page_offset((uintptr_t)&variable));
	CHECK(mfn_eq(maddr_to_mfn(m), ptr_to_mfn(&variable)));
	CHECK(pt_translate(vaddr(0), &m) < 0);
}

TEST(frames_that_are_not_ours_have_no_page)
{
	size_t n_ours = 0;

	for (unsigned long m = 0; m < 1ul << 19; m++) { /* 2 GiB: the lab's machine */
		pfn_t p = mfn_to_pfn(mfn(m));

		if (pfn_eq(p, PFN_NONE))
			continue;
		CHECK(mfn_eq(pfn_to_mfn(p), mfn(m)));
		n_ours++;
	}
	CHECK(n_ours <= boot_info.n_pages);
	CHECK(pfn_eq(mfn_to_pfn(MFN_NONE), PFN_NONE));
	CHECK(pfn_eq(mfn_to_pfn(mfn(~0ul >> 13)), PFN_NONE));
	CHECK(mfn_eq(pfn_to_mfn(pfn(boot_info.n_pages)), MFN_NONE));
}

TEST(no_page_is_writable_and_executable)
{
	for (pfn_t p = pfn(0); p.v < pt_mapped_end().v; p = pfn_add(p, 1)) {
		vaddr_t v = pfn_to_vaddr(p);
		struct rights r;

		if (!look_up(v, &r))
			continue;
		CHECK_EQ(r.execute, within(v, text_start, text_end));
		if (r.execute || within(v, rodata_start, rodata_end))
			CHECK(!r.write);
	}
}

TEST(page_tables_are_read_only)
{
	struct rights r;

	for (size_t i = 0; i < boot_info.pt_n_pages; i++) {
		CHECK(look_up(pfn_to_vaddr(pfn_add(boot_info.pt_first, i)), &r));
		CHECK(!r.write && !r.execute);
	}
}

TEST(nothing_is_mapped_below_the_window)
{
	for (uintptr_t v = 0; v < WINDOW_BASE; v += PAGE_SIZE)
		CHECK(!pt_walk(vaddr(v), NULL, NULL));
}

/* --- changing them ----------------------------------------------------------------- */

TEST(a_page_can_be_mapped_a_second_time)
{
	unsigned long *page = page_alloc_zeroed(1), *alias = vaddr_ptr(elsewhere), word;
	struct rights r;

	CHECK(page != NULL);
	CHECK_EQ(pt_map(elsewhere, ptr_to_mfn(page), true, false), 0);
	*alias = 1234;
	arch_compiler_barrier();
	CHECK_EQ(*page, 1234);
	CHECK(look_up(elsewhere, &r) && r.write && !r.execute);

	CHECK_EQ(pt_map(elsewhere, ptr_to_mfn(page), false, false), 0);
	CHECK(look_up(elsewhere, &r) && !r.write);

	CHECK_EQ(pt_unmap(elsewhere), 0);
	CHECK(!pt_walk(elsewhere, NULL, NULL));
	CHECK(!arch_probe(alias, &word));
	page_free(page, 1);
}

TEST(xen_refuses_a_writable_mapping_of_a_page_table)
{
	CHECK(pt_map(elsewhere, ptr_to_mfn(arch_pt_root()), true, false) < 0);
	CHECK(!pt_walk(elsewhere, NULL, NULL));
	CHECK_EQ(pt_map(elsewhere, ptr_to_mfn(arch_pt_root()), false, false), 0);
	CHECK_EQ(pt_unmap(elsewhere), 0);
}

TEST(xen_refuses_a_frame_that_is_not_ours)
{
	CHECK(pt_map(elsewhere, mfn(0), true, false) < 0); /* Xen's own */
	CHECK(pt_map_frames(&(mfn_t){0}, 1) == NULL);
	CHECK(!pt_walk(elsewhere, NULL, NULL));
}

TEST(the_window_maps_frames_in_a_row)
{
	unsigned long *pages[] = {page_alloc_zeroed(1), page_alloc_zeroed(1)}, *row,
		      *more, word;
	mfn_t frames[] = {ptr_to_mfn(pages[1]), ptr_to_mfn(pages[0])};
	size_t words = PAGE_SIZE / sizeof(*row);

	row = pt_map_frames(frames, 2);
	CHECK(row != NULL);
	row[0] = 1;
	row[words] = 2;
	arch_compiler_barrier();
	CHECK_EQ(*pages[1], 1);
	CHECK_EQ(*pages[0], 2);
	more = pt_map_frames(frames, 2);
	CHECK(more != NULL && (more >= row + 2 * words || more + 2 * words <= row));
	pt_unmap_frames(more, 2);
	pt_unmap_frames(row, 2);
	CHECK(!arch_probe(row, &word) && !arch_probe(row + words, &word));
	page_free(pages[0], 1);
	page_free(pages[1], 1);
}

TEST(a_guard_page_is_not_there_until_it_is_freed)
{
	unsigned long *page = page_alloc(1), word;

	*page = 77;
	CHECK_EQ(pt_guard_page(ptr_vaddr(page)), 0);
	CHECK(!arch_probe(page, &word));
	pt_unguard_page(ptr_vaddr(page));
	CHECK(arch_probe(page, &word));
	CHECK_EQ(word, 77);
	page_free(page, 1);
}

/* --- the page allocator ------------------------------------------------------------ */

#define RUN_PAGES 16
#define LONG_RUN  4096 /* pages */

struct block {
	struct block *next;
	size_t n_pages;
};

/* Take everything, in runs and then page by page; the blocks keep the list. */
static struct block *take_all(size_t *n_taken)
{
	struct block *all = NULL, *b;

	*n_taken = 0;
	for (size_t n = RUN_PAGES; n > 0; n /= RUN_PAGES)
		while ((b = page_alloc(n))) {
			*b = (struct block){all, n};
			all = b;
			*n_taken += n;
		}
	return all;
}

TEST(all_memory_can_be_used_and_comes_back)
{
	struct page_stats before, full, after;
	struct block *all, *next;
	size_t n_taken, n_listed = 0;

	page_get_stats(&before);
	all = take_all(&n_taken);
	page_get_stats(&full);
	for (struct block *b = all; b; b = b->next)
		n_listed += b->n_pages;
	for (struct block *b = all; b; b = next) {
		next = b->next;
		page_free(b, b->n_pages);
	}
	page_get_stats(&after);
	CHECK_EQ(full.free, 0);
	CHECK_EQ(full.unmapped, 0);
	CHECK_EQ(n_listed, n_taken);
	CHECK_EQ(after.free, n_taken);
	/* New tables and bitmaps have taken some of what was not mapped yet. */
	CHECK(before.free - after.free <= 2 + before.unmapped / 256);
}

TEST(memory_that_was_mapped_later_has_the_same_translation_and_rights)
{
	case_every_mapped_page_is_where_p2m_and_m2p_say();
	case_no_page_is_writable_and_executable();
	CHECK_EQ(pt_mapped_end().v, boot_info.n_pages);
}

TEST(once_it_is_all_free_again_long_runs_are_back)
{
	struct page_stats s;
	size_t n;
	void *page;

	page_get_stats(&s);
	n = s.free / 4 < LONG_RUN ? s.free / 4
				  : LONG_RUN; /* page tables lie in between */
	page = page_alloc(n);
	CHECK(page != NULL);
	page_free(page, n);
	CHECK(page_alloc(s.free + 1) == NULL);
}
