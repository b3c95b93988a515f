/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables: one loop walks them, on 3 levels or 4; everything else is built on it. */
#include "kernel/pagetable.h"

#include <errno.h>
#include <string.h>

#include "kernel/irq.h"
#include "kernel/page.h"
#define LOG_MODULE "pagetable"
#include "kernel/log.h"

#define INDEX_BITS    9u
#define TABLE_ENTRIES (1u << INDEX_BITS) /* of all tables but pv32's top one */
#define BATCH_UPDATES 48                 /* for one hypercall, on the stack */

static pfn_t mapped_end;

/* Bytes that one entry of a level spans: 4 KiB, 2 MiB, 1 GiB, ... */
static uint64_t entry_span(int level)
{
	return (uint64_t)PAGE_SIZE << INDEX_BITS * (unsigned)(level - 1);
}

static unsigned entry_index(vaddr_t v, int level)
{
	unsigned entries = level == PT_LEVELS ? PT_ENTRIES_TOP : TABLE_ENTRIES;

	return (unsigned)(v.v / entry_span(level)) & (entries - 1);
}

static mfn_t pte_frame(pte_t entry)
{
	return maddr_to_mfn(maddr(entry & PTE_FRAME_MASK));
}

/* --- walking ----------------------------------------------------------------------- */

/*
 * Our mapping of a table; NULL when it is not in our memory (the tables of Xen's own
 * part of the address space).
 */
static const pte_t *table_ptr(mfn_t frame)
{
	pfn_t p = mfn_to_pfn(frame);

	return pfn_eq(p, PFN_NONE) ? NULL : vaddr_ptr(pfn_to_vaddr(p));
}

/*
 * Walk down to @level or to the first entry that leads nowhere, and leave that entry in
 * *step: the caller sees by step->level how far it came. False when the way leads
 * through a table that is not ours.
 */
static bool walk_to(
	vaddr_t v, int level, pt_trace_fn *trace, void *arg, struct pt_step *step)
{
	const pte_t *table = arch_pt_root();
	mfn_t frame = ptr_to_mfn(table);

	for (step->level = PT_LEVELS; table; step->level--) {
		step->index = entry_index(v, step->level);
		step->where = maddr_add(mfn_to_maddr(frame), step->index * sizeof(pte_t));
		step->entry = READ_ONCE(table[step->index]);
		if (trace)
			trace(step, arg);
		if (step->level == level || !(step->entry & PTE_PRESENT))
			return true;
		frame = pte_frame(step->entry);
		table = table_ptr(frame);
	}
	return false;
}

pte_t pt_walk(vaddr_t v, pt_trace_fn *trace, void *arg)
{
	struct pt_step step;

	if (!walk_to(v, 1, trace, arg, &step) || step.level != 1 ||
		!(step.entry & PTE_PRESENT))
		return 0;
	return step.entry;
}

int pt_translate(vaddr_t v, maddr_t *m)
{
	pte_t entry = pt_walk(v, NULL, NULL);

	if (entry == 0)
		return -EFAULT;
	*m = maddr_add(mfn_to_maddr(pte_frame(entry)), page_offset(v.v));
	return 0;
}

/* --- changing ---------------------------------------------------------------------- */

static pte_t leaf_entry(mfn_t frame, bool write, bool execute)
{
	return mfn_to_maddr(frame).v | arch_pte_flags(write, execute);
}

/* Where the leaf entry of a direct-map page lies. It has one. */
static maddr_t leaf_where(const void *page)
{
	struct pt_step step;
	bool found = walk_to(ptr_vaddr(page), 1, NULL, NULL, &step);

	assert(found && step.level == 1);
	return step.where;
}

/*
 * Put a table, filled while it was an ordinary page, into its place: read-only first,
 * since Xen takes no table that we could write, and then the entry that points to it.
 */
static int table_hook(const void *table, const struct pt_step *at)
{
	mfn_t frame = ptr_to_mfn(table);
	int err;
	struct pte_update updates[] = {
		{leaf_where(table), leaf_entry(frame, false, false)},
		{at->where, mfn_to_maddr(frame).v | arch_pte_table_flags(at->level)},
	};

	err = arch_pte_write(updates, ARRAY_SIZE(updates));
	if (err)
		pt_unguard_page(ptr_vaddr(table)); /* an ordinary page again */
	return err;
}

/*
 * Make the tables above the leaf entry of v as far as they are missing, and leave that
 * entry in *step.
 */
static int leaf_make(vaddr_t v, struct pt_step *step)
{
	for (;;) {
		void *table;
		int err;

		if (!walk_to(v, 1, NULL, NULL, step))
			return -EINVAL; /* Xen's */
		if (step->level == 1)
			return 0;
		table = page_alloc_zeroed(1);
		if (!table)
			return -ENOMEM;
		err = table_hook(table, step);
		if (err) {
			page_free(table, 1);
			return err;
		}
	}
}

int pt_map(vaddr_t v, mfn_t frame, bool write, bool execute)
{
	struct pt_step step;
	int err = leaf_make(v, &step);

	if (err)
		return err;
	return arch_pte_write(
		&(struct pte_update){step.where, leaf_entry(frame, write, execute)}, 1);
}

int pt_unmap(vaddr_t v)
{
	struct pt_step step;

	if (!walk_to(v, 1, NULL, NULL, &step) || step.level != 1)
		return -EFAULT;
	return arch_pte_write(&(struct pte_update){step.where, 0}, 1);
}

int pt_guard_page(vaddr_t page)
{
	return arch_pte_write_at(page, 0);
}

void pt_unguard_page(vaddr_t page)
{
	int err = arch_pte_write_at(
		page, leaf_entry(ptr_to_mfn(vaddr_ptr(page)), true, false));

	assert(err == 0); /* our own frame, not a table: Xen has no reason to refuse */
}

/* --- the window: one leaf table for frames that are not ours ----------------------- */

_Static_assert(PT_STEP_PAGES == TABLE_ENTRIES, "one leaf table");
_Static_assert(
	WINDOW_END - WINDOW_BASE == TABLE_ENTRIES * PAGE_SIZE, "the window is one table");

/* First of n free entries that follow each other; TABLE_ENTRIES when there are none. */
static size_t window_find(const pte_t *table, size_t n)
{
	size_t first = 0;

	for (size_t i = 0; i < TABLE_ENTRIES; i++) {
		if (table[i] != 0)
			first = i + 1;
		else if (i + 1 - first == n)
			return first;
	}
	return TABLE_ENTRIES;
}

static int window_map(vaddr_t v, const mfn_t *frames, size_t n_frames)
{
	for (size_t i = 0; i < n_frames; i++) {
		int err = arch_pte_write_at(vaddr_add(v, pages_to_bytes(i)),
			leaf_entry(frames[i], true, false));

		if (err) {
			pt_unmap_frames(vaddr_ptr(v), i);
			return err;
		}
	}
	return 0;
}

void *pt_map_frames(const mfn_t *frames, size_t n_frames)
{
	vaddr_t v = vaddr(WINDOW_BASE);
	unsigned long flags = irq_save();
	struct pt_step step;
	int err = leaf_make(v, &step);
	size_t first;

	if (!err) {
		first = window_find(table_ptr(maddr_to_mfn(step.where)), n_frames);
		v = vaddr_add(v, pages_to_bytes(first));
		err = first < TABLE_ENTRIES ? window_map(v, frames, n_frames) : -ENOSPC;
	}
	irq_restore(flags);
	return err ? NULL : vaddr_ptr(v);
}

void pt_unmap_frames(void *where, size_t n_frames)
{
	for (size_t i = 0; i < n_frames; i++) {
		int err = arch_pte_write_at(
			vaddr_add(ptr_vaddr(where), pages_to_bytes(i)), 0);

		assert(err == 0);
	}
}

/* --- boot -------------------------------------------------------------------------- */

struct batch {
	struct pte_update updates[BATCH_UPDATES];
	size_t n;
};

static void batch_flush(struct batch *b)
{
	int err = b->n ? arch_pte_write(b->updates, b->n) : 0;

	if (err)
		panic("Xen refuses the rights of the image's pages (error %d)", err);
	b->n = 0;
}

static void batch_add(struct batch *b, maddr_t where, pte_t value)
{
	b->updates[b->n++] = (struct pte_update){where, value};
	if (b->n == BATCH_UPDATES)
		batch_flush(b);
}

/*
 * What the toolstack mapped read-only (page tables) stays so; it maps everything
 * executable.
 */
static pte_t boot_rights(uintptr_t a, pte_t old)
{
	struct arch_image image = arch_image();

	if (a >= image.text_start && a < image.text_end)
		return old & ~PTE_WRITE;
	if (a >= image.rodata_start && a < image.rodata_end)
		return (old & ~PTE_WRITE) | PTE_NX;
	return old | PTE_NX;
}

/*
 * Give each page under one leaf table its rights; returns the number of pages that are
 * mapped.
 */
static size_t protect_pages(struct batch *b, vaddr_t v)
{
	struct pt_step step;
	bool found = walk_to(v, 1, NULL, NULL, &step);
	const pte_t *table = table_ptr(maddr_to_mfn(step.where));
	size_t i;

	assert(found && step.level == 1);
	for (i = 0; i < TABLE_ENTRIES && table[i] & PTE_PRESENT; i++) {
		pte_t entry = boot_rights(v.v + pages_to_bytes(i), table[i]);

		if (entry != table[i])
			batch_add(b, maddr_add(step.where, i * sizeof(pte_t)), entry);
	}
	return i;
}

static size_t count_pages(vaddr_t v)
{
	struct pt_step step;
	size_t n = 0;

	while (n < TABLE_ENTRIES &&
		walk_to(vaddr_add(v, pages_to_bytes(n)), 1, NULL, NULL, &step) &&
		step.level == 1 && step.entry & PTE_PRESENT)
		n++;
	return n;
}

/*
 * Rights of the levels combine: past the image one bit in the entry of each 2 MiB is
 * enough, however large the RAM disk that lies there is.
 */
void pt_init(void)
{
	struct batch b = {.n = 0};
	struct pt_step step;
	vaddr_t v = vaddr(VIRT_BASE), last = v;

	for (; walk_to(v, 2, NULL, NULL, &step) && step.level == 2 &&
		step.entry & PTE_PRESENT;
		v = vaddr_add(v, (uintptr_t)entry_span(2))) {
		if (v.v < arch_image().end)
			protect_pages(&b, v);
		else
			batch_add(&b, step.where, step.entry | PTE_NX);
		last = v;
	}
	batch_flush(&b);
	mapped_end = pfn_add(vaddr_to_pfn(last), count_pages(last));
	if (pt_guard_page(vaddr(arch_image().boot_stack)))
		panic("Xen refuses to unmap a page");
}

/* --- growing the direct map -------------------------------------------------------- */

pfn_t pt_mapped_end(void)
{
	return mapped_end;
}

/* Entries for n pages from p on, by plain stores: the table is not one yet. */
static void table_fill(pte_t *table, pfn_t p, size_t n)
{
	memset(table, 0, PAGE_SIZE);
	for (size_t i = 0; i < n; i++)
		table[i] = leaf_entry(pfn_to_mfn(pfn_add(p, i)), true, false);
}

/* The rest of a table that the toolstack has begun. */
static int table_extend(maddr_t where, pfn_t p, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = arch_pte_write(
			&(struct pte_update){maddr_add(where, i * sizeof(pte_t)),
				leaf_entry(pfn_to_mfn(pfn_add(p, i)), true, false)},
			1);
	return err;
}

size_t pt_grow(pfn_t limit, void *tables[], size_t *n_tables)
{
	vaddr_t v = pfn_to_vaddr(mapped_end);
	size_t n = TABLE_ENTRIES - entry_index(v, 1);
	struct pt_step step;
	int err;

	if (n > limit.v - mapped_end.v)
		n = limit.v - mapped_end.v;
	if (n == 0)
		return 0;
	for (;;) {
		void *table;

		if (!walk_to(v, 1, NULL, NULL, &step))
			return 0;
		if (step.level == 1) {
			err = table_extend(step.where, mapped_end, n);
			break;
		}
		assert(*n_tables > 0);
		table = tables[--*n_tables];
		table_fill(table, mapped_end, step.level == 2 ? n : 0);
		err = table_hook(table, &step);
		if (err)
			tables[(*n_tables)++] = table;
		if (err || step.level == 2)
			break;
	}
	if (err) {
		log_error("Xen refuses to map more memory (error %d)", err);
		return 0;
	}
	mapped_end = pfn_add(mapped_end, n);
	return n;
}
