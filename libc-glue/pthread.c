/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POSIX threads over kernel threads: begin, end, cancel. Their attributes and priorities are in
 * pthread_attr.c, keys in pthread_key.c, locks in pthread_sync.c.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include <errno.h>
#include <stdbool.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/posix.h"
#include "libc-glue/process.h"
#include "libc-glue/pthread_private.h"

/* --- records --------------------------------------------------------------------------- */

static void record_put(struct __pthread *p)
{
	if (__atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL) == 0)
		kfree(p);
}

/* A process that ends takes its threads with it: nobody will call their destructors. */
static void thread_ends(void *local)
{
	if (!process_self()->ending)
		pthread_destroy_values(local);
	record_put(local);
}

struct __pthread *pthread_record(void)
{
	struct __pthread *p = thread_get_local();

	if (p)
		return p;
	p = kzalloc(sizeof(*p));
	if (!p)
		return NULL;
	p->thread = thread_self();
	p->refs = 1;
	list_init(&p->link);
	thread_set_local(p, thread_ends);
	return p;
}

/* The reference of who may join is given up; false if somebody else did. */
static bool unlink_joinable(struct __pthread *p)
{
	bool was_joinable;

	preempt_disable();
	was_joinable = p->created && !p->detached;
	if (was_joinable)
		list_remove(&p->link);
	p->detached = true;
	preempt_enable();
	return was_joinable;
}

/* The process has ended; nobody can join its threads any more. */
static void forget_threads(struct process *p)
{
	while (!list_empty(&p->joinable))
		pthread_detach(list_entry(p->joinable.next, struct __pthread, link));
}

/* --- begin ----------------------------------------------------------------------------- */

static void *thread_begins(void *arg)
{
	struct __pthread *p = arg;

	p->thread = thread_self();
	thread_set_local(p, thread_ends);
	return p->entry(p->arg);
}

static struct __pthread *record_create(void *(*entry)(void *arg), void *arg)
{
	struct __pthread *p = kzalloc(sizeof(*p));

	if (!p)
		return NULL;
	p->entry = entry;
	p->arg = arg;
	p->refs = 2;
	p->created = true;
	preempt_disable();
	list_append(&process_self()->joinable, &p->link);
	preempt_enable();
	process_forget_threads = forget_threads;
	return p;
}

int pthread_create(
	pthread_t *t, const pthread_attr_t *attr, void *(*entry)(void *arg), void *arg)
{
	struct thread_attr how = {.name = "pthread"};
	struct __pthread *p = record_create(entry, arg);
	struct thread *thread;

	*t = p; /* before it runs: POSIX lets it read its own id there */
	if (!p)
		return EAGAIN;
	if (attr) {
		how.stack_bytes = attr->stack_bytes;
		how.priority = attr->inherit ? 0 : attr->priority;
	}
	preempt_disable(); /* it runs when its policy is set */
	thread = thread_create(&how, thread_begins, p);
	p->thread = thread;
	if (thread && attr)
		thread_set_unsliced(thread, attr->policy == SCHED_FIFO);
	if (thread && process_self()->ending) /* which the others have been told before */
		thread_interrupt(thread);
	preempt_enable();
	if (!thread) {
		unlink_joinable(p);
		kfree(p);
		*t = NULL; /* what a caller hands on that does not look at our result */
		return EAGAIN;
	}
	if (attr && attr->detached)
		pthread_detach(p);
	return 0;
}

/* --- end ------------------------------------------------------------------------------- */

static int join(pthread_t t, void **result)
{
	int err;

	if (!t)
		return ESRCH;
	if (t == thread_get_local())
		return EDEADLK;
	if (!t->created || t->detached)
		return EINVAL;
	while ((err = thread_join(t->thread, result)) == -EINTR)
		posix_attend();
	unlink_joinable(t);
	record_put(t);
	return 0;
}

int pthread_join(pthread_t t, void **result)
{
	posix_attend();
	return join(t, result);
}

int pthread_tryjoin_np(pthread_t t, void **result)
{
	if (t && t->created && __atomic_load_n(&t->refs, __ATOMIC_ACQUIRE) > 1)
		return EBUSY;
	return join(t, result);
}

int pthread_detach(pthread_t t)
{
	if (!t)
		return ESRCH; /* what a failed pthread_create() left behind */
	if (!t->created)
		return 0; /* nobody could join it anyway */
	if (!unlink_joinable(t))
		return EINVAL;
	thread_detach(t->thread);
	record_put(t);
	return 0;
}

void pthread_exit(void *result)
{
	struct __pthread *p = thread_get_local();

	while (p && p->cleanup)
		__pthread_cleanup_pop(1);
	thread_exit(result);
}

pthread_t pthread_self(void)
{
	return pthread_record();
}

int pthread_equal(pthread_t a, pthread_t b)
{
	return a == b;
}

/* --- cancelling: at the end of a POSIX call, those that wait are interrupted ----------------- */

static void attend_cancel(void)
{
	struct __pthread *p = thread_get_local();

	if (!p || !p->cancelled || p->uncancellable)
		return;
	p->uncancellable = true; /* what handlers call runs to its end */
	pthread_exit(PTHREAD_CANCELED);
}

int pthread_cancel(pthread_t t)
{
	if (!t)
		return ESRCH;
	posix_attend_cancel = attend_cancel;
	t->cancelled = true;
	thread_interrupt(t->thread);
	return 0;
}

void pthread_testcancel(void)
{
	posix_attend();
}

int pthread_setcancelstate(int state, int *old)
{
	struct __pthread *p = pthread_record();

	if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
		return EINVAL;
	if (!p)
		return ENOMEM;
	if (old)
		*old = p->uncancellable ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
	p->uncancellable = state == PTHREAD_CANCEL_DISABLE;
	if (p->cancelled && !p->uncancellable)
		thread_interrupt(thread_self());
	return 0;
}

/* There is no safe way to stop a thread in the middle of anything. */
int pthread_setcanceltype(int type, int *old)
{
	if (old)
		*old = PTHREAD_CANCEL_DEFERRED;
	return type == PTHREAD_CANCEL_DEFERRED       ? 0
	       : type == PTHREAD_CANCEL_ASYNCHRONOUS ? ENOTSUP
						     : EINVAL;
}

void __pthread_cleanup_push(struct __pthread_cleanup *c)
{
	struct __pthread *p = pthread_record();

	c->next = p ? p->cleanup : NULL;
	if (p)
		p->cleanup = c;
}

void __pthread_cleanup_pop(int run)
{
	struct __pthread *p = thread_get_local();
	const struct __pthread_cleanup *c = p ? p->cleanup : NULL;

	if (!c)
		return;
	p->cleanup = c->next;
	if (run)
		c->fn(c->arg);
}
