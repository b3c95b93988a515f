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

/** Turn event delivery off; returns what to give to irq_restore(). */
static inline unsigned long irq_save(void)
{
	return arch_irq_save();
}

/**
 * Back to the former state; events that came meanwhile are delivered, and a more urgent
 * thread that was woken meanwhile runs, before it returns. kernel/sched.c.
 */
void irq_restore(unsigned long flags);

#endif
