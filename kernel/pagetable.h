/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables: our own mappings, read and changed.
 *
 *   address     | index 4 | index 3 | index 2 | index 1 |  offset  |
 *                    |         |         |         |
 *   root table ---> entry --> entry --> entry --> leaf entry --> frame
 *
 * On pv64 each index has 9 bits; pv32 has no level 4 and 2 bits at level 3.
 *
 * An entry holds a machine frame number, so each step goes through m2p to find the next
 * table in our memory, where it is mapped read-only. Entries are written by Xen for us,
 * which checks them (arch_pte_write).
 */
#ifndef KERNEL_PAGETABLE_H
#define KERNEL_PAGETABLE_H

#include "arch/arch.h"

/* --- reading ----------------------------------------------------------------------- */

/* One step of a walk. */
struct pt_step {
	int level;      /* PT_LEVELS (root) .. 1 (leaf) */
	unsigned index; /* of the entry in its table */
	maddr_t where;  /* the entry's machine address, for arch_pte_write() */
	pte_t entry;
};

typedef void pt_trace_fn(const struct pt_step *step, void *arg);

/**
 * Walk the tables from the root to the leaf entry of an address.
 *
 * @trace  called for each entry read, or NULL
 * Returns the leaf entry; 0 when an entry on the way is not present or belongs to Xen.
 * Context: any. Source: the processor's manual, "paging"; frames are machine frames.
 */
pte_t pt_walk(vaddr_t v, pt_trace_fn *trace, void *arg);

/** Machine address behind a virtual one; -EFAULT when it is not mapped. Context: any. */
int pt_translate(vaddr_t v, maddr_t *m);

/* --- changing ---------------------------------------------------------------------- */

/**
 * Map one frame at a page, making the tables that are missing. A former mapping of the
 * page is replaced.
 *
 * Returns 0, -ENOMEM without memory for a table, or what Xen says (-EINVAL: not a frame
 * that we may map so).
 * Context: thread.
 */
int pt_map(vaddr_t v, mfn_t frame, bool write, bool execute);

/**
 * Take the mapping of a page away; its tables stay. Returns 0 or -errno. Context:
 * thread.
 */
int pt_unmap(vaddr_t v);

/**
 * Map frames that are not our memory (the grant table) one after the other, read-write.
 *
 * Returns where, or NULL when the window or memory is used up or Xen refuses a frame.
 * Context: thread. Owner: caller, until pt_unmap_frames().
 */
void *pt_map_frames(const mfn_t *frames, size_t n_frames);
void pt_unmap_frames(void *where, size_t n_frames);

/**
 * Take away the mapping of a page of the direct map: any access faults. Returns 0 or
 * -errno. Context: any.
 */
int pt_guard_page(vaddr_t page);

/** Map a guarded page again, read-write, so that it can be freed. Context: any. */
void pt_unguard_page(vaddr_t page);

/* --- boot, and the page allocator -------------------------------------------------- */

/**
 * Set the rights of the image, take execution from everything else, and unmap the page
 * below the boot stack. Early boot, once.
 */
void pt_init(void);

/** The direct map ends here: pages below are mapped. */
pfn_t pt_mapped_end(void);

#define PT_STEP_PAGES  512u /* that one step adds: those of one leaf table, 2 MiB */
#define PT_GROW_TABLES 2    /* that one step may need: the second for another GiB */

/**
 * Extend the direct map to the next multiple of 2 MiB, or to @limit if that comes first.
 *
 * @tables    mapped pages to make tables of, taken from the end
 * @n_tables  how many there are, at least PT_GROW_TABLES; afterwards, how many are left
 * Returns how many pages were added; 0 at the limit or when Xen refuses. Context: any,
 * events off.
 */
size_t pt_grow(pfn_t limit, void *tables[], size_t *n_tables);

#endif
