/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of pv32 by name, for reports. */
#include "arch/arch.h"

size_t arch_regs_list(const struct arch_regs *r, struct arch_reg list[ARCH_REGS_MAX])
{
	const struct arch_reg regs[] = {
		{"eip", r->ip},
		{"esp", arch_regs_sp(r)},
		{"eflags", r->flags},
		{"eax", r->eax},
		{"ebx", r->ebx},
		{"ecx", r->ecx},
		{"edx", r->edx},
		{"esi", r->esi},
		{"edi", r->edi},
		{"ebp", r->ebp},
		{"cs", r->cs & 0xffff},
	};

	_Static_assert(ARRAY_SIZE(regs) <= ARCH_REGS_MAX, "room for all of them");
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
		list[i] = regs[i];
	return ARRAY_SIZE(regs);
}
