/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables: our own mappings, read and changed. */
#ifndef KERNEL_PAGETABLE_H
#define KERNEL_PAGETABLE_H

#include "kernel/addr.h"

/** Take away the mapping of a page of the direct map: any access faults. Returns 0 or -errno. Context: thread. */
int pt_guard_page(vaddr_t page);

/** Map a guarded page again, read-write, so that it can be freed. Context: any. */
void pt_unguard_page(vaddr_t page);

#endif
