/* SPDX-License-Identifier: BSD-2-Clause */
/* The vCPU's timers, and the signal that interrupts a guest that computes. Lean code. */
#ifndef HOST_TIMER_H
#define HOST_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#define TIMER_NEVER UINT64_MAX

/** Make the signal's timer. Returns 0 or a host_status. */
int timer_start(void);

/** The one-shot timer: VIRQ_TIMER at this system time; TIMER_NEVER = not. */
void timer_set(uint64_t deadline_ns);

/** The periodic one, which Xen starts each vCPU with; 0 = off. */
void timer_set_period(uint64_t period_ns);

/** When sleep must end. */
uint64_t timer_next(void);

/** Raise what is due. @running: the periodic one too. */
void timer_check(bool running);

/** See to it that the signal comes in time. */
void timer_arm(void);

/** The signal has come. */
void timer_fired(void);

#endif
