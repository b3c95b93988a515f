/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting and locking over the scheduler.
 *
 * There is one processor, so everything here is made indivisible by turning events off
 * for a moment, and irq_restore() lets a more urgent thread run when one was woken. A
 * wake-up hands over what was waited for (the mutex, the unit of the semaphore) instead
 * of letting threads race for it: whoever sleeps is served in the order of the queue.
 *
 * With one exception. Who is handed a mutex and waits for the processor behind threads of
 * its priority has no use for the mutex yet. Until it runs it is the heir: a thread of
 * that priority, with time slices, may take the mutex from it and use it, again and again.
 * If not, two threads that use a mutex often would stop each other at every use and wait,
 * each time, for all that compute at their priority (a convoy). An heir that comes too
 * late sleeps again, behind its equals, and insists when it is handed the mutex then. So
 * does, from the start, who has a deadline.
 *
 *     A unlocks: B owns it, as the heir    A locks, unlocks, locks, and its slice ends
 *     B runs, is too late, sleeps          A unlocks: B owns it and insists
 *
 * Priority inheritance: while threads sleep for a mutex, its owner runs with the priority
 * of the most urgent of them. The owner may itself sleep for another mutex, whose owner
 * then inherits in turn:
 *
 *     C (24) --wants--> m2, held by B (8 -> 24) --wants--> m1, held by A (4 -> 24)
 *
 * What a thread inherits is recomputed from the mutexes that it holds whenever something
 * changed: a sleeper came, left by its deadline, or had its own priority changed; an
 * unlock.
 */
#include "kernel/sync.h"

#include <errno.h>

#include "kernel/irq.h"
#include "kernel/log.h"
#include "kernel/sched.h"

/* --- wait queue --------------------------------------------------------------------- */

static struct thread *first_sleeper(const struct waitq *q)
{
	if (list_empty(&q->sleepers))
		return NULL;
	return list_entry(q->sleepers.next, struct thread, link);
}

void sync_queue_insert(struct waitq *q, struct thread *t)
{
	struct list *after;

	list_remove(&t->link);
	after = q->sleepers.prev;
	while (after != &q->sleepers &&
		list_entry(after, struct thread, link)->priority < t->priority)
		after = after->prev;
	list_insert_before(after->next, &t->link);
}

static void wake(struct thread *t, int result)
{
	list_remove(&t->link);
	t->sleeps_on = NULL;
	t->wake_result = result;
	timer_cancel(&t->alarm);
	sched_wake(t);
}

void thread_interrupt(struct thread *t)
{
	unsigned long flags = irq_save();

	t->attention = true;
	if (t->state == THREAD_SLEEPING && t->sleeps_on && !t->wants)
		wake(t, -EINTR);
	else
		t->interrupted = true;
	irq_restore(flags);
}

void waitq_init(struct waitq *q)
{
	list_init(&q->sleepers);
}

/*
 * Get into the queue; sched_sleep() must follow. False when the deadline has passed
 * already.
 */
static bool queue_self(struct waitq *q, uint64_t deadline_ns)
{
	struct thread *self = thread_self();

	assert(!arch_irq_enabled() && sched_may_sleep());
	if (deadline_ns != TIME_FOREVER) {
		if (deadline_ns <= clock_ns())
			return false;
		timer_set(&self->alarm, deadline_ns);
	}
	self->sleeps_on = q;
	sync_queue_insert(q, self);
	self->state = THREAD_SLEEPING;
	return true;
}

int waitq_sleep(struct waitq *q, uint64_t deadline_ns)
{
	struct thread *self = thread_self();

	if (self->interrupted) { /* once: whoever must not be interrupted sleeps again */
		self->interrupted = false;
		return -EINTR;
	}
	if (!queue_self(q, deadline_ns))
		return -ETIMEDOUT;
	sched_sleep();
	return thread_self()->wake_result;
}

/* Wake the first sleeper and say who it was. Events off. */
static struct thread *wake_first(struct waitq *q)
{
	struct thread *t = first_sleeper(q);

	if (t)
		wake(t, 0);
	return t;
}

bool waitq_wake_one(struct waitq *q)
{
	unsigned long flags = irq_save();
	bool woken = wake_first(q) != NULL;

	irq_restore(flags);
	return woken;
}

unsigned waitq_wake_all(struct waitq *q)
{
	unsigned long flags = irq_save();
	unsigned n = 0;

	while (wake_first(q))
		n++;
	irq_restore(flags);
	return n;
}

/* --- mutex -------------------------------------------------------------------------- */

static int inherited_priority(const struct thread *t)
{
	int priority = t->own_priority;

	list_for_each(&t->holds, link)
	{
		const struct mutex *m = list_entry(link, struct mutex, held);
		const struct thread *first = first_sleeper(&m->waiters);

		if (first && first->priority > priority)
			priority = first->priority;
	}
	return priority;
}

/*
 * Ends at a thread that does not wait for a mutex, or for which nothing changes (so in a
 * deadlock, too).
 */
void sync_update_priority(struct thread *t)
{
	while (t) {
		int priority = inherited_priority(t);

		if (priority == t->priority)
			return;
		sched_set_priority(t, priority);
		t = t->wants ? t->wants->owner : NULL;
	}
}

/* The set of threads that sleep for the mutex has changed. */
static void update_lending(struct mutex *m)
{
	if (m->owner)
		sync_update_priority(m->owner);
}

static void alarm_fire(struct timer *alarm)
{
	struct thread *t = container_of(alarm, struct thread, alarm);
	struct mutex *m = t->wants;

	t->wants = NULL;
	wake(t, -ETIMEDOUT);
	if (m)
		update_lending(m);
}

void sync_thread_setup(struct thread *t)
{
	timer_setup(&t->alarm, alarm_fire);
	list_init(&t->holds);
}

static void take(struct mutex *m, struct thread *t)
{
	m->owner = t;
	list_append(&t->holds, &m->held);
}

void mutex_init(struct mutex *m)
{
	m->owner = NULL;
	m->heir = NULL;
	waitq_init(&m->waiters);
	list_init(&m->held);
}

/*
 * An heir that inherits keeps the mutex: it is about to run, and would lose its place in
 * the run queue with what it inherits.
 */
static bool may_take_from_heir(const struct mutex *m, const struct thread *t)
{
	const struct thread *heir = m->heir;

	return m->owner == heir && heir->priority == heir->own_priority &&
	       heir->priority == t->priority && !t->unsliced;
}

bool mutex_trylock(struct mutex *m)
{
	unsigned long flags = irq_save();
	struct thread *self = thread_self();
	bool can = !m->owner || may_take_from_heir(m, self);

	assert(!sched_in_upcall());
	if (can) {
		list_remove(&m->held);
		take(m, self);
	}
	irq_restore(flags);
	return can;
}

/* Sleep until it is handed over; an heir may have come too late. Events off. */
static int wait_for(struct mutex *m, uint64_t deadline_ns)
{
	struct thread *self = thread_self();

	assert(m->owner != self);
	if (!queue_self(&m->waiters, deadline_ns))
		return -ETIMEDOUT;
	self->wants = m;
	update_lending(m);
	sched_sleep();
	if (self->wake_result == 0 && m->heir == self)
		m->heir = NULL;
	return self->wake_result;
}

int mutex_lock_until(struct mutex *m, uint64_t deadline_ns)
{
	unsigned long flags = irq_save();
	struct thread *self = thread_self();
	int result = 0;

	self->insists = deadline_ns != TIME_FOREVER;
	while (!mutex_trylock(m)) {
		result = wait_for(m, deadline_ns);
		if (result != 0 || m->owner == self)
			break;
		self->insists = true;
	}
	irq_restore(flags);
	return result;
}

void mutex_lock(struct mutex *m)
{
	mutex_lock_until(m, TIME_FOREVER);
}

/* The heir, or the first sleeper if that is more urgent or there is no heir. */
static struct thread *wake_next_owner(struct mutex *m)
{
	struct thread *next = first_sleeper(&m->waiters);

	if (m->heir && !(next && next->priority > m->heir->priority))
		return m->heir;
	if (next) {
		wake(next, 0);
		next->wants = NULL;
		if (!m->heir && !next->insists)
			m->heir = next;
	}
	return next;
}

void mutex_unlock(struct mutex *m)
{
	unsigned long flags = irq_save();
	struct thread *self = thread_self(), *next;

	assert(m->owner == self);
	list_remove(&m->held);
	m->owner = NULL;
	next = wake_next_owner(m);
	if (next) {
		take(m, next);
		update_lending(m);
		sync_update_priority(self);
	}
	irq_restore(flags);
}

void mutex_unlock_all(void)
{
	const struct thread *self = thread_self();

	while (!list_empty(&self->holds))
		mutex_unlock(list_entry(self->holds.next, struct mutex, held));
}

bool mutex_held(const struct mutex *m)
{
	return m->owner == thread_self();
}

/* --- condition variable ------------------------------------------------------------- */

void cond_init(struct cond *c)
{
	waitq_init(&c->waiters);
}

int cond_wait_until(struct cond *c, struct mutex *m, uint64_t deadline_ns)
{
	unsigned long flags = irq_save(); /* no signal between the unlock and the sleep */
	int result;

	mutex_unlock(m);
	result = waitq_sleep(&c->waiters, deadline_ns);
	irq_restore(flags);
	mutex_lock(m);
	return result;
}

void cond_signal(struct cond *c)
{
	waitq_wake_one(&c->waiters);
}

void cond_broadcast(struct cond *c)
{
	waitq_wake_all(&c->waiters);
}

/* --- counting semaphore ------------------------------------------------------------- */

void sem_setup(struct sem *s, unsigned count)
{
	s->count = count;
	waitq_init(&s->waiters);
}

bool sem_try_down(struct sem *s)
{
	unsigned long flags = irq_save();
	bool got = s->count > 0;

	if (got)
		s->count--;
	irq_restore(flags);
	return got;
}

int sem_down_until(struct sem *s, uint64_t deadline_ns)
{
	unsigned long flags = irq_save();
	int result = sem_try_down(s) ? 0 : waitq_sleep(&s->waiters, deadline_ns);

	irq_restore(flags);
	return result;
}

void sem_up(struct sem *s)
{
	unsigned long flags = irq_save();

	if (!wake_first(&s->waiters))
		s->count++;
	irq_restore(flags);
}
