/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX threads and their keys over kernel threads. Locks are in pthread_sync.c. */
#include <pthread.h>

#include <errno.h>
#include <stdbool.h>

#include "kernel/heap.h"
#include "kernel/thread.h"

/* What a kernel thread carries for us (thread_set_local). It outlives the thread until it is joined or detached. */
struct __pthread {
	struct thread *thread;
	void *(*entry)(void *arg);
	void *arg;
	unsigned refs; /* the thread's own, and one for who may join */
	void *value[PTHREAD_KEYS_MAX];
};

static struct {
	bool used;
	void (*destroy)(void *value);
} keys[PTHREAD_KEYS_MAX];

/* --- threads ---------------------------------------------------------------------------------------------------- */

static void self_put(struct __pthread *p)
{
	if (__atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL) == 0)
		kfree(p);
}

/* Destructors may set values again: a few rounds, as POSIX has it. */
static void run_destructors(struct __pthread *p)
{
	bool again = true;

	for (int round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
		again = false;
		for (unsigned k = 0; k < PTHREAD_KEYS_MAX; k++) {
			void *value = p->value[k];

			if (!value || !keys[k].used || !keys[k].destroy)
				continue;
			p->value[k] = NULL;
			keys[k].destroy(value);
			again = true;
		}
	}
}

static void thread_ends(void *local)
{
	run_destructors(local);
	self_put(local);
}

static void *thread_begins(void *arg)
{
	struct __pthread *p = arg;

	p->thread = thread_self();
	thread_set_local(p, thread_ends);
	return p->entry(p->arg);
}

/* A thread that pthread_create() did not make (the main one) gets its record when it asks. */
static struct __pthread *self_record(void)
{
	struct __pthread *p = thread_get_local();

	if (p)
		return p;
	p = kzalloc(sizeof(*p));
	if (!p)
		return NULL;
	p->thread = thread_self();
	p->refs = 1;
	thread_set_local(p, thread_ends);
	return p;
}

int pthread_create(
	pthread_t *t, const pthread_attr_t *attr, void *(*entry)(void *arg), void *arg)
{
	struct thread_attr how = {.name = "pthread"};
	struct __pthread *p = kzalloc(sizeof(*p));
	struct thread *thread;

	if (!p)
		return EAGAIN;
	p->entry = entry;
	p->arg = arg;
	p->refs = 2;
	if (attr) {
		how.stack_bytes = attr->stack_bytes;
		how.priority = attr->priority;
	}
	*t = p; /* before it runs: POSIX lets it read its own id there */
	thread = thread_create(&how, thread_begins, p);
	if (!thread) {
		kfree(p);
		return EAGAIN;
	}
	p->thread = thread;
	if (attr && attr->detached)
		pthread_detach(p);
	return 0;
}

int pthread_join(pthread_t t, void **result)
{
	if (t == thread_get_local())
		return EDEADLK;
	thread_join(t->thread, result);
	self_put(t);
	return 0;
}

int pthread_detach(pthread_t t)
{
	if (!t)
		return ESRCH; /* what a failed pthread_create() left behind */
	thread_detach(t->thread);
	self_put(t);
	return 0;
}

void pthread_exit(void *result)
{
	thread_exit(result);
}

pthread_t pthread_self(void)
{
	return self_record();
}

int pthread_equal(pthread_t a, pthread_t b)
{
	return a == b;
}

int pthread_yield(void)
{
	thread_yield();
	return 0;
}

int sched_yield(void)
{
	thread_yield();
	return 0;
}

int pthread_getschedparam(pthread_t t, int *policy, struct sched_param *p)
{
	*policy = SCHED_RR;
	p->sched_priority = thread_get_priority(t->thread);
	return 0;
}

int pthread_setschedparam(pthread_t t, int policy, const struct sched_param *p)
{
	if (policy != SCHED_RR && policy != SCHED_OTHER)
		return ENOTSUP;
	if (p->sched_priority < 1 || p->sched_priority > THREAD_PRIO_MAX)
		return EINVAL;
	thread_set_priority(t->thread, p->sched_priority);
	return 0;
}

/* --- attributes --------------------------------------------------------------------------------------------------- */

int pthread_attr_init(pthread_attr_t *a)
{
	*a = (pthread_attr_t){.stack_bytes = THREAD_STACK_DEFAULT};
	return 0;
}

int pthread_attr_destroy(pthread_attr_t *a)
{
	(void)a;
	return 0;
}

int pthread_attr_setstacksize(pthread_attr_t *a, size_t bytes)
{
	if (bytes < PTHREAD_STACK_MIN)
		return EINVAL;
	a->stack_bytes = bytes;
	return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *a, size_t *bytes)
{
	*bytes = a->stack_bytes;
	return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *a, int state)
{
	if (state != PTHREAD_CREATE_DETACHED && state != PTHREAD_CREATE_JOINABLE)
		return EINVAL;
	a->detached = state;
	return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *a, int *state)
{
	*state = a->detached;
	return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *a, const struct sched_param *p)
{
	if (p->sched_priority < 1 || p->sched_priority > THREAD_PRIO_MAX)
		return EINVAL;
	a->priority = p->sched_priority;
	return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *a, struct sched_param *p)
{
	p->sched_priority = a->priority ? a->priority : THREAD_PRIO_DEFAULT;
	return 0;
}

/* --- keys ---------------------------------------------------------------------------------------------------------- */

int pthread_key_create(pthread_key_t *key, void (*destroy)(void *value))
{
	int err = EAGAIN;

	preempt_disable();
	for (pthread_key_t k = 0; k < PTHREAD_KEYS_MAX && err; k++) {
		if (keys[k].used)
			continue;
		keys[k].used = true;
		keys[k].destroy = destroy;
		*key = k;
		err = 0;
	}
	preempt_enable();
	return err;
}

/* Values that threads still have are theirs to free, says POSIX. */
int pthread_key_delete(pthread_key_t key)
{
	if (key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	keys[key].used = false;
	return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
	struct __pthread *p = thread_get_local();

	return p && key < PTHREAD_KEYS_MAX && keys[key].used ? p->value[key] : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	struct __pthread *p = self_record();

	if (key >= PTHREAD_KEYS_MAX || !keys[key].used)
		return EINVAL;
	if (!p)
		return ENOMEM;
	p->value[key] = (void *)value;
	return 0;
}
