/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: the table that Xen calls us by, and turning what it pushes into a fault
 * for kernel/panic.c.
 */
#include "arch/pv/trap.h"
#include "arch/pv/pv.h"
#include "arch/x86/cpu.h"

static bool may_fault(uintptr_t ip)
{
	const uintptr_t *place = arch_probe_places;

	while (*place && *place != ip)
		place++;
	return *place != 0;
}

void arch_trap(struct arch_regs *regs)
{
	struct arch_fault fault;

	if (may_fault(regs->ip)) {
		regs->ip = (uintptr_t)arch_probe_fault;
		return;
	}
	fault = (struct arch_fault){
		.vector = (unsigned)regs->vector,
		.error = (unsigned long)regs->error,
		.ip = (uintptr_t)regs->ip,
		.fp = arch_regs_fp(regs),
		.address = pv_vcpu()->arch.cr2,
		.regs = regs,
	};
	kernel_fault(&fault);
}

void arch_traps_init(void)
{
	static trap_info_t table[TRAP_VECTORS + 1]; /* the last one, all zero, ends it */

	for (unsigned vector = 0; vector < TRAP_VECTORS; vector++) {
		trap_info_t *t = &table[vector];

		t->vector = (uint8_t)vector;
		t->cs = cpu_code_selector();
		t->address = (unsigned long)arch_trap_stubs[vector];
		TI_SET_DPL(
			t, vector == TRAP_BREAKPOINT || vector == TRAP_OVERFLOW ? 3 : 0);
		TI_SET_IF(t, 1); /* events off, as in an upcall */
	}
	if (arch_hypercall1(__HYPERVISOR_set_trap_table, (unsigned long)table) != 0)
		arch_crash();
	events_start();
	time_start();
	tls_setup();
}
