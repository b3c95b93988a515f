/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap: blocks of any size over page runs, every operation in constant time
 * (two-level segregated fit).
 */
#ifndef KERNEL_HEAP_H
#define KERNEL_HEAP_H

#include <stddef.h>

/*
 * One heap with its own page runs; destroying it gives everything back at once (a process
 * has one).
 */
struct heap;

#define HEAP_MAX 64 /* heaps at one time, the kernel's included */

/** The kernel's own heap, there from kernel_main() on. */
extern struct heap *const kernel_heap;

/**
 * Create an empty heap; NULL when memory is used up or HEAP_MAX exist. Context: thread.
 */
struct heap *heap_create(void);

/** Free the heap and every block in it. Context: thread. */
void heap_destroy(struct heap *h);

/**
 * Allocate len_bytes, aligned to 16 bytes; 0 bytes give a unique block.
 *
 * Returns the block, or NULL when memory is used up or the size is absurd.
 * Context: thread or upcall, does not sleep. Owner: caller, until heap_free().
 */
void *heap_alloc(struct heap *h, size_t len_bytes);

/** The same with an alignment that is a power of two, at most PAGE_SIZE. */
void *heap_alloc_aligned(struct heap *h, size_t align, size_t len_bytes);

/** The same, with len_bytes zeroed. */
void *heap_alloc_zeroed(struct heap *h, size_t len_bytes);

/** Grow or shrink a block, moving it if needed; like realloc(3). */
void *heap_realloc(struct heap *h, void *block, size_t len_bytes);

/**
 * Give a block back to the heap it came from; NULL is allowed. Context: thread or upcall.
 */
void heap_free(void *block);

/** Bytes that the block can really hold (at least what was asked for). */
size_t heap_block_size(const void *block);

/**
 * Give every wholly free page run back to the page allocator (a little is kept
 * otherwise). Context: thread.
 */
void heap_trim(struct heap *h);

/** Bytes handed out and pages held, for reports and leak checks. */
struct heap_stats {
	size_t used_bytes, blocks, pages;
};
void heap_get_stats(const struct heap *h, struct heap_stats *s);

/* Short forms over kernel_heap. */
static inline void *kmalloc(size_t len_bytes)
{
	return heap_alloc(kernel_heap, len_bytes);
}

static inline void *kzalloc(size_t len_bytes)
{
	return heap_alloc_zeroed(kernel_heap, len_bytes);
}

static inline void kfree(void *block)
{
	heap_free(block);
}

#endif
