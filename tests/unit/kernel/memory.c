/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables and the page allocator on a model of Xen (xen_mmu.h). The same cases run
 * with four levels and with three.
 */
#include <errno.h>
#include <stdlib.h>

#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "tests/fake/fake.h"
#include "tests/test.h"
#include "xen_mmu.h"

#define MB 256u /* pages */

static void boot(size_t n_pages, size_t mapped_pages)
{
	xen_mmu_start(n_pages, mapped_pages);
	pt_init();
	page_init();
}

static uintptr_t address(size_t page)
{
	return VIRT_BASE + pages_to_bytes(page);
}

static struct page_stats stats(void)
{
	struct page_stats s;

	page_get_stats(&s);
	return s;
}

/* --- boot ---------------------------------------------------------------------------- */

struct rights {
	bool write, execute;
};

static void combine(const struct pt_step *step, void *arg)
{
	struct rights *r = arg;

	if (step->level <= 2) {
		r->write = r->write && step->entry & PTE_WRITE;
		r->execute = r->execute && !(step->entry & PTE_NX);
	}
}

static struct rights rights(size_t page)
{
	struct rights r = {true, true};

	if (!pt_walk(vaddr(address(page)), combine, &r))
		r = (struct rights){false, false};
	return r;
}

TEST(the_image_and_all_else_get_their_rights)
{
	struct arch_image image = arch_image();

	boot(16 * MB, 8 * MB);
	for (size_t p = 0; p < 8 * MB; p++) {
		uintptr_t v = address(p);
		struct rights r = rights(p);
		bool table = p >= boot_info.pt_first.v && p < boot_info.first_free.v;

		test_row("page %zu", p);
		if (v == image.boot_stack) {
			CHECK(!xen_mmu_mapped(v));
			continue;
		}
		CHECK_EQ(r.execute, v < image.text_end);
		CHECK_EQ(r.write, v >= image.rodata_end && !table);
	}
	CHECK_EQ(pt_mapped_end().v, 8 * MB);
}

TEST(boot_costs_the_same_with_much_memory_and_a_large_ram_disk)
{
	size_t updates;

	boot(16 * MB, 4 * MB);
	updates = xen_mmu_updates();
	boot(400 * MB, 200 * MB);
	/* One more for each 2 MiB that the toolstack has mapped. */
	CHECK(xen_mmu_updates() <= updates + 200 * MB / PT_STEP_PAGES);
	CHECK(xen_mmu_hypercalls() <= 16);
}

TEST(a_mapping_that_ends_in_the_middle_of_a_table_is_seen_and_extended)
{
	static const size_t ends[] = {40, 511, 513, 1000, 1023};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t n = 0;

		test_row("%zu pages mapped", ends[i]);
		boot(4 * MB + 3, ends[i]);
		CHECK_EQ(pt_mapped_end().v, ends[i]);
		while (page_alloc(1))
			n++;
		CHECK_EQ(pt_mapped_end().v, 4 * MB + 3);
		CHECK(n > 4 * MB - 40);
	}
}

/* --- walking and mapping ----------------------------------------------------------------- */

static void count_step(const struct pt_step *step, void *arg)
{
	int *levels = arg;

	(void)step;
	++*levels;
}

TEST(a_walk_shows_every_level_down_to_where_it_ends)
{
	int levels = 0;
	maddr_t m;

	boot(8 * MB, 4 * MB);
	CHECK(pt_walk(vaddr(address(77) + 5), count_step, &levels) != 0);
	CHECK_EQ(levels, PT_LEVELS);
	CHECK_EQ(pt_translate(vaddr(address(77) + 5), &m), 0);
	CHECK(m.v == mfn_to_maddr(pfn_to_mfn(pfn(77))).v + 5);

	levels = 0;
	CHECK(pt_walk(vaddr(address(6 * MB)), count_step, &levels) == 0);
	CHECK_EQ(levels, PT_LEVELS - 1);
	CHECK_EQ(pt_translate(vaddr(address(6 * MB)), &m), -EFAULT);
}

TEST(the_window_is_filled_and_emptied_without_a_loss)
{
	static mfn_t frames[512];
	void *first, *second, *third;

	boot(8 * MB, 4 * MB);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		frames[i] = pfn_to_mfn(pfn(boot_info.first_free.v + 100 + i));
	first = pt_map_frames(frames, 500);
	CHECK(first == vaddr_ptr(vaddr(WINDOW_BASE)));
	second = pt_map_frames(frames, 12);
	CHECK(second == (char *)first + pages_to_bytes(500));
	CHECK(pt_map_frames(frames, 1) == NULL);
	pt_unmap_frames(first, 500);
	third = pt_map_frames(frames + 1, 3);
	CHECK(third == first);
	*(int *)((char *)third + PAGE_SIZE) = 42;
	CHECK_EQ(*(int *)vaddr_ptr(vaddr(address(boot_info.first_free.v + 102))), 42);
	pt_unmap_frames(third, 3);
	pt_unmap_frames(second, 12);
	for (uintptr_t v = WINDOW_BASE; v < WINDOW_END; v += PAGE_SIZE)
		CHECK(!xen_mmu_mapped(v));
	CHECK(pt_map_frames(frames, 512) == first);
}

TEST(when_xen_refuses_a_frame_nothing_of_the_row_stays_mapped)
{
	mfn_t frames[] = {pfn_to_mfn(pfn(200)), pfn_to_mfn(pfn(201)), mfn(3)};

	boot(8 * MB, 4 * MB);
	CHECK(pt_map_frames(frames, 3) == NULL);
	for (uintptr_t v = WINDOW_BASE; v < WINDOW_BASE + 3 * PAGE_SIZE; v += PAGE_SIZE)
		CHECK(!xen_mmu_mapped(v));
}

TEST(when_xen_refuses_a_table_its_page_is_ordinary_again)
{
	mfn_t frame;
	size_t free_before;

	boot(8 * MB, 4 * MB);
	frame = pfn_to_mfn(pfn(200));
	free_before = stats().free;
	xen_mmu_refuse(2); /* the table is read-only by then */
	CHECK(pt_map_frames(&frame, 1) == NULL);
	CHECK_EQ(stats().free, free_before);
	for (size_t p = boot_info.first_free.v; p < 4 * MB; p++)
		CHECK(xen_mmu_writable(address(p)));
	CHECK(pt_map_frames(&frame, 1) != NULL);
}

TEST(a_guard_page_is_unmapped_and_comes_back_writable)
{
	char *page;

	boot(8 * MB, 4 * MB);
	page = page_alloc(2);
	CHECK_EQ(pt_guard_page(ptr_vaddr(page)), 0);
	CHECK(!xen_mmu_mapped((uintptr_t)page));
	CHECK(xen_mmu_mapped((uintptr_t)page + PAGE_SIZE));
	pt_unguard_page(ptr_vaddr(page));
	CHECK(xen_mmu_writable((uintptr_t)page));
	page_free(page, 2);
}

/* --- the page allocator -------------------------------------------------------------------- */

TEST(the_direct_map_grows_by_two_megabytes_in_few_hypercalls)
{
	size_t before;

	boot(64 * MB, 4 * MB);
	while (pt_mapped_end().v == 4 * MB)
		CHECK(page_alloc(1) != NULL);
	CHECK_EQ(pt_mapped_end().v, 4 * MB + PT_STEP_PAGES);
	before = xen_mmu_hypercalls();
	while (pt_mapped_end().v == 4 * MB + PT_STEP_PAGES)
		CHECK(page_alloc(1) != NULL);
	CHECK_EQ(xen_mmu_hypercalls() - before, 1);
}

TEST(runs_longer_than_any_step_are_found_in_unmapped_memory)
{
	char *page;

	boot(64 * MB, 4 * MB);
	page = page_alloc(30 * MB);
	CHECK(page != NULL);
	page[0] = page[pages_to_bytes(30 * MB) - 1] = 1;
	page_free(page, 30 * MB);
	CHECK(page_alloc(30 * MB) == page);
}

TEST(a_request_that_cannot_be_met_costs_nothing)
{
	size_t free_before;

	boot(16 * MB, 16 * MB);
	free_before = stats().free;
	CHECK(page_alloc(17 * MB) == NULL);
	CHECK(page_alloc(SIZE_MAX / 2) == NULL);
	CHECK_EQ(stats().free, free_before);
}

TEST(memory_past_a_gigabyte_and_past_a_bitmap_page_is_used)
{
	size_t to_boundary = 1024 * MB - (VIRT_BASE >> PAGE_SHIFT) % (1024 * MB);
	size_t n_pages = to_boundary + 76 * MB, n = 0;

	boot(n_pages, 4 * MB);
	while (page_alloc(MB))
		n += MB;
	while (page_alloc(1))
		n++;
	CHECK_EQ(stats().free, 0);
	CHECK_EQ(n, stats().usable);
	CHECK(n > n_pages - n_pages / 400 - 64); /* tables 1 in 512, bitmaps 1 in 32768 */
}

static void free_twice(void *page)
{
	page_free(page, 1);
	page_free(page, 1);
}

static void free_image(void *page)
{
	page_free(page, 1);
}

TEST(freeing_twice_or_what_was_never_ours_is_caught)
{
	boot(8 * MB, 4 * MB);
	CHECK(fake_death_of(free_twice, page_alloc(1)) != NULL);
	boot(8 * MB, 4 * MB);
	CHECK(fake_death_of(free_image, vaddr_ptr(vaddr(address(1)))) != NULL);
}

/* --- against a model ---------------------------------------------------------------------- */

#define BLOCKS 64

struct block {
	unsigned char *at;
	size_t n;
	unsigned char mark;
};

static bool block_intact(const struct block *b)
{
	return b->at[0] == b->mark && b->at[pages_to_bytes(b->n) - 1] == b->mark;
}

static bool block_overlaps(const struct block *a, const struct block *b)
{
	return a->at < b->at + pages_to_bytes(b->n) &&
	       b->at < a->at + pages_to_bytes(a->n);
}

/* xorshift64 */
static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* One random step; false when something is wrong. */
static bool step(struct block blocks[BLOCKS], uint64_t *state)
{
	struct block *b = &blocks[random_next(state) % BLOCKS];

	if (b->at) {
		if (!block_intact(b))
			return false;
		page_free(b->at, b->n);
		b->at = NULL;
		return true;
	}
	b->n = 1 + random_next(state) % (random_next(state) % 8 ? 4 : 300);
	b->mark = (unsigned char)random_next(state);
	b->at = page_alloc(b->n);
	if (!b->at)
		return true;
	for (size_t i = 0; i < BLOCKS; i++)
		if (&blocks[i] != b && blocks[i].at && block_overlaps(b, &blocks[i]))
			return false;
	b->at[0] = b->at[pages_to_bytes(b->n) - 1] = b->mark;
	return true;
}

TEST(random_requests_never_overlap_and_all_come_back)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct block blocks[BLOCKS] = {{0}};
		uint64_t state = seed;
		size_t n_used = 0;

		test_row("seed %d", (int)seed);
		boot(12 * MB, 4 * MB);
		for (int i = 0; i < 3000; i++)
			CHECK(step(blocks, &state));
		for (size_t i = 0; i < BLOCKS; i++)
			n_used += blocks[i].at ? blocks[i].n : 0;
		CHECK_EQ(stats().usable - stats().free, n_used);
		for (size_t i = 0; i < BLOCKS; i++)
			if (blocks[i].at)
				page_free(blocks[i].at, blocks[i].n);
		CHECK_EQ(stats().free, stats().usable);
	}
}
