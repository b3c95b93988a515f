/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seam of host/hv.h for native tests: the models' view of the fake machine's memory,
 * shared page and clock.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arch/arch.h"
#include "host/hv.h"
#include "kernel/pagetable.h"
#include "tests/fake/domain.h"

#define TABLE_MFN 0x7000000ul /* far from the domain's own frames */

static union {
	struct shared_info info;
	uint8_t page[PAGE_SIZE];
} shared;
struct shared_info *arch_shared_info = &shared.info;

static unsigned frames_held;

unsigned seam_frames_held(void)
{
	return frames_held;
}

/* Xen's frames with grant entries: one block. */
static char *table_get(void)
{
	static char *table;

	if (!table) {
		table = aligned_alloc(PAGE_SIZE, pages_to_bytes(HV_GRANT_FRAMES_LIMIT));
		assert(table);
		memset(table, 0, pages_to_bytes(HV_GRANT_FRAMES_LIMIT));
	}
	return table;
}

uint64_t hv_grant_frame(unsigned n)
{
	return TABLE_MFN + n;
}

void *hv_frame(uint64_t frame)
{
	pfn_t page = mfn_to_pfn(mfn(frame));

	if (frame >= TABLE_MFN && frame < TABLE_MFN + hv_grant_frames_max)
		return table_get() + pages_to_bytes(frame - TABLE_MFN);
	return pfn_eq(page, PFN_NONE) ? NULL : vaddr_ptr(pfn_to_vaddr(page));
}

/* No page tables here: every frame of ours may be written. */
void *hv_frame_get(uint64_t frame, bool write)
{
	void *page = hv_frame(frame);

	frames_held += page && write;
	return page;
}

void hv_frame_put(uint64_t frame, bool write)
{
	assert(hv_frame(frame));
	frames_held -= write;
}

struct shared_info *hv_shared_info(void)
{
	return arch_shared_info;
}

uint64_t hv_now_ns(void)
{
	return arch_clock_ns();
}

/* The page tables' part of it: frames of the table are mapped in one block here. */
void *pt_map_frames(const mfn_t *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (frames[i].v != frames[0].v + i || frames[i].v < TABLE_MFN ||
			frames[i].v >= TABLE_MFN + hv_grant_frames_max)
			return NULL;
	}
	return hv_frame(frames[0].v);
}
