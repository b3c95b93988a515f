/* SPDX-License-Identifier: BSD-2-Clause */
/* See xen_mmu.h; the checks that Xen makes are in table_take() and entry_take(). */
#define _GNU_SOURCE
#include "xen_mmu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch/arch.h"
#include "kernel/irq.h"
#include "kernel/pagetable.h"

#define IMAGE_PAGES 8 /* 2 of text, 2 of constants, 4 of data */
#define MFN_OFFSET  0x4000ul
#define PAGES_MAX   (1ul << 19)

struct frame {
	int level;         /* 0 = ordinary, 1..PT_LEVELS = used as such a table */
	unsigned writable; /* leaf entries that map it writable */
	uintptr_t base;    /* a table: the first address that it describes */
};

static int memory = -1; /* file descriptor */
static char *xen_view;  /* the whole of it */
static struct frame *frames;
static size_t n_frames;
static size_t n_hypercalls, n_updates;
static unsigned refuse_in;

struct boot_info boot_info;

static pte_t *table_of(size_t p)
{
	return (pte_t *)(xen_view + pages_to_bytes(p));
}

static size_t entries_of(int level)
{
	return level == PT_LEVELS ? PT_ENTRIES_TOP : 512;
}

static uint64_t span_of(int level)
{
	return (uint64_t)PAGE_SIZE << 9 * (level - 1);
}

/* --- translation: no two neighbours stay neighbours -------------------------------- */

mfn_t pfn_to_mfn(pfn_t p)
{
	return p.v < n_frames ? mfn((p.v ^ 1) + MFN_OFFSET) : MFN_NONE;
}

pfn_t mfn_to_pfn(mfn_t m)
{
	unsigned long p = (m.v - MFN_OFFSET) ^ 1;

	return p < n_frames ? pfn(p) : PFN_NONE;
}

/* --- what the guest sees -------------------------------------------------------------- */

static void view_set(uintptr_t v, pte_t entry)
{
	pfn_t p = mfn_to_pfn(maddr_to_mfn(maddr(entry & PTE_FRAME_MASK)));
	int rights = PROT_READ | (entry & PTE_WRITE ? PROT_WRITE : 0);
	void *at = vaddr_ptr(vaddr(v));
	void *got;

	if (entry & PTE_PRESENT)
		got = mmap(at, PAGE_SIZE, rights, MAP_SHARED | MAP_FIXED, memory,
			(off_t)pages_to_bytes(p.v));
	else
		got = mmap(at, PAGE_SIZE, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
	if (got != at)
		abort();
}

/* --- changing an entry, as Xen does -------------------------------------------------- */

static int entry_set(size_t table, size_t i, pte_t new);

/* Take back what an entry of this level stands for. */
static void entry_drop(int level, uintptr_t v, pte_t old)
{
	pfn_t p = mfn_to_pfn(maddr_to_mfn(maddr(old & PTE_FRAME_MASK)));

	if (!(old & PTE_PRESENT))
		return;
	if (level == 1) {
		frames[p.v].writable -= (old & PTE_WRITE) != 0;
		view_set(v, 0);
	} else {
		frames[p.v].level = 0;
	}
}

/* Make a frame a table: everything in it must be good. */
static int table_take(size_t p, int level, uintptr_t base)
{
	struct frame *f = &frames[p];
	pte_t *table = table_of(p);

	if (f->level || f->writable)
		return -EINVAL;
	f->level = level;
	f->base = base;
	for (size_t i = 0; i < entries_of(level); i++) {
		pte_t entry = table[i];
		int err;

		table[i] = 0;
		err = entry ? entry_set(p, i, entry) : 0;
		if (err) {
			f->level = 0;
			return err;
		}
	}
	return 0;
}

static int entry_take(int level, uintptr_t v, pte_t new)
{
	pfn_t p = mfn_to_pfn(maddr_to_mfn(maddr(new &PTE_FRAME_MASK)));

	if (!(new &PTE_PRESENT))
		return new ? -EINVAL : 0; /* the model wants zero: safe from L1TF */
	if (pfn_eq(p, PFN_NONE))
		return -EPERM;
	if (level > 1)
		return table_take(p.v, level - 1, v);
	if (new &PTE_WRITE && frames[p.v].level)
		return -EBUSY;
	frames[p.v].writable += (new &PTE_WRITE) != 0;
	view_set(v, new);
	return 0;
}

static int entry_set(size_t table, size_t i, pte_t new)
{
	struct frame *f = &frames[table];
	uintptr_t v = f->base + (uintptr_t)(i * span_of(f->level));
	pte_t old = table_of(table)[i];
	int err;

	if (f->level > 1 && (old & ~PTE_NX) == (new & ~PTE_NX)) {
		table_of(table)[i] = new; /* rights only */
		return 0;
	}
	entry_drop(f->level, v, old);
	err = entry_take(f->level, v, new);
	table_of(table)[i] = err ? 0 : new;
	if (err && old)
		table_of(table)[i] = entry_take(f->level, v, old) ? 0 : old;
	return err;
}

static int update(maddr_t where, pte_t value)
{
	pfn_t p = mfn_to_pfn(maddr_to_mfn(where));

	n_updates++;
	if (refuse_in && --refuse_in == 0)
		return -EINVAL;
	if (pfn_eq(p, PFN_NONE) || !frames[p.v].level)
		return -EPERM;
	return entry_set(p.v, page_offset((uintptr_t)where.v) / sizeof(pte_t), value);
}

int arch_pte_write(const struct pte_update *u, size_t n)
{
	int err = 0;

	n_hypercalls++;
	for (size_t i = 0; i < n && !err; i++)
		err = update(u[i].where, u[i].value);
	return err;
}

/* Walks by itself: the code under test is not asked. */
static pte_t *leaf_find(uintptr_t v, size_t *table)
{
	*table = boot_info.pt_first.v;
	for (int level = PT_LEVELS;; level--) {
		pte_t *entry =
			&table_of(*table)[v / span_of(level) & (entries_of(level) - 1)];

		if (level == 1)
			return entry;
		if (!(*entry & PTE_PRESENT))
			return NULL;
		*table = mfn_to_pfn(maddr_to_mfn(maddr(*entry & PTE_FRAME_MASK))).v;
	}
}

int arch_pte_write_at(vaddr_t v, pte_t value)
{
	size_t table;
	pte_t *entry = leaf_find(v.v, &table);

	n_hypercalls++;
	n_updates++;
	if (refuse_in && --refuse_in == 0)
		return -EINVAL;
	return entry ? entry_set(table, (size_t)(entry - table_of(table)), value)
		     : -EINVAL;
}

bool xen_mmu_mapped(uintptr_t v)
{
	size_t table;
	pte_t *entry = leaf_find(v, &table);

	return entry && *entry & PTE_PRESENT;
}

bool xen_mmu_writable(uintptr_t v)
{
	size_t table;
	pte_t *entry = leaf_find(v, &table);

	return entry && *entry & PTE_PRESENT && *entry & PTE_WRITE;
}

/* --- the rest of the target --------------------------------------------------------------- */

const pte_t *arch_pt_root(void)
{
	return vaddr_ptr(pfn_to_vaddr(boot_info.pt_first));
}

pte_t arch_pte_flags(bool write, bool execute)
{
	return PTE_PRESENT | (write ? PTE_WRITE : 0) | (execute ? 0 : PTE_NX);
}

pte_t arch_pte_table_flags(int level)
{
	return level == PT_LEVELS ? PTE_PRESENT : PTE_PRESENT | PTE_WRITE;
}

struct arch_image arch_image(void)
{
	return (struct arch_image){
		.text_start = VIRT_BASE,
		.text_end = VIRT_BASE + 2 * PAGE_SIZE,
		.rodata_start = VIRT_BASE + 2 * PAGE_SIZE,
		.rodata_end = VIRT_BASE + 4 * PAGE_SIZE,
		.boot_stack = VIRT_BASE + (IMAGE_PAGES - 1) * PAGE_SIZE,
		.end = VIRT_BASE + IMAGE_PAGES * PAGE_SIZE,
	};
}

/* --- the toolstack's part -------------------------------------------------------------------- */

static pte_t pointer_to(size_t p, pte_t flags)
{
	return mfn_to_maddr(pfn_to_mfn(pfn(p))).v | flags;
}

/* Tables for [VIRT_BASE, + mapped_pages), each level after the one above. */
static size_t tables_build(size_t first, size_t mapped_pages)
{
	size_t next = first + 1, level_first = first;
	uintptr_t end = VIRT_BASE + pages_to_bytes(mapped_pages);

	for (int level = PT_LEVELS; level > 1; level--) {
		size_t below = next;
		uint64_t span = span_of(level);

		for (uint64_t v = VIRT_BASE / span * span; v < end; v += span) {
			size_t table =
				level_first +
				(level == PT_LEVELS ? 0
						    : v / (span << 9) -
							      VIRT_BASE / (span << 9));

			table_of(table)[v / span & (entries_of(level) - 1)] =
				pointer_to(next++, arch_pte_table_flags(level));
		}
		level_first = below;
	}
	for (size_t p = 0; p < mapped_pages; p++) {
		uintptr_t v = VIRT_BASE + pages_to_bytes(p);
		size_t table = level_first + (v >> 21) - (VIRT_BASE >> 21);

		table_of(table)[v >> PAGE_SHIFT & 511] =
			pointer_to(p, arch_pte_flags(true, true));
	}
	return next - first;
}

static void leaf_protect(size_t mapped_pages, size_t first, size_t n)
{
	for (size_t p = 0; p < n; p++) {
		uintptr_t v = VIRT_BASE + pages_to_bytes(first + p);
		size_t table;

		if (first + p < mapped_pages)
			*leaf_find(v, &table) &= ~PTE_WRITE;
	}
}

void xen_mmu_start(size_t n_pages, size_t mapped_pages)
{
	if (memory < 0) {
		memory = memfd_create("domain", 0);
		xen_view = mmap(NULL, pages_to_bytes(PAGES_MAX), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_NORESERVE, memory, 0);
		frames = calloc(PAGES_MAX, sizeof(*frames));
		if (memory < 0 || xen_view == MAP_FAILED || !frames)
			abort();
	}
	if (ftruncate(memory, 0) || ftruncate(memory, (off_t)pages_to_bytes(n_pages)))
		abort();
	if (mmap(vaddr_ptr(vaddr(WINDOW_BASE)),
		    VIRT_BASE - WINDOW_BASE + pages_to_bytes(n_pages) + PAGE_SIZE,
		    PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE,
		    -1, 0) == MAP_FAILED)
		abort();
	memset(frames, 0, n_pages * sizeof(*frames));
	n_frames = n_pages;
	boot_info = (struct boot_info){
		.n_pages = n_pages,
		.pt_first = pfn(IMAGE_PAGES),
	};
	boot_info.pt_n_pages = tables_build(IMAGE_PAGES, mapped_pages);
	boot_info.first_free = pfn_add(boot_info.pt_first, boot_info.pt_n_pages);
	leaf_protect(mapped_pages, IMAGE_PAGES, boot_info.pt_n_pages);
	refuse_in = 0;
	if (table_take(IMAGE_PAGES, PT_LEVELS, 0))
		abort();
	n_hypercalls = n_updates = 0;
}

void xen_mmu_refuse(unsigned nth)
{
	refuse_in = nth;
}

size_t xen_mmu_hypercalls(void)
{
	return n_hypercalls;
}

size_t xen_mmu_updates(void)
{
	return n_updates;
}

/* --- no events here ---------------------------------------------------------------------------- */

unsigned long arch_irq_save(void)
{
	return 0;
}

void arch_irq_restore(unsigned long flags)
{
	(void)flags;
}

void irq_restore(unsigned long flags)
{
	arch_irq_restore(flags);
}
