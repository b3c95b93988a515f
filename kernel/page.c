/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page allocator: free runs in lists by size, neighbours joined again when they are
 * freed.
 *
 *   free run:   | head: links, n | ... | last: where the head is |  (maybe one page)
 *   bitmap:     one bit for each page, set = free: does a neighbour hold such a record?
 *
 * Class c lists the runs of 2^c to 2^(c+1)-1 pages. A request takes from the first
 * class where every run is large enough: constant time. Only when those are empty is
 * the class below searched, whose runs may be too short.
 *
 * The bitmap comes in pages, each for 128 MiB, made when the direct map first reaches
 * so far. Boot costs the same whatever the domain's size; memory that nobody asks for
 * is never touched.
 */
#include "kernel/page.h"

#include <string.h>

#include "arch/barrier.h"
#include "kernel/irq.h"
#include "kernel/list.h"
#include "kernel/pagetable.h"
#define LOG_MODULE "page"
#include "kernel/log.h"

#define CLASSES     25 /* up to 2^25 pages, 128 GiB */
#define TABLES_KEPT 16 /* page tables, each for 2 MiB */

struct run {
	struct list link;     /* head: in its class */
	size_t n_pages;       /* head */
	struct run *run_head; /* last page */
};

#define CHUNK_PAGES (PAGE_SIZE * 8) /* that one bitmap page describes */
#define CHUNKS      ((VIRT_LIMIT - VIRT_BASE) / PAGE_SIZE / CHUNK_PAGES + 1)

static struct list classes[CLASSES];
static uint32_t nonempty; /* bit c: class c has a run */
static unsigned long *bitmaps[CHUNKS];
static void *tables[TABLES_KEPT]; /* kept for growing */
static size_t n_tables;
static size_t n_free;     /* mapped and free */
static size_t n_reserved; /* mapped, not ours to hand out: image, RAM disk, ... */
static pfn_t limit;       /* end of what can be mapped */

/* --- the bitmap -------------------------------------------------------------------- */

static bool page_is_free(pfn_t p)
{
	unsigned long *bits = p.v < pt_mapped_end().v ? bitmaps[p.v / CHUNK_PAGES] : NULL;
	unsigned long i = p.v % CHUNK_PAGES;

	return bits && bits[i / BITS_PER_LONG] >> i % BITS_PER_LONG & 1;
}

/* A word at a time. */
static void mark(pfn_t first, size_t n, bool is_free)
{
	while (n > 0) {
		unsigned long i = first.v % CHUNK_PAGES;
		unsigned shift = (unsigned)(i % BITS_PER_LONG);
		size_t count = n < BITS_PER_LONG - shift ? n : BITS_PER_LONG - shift;
		unsigned long mask = (~0ul >> (BITS_PER_LONG - count)) << shift;
		unsigned long *word = &bitmaps[first.v / CHUNK_PAGES][i / BITS_PER_LONG];

		assert((*word & mask) ==
			(is_free ? 0 : mask)); /* freed twice, or handed out twice */
		*word ^= mask;
		first = pfn_add(first, count);
		n -= count;
	}
}

/* --- the lists --------------------------------------------------------------------- */

static unsigned class_of(size_t n)
{
	return (unsigned)(sizeof(unsigned long) * 8 - 1) -
	       (unsigned)__builtin_clzl((unsigned long)n);
}

static struct run *run_at(pfn_t p)
{
	return vaddr_ptr(pfn_to_vaddr(p));
}

static pfn_t run_pfn(const struct run *r)
{
	return vaddr_to_pfn(ptr_vaddr(r));
}

static void run_insert(pfn_t first, size_t n)
{
	struct run *r = run_at(first);
	unsigned class = class_of(n);

	r->n_pages = n;
	run_at(pfn_add(first, n - 1))->run_head = r;
	list_prepend(&classes[class], &r->link);
	nonempty |= 1u << class;
}

static void run_remove(struct run *r)
{
	unsigned class = class_of(r->n_pages);

	list_remove(&r->link);
	if (list_empty(&classes[class]))
		nonempty &= ~(1u << class);
}

/* NULL when no run is long enough. */
static struct run *run_find(size_t n)
{
	unsigned below = class_of(n);
	unsigned class = below + ((n & (n - 1)) != 0); /* every run of it has n pages */
	uint32_t fit = class < CLASSES ? nonempty >> class << class : 0;

	if (fit)
		return list_entry(classes[__builtin_ctz(fit)].next, struct run, link);
	if (below >= CLASSES)
		return NULL;
	list_for_each(&classes[below], l)
	{
		struct run *r = list_entry(l, struct run, link);

		if (r->n_pages >= n)
			return r;
	}
	return NULL;
}

/* Put pages among the free ones, joined with free neighbours. */
static void run_free(pfn_t first, size_t n)
{
	pfn_t after = pfn_add(first, n);

	mark(first, n, true);
	n_free += n;
	if (page_is_free(after)) {
		struct run *r = run_at(after);

		run_remove(r);
		n += r->n_pages;
	}
	if (first.v > 0 && page_is_free(pfn(first.v - 1))) {
		struct run *r = run_at(pfn(first.v - 1))->run_head;

		run_remove(r);
		n += r->n_pages;
		first = run_pfn(r);
	}
	run_insert(first, n);
}

/* Take the first n pages of a run: its end may yet be joined with newly mapped memory. */
static pfn_t run_take(struct run *r, size_t n)
{
	pfn_t first = run_pfn(r);
	size_t rest = r->n_pages - n;

	run_remove(r);
	if (rest)
		run_insert(pfn_add(first, n), rest);
	mark(first, n, false);
	n_free -= n;
	return first;
}

/* --- growing ----------------------------------------------------------------------- */

/* Newly mapped pages; some become the bitmap that describes them. */
static void add_pages(pfn_t first, size_t n)
{
	pfn_t end = pfn_add(first, n);

	for (size_t chunk = first.v / CHUNK_PAGES; chunk * CHUNK_PAGES < end.v; chunk++) {
		if (bitmaps[chunk])
			continue;
		bitmaps[chunk] = vaddr_ptr(pfn_to_vaddr(first));
		memset(bitmaps[chunk], 0, PAGE_SIZE);
		first = pfn_add(first, 1);
		n_reserved++;
	}
	if (first.v < end.v)
		run_free(first, end.v - first.v);
}

/*
 * When memory is used up there is no page left to make a table of, so some are kept: a
 * handful at a time, or the tables would lie 2 MiB apart and cut all later runs to that
 * length.
 */
static void keep_tables(void)
{
	size_t unmapped = limit.v - pt_mapped_end().v;
	size_t wanted = unmapped ? unmapped / PT_STEP_PAGES + PT_GROW_TABLES : 0;
	struct run *r;

	if (n_tables >= PT_GROW_TABLES)
		return;
	if (wanted > TABLES_KEPT)
		wanted = TABLES_KEPT;
	while (n_tables < wanted && (r = run_find(1))) {
		tables[n_tables++] = vaddr_ptr(pfn_to_vaddr(run_take(r, 1)));
		n_reserved++;
	}
}

static bool grow(void)
{
	pfn_t first = pt_mapped_end();
	size_t n = pt_grow(limit, tables, &n_tables);

	if (n == 0)
		return false;
	add_pages(first, n);
	keep_tables();
	return true;
}

/* --- the interface ----------------------------------------------------------------- */

void page_init(void)
{
	pfn_t end = pt_mapped_end();

	for (unsigned i = 0; i < CLASSES; i++)
		list_init(&classes[i]);
	memset(bitmaps, 0, sizeof(bitmaps)); /* tests boot more than once */
	nonempty = 0;
	n_free = n_tables = 0;
	limit = vaddr_to_pfn(vaddr(VIRT_LIMIT));
	if (boot_info.n_pages <= limit.v)
		limit = pfn(boot_info.n_pages);
	else
		log_warn("%lu MB of memory cannot be mapped and stay unused",
			(boot_info.n_pages - limit.v) >> (20 - PAGE_SHIFT));
	n_reserved = boot_info.first_free.v;
	add_pages(boot_info.first_free, end.v - boot_info.first_free.v);
	keep_tables();
}

void *page_alloc(size_t n_pages)
{
	unsigned long flags = irq_save();
	struct run *r = NULL;
	void *page = NULL;

	assert(n_pages > 0);
	if (n_pages <= limit.v)
		while (!(r = run_find(n_pages)) && grow())
			;
	if (r)
		page = vaddr_ptr(pfn_to_vaddr(run_take(r, n_pages)));
	irq_restore(flags);
	return page;
}

void *page_alloc_zeroed(size_t n_pages)
{
	void *page = page_alloc(n_pages);

	return page ? memset(page, 0, pages_to_bytes(n_pages)) : NULL;
}

void page_free(void *page, size_t n_pages)
{
	unsigned long flags = irq_save();
	pfn_t first = vaddr_to_pfn(ptr_vaddr(page));

	assert(page_offset((uintptr_t)page) == 0 && n_pages > 0);
	assert(first.v >= boot_info.first_free.v &&
		first.v + n_pages <= pt_mapped_end().v);
	run_free(first, n_pages);
	irq_restore(flags);
}

void page_get_stats(struct page_stats *s)
{
	unsigned long flags = irq_save();
	size_t unmapped = limit.v - pt_mapped_end().v;

	*s = (struct page_stats){
		.total = boot_info.n_pages,
		.usable = limit.v - n_reserved,
		.free = n_free + unmapped,
		.unmapped = unmapped,
	};
	irq_restore(flags);
}
