/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event delivery: Xen's "interrupt flag" and what runs when it lets an event through.
 *
 *   evtchn_upcall_mask      1 = do not call us; written by us, and by Xen: set when it
 *                           calls us, cleared when we block
 *   evtchn_upcall_pending   an event waits; set by Xen, cleared by whoever looks for one
 *
 * An event that comes while masked leaves only the pending flag: Xen does not call when
 * the mask is cleared by a plain store. So whoever unmasks looks at the flag afterwards
 * and, if it is set, does the upcall's work itself. An upcall between the store and the
 * look is harmless: it clears the flag, and the look finds nothing to do.
 */
#include "arch/barrier.h"
#include "arch/pv/pv.h"

#include <xen/callback.h>
#include <xen/sched.h>

static void (*upcall_handler)(void);

void arch_set_upcall_handler(void (*handler)(void))
{
	upcall_handler = handler;
}

/*
 * Events off. The handler clears the flag, and then looks; before there is one, events
 * wait in their own bits.
 */
static void events_take(void)
{
	thread_upcall_enter();
	if (upcall_handler)
		upcall_handler();
	else
		WRITE_ONCE(pv_vcpu()->evtchn_upcall_pending, 0);
	thread_upcall_leave();
}

void arch_upcall(struct arch_regs *regs)
{
	(void)regs;
	events_take();
}

unsigned long arch_irq_save(void)
{
	unsigned long flags = READ_ONCE(pv_vcpu()->evtchn_upcall_mask);

	WRITE_ONCE(pv_vcpu()->evtchn_upcall_mask, 1);
	arch_compiler_barrier();
	return flags;
}

void arch_irq_restore(unsigned long flags)
{
	if (flags != 0)
		return;
	arch_compiler_barrier();
	WRITE_ONCE(pv_vcpu()->evtchn_upcall_mask, 0);
	/* Unmask before the look: the other order could miss an event for ever. */
	arch_compiler_barrier();
	while (READ_ONCE(pv_vcpu()->evtchn_upcall_pending)) {
		WRITE_ONCE(pv_vcpu()->evtchn_upcall_mask, 1);
		arch_compiler_barrier();
		events_take();
		arch_compiler_barrier();
		WRITE_ONCE(pv_vcpu()->evtchn_upcall_mask, 0);
		arch_compiler_barrier();
	}
}

bool arch_irq_enabled(void)
{
	return READ_ONCE(pv_vcpu()->evtchn_upcall_mask) == 0;
}

/*
 * Xen clears the mask and looks at the pending flag in one step: no wake-up is lost in
 * between.
 */
void arch_block(void)
{
	(void)arch_hypercall2(__HYPERVISOR_sched_op, SCHEDOP_block, 0); /* cannot fail */
}

void events_start(void)
{
	struct callback_register event = {
		.type = CALLBACKTYPE_event, .address = arch_callback(arch_upcall_entry)};
	struct callback_register failsafe = {.type = CALLBACKTYPE_failsafe,
		.address = arch_callback(arch_failsafe_entry)};

	if (arch_hypercall2(__HYPERVISOR_callback_op, CALLBACKOP_register,
		    (unsigned long)&event) != 0 ||
		arch_hypercall2(__HYPERVISOR_callback_op, CALLBACKOP_register,
			(unsigned long)&failsafe) != 0)
		arch_crash();
}
