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

#include "host/hv.h"
#include "host/peer.h"
#include "kernel/addr.h"

#define ENTRIES_PER_FRAME (PAGE_SIZE / sizeof(struct grant_entry_v1))
#define MAX_ENTRIES       (HV_GRANT_FRAMES_LIMIT * ENTRIES_PER_FRAME)

unsigned hv_grant_frames_max = 32;

static uint32_t n_frames = 1;
static struct {
	unsigned readers, writers;
} maps[MAX_ENTRIES];
static bool fail_setup;

/* NULL when the table has no such entry. */
static struct grant_entry_v1 *entry(uint32_t ref)
{
	struct grant_entry_v1 *frame;

	if (ref >= n_frames * ENTRIES_PER_FRAME)
		return NULL;
	frame = hv_frame(hv_grant_frame(ref / ENTRIES_PER_FRAME));
	return &frame[ref % ENTRIES_PER_FRAME];
}

/* --- the domain's operations -------------------------------------------- */

static void op_setup_table(struct gnttab_setup_table *op)
{
	if (fail_setup || op->nr_frames > hv_grant_frames_max) {
		op->status = GNTST_general_error;
		return;
	}
	if (op->nr_frames > n_frames)
		n_frames = op->nr_frames;
	for (uint32_t i = 0; i < op->nr_frames; i++)
		op->frame_list.p[i] = hv_grant_frame(i);
	op->status = GNTST_okay;
}

static void op_query_size(struct gnttab_query_size *op)
{
	op->nr_frames = n_frames;
	op->max_nr_frames = hv_grant_frames_max;
	op->status = GNTST_okay;
}

long hv_grant_op(unsigned cmd, void *arg)
{
	switch (cmd) {
	case GNTTABOP_setup_table:
		op_setup_table(arg);
		return 0;
	case GNTTABOP_query_size:
		op_query_size(arg);
		return 0;
	default:
		return -XEN_ENOSYS;
	}
}

void hv_grants_fail(bool fail)
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
	struct grant_entry_v1 *e = entry(ref);
	void *frame;

	if (!e || !entry_use(e, peer, write))
		return NULL;
	maps[ref].readers += !write;
	maps[ref].writers += write;
	frame = hv_frame(e->frame);
	if (!frame) /* not the domain's */
		frame_unmap(peer, ref, write);
	return frame;
}

void frame_unmap(uint16_t peer, uint32_t ref, bool write)
{
	struct grant_entry_v1 *e = entry(ref);

	(void)peer;
	assert(e && (write ? maps[ref].writers : maps[ref].readers) > 0);
	maps[ref].readers -= !write;
	maps[ref].writers -= write;
	if (maps[ref].writers == 0)
		__atomic_fetch_and(&e->flags, (uint16_t)~GTF_writing, __ATOMIC_SEQ_CST);
	if (maps[ref].writers == 0 && maps[ref].readers == 0)
		__atomic_fetch_and(&e->flags, (uint16_t)~GTF_reading, __ATOMIC_SEQ_CST);
}

unsigned hv_frames_mapped(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < MAX_ENTRIES; i++)
		n += maps[i].readers + maps[i].writers;
	return n;
}
