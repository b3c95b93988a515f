/* SPDX-License-Identifier: BSD-2-Clause */
/* What gdb calls: debug.h. Nothing here is called by the program itself. */
#include "host/debug.h"

#include "host/mmu.h"

unsigned debug_map(uint64_t from, uint64_t to)
{
	unsigned n = 0;

	if (to > GUEST_END)
		to = GUEST_END;
	for (uint64_t va = from & ~(uint64_t)(PAGE_SIZE - 1); va < to; va += PAGE_SIZE) {
		pte_t rights, *e = walk(va, &rights);

		if (e && *e & PTE_PRESENT && !(rights & PTE_NX) &&
			tlb_fill(va, e, rights) == 0)
			n++;
	}
	return n;
}
