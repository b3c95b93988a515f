/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thread switch. A thread that calls arch_switch() keeps what the ABI lets a function
 * keep: entry.S saves those registers and the rounding modes on its stack. A thread
 * that is switched out of an upcall was interrupted anywhere: its other general
 * registers lie in the upcall's frame, and its vector registers are saved here.
 */
#include "arch/pv/pv.h"
#include "arch/x86/cpu.h"

#define FXSAVE_BYTES 512

void arch_context_init(struct arch_context *c, void *stack_top, void (*entry)(void *arg),
	void *arg, void *tls)
{
	c->sp = arch_frame_build(
		(uintptr_t)stack_top & ~(uintptr_t)(STACK_ALIGN - 1), entry, arg);
	c->tls = (uintptr_t)tls;
}

void arch_context_adopt(struct arch_context *c, void *tls)
{
	c->tls = (uintptr_t)tls;
	tls_load(c->tls);
}

void arch_switch(struct arch_context *from, struct arch_context *to)
{
	tls_load(to->tls);
	arch_switch_stack(&from->sp, to->sp);
}

void arch_switch_preempted(struct arch_context *from, struct arch_context *to)
{
	uint8_t state[FXSAVE_BYTES] __attribute__((aligned(16)));

	cpu_fxsave(state);
	cpu_fninit(); /* the next thread's code expects an empty x87 stack */
	arch_switch(from, to);
	cpu_fxrstor(state);
}
