/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of pv64 by name, for reports. */
#include "arch/arch.h"

size_t arch_regs_list(const struct arch_regs *r, struct arch_reg list[ARCH_REGS_MAX])
{
	const struct arch_reg regs[] = {
		{"rip", r->ip},
		{"rsp", r->sp},
		{"rflags", r->flags},
		{"rax", r->rax},
		{"rbx", r->rbx},
		{"rcx", r->rcx},
		{"rdx", r->rdx},
		{"rsi", r->rsi},
		{"rdi", r->rdi},
		{"rbp", r->rbp},
		{"r8", r->r8},
		{"r9", r->r9},
		{"r10", r->r10},
		{"r11", r->r11},
		{"r12", r->r12},
		{"r13", r->r13},
		{"r14", r->r14},
		{"r15", r->r15},
		{"cs", r->cs & 0xffff},
		{"ss", r->ss & 0xffff},
	};

	_Static_assert(ARRAY_SIZE(regs) <= ARCH_REGS_MAX, "room for all of them");
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
		list[i] = regs[i];
	return ARRAY_SIZE(regs);
}
