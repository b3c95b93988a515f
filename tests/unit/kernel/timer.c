/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/timer.c: order, cancelling, few hypercalls, and what a long list costs. */
#include "kernel/timer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/irq.h"
#include "tests/fake/thread_test.h"

enum { N_TIMERS = 200 };

static struct timer timers[N_TIMERS];
static uint64_t fired_ns[N_TIMERS]; /* 0 = not */
static uint64_t last_deadline_ns;
static unsigned n_fired;

static void note(struct timer *t)
{
	EXPECT(!arch_irq_enabled());
	EXPECT(t->deadline_ns <= clock_ns());
	EXPECT(t->deadline_ns >= last_deadline_ns);
	last_deadline_ns = t->deadline_ns;
	fired_ns[t - timers] = clock_ns();
	n_fired++;
}

static void reset(void)
{
	n_fired = 0;
	last_deadline_ns = 0;
	memset(fired_ns, 0, sizeof(fired_ns));
	for (int i = 0; i < N_TIMERS; i++)
		timer_setup(&timers[i], note);
}

THREAD_TEST(timers_fire_once_at_their_deadline_in_order)
{
	uint64_t begin_ns = clock_ns();

	reset();
	timer_set(&timers[0], begin_ns + 30);
	timer_set(&timers[1], begin_ns + 10);
	timer_set(&timers[2], begin_ns + 20);
	fake_advance(15);
	CHECK_EQ(n_fired, 1);
	fake_advance(1000);
	CHECK_EQ(n_fired, 3);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(fired_ns[i], timers[i].deadline_ns);
}

THREAD_TEST(a_deadline_in_the_past_fires_at_once)
{
	reset();
	timer_set(&timers[0], clock_ns() - 5);
	CHECK_EQ(n_fired, 1);
	last_deadline_ns = 0;
	timer_set(&timers[1], 0);
	CHECK_EQ(n_fired, 2);
}

THREAD_TEST(a_cancelled_timer_does_not_fire_and_cancel_tells_whether_it_was_armed)
{
	reset();
	timer_set(&timers[0], clock_ns() + 10);
	CHECK(timer_cancel(&timers[0]));
	CHECK(!timer_cancel(&timers[0]));
	timer_set(&timers[1], UINT64_MAX);
	CHECK(!timer_cancel(&timers[1]));
	fake_advance(100);
	CHECK_EQ(n_fired, 0);
}

THREAD_TEST(a_moved_timer_fires_at_its_new_deadline_only)
{
	uint64_t begin_ns = clock_ns();

	reset();
	timer_set(&timers[0], begin_ns + 10);
	timer_set(&timers[0], begin_ns + 50);
	fake_advance(20);
	CHECK_EQ(n_fired, 0);
	timer_set(&timers[0], begin_ns + 30);
	fake_advance(100);
	CHECK_EQ(n_fired, 1);
	CHECK_EQ(fired_ns[0], begin_ns + 30);
}

static unsigned n_repeats;

static void repeat(struct timer *t)
{
	if (++n_repeats < 5)
		timer_set(t, t->deadline_ns + 10);
}

THREAD_TEST(a_timer_may_set_itself_again)
{
	struct timer t;

	n_repeats = 0;
	timer_setup(&t, repeat);
	timer_set(&t, clock_ns() + 10);
	fake_advance(1000);
	CHECK_EQ(n_repeats, 5);
}

static void cancel_next(struct timer *t)
{
	timer_cancel(t + 1);
}

THREAD_TEST(a_timer_may_cancel_one_that_is_due_too)
{
	reset();
	timer_setup(&timers[0], cancel_next);
	timer_set(&timers[0], clock_ns() + 10);
	timer_set(&timers[1], clock_ns() + 10);
	fake_advance(100);
	CHECK_EQ(n_fired, 0);
}

THREAD_TEST(an_event_that_comes_early_is_asked_for_again)
{
	unsigned long flags;

	reset();
	timer_set(&timers[0], clock_ns() + 100);
	flags = irq_save();
	arch_set_timer(UINT64_MAX); /* spent */
	timer_interrupt();
	irq_restore(flags);
	CHECK_EQ(n_fired, 0);
	fake_advance(100);
	CHECK_EQ(n_fired, 1);
}

THREAD_TEST(setting_and_cancelling_time_outs_makes_no_hypercalls)
{
	unsigned before;

	reset();
	timer_set(&timers[0], clock_ns() + NS_PER_S);
	before = fake_timer_hypercalls();
	for (int i = 0; i < 1000; i++) {
		timer_set(&timers[1], clock_ns() + 30 * NS_PER_S);
		timer_cancel(&timers[1]);
	}
	timer_cancel(&timers[0]);
	timer_set(&timers[0], clock_ns() + NS_PER_S);
	CHECK_EQ(fake_timer_hypercalls(), before);
	fake_advance(2 * NS_PER_S);
	CHECK_EQ(n_fired, 1);
	CHECK_EQ(fake_timer_hypercalls(), before);
}

THREAD_TEST(random_timers_behave_like_a_model)
{
	uint64_t random = 1;

	for (int round = 0; round < 200; round++) {
		uint64_t begin_ns = clock_ns(), end_ns;
		bool armed[N_TIMERS] = {false};

		reset();
		for (int i = 0; i < 500; i++) {
			unsigned n = (unsigned)(fake_random(&random) % N_TIMERS);

			if (fake_random(&random) % 3 == 0) {
				CHECK(timer_cancel(&timers[n]) == armed[n]);
				armed[n] = false;
			} else {
				timer_set(&timers[n],
					begin_ns + 1 + fake_random(&random) % 1000);
				armed[n] = true;
			}
		}
		fake_advance(fake_random(&random) % 1100);
		end_ns = clock_ns();
		for (int i = 0; i < N_TIMERS; i++) {
			bool due = armed[i] && timers[i].deadline_ns <= end_ns;

			CHECK_EQ(fired_ns[i], due ? timers[i].deadline_ns : 0);
			CHECK(timer_cancel(&timers[i]) == (armed[i] && !due));
		}
	}
}

/* Prints what the list costs; there is no time that it must take. */
THREAD_TEST(thousands_of_time_outs_are_cheap_to_set_again)
{
	enum { N = 5000 };
	struct timer *many = calloc(N, sizeof(*many));
	clock_t begin;

	CHECK(many != NULL);
	for (int i = 0; i < N; i++) {
		timer_setup(&many[i], note);
		timer_set(&many[i], clock_ns() + 30 * NS_PER_S + (uint64_t)i);
	}
	begin = clock();
	for (int i = 0; i < 100000; i++) /* a request comes: its time-out starts anew */
		timer_set(&many[i * 7 % N], clock_ns() + 31 * NS_PER_S + (uint64_t)i);
	printf("# %d time-outs armed, setting one again: %.0f ns\n", N,
		1e9 * (double)(clock() - begin) / CLOCKS_PER_SEC / 100000);
	for (int i = 0; i < N; i++)
		CHECK(timer_cancel(&many[i]));
	free(many);
}
