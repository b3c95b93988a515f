/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page of zeroes at address 0, which nobody can write. Programs written for machines
 * where that is memory read what a null pointer points to, find nothing there, and go on;
 * an image has this module only if it has such programs.
 */
#include <errno.h>

#include "kernel/addr.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"

int zero_page_start(void);

int zero_page_start(void)
{
	void *page = page_alloc_zeroed(1);
	int result;

	if (!page)
		return -ENOMEM;
	result =
		pt_map(vaddr(0), pfn_to_mfn(vaddr_to_pfn(ptr_vaddr(page))), false, false);
	if (result < 0)
		page_free(page, 1);
	return result;
}
