/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a heap is made of, for heap.c and heap_list.c.
 *
 * A heap owns runs of pages. A run is filled with blocks that touch; behind the last
 * stands a head without a block:
 *
 *     run              first block             next block               end of run
 *     | struct run |tag| head | payload ... |tag| head | payload ... |tag| head |
 *                      <----- size -------------><----- size ------------->
 *
 * `tag` is the last word of the block before, and is a tag only while that block is free:
 * it points to its head, so that a block that is freed finds a free neighbour on either
 * side and joins it. Two free blocks never touch.
 */
#ifndef KERNEL_HEAP_PRIVATE_H
#define KERNEL_HEAP_PRIVATE_H

#include "kernel/addr.h"
#include "kernel/heap.h"
#include "kernel/list.h"

#define UNIT      16u /* sizes are multiples of it, payloads are aligned to it */
#define RUN_PAGES 16u /* what a heap grows by */
#define RUN_BYTES (RUN_PAGES * PAGE_SIZE)
#define BIG_BYTES 32768u /* blocks from here on have a run of their own */

#define LEN_MAX     ((size_t)PTRDIFF_MAX - 4 * PAGE_SIZE) /* of a request: no sum overflows */
#define SECOND_BITS 4
#define N_SECOND    (1u << SECOND_BITS) /* lists per power of two */
#define LINEAR_BITS 8  /* smaller than 2^8: first row, a list per multiple of UNIT */
#define N_FIRST     9u /* rows: below 2^8, then 2^8 .. 2^15; a run has less than 2^16 */

/* Flags in the low bits of a head's size. */
#define HEAD_FREE      1u
#define HEAD_PREV_FREE 2u /* the block before is free: the tag is one */
#define HEAD_FIRST     4u /* first of its run */
#define HEAD_BIG       8u /* alone in its run: the tag points to the run */
#define HEAD_FLAGS     15u

struct head {
	uintptr_t check; /* in use: from the address and the heap's index; free: 0 */
	size_t size;     /* of the whole block; 0 in the last head of a run; flags */
};

struct free_block {
	struct head head;
	struct free_block *next, *prev;
};

struct run {
	struct list link;
	size_t n_pages;
};

struct heap {
	unsigned index;
	struct list runs;
	struct run *spare; /* an empty run that is kept; there is at most one */
	struct heap_stats stats;
	unsigned first_map;
	unsigned second_map[N_FIRST];
	struct free_block *lists[N_FIRST][N_SECOND];
};

#define INDEX_BITS         6
#define INDEX_SHIFT        (8 * sizeof(uintptr_t) - INDEX_BITS)
#define ROUND_UP(n, align) (((n) + ((align)-1)) / (align) * (align))
#define MIN_BLOCK          ROUND_UP(sizeof(struct free_block) + sizeof(void *), UNIT)
/* From a run's start to its first head, so that the payload is aligned. */
#define FIRST_OFFSET                                                                     \
	(ROUND_UP(sizeof(struct run) + sizeof(void *) + sizeof(struct head), UNIT) -     \
		sizeof(struct head))

_Static_assert(HEAP_MAX == 1 << INDEX_BITS, "an index fits into a check word");
_Static_assert(
	UNIT > HEAD_FLAGS && UNIT % sizeof(struct head) == 0, "flags fit below a size");
_Static_assert(RUN_BYTES <= 1u << (LINEAR_BITS + N_FIRST - 1), "its block has a list");
_Static_assert(BIG_BYTES + 2 * PAGE_SIZE < RUN_BYTES, "what is not big fits into a run");

static inline size_t size_of(const struct head *b)
{
	return b->size & ~(size_t)HEAD_FLAGS;
}

static inline void *payload_of(struct head *b)
{
	return b + 1;
}

static inline struct head *next_of(struct head *b)
{
	return (struct head *)((char *)b + size_of(b));
}

/* The tag before a head. */
static inline void **tag_of(struct head *b)
{
	return (void **)b - 1;
}

static inline struct head *first_of(struct run *r)
{
	return (struct head *)((char *)r + FIRST_OFFSET);
}

static inline bool fills_run(struct head *b)
{
	return (b->size & HEAD_FIRST) && size_of(next_of(b)) == 0;
}

static inline struct run *run_of(struct head *first)
{
	return (struct run *)((char *)first - FIRST_OFFSET);
}

/* Mark free, put into its list. Its neighbours are in use. */
void heap_list_add(struct heap *h, struct head *b);

/* Take a free block out of its list, no longer free. */
void heap_list_take(struct heap *h, struct head *b);

/* A free block that is surely big enough, still in its list; NULL when there is none. */
struct head *heap_list_find(const struct heap *h, size_t size);

#endif
