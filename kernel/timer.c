/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers: a list in deadline order over one one-shot timer of Xen.
 *
 * The list is searched from its end. Nearly every timer here is a time-out, "now plus the
 * usual", which is later than those set before it, so the place is found at once;
 * tests/unit/kernel/timer.c tries it with thousands.
 *
 * Arming Xen's timer is a hypercall, so it is done only when a deadline comes closer. A
 * timer that is cancelled or moved away leaves Xen's timer where it is: the event then
 * comes once for nothing and arms for what is next. A server that sets and cancels a
 * time-out per request makes almost no hypercalls that way.
 */
#include "kernel/timer.h"

#include "kernel/irq.h"
#include "kernel/log.h"

static struct list armed_timers = LIST_INIT(armed_timers);
static uint64_t event_ns = UINT64_MAX; /* when Xen will send the event */

static struct timer *first_timer(void)
{
	return list_entry(armed_timers.next, struct timer, link);
}

static void insert(struct timer *t)
{
	struct list *after = armed_timers.prev;

	while (after != &armed_timers &&
		list_entry(after, struct timer, link)->deadline_ns > t->deadline_ns)
		after = after->prev;
	list_insert_before(after->next, &t->link);
}

static void ask_for_event(void)
{
	if (list_empty(&armed_timers) || first_timer()->deadline_ns >= event_ns)
		return;
	event_ns = first_timer()->deadline_ns;
	arch_set_timer(event_ns);
}

uint64_t clock_ns(void)
{
	return arch_clock_ns();
}

void timer_setup(struct timer *t, void (*fire)(struct timer *t))
{
	list_init(&t->link);
	t->deadline_ns = 0;
	t->fire = fire;
}

void timer_set(struct timer *t, uint64_t deadline_ns)
{
	unsigned long flags = irq_save();

	list_remove(&t->link);
	t->deadline_ns = deadline_ns;
	if (deadline_ns != UINT64_MAX)
		insert(t);
	ask_for_event();
	irq_restore(flags);
}

bool timer_cancel(struct timer *t)
{
	unsigned long flags = irq_save();
	bool was_armed = !list_empty(&t->link);

	list_remove(&t->link);
	irq_restore(flags);
	return was_armed;
}

void timer_interrupt(void)
{
	uint64_t now_ns = clock_ns();

	assert(!arch_irq_enabled());
	while (!list_empty(&armed_timers) && first_timer()->deadline_ns <= now_ns) {
		struct timer *t = first_timer();

		list_remove(&t->link);
		t->fire(t); /* may set it, or any other, again */
	}
	event_ns = UINT64_MAX; /* spent, even if it came early by our clock */
	ask_for_event();
}
