/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of the guest: the rules by which a frame is one (types.c), the hypercalls
 * that change them (mmu.c), walking them (walk.c), and making them true in this process
 * (tlb.c). All of it is lean code, see lean.h.
 */
#ifndef HOST_MMU_H
#define HOST_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/memory.h"

typedef uint64_t pte_t;

#define PTE_PRESENT    0x1ull
#define PTE_WRITE      0x2ull
#define PTE_USER       0x4ull
#define PTE_PWT        0x8ull
#define PTE_PCD        0x10ull
#define PTE_ACCESSED   0x20ull
#define PTE_DIRTY      0x40ull
#define PTE_PSE        0x80ull
#define PTE_GLOBAL     0x100ull
#define PTE_KERNEL     (1ull << 52) /* Xen's own mark: was not for the guest's user mode */
#define PTE_NX         (1ull << 63)
#define PTE_FRAME_MASK 0x000ffffffffff000ull
#define PTE_ENTRIES    512u
#define PTE_LEVELS     4

static inline uint64_t pte_mfn(pte_t e)
{
	return (e & PTE_FRAME_MASK) >> PAGE_SHIFT;
}

static inline unsigned pte_slot(uint64_t va, int level)
{
	return va >> (PAGE_SHIFT + 9 * (level - 1)) & (PTE_ENTRIES - 1);
}

/* --- types.c: what a frame may be used as ------------------------------------------------ */

/**
 * Take a use of a frame as @type; its contents are checked when it becomes a table.
 * Returns 0 or -XEN_EINVAL, and says why.
 */
int type_get(size_t index, enum frame_type type);

/** Give a use back. */
void type_put(size_t index);

/**
 * Change one entry of a frame that is a page table (or of a writable page: Xen allows it).
 *
 * @where  machine address of the entry
 * Returns 0 or -XEN_E...
 */
int entry_write(uint64_t where, pte_t value, bool keep_accessed_dirty);

/** "L1 table", "writable page", ... */
const char *type_name(enum frame_type type);

/* --- mmu.c: hypercalls --------------------------------------------------------------- */

extern size_t mmu_root; /* index of the top-level table in use */

/** Take the initial tables into use, pinned. Returns 0 or -XEN_E... */
int mmu_start(size_t root);

long mmu_update(uint64_t requests, unsigned n, uint64_t done, unsigned domains);
long mmu_update_va_mapping(uint64_t va, pte_t value, uint64_t flags);
long mmu_ext_op(uint64_t ops, unsigned n, uint64_t done, unsigned domain);

/** Load a top-level table. Returns 0 or -XEN_EINVAL. */
long mmu_load_root(uint64_t mfn);

/* --- walk.c ------------------------------------------------------------------------------ */

/**
 * The leaf entry of an address.
 *
 * @rights  gets PTE_WRITE and PTE_NX as the levels combine them; may be NULL
 * Returns NULL when a level above is not present; the leaf itself may be absent.
 */
pte_t *walk(uint64_t va, pte_t *rights);

/** Our address of a guest address that can be read, or written; NULL when it cannot. */
void *guest_ptr(uint64_t va, bool write);

/** Copy from, to the guest. Return 0 or -XEN_EFAULT; then a part may have been copied. */
int guest_read(void *to, uint64_t va, size_t bytes);
int guest_write(uint64_t va, const void *from, size_t bytes);

/** Forget cached walks: an entry that was present has changed. */
void walk_forget(void);

/* --- tlb.c: the process's mappings are the guest's TLB ------------------------------------- */

/**
 * Map what is around a guest address whose walk allows the access.
 * Returns 0 or -errno of mmap().
 */
int tlb_fill(uint64_t va, const pte_t *entry, pte_t rights);

/** A leaf entry that was present has changed: tlb_settle() before the guest goes on. */
void tlb_drop_entry(size_t table, unsigned slot);

/** Unmap what has been dropped. */
void tlb_settle(void);

/** Everything may have changed. */
void tlb_drop_all(void);

/** Keep pages of changed entries mapped until the guest flushes, as a processor may. */
void tlb_keep_stale(bool on);

/** The guest flushes everything, or one page. */
void tlb_flush(void);
void tlb_flush_page(uint64_t va);

/** Map text pages that are as in the image from its file, so that perf and gdb know them. */
void tlb_set_image(int fd, uint64_t first_offset, size_t first_index, size_t n_pages,
	const uint8_t *bytes);

#endif
