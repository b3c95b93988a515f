/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the domain builder puts things, by Xen's rules (public/xen.h, "Start-of-day memory
 * layout", and what its toolstack does where that leaves a choice): from pfn 0 at virt_base
 *
 *   image | RAM disk | p2m | start_info | xenstore | console | page tables | stack | free
 *
 * all mapped, and on to a multiple of 4 MiB with at least 512 KiB free.
 */
#ifndef HOST_LAYOUT_H
#define HOST_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct layout {
	uint64_t virt_base; /* address of pfn 0 */
	uint64_t virt_end;  /* where the mapping ends */
	size_t n_pages;     /* of the domain */
	/* first pages and sizes, in pages */
	size_t ramdisk, n_ramdisk;
	size_t p2m, n_p2m;
	size_t start_info, xenstore, console;
	size_t tables, n_tables; /* L4, L3s, L2s, L1s */
	size_t n_level[5];       /* tables of each level, 1..4 */
	size_t stack;
};

/**
 * Compute it.
 *
 * @image_end      end of the image, virtual
 * @ramdisk_bytes  0 = none
 * @low_ramdisk    false: it is not mapped, but lies behind everything
 * Returns false when the memory is too small.
 */
bool layout_compute(struct layout *l, uint64_t virt_base, uint64_t image_end,
	size_t n_pages, uint64_t ramdisk_bytes, bool low_ramdisk);

#endif
