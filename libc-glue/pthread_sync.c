/* SPDX-License-Identifier: BSD-2-Clause */
/* Mutexes, condition variables and what is made of them: read-write locks, barriers, once. */
#include <pthread.h>

#include <errno.h>
#include <string.h>

#include "kernel/irq.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "libc-glue/posix.h"
#include "libc-glue/process.h"
#include "libc-glue/time.h"

/* The kernel's objects lie inside the opaque ones; an object of zeroes is set up at first use. */
_Static_assert(sizeof(struct mutex) <= sizeof(((pthread_mutex_t *)0)->__lock), "fits");
_Static_assert(sizeof(struct cond) <= sizeof(((pthread_cond_t *)0)->__waiters), "fits");

static struct mutex *mutex_of(pthread_mutex_t *m)
{
	struct mutex *lock = (struct mutex *)m->__lock;

	if (!m->ready) {
		preempt_disable();
		if (!m->ready)
			mutex_init(lock);
		m->ready = 1;
		preempt_enable();
	}
	return lock;
}

static struct cond *cond_of(pthread_cond_t *c)
{
	struct cond *cond = (struct cond *)c->__waiters;

	if (!c->ready) {
		preempt_disable();
		if (!c->ready)
			cond_init(cond);
		c->ready = 1;
		preempt_enable();
	}
	return cond;
}

/* --- mutexes ------------------------------------------------------------------------------------------------------ */

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a)
{
	memset(m, 0, sizeof(*m));
	m->kind = a ? a->kind : PTHREAD_MUTEX_DEFAULT;
	mutex_of(m);
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
	if (m->ready && ((struct mutex *)m->__lock)->owner)
		return EBUSY;
	m->ready = 0;
	return 0;
}

/* The caller holds it already: 0 = one level deeper, else why not. */
static int lock_again(pthread_mutex_t *m)
{
	if (m->kind != PTHREAD_MUTEX_RECURSIVE)
		return EDEADLK;
	if (m->depth == ~0u)
		return EAGAIN;
	m->depth++;
	return 0;
}

static int lock_until(pthread_mutex_t *m, uint64_t deadline_ns)
{
	struct mutex *lock = mutex_of(m);

	if (mutex_held(lock) && m->kind != PTHREAD_MUTEX_NORMAL)
		return lock_again(m);
	if (mutex_held(
		    lock)) { /* a normal one deadlocks with itself, for as long as was said */
		while (thread_sleep_until(deadline_ns) == -EINTR)
			posix_attend();
		return ETIMEDOUT;
	}
	if (mutex_lock_until(lock, deadline_ns))
		return ETIMEDOUT;
	m->depth = 0; /* its last owner may have been ended in the middle */
	if (process_self()->ending)
		posix_attend();
	return 0;
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
	return lock_until(m, TIME_FOREVER);
}

int pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *until)
{
	uint64_t deadline_ns;

	if (pthread_mutex_trylock(m) == 0)
		return 0;
	if (time_deadline_at(CLOCK_REALTIME, until, &deadline_ns))
		return EINVAL;
	return lock_until(m, deadline_ns);
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
	struct mutex *lock = mutex_of(m);

	if (mutex_held(lock))
		return m->kind == PTHREAD_MUTEX_RECURSIVE ? lock_again(m) : EBUSY;
	if (!mutex_trylock(lock))
		return EBUSY;
	m->depth = 0;
	return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
	struct mutex *lock = mutex_of(m);

	if (!mutex_held(lock))
		return EPERM;
	if (m->depth)
		m->depth--;
	else
		mutex_unlock(lock);
	return 0;
}

/* --- condition variables -------------------------------------------------------------------------------------------- */

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *a)
{
	memset(c, 0, sizeof(*c));
	c->clock = a ? a->clock : CLOCK_REALTIME;
	cond_of(c);
	return 0;
}

int pthread_cond_destroy(pthread_cond_t *c)
{
	c->ready = 0;
	return 0;
}

/* An interrupted wait is one that was woken for nothing, which a caller expects anyway. */
static int wait_until(pthread_cond_t *c, pthread_mutex_t *m, uint64_t deadline_ns)
{
	struct mutex *lock = mutex_of(m);
	unsigned depth = m->depth;
	int err;

	if (!mutex_held(lock))
		return EPERM;
	m->depth = 0;
	err = cond_wait_until(cond_of(c), lock, deadline_ns);
	m->depth = depth;
	return err == -EINTR ? 0 : -err;
}

/* Inside of other locks: no handlers run and nobody is cancelled here. */
static int wait_inside(pthread_cond_t *c, pthread_mutex_t *m, uint64_t deadline_ns)
{
	int err = wait_until(c, m, deadline_ns);

	if (process_self()->ending)
		posix_attend();
	return err;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
	int err = wait_until(c, m, TIME_FOREVER);

	posix_attend();
	return err;
}

int pthread_cond_timedwait(
	pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until)
{
	clockid_t clock = c->clock ? c->clock : CLOCK_REALTIME;
	uint64_t deadline_ns;
	int err;

	if (time_deadline_at(clock, until, &deadline_ns))
		return EINVAL;
	err = wait_until(c, m, deadline_ns);
	posix_attend();
	return err;
}

int pthread_cond_signal(pthread_cond_t *c)
{
	cond_signal(cond_of(c));
	return 0;
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
	cond_broadcast(cond_of(c));
	return 0;
}

/* --- read-write locks: waiting writers go before new readers ----------------------------------------------------------- */

int pthread_rwlock_init(pthread_rwlock_t *l, const pthread_rwlockattr_t *a)
{
	(void)a;
	memset(l, 0, sizeof(*l));
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
	return l->readers || l->writing ? EBUSY : 0;
}

static int read_until(pthread_rwlock_t *l, uint64_t deadline_ns)
{
	int err = 0;

	pthread_mutex_lock(&l->lock);
	while ((l->writing || l->writers_waiting) && !err)
		err = wait_inside(&l->changed, &l->lock, deadline_ns);
	if (!err)
		l->readers++;
	pthread_mutex_unlock(&l->lock);
	return err;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
	return read_until(l, TIME_FOREVER);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *l, const struct timespec *until)
{
	uint64_t deadline_ns;

	if (pthread_rwlock_tryrdlock(l) == 0)
		return 0;
	if (time_deadline_at(CLOCK_REALTIME, until, &deadline_ns))
		return EINVAL;
	return read_until(l, deadline_ns);
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *l)
{
	int err = 0;

	pthread_mutex_lock(&l->lock);
	if (l->writing || l->writers_waiting)
		err = EBUSY;
	else
		l->readers++;
	pthread_mutex_unlock(&l->lock);
	return err;
}

static int write_until(pthread_rwlock_t *l, uint64_t deadline_ns)
{
	int err = 0;

	pthread_mutex_lock(&l->lock);
	l->writers_waiting++;
	while ((l->writing || l->readers) && !err)
		err = wait_inside(&l->changed, &l->lock, deadline_ns);
	l->writers_waiting--;
	if (!err)
		l->writing = 1;
	else
		pthread_cond_broadcast(&l->changed); /* readers waited for us */
	pthread_mutex_unlock(&l->lock);
	return err;
}

int pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
	return write_until(l, TIME_FOREVER);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *l, const struct timespec *until)
{
	uint64_t deadline_ns;

	if (pthread_rwlock_trywrlock(l) == 0)
		return 0;
	if (time_deadline_at(CLOCK_REALTIME, until, &deadline_ns))
		return EINVAL;
	return write_until(l, deadline_ns);
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
	int err = 0;

	pthread_mutex_lock(&l->lock);
	if (l->writing || l->readers)
		err = EBUSY;
	else
		l->writing = 1;
	pthread_mutex_unlock(&l->lock);
	return err;
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
	int err = 0;

	pthread_mutex_lock(&l->lock);
	if (l->writing)
		l->writing = 0;
	else if (l->readers)
		l->readers--;
	else
		err = EPERM;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->lock);
	return err;
}

/* --- barriers ------------------------------------------------------------------------------------------------------------ */

int pthread_barrier_init(
	pthread_barrier_t *b, const pthread_barrierattr_t *a, unsigned count)
{
	(void)a;
	if (count == 0)
		return EINVAL;
	memset(b, 0, sizeof(*b));
	b->wanted = count;
	return 0;
}

int pthread_barrier_destroy(pthread_barrier_t *b)
{
	return b->arrived ? EBUSY : 0;
}

int pthread_barrier_wait(pthread_barrier_t *b)
{
	unsigned round;
	int result = 0;

	pthread_mutex_lock(&b->lock);
	round = b->round;
	if (++b->arrived == b->wanted) {
		b->arrived = 0;
		b->round++;
		pthread_cond_broadcast(&b->changed);
		result = PTHREAD_BARRIER_SERIAL_THREAD;
	}
	while (b->round == round)
		wait_inside(&b->changed, &b->lock, TIME_FOREVER);
	pthread_mutex_unlock(&b->lock);
	return result;
}

/* --- spin locks, which are mutexes, and once --------------------------------------------------------------------------------- */

int pthread_spin_init(pthread_spinlock_t *l, int shared)
{
	(void)shared;
	return pthread_mutex_init(l, NULL);
}

int pthread_spin_destroy(pthread_spinlock_t *l)
{
	return pthread_mutex_destroy(l);
}

int pthread_spin_lock(pthread_spinlock_t *l)
{
	return pthread_mutex_lock(l);
}

int pthread_spin_trylock(pthread_spinlock_t *l)
{
	return pthread_mutex_trylock(l);
}

int pthread_spin_unlock(pthread_spinlock_t *l)
{
	return pthread_mutex_unlock(l);
}

int pthread_once(pthread_once_t *once, void (*fn)(void))
{
	if (once->done)
		return 0;
	pthread_mutex_lock(&once->lock);
	if (!once->done)
		fn();
	once->done = 1;
	pthread_mutex_unlock(&once->lock);
	return 0;
}
