/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers over one one-shot hardware (Xen) timer, armed only for the next deadline; and
 * the monotonic clock.
 */
#ifndef KERNEL_TIMER_H
#define KERNEL_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/list.h"

#define NS_PER_US 1000ull
#define NS_PER_MS 1000000ull
#define NS_PER_S  1000000000ull

/** Monotonic time in ns since an arbitrary start. Context: any. */
uint64_t clock_ns(void);

struct timer {
	struct list link; /* in deadline order, while armed */
	uint64_t deadline_ns;
	void (*fire)(struct timer *t); /* in the upcall, events off: mark and wake */
};

/** Prepare a timer, not armed. */
void timer_setup(struct timer *t, void (*fire)(struct timer *t));

/** Arm, or move when armed. Context: any. */
void timer_set(struct timer *t, uint64_t deadline_ns);

/**
 * Disarm; true if it was armed. After it returns the function does not run. Context: any.
 */
bool timer_cancel(struct timer *t);

/**
 * The timer event came (or time may have passed): fire all that are due, arm for the
 * next. Events off.
 */
void timer_interrupt(void);

#endif
