/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler: which thread runs, and every switch from one to another.
 *
 *   ready_map     1 0 0 ... 0 1 0 ... 1      bit p: queue p is not empty
 *                 |           |       |
 *   run_queues    [31]        [16]    [0]    in the order in which they became ready;
 *                  t           t t     idle  the running thread is in none
 *
 * The most urgent queue is the highest bit set, so picking takes the same time for any
 * number of threads. A switch happens in one function, switch_away(), in one of three
 * situations:
 *
 *   sched_sleep()           the thread itself gives up the processor
 *   irq_restore()           it woke a more urgent one
 *   thread_upcall_leave()   an event did: it is pre-empted in the middle of anything
 *
 * There is no periodic tick. The slice timer is armed while the running thread shares its
 * priority with a ready one, and is not taken back when that changes: it then fires once
 * for nothing, which is cheaper than a hypercall at each switch.
 */
#include "kernel/sched.h"

#include "arch/barrier.h"

#define LOG_MODULE "sched"
#include "kernel/log.h"

#define SLICE_NS (10 * NS_PER_MS)

struct thread *sched_current;
const struct thread_hooks *sched_hooks;

static struct list run_queues[THREAD_PRIO_MAX + 1];
static uint32_t ready_map;
static unsigned preempt_off;        /* depth of preempt_disable() */
static volatile bool switch_wanted; /* as soon as events are on */
static bool in_upcall;
static struct thread *left; /* by the last switch; the next thread looks after it */
static struct timer slice_timer;
static bool slice_timer_armed;
static struct thread_stats stats;
static uint64_t idle_since; /* by the time stamp counter; 0 = some thread runs */

static bool has_equal(const struct thread *t)
{
	return ready_map >> t->priority & 1;
}

static bool has_more_urgent(const struct thread *t)
{
	return ready_map >> t->priority >> 1 != 0;
}

static bool is_first(const struct thread *t)
{
	return run_queues[t->priority].next == &t->link;
}

static void ready_insert(struct thread *t, bool first)
{
	struct list *queue = &run_queues[t->priority];

	if (first)
		list_prepend(queue, &t->link);
	else
		list_append(queue, &t->link);
	ready_map |= 1u << t->priority;
}

static void ready_remove(struct thread *t)
{
	list_remove(&t->link);
	if (list_empty(&run_queues[t->priority]))
		ready_map &= ~(1u << t->priority);
}

static struct thread *take_most_urgent(void)
{
	int priority = 31 - __builtin_clz(ready_map); /* never 0: idle is always there */
	struct thread *t = list_entry(run_queues[priority].next, struct thread, link);

	ready_remove(t);
	return t;
}

/*
 * The running thread has company at its priority from now on: its time is limited. A
 * slice goes on when the thread comes back from being pre-empted, or else it could be
 * restarted for ever.
 */
static void slice_begin(struct thread *t)
{
	uint64_t now_ns = clock_ns();

	if (t->priority == THREAD_PRIO_IDLE || t->unsliced)
		return;
	if (t->slice_end_ns <= now_ns)
		t->slice_end_ns = now_ns + SLICE_NS;
	if (!slice_timer_armed) {
		slice_timer_armed = true;
		timer_set(&slice_timer, t->slice_end_ns);
	}
}

static void slice_fire(struct timer *timer)
{
	struct thread *t = sched_current;

	slice_timer_armed = false;
	if (!has_equal(t) || t->unsliced)
		return;
	if (clock_ns() < t->slice_end_ns) { /* armed for a thread that ran before it */
		slice_timer_armed = true;
		timer_set(timer, t->slice_end_ns);
		return;
	}
	t->slice_over = true;
	switch_wanted = true;
}

/* After every switch, on the stack of the thread that runs now. */
static void finish_switch(void)
{
	struct thread *t = left;

	left = NULL;
	if (t && t->state == THREAD_DEAD)
		thread_reap(t);
}

/* Run the most urgent thread, which may be the one that runs. Events off. */
static void switch_away(bool preempted)
{
	struct thread *prev = sched_current, *next;

	switch_wanted = false;
	if (prev->state == THREAD_RUNNING) {
		prev->state = THREAD_READY;
		ready_insert(prev, !prev->slice_over);
		prev->slice_over = false;
	}
	next = take_most_urgent();
	next->state = THREAD_RUNNING;
	if (has_equal(next))
		slice_begin(next);
	if (next == prev)
		return;

	stats.switches++;
	sched_current = next;
	if (sched_hooks && next->process != prev->process)
		sched_hooks->runs(next->process);
	left = prev;
	if (preempted)
		arch_switch_preempted(&prev->context, &next->context);
	else
		arch_switch(&prev->context, &next->context);
	finish_switch();
}

void sched_init(struct thread *idle)
{
	for (unsigned i = 0; i < ARRAY_SIZE(run_queues); i++)
		list_init(&run_queues[i]);
	timer_setup(&slice_timer, slice_fire);
	idle->state = THREAD_RUNNING;
	sched_current = idle;
}

void sched_enter(void)
{
	finish_switch();
	irq_restore(IRQ_ON);
}

bool sched_may_sleep(void)
{
	bool is_idle = sched_current->priority == THREAD_PRIO_IDLE;

	return !in_upcall && preempt_off == 0 && !is_idle;
}

bool sched_in_upcall(void)
{
	return in_upcall;
}

void sched_sleep(void)
{
	assert(sched_may_sleep());
	sched_current->slice_end_ns = 0;
	switch_away(false);
}

void sched_wake(struct thread *t)
{
	struct thread *running = sched_current;

	t->state = THREAD_READY;
	ready_insert(t, false);
	if (t->priority > running->priority)
		switch_wanted = true;
	else if (t->priority == running->priority && is_first(t))
		slice_begin(running);
}

void sched_set_priority(struct thread *t, int priority)
{
	struct thread *running = sched_current;

	if (t->state == THREAD_READY)
		ready_remove(t);
	t->priority = priority;
	if (t->state == THREAD_READY)
		ready_insert(t, false);
	else if (t->state == THREAD_SLEEPING && t->sleeps_on)
		sync_queue_insert(t->sleeps_on, t);

	if (running->state != THREAD_RUNNING)
		return; /* on its way to sleep: the switch is to come */
	if (has_more_urgent(running))
		switch_wanted = true;
	else if (has_equal(running))
		slice_begin(running);
}

static void switch_now(void)
{
	unsigned long flags;

	if (in_upcall || preempt_off)
		return;
	flags = arch_irq_save();
	switch_away(false);
	arch_irq_restore(flags);
}

void irq_restore(unsigned long flags)
{
	arch_irq_restore(flags);
	if (flags == IRQ_ON && unlikely(switch_wanted))
		switch_now();
}

void thread_yield(void)
{
	unsigned long flags = irq_save();

	assert(sched_may_sleep());
	sched_current->slice_over = true;
	sched_current->slice_end_ns = 0;
	switch_away(false);
	irq_restore(flags);
}

void preempt_disable(void)
{
	preempt_off++;
	arch_compiler_barrier();
}

void preempt_enable(void)
{
	arch_compiler_barrier();
	assert(preempt_off > 0);
	preempt_off--;
	if (preempt_off == 0 && switch_wanted && arch_irq_enabled())
		switch_now();
}

void thread_upcall_enter(void)
{
	in_upcall = true;
	if (idle_since) { /* what follows, switches too, comes before arch_block() returns */
		stats.idle_ticks += arch_tsc() - idle_since;
		idle_since = 0;
	}
}

void thread_upcall_leave(void)
{
	in_upcall = false;
	if (!switch_wanted || preempt_off)
		return;
	stats.preemptions++;
	switch_away(true);
}

void thread_idle(void)
{
	assert(sched_current->priority == THREAD_PRIO_IDLE);
	for (;;) {
		arch_irq_save();
		if (ready_map == 0) {
			idle_since = arch_tsc();
			arch_block();
			stats.idle_wakeups++;
		}
		irq_restore(IRQ_ON);
	}
}

void sched_get_stats(struct thread_stats *s)
{
	unsigned long flags = irq_save();

	*s = stats;
	irq_restore(flags);
}
