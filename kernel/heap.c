/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap: two-level segregated fit. Every operation takes a bounded number of steps,
 * however many blocks there are. How blocks lie in memory is drawn in heap_private.h, how
 * a free one is found is in heap_list.c.
 *
 * A block of BIG_BYTES or more has a run of its own, that goes back to the page allocator
 * with it. One other run is kept when it gets empty, so that a block at the border does
 * not make runs come and go.
 *
 * A head in use holds a check word made from its address: heap_free() of a block freed
 * before, of a pointer into the middle of one, or of one that was written past its end is
 * an assertion instead of a damaged heap.
 */
#include "kernel/heap_private.h"

#include <string.h>

#include "kernel/irq.h"
#include "kernel/log.h"
#include "kernel/page.h"

static struct heap first_heap = {.runs = LIST_INIT(first_heap.runs)};
struct heap *const kernel_heap = &first_heap;
static struct heap *heaps[HEAP_MAX] = {&first_heap};

/* --- check words -------------------------------------------------------------------- */

/*
 * The check word of heap 0. The index of another is added in the highest bits, which a
 * write past the end reaches last.
 */
static uintptr_t check_of(const struct head *b)
{
	return (uintptr_t)b * (uintptr_t)0x9e3779b97f4a7c15u;
}

static void set_check(const struct heap *h, struct head *b)
{
	b->check = check_of(b) + ((uintptr_t)h->index << INDEX_SHIFT);
}

static unsigned index_of(const struct head *b)
{
	return (unsigned)((b->check - check_of(b)) >> INDEX_SHIFT);
}

static bool is_used(const struct head *b)
{
	uintptr_t below_index = (b->check - check_of(b)) << INDEX_BITS;

	return below_index == 0 && !(b->size & HEAD_FREE) && heaps[index_of(b)];
}

static void mark_used(struct heap *h, struct head *b)
{
	set_check(h, b);
	h->stats.blocks++;
	h->stats.used_bytes += size_of(b) - sizeof(*b);
}

/* The heap of a block in use; asserts that it is one and was not written past its end. */
static struct heap *check_used(struct head *b)
{
	struct head *next;

	/* Not so: freed before, not from a heap, or overwritten from the block before. */
	assert(is_used(b));
	next = next_of(b);
	/* Not as it must be: this block was written past its end. */
	assert(next->size & HEAD_FREE ? next->check == 0 : is_used(next));
	return heaps[index_of(b)];
}

/* --- runs --------------------------------------------------------------------------- */

static struct run *run_create(struct heap *h, size_t n_pages)
{
	struct run *r = page_alloc(n_pages);
	struct head *last;

	if (!r)
		return NULL;
	r->n_pages = n_pages;
	list_append(&h->runs, &r->link);
	h->stats.pages += n_pages;
	last = (struct head *)((char *)r + pages_to_bytes(n_pages)) - 1;
	last->size = 0;
	set_check(h, last);
	return r;
}

static void run_destroy(struct heap *h, struct run *r)
{
	list_remove(&r->link);
	h->stats.pages -= r->n_pages;
	page_free(r, r->n_pages);
}

/* A new run's one block, of at least this size, in no list. */
static struct head *grow(struct heap *h, size_t size)
{
	struct run *r = run_create(h, RUN_PAGES);
	struct head *b;

	if (!r) { /* memory is short: what is needed will do */
		size_t least_bytes = FIRST_OFFSET + size + sizeof(struct head);

		r = run_create(h, bytes_to_pages(least_bytes));
	}
	if (!r)
		return NULL;
	b = first_of(r);
	b->size = (pages_to_bytes(r->n_pages) - FIRST_OFFSET - sizeof(*b)) | HEAD_FIRST;
	return b;
}

/* --- blocks ------------------------------------------------------------------------- */

/*
 * Cut a block that is in no list down to size; the rest becomes free and joins what is
 * free behind it.
 */
static void trim(struct heap *h, struct head *b, size_t size)
{
	size_t rest_size = size_of(b) - size;
	struct head *rest, *next = next_of(b);

	if (rest_size < MIN_BLOCK)
		return;
	b->size -= rest_size;
	if (next->size & HEAD_FREE) {
		heap_list_take(h, next);
		rest_size += size_of(next);
	}
	rest = next_of(b);
	rest->size = rest_size;
	heap_list_add(h, rest);
}

/* Free what lies before an aligned payload; returns the block that is left. */
static struct head *cut_front(struct heap *h, struct head *b, size_t align)
{
	uintptr_t payload = (uintptr_t)payload_of(b);
	size_t gap = 0;
	struct head *aligned;

	if (payload % align)
		gap = align_up(payload + MIN_BLOCK, align) - payload;
	if (gap == 0)
		return b;
	aligned = (struct head *)((char *)b + gap);
	aligned->size = size_of(b) - gap;
	b->size = gap | (b->size & HEAD_FLAGS);
	heap_list_add(h, b);
	return aligned;
}

static struct head *alloc_big(struct heap *h, size_t align, size_t len_bytes)
{
	size_t offset = align_up(FIRST_OFFSET + sizeof(struct head), align);
	size_t n_pages = bytes_to_pages(offset + len_bytes + sizeof(struct head));
	struct run *r = run_create(h, n_pages);
	struct head *b;

	if (!r)
		return NULL;
	b = (struct head *)((char *)r + offset) - 1;
	b->size = (pages_to_bytes(n_pages) - offset) | HEAD_BIG;
	*tag_of(b) = r;
	return b;
}

static struct head *alloc_small(struct heap *h, size_t align, size_t size)
{
	size_t wanted = align > UNIT ? size + align + MIN_BLOCK : size;
	struct head *b = heap_list_find(h, wanted);

	if (b)
		heap_list_take(h, b);
	else
		b = grow(h, wanted);
	if (!b)
		return NULL;
	if (align > UNIT)
		b = cut_front(h, b, align);
	trim(h, b, size);
	return b;
}

/* The size of a block with that payload. */
static size_t block_size_for(size_t len_bytes)
{
	size_t size = align_up(len_bytes + sizeof(struct head), UNIT);

	return size < MIN_BLOCK ? MIN_BLOCK : size;
}

void *heap_alloc_aligned(struct heap *h, size_t align, size_t len_bytes)
{
	unsigned long flags;
	struct head *b;

	assert(align > 0 && (align & (align - 1)) == 0 && align <= PAGE_SIZE);
	if (len_bytes > LEN_MAX)
		return NULL;
	if (align < UNIT)
		align = UNIT;
	flags = irq_save();
	if (len_bytes < BIG_BYTES)
		b = alloc_small(h, align, block_size_for(len_bytes));
	else
		b = alloc_big(h, align, len_bytes);
	if (b)
		mark_used(h, b);
	irq_restore(flags);
	return b ? payload_of(b) : NULL;
}

void *heap_alloc(struct heap *h, size_t len_bytes)
{
	return heap_alloc_aligned(h, UNIT, len_bytes);
}

void *heap_alloc_zeroed(struct heap *h, size_t len_bytes)
{
	void *block = heap_alloc(h, len_bytes);

	return block ? memset(block, 0, len_bytes) : NULL;
}

/* Join what is free on both sides; returns the whole, in no list. */
static struct head *join(struct heap *h, struct head *b)
{
	struct head *next = next_of(b);

	b->check = 0;
	if (next->size & HEAD_FREE) {
		heap_list_take(h, next);
		b->size += size_of(next);
	}
	if (b->size & HEAD_PREV_FREE) {
		struct head *prev = *tag_of(b);

		assert((prev->size & HEAD_FREE) && next_of(prev) == b);
		heap_list_take(h, prev);
		prev->size += size_of(b);
		b = prev;
	}
	return b;
}

static void free_small(struct heap *h, struct head *b)
{
	b = join(h, b);
	if (!fills_run(b)) {
		heap_list_add(h, b);
	} else if (h->spare) {
		run_destroy(h, run_of(b));
	} else {
		h->spare = run_of(b);
		heap_list_add(h, b);
	}
}

void heap_free(void *block)
{
	unsigned long flags;
	struct head *b;
	struct heap *h;

	if (!block)
		return;
	b = (struct head *)block - 1;
	flags = irq_save();
	h = check_used(b);
	h->stats.blocks--;
	h->stats.used_bytes -= size_of(b) - sizeof(*b);
	if (b->size & HEAD_BIG)
		run_destroy(h, *tag_of(b));
	else
		free_small(h, b);
	irq_restore(flags);
}

/* Change a block's size where it lies. False when it has to move. */
static bool resize(struct heap *h, struct head *b, size_t len_bytes)
{
	size_t size = block_size_for(len_bytes), old_size = size_of(b);
	struct head *next = next_of(b);

	if (b->size & HEAD_BIG)
		return size <= old_size && size > old_size / 2;
	if (len_bytes >= BIG_BYTES)
		return false;
	if (size > old_size) {
		if (!(next->size & HEAD_FREE) || old_size + size_of(next) < size)
			return false;
		heap_list_take(h, next);
		b->size += size_of(next);
	}
	trim(h, b, size);
	h->stats.used_bytes += size_of(b) - old_size;
	return true;
}

void *heap_realloc(struct heap *h, void *block, size_t len_bytes)
{
	unsigned long flags;
	struct head *b;
	size_t old_bytes;
	void *moved;
	bool stays;

	if (!block)
		return heap_alloc(h, len_bytes);
	if (len_bytes > LEN_MAX)
		return NULL;
	b = (struct head *)block - 1;
	flags = irq_save();
	stays = resize(check_used(b), b, len_bytes);
	irq_restore(flags);
	if (stays)
		return block;
	moved = heap_alloc(h, len_bytes);
	if (moved) {
		old_bytes = size_of(b) - sizeof(*b);
		memcpy(moved, block, old_bytes < len_bytes ? old_bytes : len_bytes);
		heap_free(block);
	}
	return moved;
}

size_t heap_block_size(const void *block)
{
	return size_of((const struct head *)block - 1) - sizeof(struct head);
}

/* --- heaps -------------------------------------------------------------------------- */

struct heap *heap_create(void)
{
	struct heap *h = kzalloc(sizeof(*h));
	unsigned long flags;

	if (!h)
		return NULL;
	list_init(&h->runs);
	flags = irq_save();
	while (h->index < HEAP_MAX && heaps[h->index])
		h->index++;
	if (h->index < HEAP_MAX)
		heaps[h->index] = h;
	irq_restore(flags);
	if (h->index == HEAP_MAX) {
		kfree(h);
		return NULL;
	}
	return h;
}

void heap_destroy(struct heap *h)
{
	assert(h != kernel_heap);
	list_for_each_safe(&h->runs, link)
	{
		run_destroy(h, list_entry(link, struct run, link));
	}
	heaps[h->index] = NULL;
	kfree(h);
}

void heap_trim(struct heap *h)
{
	unsigned long flags = irq_save();
	struct run *spare = h->spare;

	if (spare) {
		heap_list_take(h, first_of(spare));
		run_destroy(h, spare);
	}
	irq_restore(flags);
}

void heap_get_stats(const struct heap *h, struct heap_stats *s)
{
	unsigned long flags = irq_save();

	*s = h->stats;
	irq_restore(flags);
}
