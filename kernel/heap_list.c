/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The free blocks of a heap.
 *
 * They are in lists by size: the first level is the power of two, the second
 * divides it into 16. A bit says which lists are not empty. A request takes from the
 * first list, from the one on whose smallest block is big enough, that is not empty,
 * which two bit scans find; what is left over of the block goes back.
 *
 *     0x1a40 = 1.1010 0100 0000 binary: first level by the highest bit, second 1010
 */
#include "kernel/heap_private.h"

static unsigned log2_of(size_t n)
{
	return (unsigned)(8 * sizeof(unsigned long) - 1) - (unsigned)__builtin_clzl(n);
}

/* The list that a block of this size is in. */
static void place_of(size_t size, unsigned *first, unsigned *second)
{
	if (size < 1u << LINEAR_BITS) {
		*first = 0;
		*second = (unsigned)(size / UNIT);
	} else {
		unsigned bit = log2_of(size);

		*first = bit - LINEAR_BITS + 1;
		*second = (unsigned)(size >> (bit - SECOND_BITS)) % N_SECOND;
	}
}

void heap_list_add(struct heap *h, struct head *b)
{
	struct free_block *f = (struct free_block *)b;
	unsigned first, second;

	place_of(size_of(b), &first, &second);
	b->check = 0;
	b->size |= HEAD_FREE;
	next_of(b)->size |= HEAD_PREV_FREE;
	*tag_of(next_of(b)) = b;

	f->prev = NULL;
	f->next = h->lists[first][second];
	if (f->next)
		f->next->prev = f;
	h->lists[first][second] = f;
	h->first_map |= 1u << first;
	h->second_map[first] |= 1u << second;
}

void heap_list_take(struct heap *h, struct head *b)
{
	struct free_block *f = (struct free_block *)b;
	unsigned first, second;

	if (fills_run(b))
		h->spare = NULL;
	b->size &= ~(size_t)HEAD_FREE;
	next_of(b)->size &= ~(size_t)HEAD_PREV_FREE;

	place_of(size_of(b), &first, &second);
	if (f->next)
		f->next->prev = f->prev;
	if (f->prev) {
		f->prev->next = f->next;
		return;
	}
	h->lists[first][second] = f->next;
	if (!f->next) {
		h->second_map[first] &= ~(1u << second);
		if (h->second_map[first] == 0)
			h->first_map &= ~(1u << first);
	}
}

struct head *heap_list_find(const struct heap *h, size_t size)
{
	unsigned first, second, map;

	if (size >= 1u << LINEAR_BITS) /* to the next list's smallest */
		size += ((size_t)1 << (log2_of(size) - SECOND_BITS)) - 1;
	place_of(size, &first, &second);
	if (first >= N_FIRST)
		return NULL;
	map = h->second_map[first] & ~0u << second;
	if (map == 0) {
		unsigned rows = h->first_map & ~0u << first << 1;

		if (rows == 0)
			return NULL;
		first = (unsigned)__builtin_ctz(rows);
		map = h->second_map[first];
	}
	return &h->lists[first][__builtin_ctz(map)]->head;
}
