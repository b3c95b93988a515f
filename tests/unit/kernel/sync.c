/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/sync.c: who gets what in which order, what is inherited, and that upcalls
 * anywhere lose nothing.
 */
#include "kernel/sync.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/timer.h"
#include "tests/fake/thread_test.h"

static char trace[256];

static void trace_add(char c)
{
	size_t n = strlen(trace);

	if (n + 1 < sizeof(trace)) {
		trace[n] = c;
		trace[n + 1] = '\0';
	}
}

static struct thread *start(int priority, void *(*entry)(void *), void *arg)
{
	return thread_create(&(struct thread_attr){.priority = priority}, entry, arg);
}

static void pause_ms(unsigned ms)
{
	thread_sleep_until(clock_ns() + ms * NS_PER_MS);
}

/* --- wait queue and semaphore ------------------------------------------------------- */

static struct waitq queue;

struct sleeper {
	char letter;
	uint64_t timeout_ns; /* 0 = for ever */
	int result;
};

static void *sleep_in_queue(void *arg)
{
	struct sleeper *s = arg;
	unsigned long flags = irq_save();

	s->result = waitq_sleep(
		&queue, s->timeout_ns ? clock_ns() + s->timeout_ns : TIME_FOREVER);
	irq_restore(flags);
	trace_add(s->letter);
	return NULL;
}

THREAD_TEST(an_interrupted_sleep_ends_once)
{
	static struct sleeper s = {'s', 0, 1};
	struct thread *t;

	waitq_init(&queue);
	t = start(20, sleep_in_queue, &s);
	thread_interrupt(t);
	thread_join(t, NULL);
	CHECK_EQ(s.result, -EINTR);
	CHECK(!waitq_wake_one(&queue));
}

THREAD_TEST(an_interruption_waits_for_the_next_sleep_and_for_attention)
{
	thread_interrupt(thread_self());
	CHECK(thread_attention());
	CHECK_EQ(thread_sleep_until(clock_ns() + NS_PER_MS), -EINTR);
	CHECK_EQ(thread_sleep_until(clock_ns() + NS_PER_MS), 0); /* once */
	CHECK(thread_attention());
	thread_interrupt(thread_self());
	thread_attend();
	CHECK(!thread_attention());
	CHECK_EQ(thread_sleep_until(clock_ns() + NS_PER_MS), 0);
}

static struct mutex contested;
static int slept;

static void *lock_and_sleep(void *arg)
{
	(void)arg;
	mutex_lock(&contested);
	slept = thread_sleep_until(clock_ns() + NS_PER_MS);
	mutex_unlock(&contested);
	return NULL;
}

THREAD_TEST(who_waits_for_a_mutex_gets_it_and_is_interrupted_later)
{
	struct thread *t;

	mutex_init(&contested);
	mutex_lock(&contested);
	slept = 1;
	t = start(20, lock_and_sleep, NULL);
	thread_interrupt(t);
	CHECK_EQ(slept, 1);
	mutex_unlock(&contested);
	thread_join(t, NULL);
	CHECK_EQ(slept, -EINTR);
}

static void *leave_locks(void *arg)
{
	struct mutex *both = arg;

	mutex_lock(&both[0]);
	mutex_lock(&both[1]);
	pause_ms(1);
	mutex_unlock_all();
	return NULL;
}

THREAD_TEST(all_locks_of_a_thread_that_is_ended_are_passed_on)
{
	static struct mutex both[2];
	struct thread *t;

	mutex_init(&both[0]);
	mutex_init(&both[1]);
	t = start(20, leave_locks, both);
	CHECK(!mutex_trylock(&both[0]));
	mutex_lock(&both[0]); /* sleeps: the owner inherits nothing that stays */
	CHECK(mutex_trylock(&both[1]));
	thread_join(t, NULL);
	mutex_unlock(&both[0]);
	mutex_unlock(&both[1]);
}

THREAD_TEST(a_queue_wakes_the_most_urgent_first_and_equals_in_their_order)
{
	static struct sleeper s[] = {{'a', 0, 0}, {'b', 0, 0}, {'c', 0, 0}, {'d', 0, 0}};
	static const int priority[] = {17, 20, 20, 18};
	struct thread *t[4];

	waitq_init(&queue);
	trace[0] = '\0';
	for (int i = 0; i < 4; i++)
		t[i] = start(priority[i], sleep_in_queue, &s[i]);
	for (int i = 0; i < 4; i++)
		CHECK(waitq_wake_one(&queue));
	CHECK(!waitq_wake_one(&queue));
	for (int i = 0; i < 4; i++)
		thread_join(t[i], NULL);
	CHECK_STR(trace, "bcda");
}

THREAD_TEST(a_sleeper_whose_priority_changes_changes_its_place)
{
	static struct sleeper s[] = {{'a', 0, 0}, {'b', 0, 0}};
	struct thread *a, *b;

	waitq_init(&queue);
	trace[0] = '\0';
	a = start(20, sleep_in_queue, &s[0]);
	b = start(18, sleep_in_queue, &s[1]);
	thread_set_priority(b, 22);
	waitq_wake_one(&queue);
	waitq_wake_one(&queue);
	thread_join(a, NULL);
	thread_join(b, NULL);
	CHECK_STR(trace, "ba");
}

THREAD_TEST(a_deadline_ends_a_sleep_and_a_wake_up_ends_its_deadline)
{
	static struct sleeper s[] = {{'a', 5 * NS_PER_MS, 0}, {'b', 3 * NS_PER_MS, 0},
		{'c', 9 * NS_PER_MS, 0}};
	struct thread *t[3];

	waitq_init(&queue);
	trace[0] = '\0';
	for (int i = 0; i < 3; i++)
		t[i] = start(20, sleep_in_queue, &s[i]);
	pause_ms(6);
	CHECK_STR(trace, "ba");
	CHECK_EQ(waitq_wake_all(&queue), 1);
	pause_ms(20);
	for (int i = 0; i < 3; i++)
		thread_join(t[i], NULL);
	CHECK_STR(trace, "bac");
	CHECK_EQ(s[0].result, -ETIMEDOUT);
	CHECK_EQ(s[1].result, -ETIMEDOUT);
	CHECK_EQ(s[2].result, 0);
}

THREAD_TEST(a_deadline_that_has_passed_does_not_sleep)
{
	struct sem s = SEM_INIT(s, 0);
	uint64_t now_ns = clock_ns();

	CHECK_EQ(sem_down_until(&s, now_ns), -ETIMEDOUT);
	CHECK_EQ(sem_down_until(&s, 0), -ETIMEDOUT);
	CHECK_EQ(clock_ns(), now_ns);
}

THREAD_TEST(a_semaphore_counts)
{
	struct sem s = SEM_INIT(s, 2);

	CHECK(sem_try_down(&s));
	CHECK_EQ(sem_down_until(&s, TIME_FOREVER), 0);
	CHECK(!sem_try_down(&s));
	CHECK_EQ(sem_down_until(&s, clock_ns() + NS_PER_MS), -ETIMEDOUT);
	sem_up(&s);
	sem_up(&s);
	CHECK_EQ(s.count, 2);
}

static void *take_one(void *arg)
{
	sem_down_until(arg, TIME_FOREVER);
	return NULL;
}

THREAD_TEST(a_unit_given_to_a_sleeper_is_not_there_for_another)
{
	struct sem s = SEM_INIT(s, 0);
	struct thread *t = start(THREAD_PRIO_LOW, take_one, &s);

	pause_ms(1);
	sem_up(&s);
	CHECK_EQ(s.count, 0);
	CHECK(!sem_try_down(&s)); /* though the sleeper has not run yet */
	thread_join(t, NULL);
}

/* --- mutex -------------------------------------------------------------------------- */

static struct mutex m1, m2;

static void *lock_m1(void *arg)
{
	mutex_lock(&m1);
	trace_add(*(char *)arg);
	mutex_unlock(&m1);
	return NULL;
}

static void *lock_m2_then_m1(void *arg)
{
	(void)arg;
	mutex_lock(&m2);
	mutex_lock(&m1);
	trace_add('2');
	mutex_unlock(&m1);
	mutex_unlock(&m2);
	return NULL;
}

static void *lock_m2(void *arg)
{
	(void)arg;
	mutex_lock(&m2);
	trace_add('3');
	mutex_unlock(&m2);
	return NULL;
}

THREAD_TEST(a_mutex_goes_to_the_most_urgent_waiter)
{
	char a = 'a', b = 'b';
	struct thread *ta, *tb;

	mutex_init(&m1);
	trace[0] = '\0';
	mutex_lock(&m1);
	CHECK(mutex_held(&m1) && !mutex_trylock(&m1));
	ta = start(18, lock_m1, &a);
	tb = start(20, lock_m1, &b);
	trace_add('m');
	mutex_unlock(&m1);
	trace_add('M');
	thread_join(ta, NULL);
	thread_join(tb, NULL);
	CHECK_STR(trace, "mbaM");
	CHECK(!mutex_held(&m1));
}

THREAD_TEST(the_heir_of_a_mutex_is_passed_over_until_it_runs_but_once)
{
	char a = 'a';
	struct thread *t;

	mutex_init(&m1);
	trace[0] = '\0';
	mutex_lock(&m1);
	t = start(THREAD_PRIO_DEFAULT, lock_m1, &a);
	pause_ms(1); /* it sleeps for the mutex */
	for (int i = 0; i < 3; i++) {
		mutex_unlock(&m1);
		CHECK(mutex_trylock(&m1));
	}
	pause_ms(1); /* it is too late */
	CHECK_STR(trace, "");
	mutex_unlock(&m1);
	CHECK(!mutex_trylock(&m1));
	thread_join(t, NULL);
	CHECK_STR(trace, "a");
}

THREAD_TEST(only_an_equal_that_is_sliced_passes_over_an_heir)
{
	static const int priorities[] = {THREAD_PRIO_LOW, 20, THREAD_PRIO_DEFAULT};
	struct thread *self = thread_self(), *t;
	char a = 'a';

	for (unsigned i = 0; i < ARRAY_SIZE(priorities); i++) {
		mutex_init(&m1);
		mutex_lock(&m1);
		t = start(THREAD_PRIO_DEFAULT, lock_m1, &a);
		pause_ms(1); /* it sleeps for the mutex */
		preempt_disable();
		mutex_unlock(&m1);
		thread_set_priority(self, priorities[i]);
		thread_set_unsliced(self, true);
		CHECK(!mutex_trylock(&m1));
		thread_set_unsliced(self, false);
		CHECK_EQ(mutex_trylock(&m1), priorities[i] == THREAD_PRIO_DEFAULT);
		preempt_enable();
		if (mutex_held(&m1))
			mutex_unlock(&m1);
		thread_set_priority(self, THREAD_PRIO_DEFAULT);
		thread_join(t, NULL);
	}
}

THREAD_TEST(who_passes_over_an_heir_inherits_instead_of_it)
{
	char a = 'a', b = 'b';
	struct thread *self = thread_self(), *heir, *sleeper;

	mutex_init(&m1);
	mutex_lock(&m1);
	heir = start(THREAD_PRIO_DEFAULT, lock_m1, &a);
	sleeper = start(THREAD_PRIO_DEFAULT, lock_m1, &b);
	pause_ms(1); /* both sleep for the mutex */
	preempt_disable();
	mutex_unlock(&m1);
	CHECK(mutex_trylock(&m1));
	thread_set_priority(sleeper, 20);
	CHECK_EQ(self->priority, 20);
	CHECK_EQ(heir->priority, THREAD_PRIO_DEFAULT);
	trace[0] = '\0';
	mutex_unlock(&m1); /* to the more urgent one, not to the heir */
	CHECK_EQ(self->priority, THREAD_PRIO_DEFAULT);
	CHECK(!mutex_trylock(&m1));
	preempt_enable();
	CHECK_STR(trace, "b");
	thread_join(heir, NULL);
	thread_join(sleeper, NULL);
	CHECK_STR(trace, "ba");
}

THREAD_TEST(an_heir_inherits_before_it_runs)
{
	char a = 'a';
	struct thread *heir, *middle, *urgent;

	mutex_init(&m1);
	mutex_init(&m2);
	trace[0] = '\0';
	mutex_lock(&m1);
	heir = start(THREAD_PRIO_LOW, lock_m1, &a);
	middle = start(THREAD_PRIO_LOW, lock_m2_then_m1, NULL);
	pause_ms(1); /* both sleep for the mutex */
	mutex_unlock(&m1);
	urgent = start(25, lock_m2, NULL);
	CHECK_STR(trace, "a23");
	thread_join(heir, NULL);
	thread_join(middle, NULL);
	thread_join(urgent, NULL);
}

static bool got;

static void *try_for_5_ms(void *arg)
{
	unsigned *timeouts = arg;

	while (mutex_lock_until(&m1, clock_ns() + 5 * NS_PER_MS))
		++*timeouts;
	got = true;
	mutex_unlock(&m1);
	return NULL;
}

static void *lock_for_ever(void *arg)
{
	(void)arg;
	mutex_lock(&m1);
	got = true;
	mutex_unlock(&m1);
	return NULL;
}

/* How often the mutex was let go and had again, before the thread got it. */
static int rounds_until_got(struct thread *t)
{
	int n = 0;

	for (; n < 1000 && !got; n++) {
		fake_advance(NS_PER_MS);
		mutex_unlock(&m1);
		fake_advance(NS_PER_US);
		mutex_lock(&m1);
	}
	mutex_unlock(&m1);
	thread_join(t, NULL);
	return n;
}

THREAD_TEST(a_mutex_that_is_used_nearly_always_is_had_within_a_few_slices)
{
	static const struct {
		int priority;
		bool unsliced;
	} users[] = {
		{THREAD_PRIO_DEFAULT, false}, {THREAD_PRIO_DEFAULT, true}, {20, false}};
	struct thread *self = thread_self(), *t;

	for (unsigned i = 0; i < ARRAY_SIZE(users); i++) {
		mutex_init(&m1);
		got = false;
		mutex_lock(&m1);
		t = start(THREAD_PRIO_DEFAULT, lock_for_ever, NULL);
		pause_ms(1); /* it sleeps for the mutex */
		thread_set_unsliced(self, users[i].unsliced);
		thread_set_priority(self, users[i].priority);
		CHECK(rounds_until_got(t) < 50);
		thread_set_unsliced(self, false);
		thread_set_priority(self, THREAD_PRIO_DEFAULT);
	}
}

THREAD_TEST(a_deadline_shorter_than_a_slice_does_not_keep_a_mutex_from_a_thread)
{
	unsigned timeouts = 0;
	struct thread *t;

	mutex_init(&m1);
	got = false;
	mutex_lock(&m1);
	t = start(THREAD_PRIO_DEFAULT, try_for_5_ms, &timeouts);
	pause_ms(1); /* it sleeps for the mutex */
	CHECK(rounds_until_got(t) < 50);
	CHECK_EQ(timeouts, 0);
}

THREAD_TEST(who_was_unsliced_until_now_does_not_keep_a_mutex_from_its_heir)
{
	struct thread *self = thread_self(), *t;

	mutex_init(&m1);
	got = false;
	mutex_lock(&m1);
	t = start(THREAD_PRIO_DEFAULT, lock_for_ever, NULL);
	pause_ms(1); /* it sleeps for the mutex */
	thread_set_unsliced(self, true);
	fake_advance(30 * NS_PER_MS); /* no timer of a slice is left */
	mutex_unlock(&m1);
	thread_set_unsliced(self, false);
	mutex_lock(&m1);
	CHECK(rounds_until_got(t) < 50);
}

static bool stop;

static void *compute(void *arg)
{
	(void)arg;
	while (!stop)
		fake_advance(100 * NS_PER_US);
	return NULL;
}

static void *lock_when_told(void *arg)
{
	struct sem *go = arg;

	while (sem_down_until(go, TIME_FOREVER) == 0 && !stop) {
		mutex_lock(&m1);
		mutex_unlock(&m1);
	}
	return NULL;
}

/* Two urgent threads use the mutex every 5 ms; the heir is one of three equals. */
THREAD_TEST(an_heir_that_inherits_does_not_lose_its_turn)
{
	static struct sem go[2];
	struct thread *self = thread_self(), *t[5];
	int rounds = 0;

	thread_set_priority(self, 25);
	mutex_init(&m1);
	got = stop = false;
	mutex_lock(&m1);
	t[0] = start(10, lock_for_ever, NULL);
	for (int i = 0; i < 2; i++) {
		sem_setup(&go[i], 0);
		t[1 + i] = start(20, lock_when_told, &go[i]);
	}
	pause_ms(1); /* the first sleeps for the mutex, the urgent ones for a word */
	for (int i = 0; i < 2; i++)
		t[3 + i] = start(10, compute, NULL);
	mutex_unlock(&m1);
	for (; rounds < 1000 && !got; rounds++) {
		pause_ms(5);
		sem_up(&go[0]);
		sem_up(&go[1]);
	}
	stop = true;
	sem_up(&go[0]);
	sem_up(&go[1]);
	for (int i = 0; i < 5; i++)
		thread_join(t[i], NULL);
	thread_set_priority(self, THREAD_PRIO_DEFAULT);
	CHECK(rounds < 50);
}

THREAD_TEST(the_owner_inherits_while_a_more_urgent_thread_waits_and_no_longer)
{
	char a = 'a', b = 'b';
	struct thread *self = thread_self(), *ta, *tb;

	mutex_init(&m1);
	mutex_lock(&m1);
	CHECK_EQ(self->priority, THREAD_PRIO_DEFAULT);
	ta = start(20, lock_m1, &a);
	CHECK_EQ(self->priority, 20);
	tb = start(24, lock_m1, &b);
	CHECK_EQ(self->priority, 24);
	CHECK_EQ(thread_get_priority(self), THREAD_PRIO_DEFAULT);
	thread_set_priority(tb, 18);
	CHECK_EQ(self->priority, 20);
	thread_set_priority(self, 26);
	CHECK_EQ(self->priority, 26);
	thread_set_priority(self, THREAD_PRIO_DEFAULT);
	CHECK_EQ(self->priority, 20);
	mutex_unlock(&m1);
	CHECK_EQ(self->priority, THREAD_PRIO_DEFAULT);
	thread_join(ta, NULL);
	thread_join(tb, NULL);
}

THREAD_TEST(each_of_two_mutexes_lends_on_its_own)
{
	char a = 'a';
	struct thread *self = thread_self(), *ta;

	mutex_init(&m1);
	mutex_init(&m2);
	mutex_lock(&m1);
	mutex_lock(&m2);
	ta = start(20, lock_m1, &a);
	mutex_unlock(&m2);
	CHECK_EQ(self->priority, 20);
	mutex_unlock(&m1);
	CHECK_EQ(self->priority, THREAD_PRIO_DEFAULT);
	thread_join(ta, NULL);
}

THREAD_TEST(inheritance_passes_through_a_chain_of_owners)
{
	struct thread *self = thread_self(), *middle, *urgent;

	mutex_init(&m1);
	mutex_init(&m2);
	trace[0] = '\0';
	mutex_lock(&m1);
	middle = start(18, lock_m2_then_m1, NULL); /* holds m2, waits for m1 */
	CHECK_EQ(self->priority, 18);
	urgent = start(25, lock_m2, NULL); /* waits for m2 */
	CHECK_EQ(middle->priority, 25);
	CHECK_EQ(self->priority, 25);
	thread_set_priority(urgent, 21);
	CHECK_EQ(middle->priority, 21);
	CHECK_EQ(self->priority, 21);
	mutex_unlock(&m1);
	thread_join(middle, NULL);
	thread_join(urgent, NULL);
	CHECK_STR(trace, "23");
	CHECK_EQ(self->priority, THREAD_PRIO_DEFAULT);
}

static void *lock_then_sleep(void *arg)
{
	struct mutex *m = arg;

	mutex_lock(m);
	mutex_unlock(m);
	memset(m, 0xff, sizeof(*m)); /* gone: nobody may look at it now */
	pause_ms(1);
	return NULL;
}

THREAD_TEST(a_thread_forgets_the_mutex_that_it_waited_for)
{
	struct mutex m;
	struct thread *t;

	mutex_init(&m);
	mutex_lock(&m);
	t = start(20, lock_then_sleep, &m);
	mutex_unlock(&m);
	thread_set_priority(t, 22);
	thread_join(t, NULL);
	CHECK_EQ(thread_self()->priority, THREAD_PRIO_DEFAULT);
}

static int lock_result;

static void *lock_m2_until(void *arg)
{
	(void)arg;
	lock_result = mutex_lock_until(&m2, clock_ns() + 5 * NS_PER_MS);
	return NULL;
}

THREAD_TEST(a_deadline_in_the_chain_takes_the_inheritance_back)
{
	struct thread *self = thread_self(), *middle, *urgent;

	mutex_init(&m1);
	mutex_init(&m2);
	trace[0] = '\0';
	mutex_lock(&m1);
	middle = start(18, lock_m2_then_m1, NULL);
	urgent = start(25, lock_m2_until, NULL);
	CHECK_EQ(self->priority, 25);
	fake_advance(4 * NS_PER_MS);
	CHECK_EQ(self->priority, 25);
	fake_advance(NS_PER_MS);
	CHECK_EQ(lock_result, -ETIMEDOUT);
	CHECK_EQ(middle->priority, 18);
	CHECK_EQ(self->priority, 18);
	mutex_unlock(&m1);
	thread_join(middle, NULL);
	thread_join(urgent, NULL);
	CHECK_EQ(mutex_lock_until(&m2, clock_ns()), 0); /* free: no wait, no time-out */
	mutex_unlock(&m2);
}

static void *lock_both(void *arg)
{
	struct mutex **m = arg;

	mutex_lock(m[0]);
	pause_ms(1);
	lock_result += mutex_lock_until(m[1], clock_ns() + 10 * NS_PER_MS) == -ETIMEDOUT;
	if (mutex_held(m[1]))
		mutex_unlock(m[1]);
	mutex_unlock(m[0]);
	return NULL;
}

THREAD_TEST(a_deadlock_with_deadlines_ends)
{
	struct mutex *forth[] = {&m1, &m2}, *back[] = {&m2, &m1};
	struct thread *a, *b;

	mutex_init(&m1);
	mutex_init(&m2);
	lock_result = 0;
	a = start(18, lock_both, forth);
	b = start(20, lock_both, back);
	thread_join(a, NULL);
	thread_join(b, NULL);
	CHECK(lock_result == 1 || lock_result == 2);
	CHECK(mutex_trylock(&m1) && mutex_trylock(&m2));
	mutex_unlock(&m1);
	mutex_unlock(&m2);
}

static void unlock_m1(void *arg)
{
	(void)arg;
	mutex_unlock(&m1);
}

static void lock_m1_again(void *arg)
{
	(void)arg;
	mutex_lock(&m1);
}

static void *unlock_as_stranger(void *arg)
{
	*(bool *)arg = fake_death_of(unlock_m1, NULL) != NULL;
	return NULL;
}

THREAD_TEST(misuse_of_a_mutex_is_caught)
{
	const char *death;
	bool died = false;
	struct thread *t;

	mutex_init(&m1);
	death = fake_death_of(unlock_m1, NULL);
	CHECK(death && strstr(death, "m->owner == self"));
	mutex_lock(&m1);
	death = fake_death_of(lock_m1_again, NULL);
	CHECK(death && strstr(death, "m->owner != self"));
	t = start(20, unlock_as_stranger, &died);
	thread_join(t, NULL);
	CHECK(died);
	mutex_unlock(&m1);
}

/* --- condition variable ------------------------------------------------------------- */

static struct cond changed;
static int tokens;

static void *take_token(void *arg)
{
	mutex_lock(&m1);
	while (tokens == 0)
		cond_wait_until(&changed, &m1, TIME_FOREVER);
	tokens--;
	trace_add(*(char *)arg);
	mutex_unlock(&m1);
	return NULL;
}

THREAD_TEST(signal_wakes_one_and_broadcast_all)
{
	char letters[] = "abc";
	struct thread *t[3];

	mutex_init(&m1);
	cond_init(&changed);
	tokens = 0;
	trace[0] = '\0';
	for (int i = 0; i < 3; i++)
		t[i] = start(20, take_token, &letters[i]);
	mutex_lock(&m1);
	tokens = 1;
	cond_signal(&changed);
	mutex_unlock(&m1);
	CHECK_STR(trace, "a");
	mutex_lock(&m1);
	tokens = 2;
	cond_broadcast(&changed);
	mutex_unlock(&m1);
	for (int i = 0; i < 3; i++)
		thread_join(t[i], NULL);
	CHECK_STR(trace, "abc");
}

THREAD_TEST(a_condition_wait_that_times_out_holds_the_mutex_again)
{
	mutex_init(&m1);
	cond_init(&changed);
	mutex_lock(&m1);
	CHECK_EQ(cond_wait_until(&changed, &m1, clock_ns() + NS_PER_MS), -ETIMEDOUT);
	CHECK(mutex_held(&m1));
	CHECK_EQ(cond_wait_until(&changed, &m1, 0), -ETIMEDOUT);
	CHECK(mutex_held(&m1));
	mutex_unlock(&m1);
}

/* --- everything at once, with upcalls at random points ------------------------------ */

enum { N_WORKERS = 8, N_ROUNDS = 400, N_LOCKS = 4 };

static struct mutex locks[N_LOCKS];
static int inside[N_LOCKS]; /* threads that think they hold it */
static struct sem upcall_sem;
static struct cond any_change;
static unsigned n_upcalls, n_given, n_taken, n_timeouts, n_passed_over;

/* What holds of a mutex whenever events are on. */
static void check_lock(const struct mutex *m)
{
	int most = THREAD_PRIO_MAX;

	EXPECT(m->owner || (!m->heir && list_empty(&m->waiters.sleepers)));
	EXPECT(!m->heir || (m->heir->state == THREAD_READY && !m->heir->wants));
	n_passed_over += m->heir != NULL && m->heir != m->owner;
	list_for_each(&m->waiters.sleepers, link)
	{
		const struct thread *t = list_entry(link, struct thread, link);

		EXPECT(t->wants == m && t->priority <= most);
		EXPECT(t->priority <= m->owner->priority);
		most = t->priority;
	}
}

static void upcall_gives(void)
{
	for (int i = 0; i < N_LOCKS; i++)
		check_lock(&locks[i]);
	if (n_upcalls++ % 8 == 0) {
		n_given++;
		sem_up(&upcall_sem);
	}
	cond_broadcast(&any_change);
	if (n_upcalls % 3 == 0)
		fake_advance(0);
}

/* Locks a then b, a < b, so that there is no deadlock; checks that it is alone. */
static void use_locks(uint64_t *random, unsigned a, unsigned b)
{
	bool got_b;

	mutex_lock(&locks[a]);
	EXPECT(inside[a]++ == 0);
	got_b = mutex_lock_until(
			&locks[b], clock_ns() + fake_random(random) % 3 * NS_PER_US) == 0;
	if (got_b) {
		EXPECT(inside[b]++ == 0);
		if (fake_random(random) % 4 == 0)
			thread_yield();
		if (fake_random(random) % 8 == 0) {
			inside[b]--;
			cond_wait_until(
				&any_change, &locks[b], clock_ns() + 2 * NS_PER_US);
			EXPECT(inside[b]++ == 0);
		}
		EXPECT(--inside[b] == 0);
		mutex_unlock(&locks[b]);
	}
	EXPECT(--inside[a] == 0);
	mutex_unlock(&locks[a]);
}

static void *work(void *arg)
{
	uint64_t random = (uintptr_t)arg;

	for (int i = 0; i < N_ROUNDS && !test_failed(); i++) {
		unsigned a = (unsigned)(fake_random(&random) % (N_LOCKS - 1));
		unsigned b = a + 1 + (unsigned)(fake_random(&random) % (N_LOCKS - 1 - a));

		switch (fake_random(&random) % 4) {
		case 0:
			if (sem_down_until(&upcall_sem, clock_ns() + 5 * NS_PER_US) == 0)
				n_taken++;
			else
				n_timeouts++;
			break;
		case 1:
			fake_advance(NS_PER_US);
			thread_set_priority(
				thread_self(), 10 + (int)(fake_random(&random) % 3));
			break;
		default:
			use_locks(&random, a, b);
			break;
		}
	}
	return NULL;
}

static void stress(uint64_t seed)
{
	struct thread *t[N_WORKERS];

	n_upcalls = n_given = n_taken = n_timeouts = n_passed_over = 0;
	sem_setup(&upcall_sem, 0);
	cond_init(&any_change);
	for (int i = 0; i < N_LOCKS; i++)
		mutex_init(&locks[i]);
	fake_inject(5, seed, upcall_gives);
	for (uintptr_t i = 0; i < N_WORKERS; i++)
		t[i] = start(10 + (int)i % 3, work, (void *)((uintptr_t)seed * 100 + i));
	for (int i = 0; i < N_WORKERS; i++)
		thread_join(t[i], NULL);
	fake_inject(0, 0, NULL);
	CHECK_EQ(upcall_sem.count, n_given - n_taken);
	CHECK(n_taken > 100 && n_timeouts > 0 && n_upcalls > 1000 && n_passed_over > 0);
	for (int i = 0; i < N_LOCKS; i++)
		CHECK(!locks[i].owner && list_empty(&locks[i].held) &&
			list_empty(&locks[i].waiters.sleepers));
	CHECK_EQ(thread_self()->priority, THREAD_PRIO_DEFAULT);
}

THREAD_TEST(random_locking_with_upcalls_anywhere_keeps_every_promise)
{
	for (uint64_t seed = 1; seed <= 20 && !test_failed(); seed++) {
		test_row("seed %u", (unsigned)seed);
		stress(seed);
	}
}
