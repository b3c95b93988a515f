/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap: two-level segregated fit. Every operation takes a bounded number of steps,
 * however many blocks there are.
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
 *
 * Free blocks are in lists by size: the first level is the power of two, the second
 * divides it into 16. A bit says which lists are not empty. A request takes from the
 * first list, from the one on whose smallest block is big enough, that is not empty,
 * which two bit scans find; what is left over of the block goes back.
 *
 *     0x1a40 = 1.1010 0100 0000 binary: first level by the highest bit, second 1010
 *
 * A block of BIG_BYTES or more has a run of its own, that goes back to the page allocator
 * with it. One other run is kept when it gets empty, so that a block at the border does
 * not make runs come and go.
 *
 * A head in use holds a check word made from its address: heap_free() of a block freed
 * before, of a pointer into the middle of one, or of one that was written past its end is
 * an assertion instead of a damaged heap.
 */
#include "kernel/heap.h"

#include <string.h>

#include "kernel/addr.h"
#include "kernel/irq.h"
#include "kernel/list.h"
#include "kernel/log.h"
#include "kernel/page.h"

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
#define FREE      1u
#define PREV_FREE 2u /* the block before is free: the tag is one */
#define FIRST     4u /* first of its run */
#define BIG       8u /* alone in its run: the tag points to the run */
#define FLAGS     15u

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
_Static_assert(UNIT > FLAGS && UNIT % sizeof(struct head) == 0, "flags fit below a size");
_Static_assert(RUN_BYTES <= 1u << (LINEAR_BITS + N_FIRST - 1), "its block has a list");
_Static_assert(BIG_BYTES + 2 * PAGE_SIZE < RUN_BYTES, "what is not big fits into a run");

static struct heap first_heap = {.runs = LIST_INIT(first_heap.runs)};
struct heap *const kernel_heap = &first_heap;
static struct heap *heaps[HEAP_MAX] = {&first_heap};

/* --- heads -------------------------------------------------------------------------- */

static size_t size_of(const struct head *b)
{
	return b->size & ~(size_t)FLAGS;
}

static void *payload_of(struct head *b)
{
	return b + 1;
}

static struct head *next_of(struct head *b)
{
	return (struct head *)((char *)b + size_of(b));
}

/* The tag before a head. */
static void **tag_of(struct head *b)
{
	return (void **)b - 1;
}

static struct head *first_of(struct run *r)
{
	return (struct head *)((char *)r + FIRST_OFFSET);
}

static bool fills_run(struct head *b)
{
	return (b->size & FIRST) && size_of(next_of(b)) == 0;
}

static struct run *run_of(struct head *first)
{
	return (struct run *)((char *)first - FIRST_OFFSET);
}

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

	return below_index == 0 && !(b->size & FREE) && heaps[index_of(b)];
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
	assert(next->size & FREE ? next->check == 0 : is_used(next));
	return heaps[index_of(b)];
}

/* --- free lists --------------------------------------------------------------------- */

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

/* Mark free, put into its list. Its neighbours are in use. */
static void list_add(struct heap *h, struct head *b)
{
	struct free_block *f = (struct free_block *)b;
	unsigned first, second;

	place_of(size_of(b), &first, &second);
	b->check = 0;
	b->size |= FREE;
	next_of(b)->size |= PREV_FREE;
	*tag_of(next_of(b)) = b;

	f->prev = NULL;
	f->next = h->lists[first][second];
	if (f->next)
		f->next->prev = f;
	h->lists[first][second] = f;
	h->first_map |= 1u << first;
	h->second_map[first] |= 1u << second;
}

static void list_take(struct heap *h, struct head *b)
{
	struct free_block *f = (struct free_block *)b;
	unsigned first, second;

	if (fills_run(b))
		h->spare = NULL;
	b->size &= ~(size_t)FREE;
	next_of(b)->size &= ~(size_t)PREV_FREE;

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

/* A free block that is surely big enough, still in its list; NULL when there is none. */
static struct head *find(const struct heap *h, size_t size)
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
	b->size = (pages_to_bytes(r->n_pages) - FIRST_OFFSET - sizeof(*b)) | FIRST;
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
	if (next->size & FREE) {
		list_take(h, next);
		rest_size += size_of(next);
	}
	rest = next_of(b);
	rest->size = rest_size;
	list_add(h, rest);
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
	b->size = gap | (b->size & FLAGS);
	list_add(h, b);
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
	b->size = (pages_to_bytes(n_pages) - offset) | BIG;
	*tag_of(b) = r;
	return b;
}

static struct head *alloc_small(struct heap *h, size_t align, size_t size)
{
	size_t wanted = align > UNIT ? size + align + MIN_BLOCK : size;
	struct head *b = find(h, wanted);

	if (b)
		list_take(h, b);
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
	if (next->size & FREE) {
		list_take(h, next);
		b->size += size_of(next);
	}
	if (b->size & PREV_FREE) {
		struct head *prev = *tag_of(b);

		assert((prev->size & FREE) && next_of(prev) == b);
		list_take(h, prev);
		prev->size += size_of(b);
		b = prev;
	}
	return b;
}

static void free_small(struct heap *h, struct head *b)
{
	b = join(h, b);
	if (!fills_run(b)) {
		list_add(h, b);
	} else if (h->spare) {
		run_destroy(h, run_of(b));
	} else {
		h->spare = run_of(b);
		list_add(h, b);
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
	if (b->size & BIG)
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

	if (b->size & BIG)
		return size <= old_size && size > old_size / 2;
	if (len_bytes >= BIG_BYTES)
		return false;
	if (size > old_size) {
		if (!(next->size & FREE) || old_size + size_of(next) < size)
			return false;
		list_take(h, next);
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
		list_take(h, first_of(spare));
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
