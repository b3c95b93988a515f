/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/sched.c and kernel/thread.c: who runs when, and that nothing is left of a thread
 * that is gone.
 */
#include "kernel/thread.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/sync.h"
#include "kernel/timer.h"
#include "tests/fake/fake.h"
#include "tests/fake/thread_test.h"
#include "tests/test.h"

static char trace[256]; /* what threads did, a letter each */

static void trace_add(char c)
{
	size_t n = strlen(trace);

	if (n + 1 < sizeof(trace)) {
		trace[n] = c;
		trace[n + 1] = '\0';
	}
}

static void *put_letter(void *letter)
{
	trace_add(*(const char *)letter);
	return letter;
}

static struct thread *start(int priority, void *(*entry)(void *), const void *arg)
{
	struct thread_attr attr = {.name = "t", .priority = priority};

	return thread_create(&attr, entry, (void *)(uintptr_t)arg);
}

static void finish(struct thread *t)
{
	thread_join(t, NULL);
}

THREAD_TEST(a_more_urgent_thread_runs_before_its_creator_goes_on)
{
	struct thread *t;

	trace[0] = '\0';
	t = start(THREAD_PRIO_NET, put_letter, "n");
	trace_add('m');
	finish(t);
	CHECK_STR(trace, "nm");
}

THREAD_TEST(a_less_urgent_thread_waits_until_nobody_else_can_run)
{
	struct thread *low, *equal;

	trace[0] = '\0';
	low = start(THREAD_PRIO_LOW, put_letter, "l");
	equal = start(0, put_letter, "e");
	trace_add('m');
	thread_yield();
	trace_add('M');
	thread_sleep_until(clock_ns() + NS_PER_MS);
	finish(low);
	finish(equal);
	CHECK_STR(trace, "meMl");
}

THREAD_TEST(join_gives_the_result_and_join_of_oneself_is_refused)
{
	struct thread *t = start(0, put_letter, "r");
	void *result = NULL;

	CHECK_EQ(thread_join(thread_self(), NULL), -EDEADLK);
	CHECK_EQ(thread_join(t, &result), 0);
	CHECK_STR((const char *)result, "r");
}

static void *spin(void *arg)
{
	for (int i = 0; i < 40; i++) {
		trace_add(*(const char *)arg);
		fake_advance(NS_PER_MS);
	}
	return NULL;
}

THREAD_TEST(spinning_threads_of_one_priority_share_by_slices)
{
	struct thread *a = start(0, spin, "a"), *b = start(0, spin, "b");
	unsigned changes = 0;

	trace[0] = '\0';
	finish(a);
	finish(b);
	for (size_t i = 1; trace[i]; i++)
		changes += trace[i] != trace[i - 1];
	CHECK_EQ(strlen(trace), 80);
	CHECK(changes >= 6 && changes <= 9); /* 40 ms each in slices of 10 ms */
}

static void *spin_with_interruptions(void *arg)
{
	for (int i = 0; i < 40; i++) {
		struct thread *t = start(THREAD_PRIO_NET, put_letter, "");

		finish(t);
		trace_add(*(const char *)arg);
		fake_advance(NS_PER_MS);
	}
	return NULL;
}

THREAD_TEST(being_preempted_by_urgent_threads_does_not_restart_a_slice)
{
	struct thread *a = start(0, spin_with_interruptions, "a"),
		      *b = start(0, spin, "b");
	size_t first_b;

	trace[0] = '\0';
	finish(a);
	finish(b);
	first_b = strcspn(trace, "b");
	CHECK(first_b >= 9 && first_b <= 11);
}

THREAD_TEST(a_lone_spinning_thread_arms_no_slice_timer)
{
	unsigned before;

	fake_advance(100 * NS_PER_MS); /* whatever was armed is over */
	before = fake_timer_hypercalls();
	fake_advance(500 * NS_PER_MS);
	CHECK_EQ(fake_timer_hypercalls(), before);
}

static struct sem wake_sem;

static void *wait_and_trace(void *letter)
{
	sem_down_until(&wake_sem, TIME_FOREVER);
	trace_add(*(const char *)letter);
	return NULL;
}

static void wake_in_upcall(void)
{
	sem_up(&wake_sem);
}

THREAD_TEST(an_upcall_that_wakes_an_urgent_thread_switches_to_it_before_it_returns)
{
	struct thread_stats before, after;
	struct thread *t;

	sem_setup(&wake_sem, 0);
	t = start(THREAD_PRIO_NET, wait_and_trace, "n");
	trace[0] = '\0';
	arch_set_upcall_handler(wake_in_upcall);
	thread_get_stats(&before);
	fake_raise();
	trace_add('m');
	thread_get_stats(&after);
	arch_set_upcall_handler(NULL);
	finish(t);
	CHECK_STR(trace, "nm");
	CHECK_EQ(after.preemptions - before.preemptions, 1);
}

THREAD_TEST(forbidden_preemption_waits_until_it_is_allowed_again)
{
	struct thread *t;

	sem_setup(&wake_sem, 0);
	t = start(THREAD_PRIO_NET, wait_and_trace, "n");
	trace[0] = '\0';
	arch_set_upcall_handler(wake_in_upcall);
	preempt_disable();
	preempt_disable();
	fake_raise();
	trace_add('1');
	preempt_enable();
	trace_add('2');
	preempt_enable();
	trace_add('3');
	arch_set_upcall_handler(NULL);
	finish(t);
	CHECK_STR(trace, "12n3");
}

THREAD_TEST(events_coming_back_on_do_not_switch_while_preemption_is_forbidden)
{
	unsigned long flags;
	struct thread *t;

	sem_setup(&wake_sem, 0);
	t = start(THREAD_PRIO_NET, wait_and_trace, "n");
	trace[0] = '\0';
	preempt_disable();
	flags = irq_save();
	sem_up(&wake_sem);
	irq_restore(flags);
	trace_add('1');
	preempt_enable();
	trace_add('2');
	finish(t);
	CHECK_STR(trace, "1n2");
}

THREAD_TEST(a_wake_up_with_events_off_switches_when_they_come_back)
{
	unsigned long outer, inner;
	struct thread *t;

	sem_setup(&wake_sem, 0);
	t = start(THREAD_PRIO_NET, wait_and_trace, "n");
	trace[0] = '\0';
	outer = irq_save();
	inner = irq_save();
	sem_up(&wake_sem);
	irq_restore(inner);
	trace_add('1');
	irq_restore(outer);
	trace_add('2');
	finish(t);
	CHECK_STR(trace, "1n2");
}

THREAD_TEST(sleepers_wake_in_the_order_of_their_deadlines)
{
	uint64_t before_ns = clock_ns();

	thread_sleep_until(before_ns + 5 * NS_PER_MS);
	CHECK(clock_ns() >= before_ns + 5 * NS_PER_MS);
	thread_sleep_until(before_ns); /* passed: returns */
	CHECK_EQ(clock_ns(), before_ns + 5 * NS_PER_MS);
}

THREAD_TEST(a_raised_thread_runs_at_once_and_a_lowered_one_gives_way)
{
	struct thread *low = start(THREAD_PRIO_LOW, put_letter, "l");
	struct thread *equal = start(0, put_letter, "e");

	trace[0] = '\0';
	thread_set_priority(low, THREAD_PRIO_XEN);
	trace_add('m');
	thread_set_priority(thread_self(), THREAD_PRIO_LOW);
	trace_add('M');
	thread_set_priority(thread_self(), THREAD_PRIO_DEFAULT);
	finish(low);
	finish(equal);
	CHECK_STR(trace, "lmeM");
	CHECK_EQ(thread_get_priority(thread_self()), THREAD_PRIO_DEFAULT);
}

static void note_local(void *local)
{
	trace_add(*(const char *)local);
}

static void *end_with_local(void *arg)
{
	thread_set_local(arg, note_local);
	thread_exit(thread_get_local());
}

THREAD_TEST(the_thread_local_destructor_runs_once_at_the_end)
{
	struct thread *t;
	void *result = NULL;

	trace[0] = '\0';
	t = start(0, end_with_local, "d");
	thread_join(t, &result);
	CHECK_STR(trace, "d");
	CHECK_STR((const char *)result, "d");
}

static void *report_process(void *arg)
{
	(void)arg;
	return thread_process(thread_self());
}

THREAD_TEST(the_process_is_inherited)
{
	struct process *mine = (struct process *)&trace;
	void *seen = NULL;
	struct thread *t;

	thread_set_process(thread_self(), mine);
	t = start(0, report_process, NULL);
	thread_join(t, &seen);
	thread_set_process(thread_self(), NULL);
	CHECK(seen == mine);
}

THREAD_TEST(a_thousand_threads_joined_or_detached_leave_nothing)
{
	struct page_stats pages_before, pages_after;
	struct heap_stats heap_before, heap_after;
	struct thread_stats before, after;
	size_t guarded = fake_guarded_pages();

	heap_trim(kernel_heap);
	page_get_stats(&pages_before);
	heap_get_stats(kernel_heap, &heap_before);
	thread_get_stats(&before);
	trace[0] = '\0';
	for (int i = 0; i < 1000; i++) {
		struct thread *t = start(i % 3 ? 0 : THREAD_PRIO_NET, put_letter, "x");

		CHECK(t != NULL);
		if (i % 2)
			finish(t);
		else
			thread_detach(t);
		if (i % 7 == 0)
			thread_sleep_until(clock_ns() + NS_PER_US);
	}
	thread_sleep_until(clock_ns() + NS_PER_MS);
	heap_trim(kernel_heap);
	thread_get_stats(&after);
	page_get_stats(&pages_after);
	heap_get_stats(kernel_heap, &heap_after);
	CHECK_EQ(after.threads, before.threads);
	CHECK_EQ(heap_after.blocks, heap_before.blocks);
	CHECK_EQ(pages_after.free, pages_before.free);
	CHECK_EQ(fake_guarded_pages(), guarded);
}

THREAD_TEST(no_memory_for_a_thread_is_an_error_and_leaks_nothing)
{
	struct page_stats before, after;

	kfree(kmalloc(1)); /* the heap has a run */
	page_get_stats(&before);
	fake_fail_pages_after(0);
	CHECK(start(0, put_letter, "x") == NULL);
	fake_fail_pages_after(SIZE_MAX);
	page_get_stats(&after);
	CHECK_EQ(after.free, before.free);
}

static void sleep_now(void *arg)
{
	(void)arg;
	thread_sleep_until(clock_ns() + NS_PER_MS);
}

THREAD_TEST(sleeping_while_preemption_is_forbidden_is_caught)
{
	const char *death;

	preempt_disable();
	death = fake_death_of(sleep_now, NULL);
	preempt_enable();
	CHECK(death && strstr(death, "sched_may_sleep"));
}

static const char *death_in_upcall;

static void sleep_in_upcall(void)
{
	death_in_upcall = fake_death_of(sleep_now, NULL);
}

THREAD_TEST(sleeping_in_an_upcall_is_caught)
{
	death_in_upcall = NULL;
	arch_set_upcall_handler(sleep_in_upcall);
	fake_raise();
	arch_set_upcall_handler(NULL);
	CHECK(death_in_upcall && strstr(death_in_upcall, "sched_may_sleep"));
}

THREAD_TEST(the_dump_names_every_thread_and_its_stack)
{
	struct thread *t = start(THREAD_PRIO_LOW, put_letter, "x");

	fake_console_clear();
	thread_dump();
	finish(t);
	CHECK(strstr(fake_console(), "idle"));
	CHECK(strstr(fake_console(), "main"));
	CHECK(strstr(fake_console(), "of 16384 bytes"));
}
