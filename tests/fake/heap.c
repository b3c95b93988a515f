/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap's contract over the host's malloc(), so that the sanitizers watch every block
 * of the code under test. For tests of everything but the heap itself.
 */
#include "kernel/heap.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/list.h"
#include "kernel/log.h"
#include "kernel/page.h"
#include "tests/fake/fake.h"

struct heap {
	struct list blocks;
	size_t used_bytes, n_blocks;
};

/* Right before the block, wherever its alignment has put it. */
struct header {
	struct list link;
	struct heap *heap;
	void *host;
	size_t len_bytes;
};

static struct heap the_kernel_heap = {LIST_INIT(the_kernel_heap.blocks), 0, 0};
struct heap *const kernel_heap = &the_kernel_heap;

static size_t allocations_left = SIZE_MAX;

void fake_fail_blocks_after(size_t n)
{
	allocations_left = n;
}

static struct header *header_of(const void *block)
{
	return (struct header *)(void *)((char *)(uintptr_t)block -
					 sizeof(struct header));
}

struct heap *heap_create(void)
{
	struct heap *h = calloc(1, sizeof(*h));

	if (h)
		list_init(&h->blocks);
	return h;
}

void heap_destroy(struct heap *h)
{
	list_for_each_safe(&h->blocks, link)
	{
		heap_free(list_entry(link, struct header, link) + 1);
	}
	free(h);
}

void *heap_alloc_aligned(struct heap *h, size_t align, size_t len_bytes)
{
	struct header *header;
	size_t lead = align_up(sizeof(*header), align);
	char *host = NULL;

	assert(align && (align & (align - 1)) == 0 && align <= PAGE_SIZE);
	if (allocations_left == 0)
		return NULL;
	if (allocations_left != SIZE_MAX)
		allocations_left--;
	if (len_bytes > PTRDIFF_MAX / 2)
		return NULL;
	if (posix_memalign((void **)&host, align, lead + len_bytes) != 0)
		return NULL;
	header = header_of(host + lead);
	*header = (struct header){.heap = h, .host = host, .len_bytes = len_bytes};
	list_append(&h->blocks, &header->link);
	h->used_bytes += len_bytes;
	h->n_blocks++;
	return host + lead;
}

void *heap_alloc(struct heap *h, size_t len_bytes)
{
	return heap_alloc_aligned(h, 16, len_bytes);
}

void *heap_alloc_zeroed(struct heap *h, size_t len_bytes)
{
	void *block = heap_alloc(h, len_bytes);

	return block ? memset(block, 0, len_bytes) : NULL;
}

void *heap_realloc(struct heap *h, void *block, size_t len_bytes)
{
	size_t old_bytes = block ? header_of(block)->len_bytes : 0;
	void *moved = heap_alloc(h, len_bytes);

	if (moved && block) {
		memcpy(moved, block, old_bytes < len_bytes ? old_bytes : len_bytes);
		heap_free(block);
	}
	return moved;
}

void heap_free(void *block)
{
	struct header *header;

	if (!block)
		return;
	header = header_of(block);
	list_remove(&header->link);
	header->heap->used_bytes -= header->len_bytes;
	header->heap->n_blocks--;
	free(header->host);
}

size_t heap_block_size(const void *block)
{
	return header_of(block)->len_bytes;
}

void heap_trim(struct heap *h)
{
	(void)h;
}

void heap_get_stats(const struct heap *h, struct heap_stats *s)
{
	*s = (struct heap_stats){.used_bytes = h->used_bytes, .blocks = h->n_blocks};
}
