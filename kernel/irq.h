/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event delivery on and off: the "interrupt flag" of a PV guest is a byte in shared
 * memory.
 *
 * Upcalls only mark and wake, all work is in threads; what a thread shares with an upcall
 * is touched with events off. Pairs nest:
 *
 *     unsigned long flags = irq_save();
 *     ...
 *     irq_restore(flags);
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include "arch/arch.h"

#define IRQ_ON 0ul /* the flags when delivery was on */

/*
 * kernel/sched.c: a more urgent thread was woken with events off; it gets the processor
 * when they come back.
 */
extern volatile bool sched_switch_wanted;
void sched_switch_now(void);

/** Turn event delivery off; returns what to give to irq_restore(). */
static inline unsigned long irq_save(void)
{
	return arch_irq_save();
}

/**
 * Back to the former state; events that came meanwhile are delivered, and a more urgent
 * thread that was woken meanwhile runs, before it returns.
 */
static inline void irq_restore(unsigned long flags)
{
	arch_irq_restore(flags);
	if (flags == IRQ_ON && unlikely(sched_switch_wanted))
		sched_switch_now();
}

#endif
