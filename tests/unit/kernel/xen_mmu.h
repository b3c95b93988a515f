/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of how Xen looks after a PV guest's page tables, over real memory: one file in
 * memory, seen by Xen as it is, and by the guest at VIRT_BASE with the rights that its own
 * page tables give. A guest that touches what it has not mapped dies, as on Xen.
 *
 * A frame is used as a table, or mapped writable, never both.
 */
#ifndef TESTS_UNIT_KERNEL_XEN_MMU_H
#define TESTS_UNIT_KERNEL_XEN_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Build a domain as the toolstack does: tables right after the image, everything up to
 * mapped_pages mapped, boot_info filled. May be called again for a new domain.
 *
 * @image_pages  the pages that the linker symbols below cover, then the tables
 */
void xen_mmu_start(size_t n_pages, size_t mapped_pages);

/** From now on refuse the nth change of an entry; 0 = none. */
void xen_mmu_refuse(unsigned nth);

/** Hypercalls made so far, and entries changed by them. */
size_t xen_mmu_hypercalls(void);
size_t xen_mmu_updates(void);

/** Does the guest see this page, and may it write there? */
bool xen_mmu_mapped(uintptr_t v);
bool xen_mmu_writable(uintptr_t v);

#endif
