/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes, priorities and names of threads; <sched.h>. */
#define _GNU_SOURCE
#include <pthread.h>

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "kernel/addr.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/posix.h"
#include "libc-glue/pthread_private.h"

/* What a program may ask for without keeping the network and Xen's events from their work. */
#define PRIORITY_MAX (THREAD_PRIO_NET - 1)
#define SLICE_MS     10 /* kernel/sched.c */

static bool is_policy(int policy)
{
	return policy == SCHED_OTHER || policy == SCHED_RR || policy == SCHED_FIFO;
}

static bool is_priority(int priority)
{
	return priority >= 1 && priority <= THREAD_PRIO_MAX;
}

/* --- priorities -------------------------------------------------------------------------- */

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
	if (!t)
		return ESRCH;
	*policy = thread_is_unsliced(t->thread) ? SCHED_FIFO : SCHED_RR;
	p->sched_priority = thread_get_priority(t->thread);
	return 0;
}

int pthread_setschedprio(pthread_t t, int priority)
{
	if (!t)
		return ESRCH;
	if (!is_priority(priority))
		return EINVAL;
	thread_set_priority(t->thread, priority);
	return 0;
}

int pthread_setschedparam(pthread_t t, int policy, const struct sched_param *p)
{
	int err = is_policy(policy) ? pthread_setschedprio(t, p->sched_priority) : EINVAL;

	if (!err)
		thread_set_unsliced(t->thread, policy == SCHED_FIFO);
	return err;
}

int sched_get_priority_max(int policy)
{
	return is_policy(policy) ? PRIORITY_MAX : posix_int(-EINVAL);
}

int sched_get_priority_min(int policy)
{
	return is_policy(policy) ? 1 : posix_int(-EINVAL);
}

int sched_rr_get_interval(pid_t pid, struct timespec *interval)
{
	(void)pid; /* it is the same for all */
	*interval = (struct timespec){.tv_nsec = SLICE_MS * (long)NS_PER_MS};
	return 0;
}

/* These calls are about the calling thread (pid 0) only. */
static pthread_t sched_self(pid_t pid)
{
	pthread_t self = pid == 0 ? pthread_self() : NULL;

	if (!self)
		errno = ESRCH;
	return self;
}

int sched_setscheduler(pid_t pid, int policy, const struct sched_param *p)
{
	pthread_t self = sched_self(pid);

	return self ? posix_int(-pthread_setschedparam(self, policy, p)) : -1;
}

int sched_setparam(pid_t pid, const struct sched_param *p)
{
	pthread_t self = sched_self(pid);

	return self ? posix_int(-pthread_setschedprio(self, p->sched_priority)) : -1;
}

int sched_getparam(pid_t pid, struct sched_param *p)
{
	pthread_t self = sched_self(pid);
	int policy;

	return self ? posix_int(-pthread_getschedparam(self, &policy, p)) : -1;
}

int sched_getscheduler(pid_t pid)
{
	pthread_t self = sched_self(pid);
	struct sched_param p;
	int policy;

	return self && !pthread_getschedparam(self, &policy, &p) ? policy : -1;
}

/* --- names --------------------------------------------------------------------------------- */

int pthread_setname_np(pthread_t t, const char *name)
{
	if (!t)
		return ESRCH;
	thread_rename(t->thread, name);
	return 0;
}

int pthread_getname_np(pthread_t t, char *name, size_t len)
{
	if (!t)
		return ESRCH;
	return strlcpy(name, thread_name(t->thread), len) < len ? 0 : ERANGE;
}

/* --- attributes ------------------------------------------------------------------------------ */

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

int pthread_getattr_np(pthread_t t, pthread_attr_t *a)
{
	size_t bytes;

	if (!t)
		return ESRCH;
	pthread_attr_init(a);
	a->stack = thread_stack(t->thread, &bytes);
	a->stack_bytes = bytes;
	a->detached = t->detached;
	a->priority = thread_get_priority(t->thread);
	a->policy = thread_is_unsliced(t->thread) ? SCHED_FIFO : SCHED_RR;
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

/* Stacks have guard pages and are the kernel's: of one of the program's only the size counts. */
int pthread_attr_setstack(pthread_attr_t *a, void *stack, size_t bytes)
{
	int err = pthread_attr_setstacksize(a, bytes);

	if (!err)
		a->stack = stack;
	return err;
}

int pthread_attr_getstack(const pthread_attr_t *a, void **stack, size_t *bytes)
{
	*stack = a->stack;
	*bytes = a->stack_bytes;
	return 0;
}

/* One page, whatever is asked for. */
int pthread_attr_setguardsize(pthread_attr_t *a, size_t bytes)
{
	(void)a, (void)bytes;
	return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *a, size_t *bytes)
{
	(void)a;
	*bytes = PAGE_SIZE;
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
	if (!is_priority(p->sched_priority))
		return EINVAL;
	a->priority = p->sched_priority;
	return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *a, struct sched_param *p)
{
	p->sched_priority = a->priority ? a->priority : THREAD_PRIO_DEFAULT;
	return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *a, int policy)
{
	if (!is_policy(policy))
		return EINVAL;
	a->policy = policy;
	return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *a, int *policy)
{
	*policy = a->policy;
	return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t *a, int inherit)
{
	if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED)
		return EINVAL;
	a->inherit = inherit == PTHREAD_INHERIT_SCHED;
	return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *a, int *inherit)
{
	*inherit = a->inherit ? PTHREAD_INHERIT_SCHED : PTHREAD_EXPLICIT_SCHED;
	return 0;
}

int pthread_attr_setscope(pthread_attr_t *a, int scope)
{
	(void)a;
	return scope == PTHREAD_SCOPE_SYSTEM    ? 0
	       : scope == PTHREAD_SCOPE_PROCESS ? ENOTSUP
						: EINVAL;
}

int pthread_attr_getscope(const pthread_attr_t *a, int *scope)
{
	(void)a;
	*scope = PTHREAD_SCOPE_SYSTEM;
	return 0;
}
