/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/heap.c: random use against a model, alignment, exhaustion, several heaps, and
 * misuse that must be caught.
 */
#include "kernel/heap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/log.h"
#include "kernel/page.h"
#include "tests/fake/fake.h"
#include "tests/test.h"

static size_t free_pages(void)
{
	struct page_stats s;

	page_get_stats(&s);
	return s.free;
}

static bool is_aligned(const void *p, size_t align)
{
	return (uintptr_t)p % align == 0;
}

TEST(blocks_of_every_size_are_aligned_and_big_enough)
{
	for (size_t n = 0; n < 70000; n += n < 600 ? 1 : 997) {
		char *p = kmalloc(n);

		test_row("%zu bytes", n);
		CHECK(p && is_aligned(p, 16));
		CHECK(heap_block_size(p) >= n);
		memset(p, 1, heap_block_size(p));
		kfree(p);
	}
	heap_trim(kernel_heap);
}

TEST(every_alignment_up_to_a_page_is_kept)
{
	static const size_t sizes[] = {0, 1, 16, 100, 4096, 20000, 32767, 32768, 100000};
	void *kept[16 * 9];
	size_t n = 0;

	for (size_t align = 1; align <= PAGE_SIZE; align *= 2) {
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			void *p = heap_alloc_aligned(kernel_heap, align, sizes[i]);

			test_row("%zu bytes at %zu", sizes[i], align);
			CHECK(p && is_aligned(p, align) && is_aligned(p, 16));
			memset(p, 2, heap_block_size(p));
			kept[n++] = p;
		}
	}
	while (n)
		kfree(kept[--n]);
}

TEST(a_zeroed_block_is_zero_where_an_old_one_was)
{
	unsigned char *p = kmalloc(500);

	memset(p, 0xff, 500);
	kfree(p);
	p = kzalloc(500);
	for (int i = 0; i < 500; i++)
		CHECK_EQ(p[i], 0);
	kfree(p);
}

TEST(absurd_sizes_are_refused)
{
	static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2,
		SIZE_MAX - 4096, (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX - PAGE_SIZE,
		SIZE_MAX / 8 * 3};
	void *p = kmalloc(1);

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_row("%zx", sizes[i]);
		CHECK(!kmalloc(sizes[i]));
		CHECK(!kzalloc(sizes[i]));
		CHECK(!heap_alloc_aligned(kernel_heap, PAGE_SIZE, sizes[i]));
		CHECK(!heap_realloc(kernel_heap, p, sizes[i]));
	}
	kfree(p);
}

TEST(freeing_nothing_is_allowed)
{
	kfree(NULL);
}

/* --- random use --------------------------------------------------------------------- */

enum { N_SLOTS = 300, N_STEPS = 20000 };

struct slot {
	unsigned char *block;
	size_t len_bytes;
	unsigned char fill;
};

static bool holds_fill(const struct slot *s, size_t len_bytes)
{
	for (size_t i = 0; i < len_bytes; i++) {
		if (s->block[i] != s->fill)
			return false;
	}
	return true;
}

/* Mostly small, sometimes around every border there is. */
static size_t random_size(uint64_t *random)
{
	static const size_t borders[] = {16, 256, 4096, 32768, 65536};

	switch (fake_random(random) % 10) {
	case 0:
		return fake_random(random) % 60000;
	case 1:
		return borders[fake_random(random) % ARRAY_SIZE(borders)] +
		       fake_random(random) % 65 - 32 + 16;
	case 2:
	case 3:
		return fake_random(random) % 4000;
	default:
		return fake_random(random) % 300;
	}
}

static void slot_alloc(struct heap *h, struct slot *s, uint64_t *random)
{
	size_t align = (size_t)1 << fake_random(random) % 13;

	s->len_bytes = random_size(random);
	s->fill = (unsigned char)fake_random(random);
	if (fake_random(random) % 4)
		align = 16;
	s->block = heap_alloc_aligned(h, align, s->len_bytes);
	CHECK(s->block && is_aligned(s->block, align));
	memset(s->block, s->fill, s->len_bytes);
}

static void slot_realloc(struct heap *h, struct slot *s, uint64_t *random)
{
	size_t len_bytes = random_size(random);
	unsigned char *moved = heap_realloc(h, s->block, len_bytes);

	CHECK(moved && heap_block_size(moved) >= len_bytes);
	s->block = moved;
	CHECK(holds_fill(s, s->len_bytes < len_bytes ? s->len_bytes : len_bytes));
	s->len_bytes = len_bytes;
	memset(moved, s->fill, len_bytes);
}

static void check_stats(struct heap *h, const struct slot *slots)
{
	size_t used = 0, blocks = 0;
	struct heap_stats s;

	for (int i = 0; i < N_SLOTS; i++) {
		if (slots[i].block) {
			used += heap_block_size(slots[i].block);
			blocks++;
		}
	}
	heap_get_stats(h, &s);
	CHECK_EQ(s.blocks, blocks);
	CHECK_EQ(s.used_bytes, used);
	CHECK(s.pages * PAGE_SIZE >= used);
}

static void use_at_random(uint64_t seed)
{
	static struct slot slots[N_SLOTS];
	struct heap *h = heap_create();
	size_t before = free_pages();
	uint64_t random = seed;

	memset(slots, 0, sizeof(slots));
	for (int step = 0; step < N_STEPS && !test_failed(); step++) {
		struct slot *s = &slots[fake_random(&random) % N_SLOTS];

		if (!s->block) {
			slot_alloc(h, s, &random);
		} else if (fake_random(&random) % 3 == 0) {
			slot_realloc(h, s, &random);
		} else {
			CHECK(holds_fill(s, s->len_bytes));
			heap_free(s->block);
			s->block = NULL;
		}
		if (step % 1000 == 0)
			check_stats(h, slots);
	}
	for (int i = 0; i < N_SLOTS; i++) {
		CHECK(!slots[i].block || holds_fill(&slots[i], slots[i].len_bytes));
		heap_free(slots[i].block);
		slots[i].block = NULL;
	}
	check_stats(h, slots);
	CHECK(before - free_pages() <= 16); /* one run is kept at most */
	heap_trim(h);
	CHECK_EQ(free_pages(), before);
	heap_destroy(h);
}

TEST(random_use_agrees_with_a_model)
{
	for (uint64_t seed = 1; seed <= 30 && !test_failed(); seed++) {
		test_row("seed %u", (unsigned)seed);
		use_at_random(seed);
	}
}

/* --- runs --------------------------------------------------------------------------- */

TEST(a_block_at_the_border_does_not_make_runs_come_and_go)
{
	struct heap *h = heap_create();
	struct heap_stats s;
	void *p;

	heap_free(heap_alloc(h, 100));
	heap_get_stats(h, &s);
	fake_fail_pages_after(0);
	for (int i = 0; i < 10; i++) {
		p = heap_alloc(h, 100);
		CHECK(p != NULL);
		heap_free(p);
	}
	fake_fail_pages_after(SIZE_MAX);
	heap_destroy(h);
	CHECK_EQ(s.pages, 16);
}

TEST(big_blocks_go_back_to_the_page_allocator_at_once)
{
	size_t before = free_pages();
	void *p = kmalloc(1000000);

	CHECK(before - free_pages() == bytes_to_pages(1000000 + 64));
	kfree(p);
	CHECK_EQ(free_pages(), before);
}

TEST(used_up_memory_is_an_error_and_everything_comes_back)
{
	struct heap *h = heap_create();
	size_t before = free_pages(), n = 0;
	void *first = NULL;

	for (;;) {
		void **p = heap_alloc(h, 3000);

		if (!p)
			break;
		*p = first;
		first = p;
		n++;
	}
	CHECK(n * 3000 > pages_to_bytes(before) * 95 / 100);
	CHECK(!heap_alloc(h, 40000));
	CHECK(!heap_alloc_zeroed(h, 3000));
	CHECK(!heap_realloc(h, first, 40000));
	while (first) {
		void *next = *(void **)first;

		heap_free(first);
		first = next;
	}
	heap_trim(h);
	CHECK_EQ(free_pages(), before);
	heap_destroy(h);
}

TEST(when_runs_of_the_usual_size_are_out_a_smaller_one_does)
{
	struct heap *h = heap_create();
	size_t before = free_pages(), n = 0;
	static char *pages[FAKE_PAGES_DEFAULT];
	void *p;

	while ((pages[n] = page_alloc(1)))
		n++;
	for (int i = 0; i < 3; i++)
		page_free(pages[--n], 1); /* the last three follow each other */
	p = heap_alloc(h, 5000);
	EXPECT(p != NULL);
	EXPECT(!heap_alloc(h, 5000));
	heap_free(p);
	while (n)
		page_free(pages[--n], 1);
	heap_destroy(h);
	CHECK_EQ(free_pages(), before);
}

/* --- several heaps ------------------------------------------------------------------ */

TEST(destroying_a_heap_gives_back_every_block_and_no_other)
{
	struct heap *a, *b;
	size_t before;
	char *kept;

	heap_trim(kernel_heap);
	before = free_pages();
	a = heap_create();
	b = heap_create();
	kept = heap_alloc(b, 100);

	memset(kept, 7, 100);
	for (int i = 0; i < 1000; i++)
		CHECK(heap_alloc(a, (size_t)i * 50));
	heap_destroy(a);
	CHECK_EQ(kept[99], 7);
	heap_destroy(b);
	heap_trim(kernel_heap);
	CHECK_EQ(free_pages(), before);
}

TEST(a_block_goes_back_to_the_heap_it_came_from)
{
	struct heap *a = heap_create(), *b = heap_create();
	struct heap_stats in_a, in_b;
	void *p = heap_alloc(a, 100), *q = heap_alloc(b, 100);

	heap_free(p);
	heap_get_stats(a, &in_a);
	heap_get_stats(b, &in_b);
	heap_free(q);
	heap_destroy(a);
	heap_destroy(b);
	CHECK_EQ(in_a.blocks, 0);
	CHECK_EQ(in_b.blocks, 1);
}

TEST(there_is_a_limit_to_heaps_and_its_places_are_used_again)
{
	struct heap *heaps[HEAP_MAX + 1];
	int n = 0;

	for (int round = 0; round < 2; round++) {
		for (n = 0; n <= HEAP_MAX; n++) {
			heaps[n] = heap_create();
			if (!heaps[n])
				break;
		}
		for (int i = 0; i < n; i++)
			heap_destroy(heaps[i]);
		CHECK_EQ(n, HEAP_MAX - 1); /* the kernel's is one */
	}
}

/* --- misuse ------------------------------------------------------------------------- */

static void free_it(void *p)
{
	heap_free(p);
}

static void *grow_it(void *p)
{
	return heap_realloc(kernel_heap, p, 5000);
}

static void grow_it_void(void *p)
{
	grow_it(p);
}

TEST(freeing_twice_is_caught)
{
	char *before = kmalloc(50), *p = kmalloc(50), *behind = kmalloc(50);

	kfree(p);
	CHECK(fake_death_of(free_it, p));
	CHECK(fake_death_of(grow_it_void, p));
	kfree(before);
	CHECK(fake_death_of(free_it, p)); /* now in the middle of a free block */
	CHECK(fake_death_of(free_it, before));
	kfree(behind);
	CHECK(fake_death_of(free_it, p));
}

TEST(freeing_twice_what_has_joined_the_block_before_is_caught)
{
	char *before = kmalloc(50), *p = kmalloc(50), *behind = kmalloc(50);

	kfree(before);
	kfree(p);
	CHECK(fake_death_of(free_it, p));
	kfree(behind);
}

TEST(freeing_what_is_no_block_is_caught)
{
	char *p = kzalloc(200);

	CHECK(fake_death_of(free_it, p + 16));
	CHECK(fake_death_of(free_it, p + 64));
	kfree(p);
}

TEST(writing_past_the_end_is_caught_when_the_block_is_freed)
{
	char *p = kmalloc(100), *q = kmalloc(100);
	size_t size = heap_block_size(p);
	char saved = p[size];

	p[size] = (char)(saved + 1);
	CHECK(fake_death_of(free_it, p));
	CHECK(fake_death_of(free_it, q));
	p[size] = saved;
	kfree(p);
	kfree(q);
}

/* Prints what a pair costs under the sanitizers; there is no time that it must take. */
TEST(an_allocation_costs_the_same_among_many_blocks)
{
	enum { N = 4000 };
	static void *blocks[N];
	uint64_t random = 1;
	clock_t begin;

	for (int i = 0; i < N; i++)
		blocks[i] = kmalloc(16 + fake_random(&random) % 900);
	begin = clock();
	for (int i = 0; i < 200000; i++) {
		size_t n = fake_random(&random) % N;

		kfree(blocks[n]);
		blocks[n] = kmalloc(16 + fake_random(&random) % 900);
	}
	printf("# free and allocate among %d blocks: %.0f ns\n", N,
		1e9 * (double)(clock() - begin) / CLOCKS_PER_SEC / 200000);
	for (int i = 0; i < N; i++)
		kfree(blocks[i]);
}
