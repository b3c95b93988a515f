/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc and its family: what they refuse and which errno they leave. */
#include "tests/test.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>

#include "kernel/heap.h"
#include "libc-glue/process.h"
#include "tests/fake/fake.h"

/* Renamed by the build, so that the host's libc keeps its own. */
void *our_malloc(size_t len_bytes);
void our_free(void *block);
void *our_calloc(size_t n, size_t len_bytes);
void *our_realloc(void *block, size_t len_bytes);
void *our_memalign(size_t align, size_t len_bytes);
void *our_aligned_alloc(size_t align, size_t len_bytes);
int our_posix_memalign(void **block, size_t align, size_t len_bytes);
size_t our_malloc_usable_size(void *block);

/* The heap of the process that the cases are in. */
static struct heap *heap_now;
static bool no_heap;

struct heap *process_heap(void)
{
	return no_heap ? NULL : heap_now ? heap_now : kernel_heap;
}

/* Did the call give nothing and say ENOMEM? */
static bool refused(void *block)
{
	bool yes = !block && errno == ENOMEM;

	our_free(block);
	errno = 0;
	return yes;
}

TEST(blocks_are_large_enough_and_come_back)
{
	struct heap_stats before, after;
	char *block;

	heap_get_stats(kernel_heap, &before);
	block = our_malloc(100);
	CHECK(block);
	EXPECT(our_malloc_usable_size(block) >= 100);
	memset(block, 7, 100);
	block = our_realloc(block, 5000);
	CHECK(block);
	EXPECT(block[0] == 7 && block[99] == 7);
	our_free(block);
	our_free(NULL);
	EXPECT(our_malloc_usable_size(NULL) == 0);
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
}

TEST(calloc_gives_zeroes_and_refuses_a_product_that_overflows)
{
	unsigned char *block = our_calloc(30, 10);
	unsigned char any = 0;

	CHECK(block);
	for (int i = 0; i < 300; i++)
		any |= block[i];
	our_free(block);
	CHECK_EQ(any, 0);
	CHECK(refused(our_calloc(SIZE_MAX / 2, 3)));
	CHECK(refused(our_calloc(SIZE_MAX, SIZE_MAX)));
}

TEST(without_memory_each_call_says_enomem)
{
	void *untouched = &untouched;

	fake_fail_blocks_after(0);
	EXPECT(refused(our_malloc(1)));
	EXPECT(refused(our_calloc(1, 1)));
	EXPECT(refused(our_realloc(NULL, 1)));
	EXPECT(refused(our_memalign(64, 1)));
	EXPECT(refused(our_aligned_alloc(64, 64)));
	EXPECT(our_posix_memalign(&untouched, 64, 1) == ENOMEM);
	fake_fail_blocks_after(SIZE_MAX);
}

TEST(alignments_are_powers_of_two_up_to_a_page)
{
	void *block = NULL;

	for (size_t align = sizeof(void *); align <= 4096; align *= 2) {
		test_row("%zu", align);
		CHECK(our_posix_memalign(&block, align, 10) == 0);
		EXPECT((uintptr_t)block % align == 0);
		our_free(block);
		block = our_memalign(align, 10);
		CHECK(block);
		EXPECT((uintptr_t)block % align == 0);
		our_free(block);
	}
	for (size_t align = 0; align < 100; align++) {
		if (align && !(align & (align - 1)))
			continue;
		test_row("%zu", align);
		errno = 0;
		EXPECT(!our_memalign(align, 10) && errno == EINVAL);
		EXPECT(our_posix_memalign(&block, align, 10) == EINVAL);
	}
	EXPECT(our_posix_memalign(&block, 8192, 10) == EINVAL);
	EXPECT(our_posix_memalign(&block, sizeof(void *) / 2, 10) == EINVAL);
}

TEST(what_a_process_leaves_goes_with_its_heap_and_any_process_may_free)
{
	struct heap *one = heap_create(), *two = heap_create();
	struct heap_stats stats;
	char *block;

	heap_now = one;
	block = our_malloc(100);
	CHECK(block && our_calloc(10, 10));
	heap_now = two;
	our_free(block); /* of the other */
	block = our_malloc(50);
	heap_now = one;
	strcpy(block, "kept");
	block = our_realloc(block, 5000); /* moves to the heap of who asks */
	CHECK(block);
	CHECK_STR(block, "kept");
	heap_get_stats(two, &stats);
	CHECK_EQ(stats.blocks, 0);
	heap_get_stats(one, &stats);
	CHECK_EQ(stats.blocks, 2);
	heap_now = NULL;
	heap_destroy(one); /* the sanitizer would tell of what is not in it */
	heap_destroy(two);
}

TEST(a_process_without_a_heap_has_no_memory)
{
	no_heap = true;
	EXPECT(refused(our_malloc(1)));
	EXPECT(refused(our_calloc(1, 1)));
	EXPECT(refused(our_realloc(NULL, 1)));
	EXPECT(refused(our_aligned_alloc(64, 64)));
	no_heap = false;
}
