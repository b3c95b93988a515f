/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model's grant table: frames of Xen's that hold our domain's entries, and peers'
 * mappings by them, with the same steps on the same words as Xen takes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xen/errno.h>
#include <xen/grant_table.h>
#include <xen/xen.h>

#include "arch/arch.h"
#include "kernel/pagetable.h"
#include "tests/fake/domain.h"
#include "tests/fake/peer.h"

#define TABLE_MFN         0x7000000ul /* far from the domain's own frames */
#define ENTRIES_PER_FRAME (PAGE_SIZE / sizeof(struct grant_entry_v1))
#define MAX_ENTRIES       (DOMAIN_MAX_FRAMES * ENTRIES_PER_FRAME)

static struct grant_entry_v1 *table; /* DOMAIN_MAX_FRAMES pages */
static uint32_t n_frames = 1;
static struct {
	unsigned readers, writers;
} maps[MAX_ENTRIES];
static bool fail_setup;

static struct grant_entry_v1 *table_get(void)
{
	if (!table) {
		table = aligned_alloc(PAGE_SIZE, DOMAIN_MAX_FRAMES * PAGE_SIZE);
		assert(table);
		memset(table, 0, DOMAIN_MAX_FRAMES * PAGE_SIZE);
	}
	return table;
}

/* --- the domain's operations -------------------------------------------- */

static void op_setup_table(struct gnttab_setup_table *op)
{
	if (fail_setup || op->nr_frames > DOMAIN_MAX_FRAMES) {
		op->status = GNTST_general_error;
		return;
	}
	if (op->nr_frames > n_frames)
		n_frames = op->nr_frames;
	for (uint32_t i = 0; i < op->nr_frames; i++)
		op->frame_list.p[i] = TABLE_MFN + i;
	op->status = GNTST_okay;
}

static void op_query_size(struct gnttab_query_size *op)
{
	op->nr_frames = n_frames;
	op->max_nr_frames = DOMAIN_MAX_FRAMES;
	op->status = GNTST_okay;
}

long model_grant_table_op(unsigned cmd, void *ops, unsigned n_ops)
{
	if (n_ops != 1)
		return -XEN_EINVAL;
	switch (cmd) {
	case GNTTABOP_setup_table:
		op_setup_table(ops);
		return 0;
	case GNTTABOP_query_size:
		op_query_size(ops);
		return 0;
	default:
		return -XEN_ENOSYS;
	}
}

/* The page tables' part of it: frames of the table are mapped in one block here. */
void *pt_map_frames(const mfn_t *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (frames[i].v != frames[0].v + i || frames[i].v < TABLE_MFN ||
			frames[i].v >= TABLE_MFN + n_frames)
			return NULL;
	}
	return (char *)table_get() + pages_to_bytes(frames[0].v - TABLE_MFN);
}

void domain_grants_fail(bool fail)
{
	fail_setup = fail;
}

/* --- the peers' --------------------------------------------------------- */

/* Xen's own step: check the entry and mark it in use, in one swap. */
static bool entry_use(struct grant_entry_v1 *e, uint16_t peer, bool write)
{
	uint16_t seen = __atomic_load_n(&e->flags, __ATOMIC_SEQ_CST), mark;

	do {
		if ((seen & GTF_type_mask) != GTF_permit_access || e->domid != peer)
			return false;
		if (write && (seen & GTF_readonly))
			return false;
		mark = (uint16_t)(seen | GTF_reading | (write ? GTF_writing : 0));
	} while (!__atomic_compare_exchange_n(
		&e->flags, &seen, mark, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return true;
}

void *frame_map(uint16_t peer, uint32_t ref, bool write)
{
	struct grant_entry_v1 *e;
	pfn_t page;

	if (ref >= n_frames * ENTRIES_PER_FRAME)
		return NULL;
	e = &table_get()[ref];
	if (!entry_use(e, peer, write))
		return NULL;
	maps[ref].readers += !write;
	maps[ref].writers += write;
	page = mfn_to_pfn(mfn(e->frame));
	if (pfn_eq(page, PFN_NONE)) { /* a frame that is not the domain's */
		frame_unmap(peer, ref, write);
		return NULL;
	}
	return vaddr_ptr(pfn_to_vaddr(page));
}

void frame_unmap(uint16_t peer, uint32_t ref, bool write)
{
	struct grant_entry_v1 *e = &table_get()[ref];

	(void)peer;
	assert(ref < MAX_ENTRIES && (write ? maps[ref].writers : maps[ref].readers) > 0);
	maps[ref].readers -= !write;
	maps[ref].writers -= write;
	if (maps[ref].writers == 0)
		__atomic_fetch_and(&e->flags, (uint16_t)~GTF_writing, __ATOMIC_SEQ_CST);
	if (maps[ref].writers == 0 && maps[ref].readers == 0)
		__atomic_fetch_and(&e->flags, (uint16_t)~GTF_reading, __ATOMIC_SEQ_CST);
}

unsigned domain_frames_mapped(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < MAX_ENTRIES; i++)
		n += maps[i].readers + maps[i].writers;
	return n;
}
