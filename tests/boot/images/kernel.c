/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads, time, locks and the heap on real Xen, where an upcall may come between any two
 * instructions. Nothing here asserts how long something takes; loops that wait for
 * another thread give up after LIMIT_NS.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "arch/arch.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/test.h"
#include "xen/evtchn.h"

#define LIMIT_NS (20 * NS_PER_S)

static struct thread *start(int priority, void *(*entry)(void *arg), void *arg)
{
	return thread_create(&(struct thread_attr){.priority = priority}, entry, arg);
}

static void pause_ms(unsigned ms)
{
	thread_sleep_until(clock_ns() + ms * NS_PER_MS);
}

static uint64_t n_preemptions(void)
{
	struct thread_stats s;

	thread_get_stats(&s);
	return s.preemptions;
}

/* --- pre-emption -------------------------------------------------------------------- */

static volatile bool stop;

static void *spin(void *arg)
{
	volatile unsigned long *rounds = arg;

	while (!stop)
		++*rounds;
	return NULL;
}

TEST(two_spinning_threads_of_one_priority_both_get_on)
{
	volatile unsigned long rounds[2] = {0, 0};
	struct thread *a, *b;
	uint64_t end_ns;

	stop = false;
	thread_set_priority(thread_self(), THREAD_PRIO_NET);
	a = start(THREAD_PRIO_DEFAULT, spin, (void *)&rounds[0]);
	b = start(THREAD_PRIO_DEFAULT, spin, (void *)&rounds[1]);
	end_ns = clock_ns() + LIMIT_NS;
	while ((rounds[0] == 0 || rounds[1] == 0) && clock_ns() < end_ns)
		pause_ms(5);
	stop = true;
	thread_join(a, NULL);
	thread_join(b, NULL);
	thread_set_priority(thread_self(), THREAD_PRIO_DEFAULT);
	CHECK(rounds[0] > 0 && rounds[1] > 0);
}

static void *sleep_then_stop(void *arg)
{
	(void)arg;
	pause_ms(5);
	stop = true;
	return NULL;
}

TEST(a_sleeper_that_is_more_urgent_interrupts_a_spinning_thread)
{
	uint64_t before = n_preemptions(), end_ns = clock_ns() + LIMIT_NS;
	struct thread *t;

	stop = false;
	t = start(THREAD_PRIO_NET, sleep_then_stop, NULL);
	while (!stop && clock_ns() < end_ns)
		;
	CHECK(stop);
	thread_join(t, NULL);
	CHECK(n_preemptions() > before);
}

TEST(a_sleeper_that_is_less_urgent_waits_for_the_spinning_thread)
{
	uint64_t end_ns = clock_ns() + 30 * NS_PER_MS;
	struct thread *t;

	stop = false;
	t = start(THREAD_PRIO_LOW, sleep_then_stop, NULL);
	pause_ms(1); /* let it go to sleep */
	while (clock_ns() < end_ns)
		;
	CHECK(!stop);
	thread_join(t, NULL);
	CHECK(stop);
}

TEST(a_lone_spinning_thread_is_left_alone)
{
	struct evtchn_stats before, after;
	uint64_t end_ns;

	pause_ms(50); /* what other cases have armed is over */
	evtchn_get_stats(&before);
	end_ns = clock_ns() + 200 * NS_PER_MS;
	while (clock_ns() < end_ns)
		;
	evtchn_get_stats(&after);
	CHECK(after.upcalls - before.upcalls <= 3); /* a periodic tick would make 20 */
}

/* --- vector and floating-point state ------------------------------------------------ */

typedef uint32_t vector __attribute__((vector_size(16)));

#define VECTORS 8 /* registers that both targets have */

/*
 * Keeps eight patterns in registers through a loop; returns how many are not what they
 * were.
 */
static unsigned spin_with_vectors(uint32_t seed, unsigned long n_rounds)
{
	vector v0 = {seed, 1, 2, 3}, v1 = v0 + 1, v2 = v0 + 2, v3 = v0 + 3;
	vector v4 = v0 + 4, v5 = v0 + 5, v6 = v0 + 6, v7 = v0 + 7;
	vector after[VECTORS];
	unsigned wrong = 0;

	__asm__ volatile("1: dec %[n]; jnz 1b"
			 : [n] "+r"(n_rounds), "+x"(v0), "+x"(v1), "+x"(v2), "+x"(v3),
			 "+x"(v4), "+x"(v5), "+x"(v6), "+x"(v7));
	after[0] = v0, after[1] = v1, after[2] = v2, after[3] = v3;
	after[4] = v4, after[5] = v5, after[6] = v6, after[7] = v7;
	for (uint32_t i = 0; i < VECTORS; i++) {
		for (uint32_t j = 0; j < 4; j++)
			wrong += after[i][j] != (j == 0 ? seed : j) + i;
	}
	return wrong;
}

/* The same for the x87 stack: a value stays there through a loop. */
static unsigned spin_with_x87(long double value, unsigned long n_rounds)
{
	long double before = value;

	__asm__ volatile("1: dec %[n]; jnz 1b" : [n] "+r"(n_rounds), "+t"(value));
	return value != before;
}

struct keeper {
	uint32_t seed;
	unsigned wrong;
	volatile unsigned long rounds;
};

static void *keep_state(void *arg)
{
	struct keeper *k = arg;

	while (!stop) {
		k->wrong += spin_with_vectors(k->seed, 20000);
		k->wrong += spin_with_x87((long double)k->seed * 3, 20000);
		k->rounds++;
	}
	return NULL;
}

/* Wakes often, and uses the registers that it interrupts others in. */
static void *disturb(void *arg)
{
	struct keeper *k = arg;

	while (!stop) {
		thread_sleep_until(clock_ns() + 100 * NS_PER_US);
		k->wrong += spin_with_vectors(k->seed, 10);
		k->wrong += spin_with_x87(k->seed, 10);
		k->rounds++;
	}
	return NULL;
}

TEST(vector_and_floating_point_state_survives_preemption)
{
	struct keeper k[4] = {{1000, 0, 0}, {2000, 0, 0}, {3000, 0, 0}, {4000, 0, 0}};
	uint64_t before = n_preemptions(), end_ns = clock_ns() + LIMIT_NS;
	struct thread *t[4];

	stop = false;
	thread_set_priority(thread_self(), THREAD_PRIO_XEN);
	for (int i = 0; i < 3; i++)
		t[i] = start(THREAD_PRIO_DEFAULT, keep_state, &k[i]);
	t[3] = start(THREAD_PRIO_NET, disturb, &k[3]);
	while ((n_preemptions() - before < 500 || k[0].rounds == 0 || k[1].rounds == 0 ||
		       k[2].rounds == 0) &&
		clock_ns() < end_ns)
		pause_ms(10);
	stop = true;
	for (int i = 0; i < 4; i++)
		thread_join(t[i], NULL);
	thread_set_priority(thread_self(), THREAD_PRIO_DEFAULT);
	for (int i = 0; i < 4; i++) {
		CHECK(k[i].rounds > 0);
		CHECK_EQ(k[i].wrong, 0);
	}
	CHECK(n_preemptions() - before >= 500);
}

static void *read_rounding(void *arg)
{
	volatile double one = 1, three = 3, *third = arg;

	*third = one / three;
	return NULL;
}

TEST(the_rounding_mode_belongs_to_a_thread)
{
	volatile double one = 1, three = 3, nearest = one / three, up, other = 0, back;
	uint32_t mode, upward;
	struct thread *t;

	__asm__ volatile("stmxcsr %0" : "=m"(mode));
	upward = (mode & ~0x6000u) | 0x4000u; /* MXCSR.RC = 2, towards +infinity */
	__asm__ volatile("ldmxcsr %0" : : "m"(upward));
	up = one / three;
	t = start(0, read_rounding, (void *)&other);
	thread_join(t, NULL);
	back = one / three;
	__asm__ volatile("ldmxcsr %0" : : "m"(mode));
	CHECK(up > nearest);
	CHECK(other == nearest); /* not inherited, not leaked */
	CHECK(back == up);
}

/* --- thread-local variables --------------------------------------------------------- */

static __thread unsigned initialised = 42;
static __thread unsigned zeroed;
static __thread char aligned[64] __attribute__((aligned(64)));

static void *use_thread_locals(void *arg)
{
	unsigned id = (unsigned)(uintptr_t)arg;
	uintptr_t wrong =
		initialised != 42 || zeroed != 0 || (uintptr_t)aligned % 64 != 0;

	for (unsigned i = 0; i < 200 && !wrong; i++) {
		errno = (int)(id + i);
		initialised = zeroed = id * 1000 + i;
		memset(aligned, (int)id, sizeof(aligned));
		if (i % 3)
			thread_yield();
		else
			thread_sleep_until(clock_ns() + 50 * NS_PER_US);
		wrong = errno != (int)(id + i) || initialised != id * 1000 + i ||
			zeroed != initialised || aligned[63] != (char)id;
	}
	return (void *)wrong;
}

TEST(errno_and_thread_local_variables_are_each_threads_own)
{
	struct thread *t[8];

	errno = 7;
	for (uintptr_t i = 0; i < 8; i++)
		t[i] = start((int)(THREAD_PRIO_DEFAULT + i % 3), use_thread_locals,
			(void *)(i + 1));
	for (int i = 0; i < 8; i++) {
		void *wrong = t;

		CHECK_EQ(thread_join(t[i], &wrong), 0);
		CHECK(!wrong);
	}
	CHECK_EQ(errno, 7);
	CHECK_EQ(initialised, 42);
}

/* --- time --------------------------------------------------------------------------- */

enum { N_SLEEPERS = 8 };

static uint64_t first_deadline_ns;
static unsigned wake_order[N_SLEEPERS], n_woken, n_early;
static bool is_late;

static void *sleep_in_order(void *arg)
{
	unsigned id = (unsigned)(uintptr_t)arg;
	uint64_t deadline_ns = first_deadline_ns + id * NS_PER_MS;

	thread_set_unsliced(thread_self(), true); /* the host may take a slice from us */
	thread_sleep_until(deadline_ns);
	n_early += clock_ns() < deadline_ns;
	wake_order[n_woken++] = id;
	return NULL;
}

static void sleep_all(uint64_t start_ns)
{
	struct thread *t[N_SLEEPERS];

	n_woken = n_early = 0;
	first_deadline_ns = clock_ns() + start_ns;
	for (uintptr_t i = 0; i < N_SLEEPERS; i++)
		t[i] = start(THREAD_PRIO_NET, sleep_in_order,
			(void *)((i * 3 + 2) % N_SLEEPERS));
	/* They are more urgent: all of them sleep, or have slept. */
	is_late = clock_ns() >= first_deadline_ns;
	for (int i = 0; i < N_SLEEPERS; i++)
		thread_join(t[i], NULL);
}

TEST(sleepers_wake_in_the_order_of_their_deadlines_and_never_early)
{
	uint64_t start_ns = 20 * NS_PER_MS;

	do { /* until the host leaves us the time to put all of them to sleep */
		sleep_all(start_ns);
		start_ns *= 2;
	} while (is_late && start_ns < LIMIT_NS);
	CHECK(!is_late);
	CHECK_EQ(n_woken, N_SLEEPERS);
	CHECK_EQ(n_early, 0);
	for (unsigned i = 0; i < N_SLEEPERS; i++)
		CHECK_EQ(wake_order[i], i);
}

TEST(the_clock_never_goes_back)
{
	uint64_t last_ns = clock_ns();

	for (int i = 0; i < 5000; i++) {
		uint64_t now_ns = clock_ns();

		CHECK(now_ns >= last_ns);
		last_ns = now_ns;
	}
}

static void *sleep_often(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;

	for (unsigned i = 0; i < 150; i++) {
		seed = seed * 1103515245 + 12345;
		thread_sleep_until(clock_ns() + seed / 65536 % 200 * NS_PER_US);
	}
	return NULL;
}

TEST(no_wake_up_is_lost_in_a_thousand_short_sleeps)
{
	struct thread *t[8];

	for (uintptr_t i = 0; i < 8; i++)
		t[i] = start(
			(int)(THREAD_PRIO_DEFAULT + i % 4), sleep_often, (void *)(i + 1));
	for (int i = 0; i < 8; i++)
		CHECK_EQ(thread_join(t[i], NULL), 0); /* else it never comes back */
}

TEST(an_idle_domain_is_not_woken)
{
	struct thread_stats before, after;

	pause_ms(50);
	thread_get_stats(&before);
	pause_ms(1000);
	thread_get_stats(&after);
	CHECK(after.idle_wakeups > before.idle_wakeups);
	CHECK(after.idle_wakeups - before.idle_wakeups <= 5);
}

/* --- locks -------------------------------------------------------------------------- */

static struct mutex lock;
static struct cond changed;
static unsigned long counter; /* under lock */

static void *count(void *arg)
{
	(void)arg;
	for (int i = 0; i < 2000; i++) {
		unsigned long seen;

		mutex_lock(&lock);
		seen = counter;
		if (i % 64 == 0)
			thread_yield();
		counter = seen + 1;
		mutex_unlock(&lock);
	}
	return NULL;
}

TEST(a_mutex_keeps_threads_apart)
{
	struct thread *t[6];

	mutex_init(&lock);
	counter = 0;
	for (int i = 0; i < 6; i++)
		t[i] = start(THREAD_PRIO_DEFAULT, count, NULL);
	for (int i = 0; i < 6; i++)
		thread_join(t[i], NULL);
	CHECK_EQ(counter, 12000);
}

/* Is now and then interrupted while it holds the mutex. */
static void *use_often(void *arg)
{
	(void)arg;
	for (int i = 0; i < 500; i++) {
		mutex_lock(&lock);
		if (i % 250 == 0)
			thread_yield();
		mutex_unlock(&lock);
	}
	return NULL;
}

TEST(threads_that_share_a_mutex_do_not_wait_for_one_that_spins_at_every_use)
{
	volatile unsigned long rounds = 0;
	uint64_t before = n_preemptions();
	struct thread *spinning, *t[3];

	mutex_init(&lock);
	stop = false;
	spinning = start(THREAD_PRIO_DEFAULT, spin, (void *)&rounds);
	for (int i = 0; i < 3; i++)
		t[i] = start(THREAD_PRIO_DEFAULT, use_often, NULL);
	for (int i = 0; i < 3; i++)
		thread_join(t[i], NULL);
	stop = true;
	thread_join(spinning, NULL);
	CHECK(n_preemptions() - before < 150); /* ends of slices: not one for each use */
}

static struct mutex wanted;

static void *hold_and_spin(void *arg)
{
	mutex_lock(&wanted);
	*(volatile bool *)arg = true;
	for (volatile unsigned long i = 0; i < 200000; i++)
		;
	mutex_unlock(&wanted);
	return NULL;
}

TEST(the_owner_of_a_wanted_mutex_is_not_held_up_by_threads_between)
{
	volatile unsigned long rounds = 0;
	volatile bool held = false;
	struct thread *owner, *between;
	int result;

	mutex_init(&wanted);
	stop = false;
	owner = start(THREAD_PRIO_LOW, hold_and_spin, (void *)&held);
	while (!held)
		pause_ms(1);
	thread_set_priority(thread_self(), THREAD_PRIO_NET);
	between = start(
		THREAD_PRIO_DEFAULT, spin, (void *)&rounds); /* would run for ever */
	result = mutex_lock_until(&wanted, clock_ns() + LIMIT_NS);
	stop = true;
	if (result == 0)
		mutex_unlock(&wanted);
	thread_join(between, NULL);
	thread_join(owner, NULL);
	thread_set_priority(thread_self(), THREAD_PRIO_DEFAULT);
	CHECK_EQ(result, 0);
}

TEST(a_condition_wait_ends_at_its_deadline)
{
	uint64_t deadline_ns = clock_ns() + 5 * NS_PER_MS;

	mutex_init(&lock);
	cond_init(&changed);
	mutex_lock(&lock);
	CHECK_EQ(cond_wait_until(&changed, &lock, deadline_ns), -ETIMEDOUT);
	CHECK(mutex_held(&lock));
	mutex_unlock(&lock);
	CHECK(clock_ns() >= deadline_ns);
}

/* --- the heap, and what is left ----------------------------------------------------- */

static void *use_heap(void *arg)
{
	unsigned seed = (unsigned)(uintptr_t)arg;
	unsigned char fill = (unsigned char)seed, *blocks[64] = {NULL};
	size_t size[64] = {0};
	uintptr_t wrong = 0;

	for (int i = 0; i < 4000; i++) {
		unsigned n = (seed = seed * 1103515245 + 12345) / 65536 % 64;

		for (size_t j = 0; blocks[n] && j < size[n]; j++)
			wrong += blocks[n][j] != fill;
		kfree(blocks[n]);
		size[n] = (seed / 1024) % (i % 50 ? 700 : 50000);
		blocks[n] = kmalloc(size[n]);
		wrong += !blocks[n];
		if (blocks[n])
			memset(blocks[n], fill, size[n]);
	}
	for (int n = 0; n < 64; n++)
		kfree(blocks[n]);
	return (void *)wrong;
}

TEST(the_heap_serves_threads_that_preempt_each_other)
{
	struct heap_stats before, after;
	struct thread *t[4];
	void *wrong;

	heap_get_stats(kernel_heap, &before);
	for (uintptr_t i = 0; i < 4; i++)
		t[i] = start(THREAD_PRIO_DEFAULT, use_heap, (void *)(i + 1));
	for (int i = 0; i < 4; i++) {
		thread_join(t[i], &wrong);
		CHECK(!wrong);
	}
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
	CHECK_EQ(after.used_bytes, before.used_bytes);
}

static void *do_nothing(void *arg)
{
	return arg;
}

TEST(threads_joined_or_detached_leave_no_page_and_no_block)
{
	struct page_stats pages_before, pages_after;
	struct heap_stats heap_before, heap_after;
	struct thread_stats before, after;

	heap_trim(kernel_heap);
	page_get_stats(&pages_before);
	heap_get_stats(kernel_heap, &heap_before);
	thread_get_stats(&before);
	for (int i = 0; i < 500; i++) {
		struct thread *t = start(i % 2 ? THREAD_PRIO_NET : 0, do_nothing, NULL);

		CHECK(t != NULL);
		if (i % 3)
			thread_join(t, NULL);
		else
			thread_detach(t);
	}
	pause_ms(10);
	heap_trim(kernel_heap);
	thread_get_stats(&after);
	heap_get_stats(kernel_heap, &heap_after);
	page_get_stats(&pages_after);
	CHECK_EQ(after.threads, before.threads);
	CHECK_EQ(heap_after.blocks, heap_before.blocks);
	CHECK_EQ(pages_after.free, pages_before.free);
}
