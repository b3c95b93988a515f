/* SPDX-License-Identifier: BSD-2-Clause */
/* A domain without a guest, for native tests. */
#include "tests/unit/host/guest_memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/fsbase.h"
#include "host/lean.h"
#include "host/life.h"
#include "host/stats.h"

jmp_buf guest_end;
int guest_end_why;
unsigned tlb_entries_dropped, tlb_all_dropped, tlb_flushes, tlb_pages_flushed;

/* --- what only a real run has ----------------------------------------------------------- */

uint32_t host_inside = 1, host_attention;
uint64_t host_stack;
struct guest_event guest_pending;
static uint64_t fs, gs;
static unsigned n_refusals;

void host_full(void)
{
}

void host_lean(void)
{
}

void fs_sleep_begin(void)
{
}

void fs_sleep_end(void)
{
}

bool guest_may_set_fs(void)
{
	return false;
}

void guest_set_fs(uint64_t base)
{
	fs = base;
}

uint64_t guest_get_fs(void)
{
	return fs;
}

void guest_set_gs(uint64_t base)
{
	gs = base;
}

uint64_t guest_get_gs(void)
{
	return gs;
}

void tlb_settle(void)
{
}

void tlb_drop_entry(size_t table, unsigned slot)
{
	(void)table;
	(void)slot;
	tlb_entries_dropped++;
}

void tlb_flush(void)
{
	tlb_flushes++;
}

void tlb_flush_page(uint64_t va)
{
	(void)va;
	tlb_pages_flushed++;
}

void tlb_drop_all(void)
{
	tlb_all_dropped++;
}

void life_end(enum domain_end why)
{
	guest_end_why = (int)why;
	longjmp(guest_end, 1);
}

void life_watch(void)
{
}

void domain_crash(const char *fmt, ...)
{
	(void)fmt;
	life_end(END_DIED);
}

/* --- what is said: counted --------------------------------------------------------------- */

unsigned trace_categories;

void trace_line(enum trace_category category, const char *fmt, ...)
{
	(void)category;
	(void)fmt;
}

const char *hypercall_name(unsigned nr)
{
	(void)nr;
	return "";
}

void host_say(const char *fmt, ...)
{
	(void)fmt;
}

void host_refused(const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 8) /* it must be words */
		abort();
	va_end(args);
	n_refusals++;
}

unsigned refusals(void)
{
	unsigned n = n_refusals;

	n_refusals = 0;
	return n;
}

/* --- memory ------------------------------------------------------------------------------- */

uint64_t page_va(unsigned page)
{
	return BASE + (uint64_t)page * PAGE_SIZE;
}

uint64_t page_mfn(unsigned page)
{
	return frame_mfn(page);
}

pte_t page_entry(unsigned page, pte_t flags)
{
	return page_mfn(page) << PAGE_SHIFT | flags;
}

uint64_t entry_where(unsigned table, unsigned slot)
{
	return page_mfn(table) << PAGE_SHIFT | slot * sizeof(pte_t);
}

pte_t *entry_ptr(unsigned table, unsigned slot)
{
	return (pte_t *)frame_ptr(table) + slot;
}

static unsigned leaf_slot(unsigned page)
{
	return pte_slot(page_va(page), 1);
}

int page_map(unsigned page, pte_t flags)
{
	return entry_write(
		entry_where(LEAVES, leaf_slot(page)), page_entry(page, flags), false);
}

int page_unmap(unsigned page)
{
	return entry_write(entry_where(LEAVES, leaf_slot(page)), 0, false);
}

static void tables_make(void)
{
	for (int level = PTE_LEVELS; level > 1; level--)
		*entry_ptr(ROOT + PTE_LEVELS - (unsigned)level, pte_slot(BASE, level)) =
			page_entry(ROOT + PTE_LEVELS - (unsigned)level + 1, PTE_PAGE);
	for (unsigned page = 0; page < N_PAGES; page++) {
		bool table = page >= ROOT && page <= LEAVES;

		if (page < N_MAPPED || table)
			*entry_ptr(LEAVES, leaf_slot(page)) = page_entry(
				page, table ? PTE_PAGE & ~PTE_WRITE : PTE_PAGE);
	}
}

void guest_memory_make(void)
{
	memory_destroy();
	if (memory_create(N_PAGES) != 0)
		abort();
	tables_make();
	if (mmu_start(ROOT) != 0)
		abort();
	walk_forget();
	tlb_entries_dropped = tlb_all_dropped = tlb_flushes = tlb_pages_flushed = 0;
	n_refusals = 0;
}

unsigned uses(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < N_PAGES; i++)
		n += memory.frames[i].type_count;
	return n;
}
