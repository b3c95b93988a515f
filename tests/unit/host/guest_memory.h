/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For native tests of the domain part: a domain of some pages with page tables, without a
 * guest. What runs the guest is replaced here.
 *
 *     page of the domain       0 .. 31         32 .. 58     59..62           63
 *     mapped at                BASE + page     nowhere      tables, at       the L1 of
 *                              writable                     BASE + page, ro  nothing: zero
 */
#ifndef TESTS_UNIT_HOST_GUEST_MEMORY_H
#define TESTS_UNIT_HOST_GUEST_MEMORY_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/guest.h"
#include "host/mmu.h"

#define BASE     0x400000ul
#define N_PAGES  64u
#define N_MAPPED 32u
#define ROOT     59u /* L4, then L3, L2, L1 */
#define LEAVES   62u
#define SPARE    63u
#define PTE_PAGE (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)

/** Make it anew; all counters at their start. */
void guest_memory_make(void);

/** The address and the frame of a page, an entry for it, and where an entry is. */
uint64_t page_va(unsigned page);
uint64_t page_mfn(unsigned page);
pte_t page_entry(unsigned page, pte_t flags);
uint64_t entry_where(unsigned table, unsigned slot);
pte_t *entry_ptr(unsigned table, unsigned slot);

/** Write a page's leaf entry in the tables that map it, as update_va_mapping does. */
int page_map(unsigned page, pte_t flags);
int page_unmap(unsigned page);

/** Uses of all frames of the domain together. */
unsigned uses(void);

/** What has been said since the last look: how often, and the last text. */
unsigned refusals(void);

/** How often the TLB was told: entries that changed, everything; flushes by the guest. */
extern unsigned tlb_entries_dropped, tlb_all_dropped, tlb_flushes, tlb_pages_flushed;

/* Where domain_crash() and the end of the domain go. */
extern jmp_buf guest_end;
extern int guest_end_why; /* enum domain_end */

/** Did running this end the domain? A statement expression's place is taken by a macro. */
#define ENDS(statement)                                                                  \
	(guest_end_why = -1, setjmp(guest_end) == 0 ? ((void)(statement), 0) : 1)

#endif
