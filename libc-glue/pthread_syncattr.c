/* SPDX-License-Identifier: BSD-2-Clause */
/* Attributes of locks, and calls that have nothing to do here. */
#include <pthread.h>

#include <errno.h>

/* --- mutexes and condition variables ----------------------------------------------------- */

int pthread_mutexattr_init(pthread_mutexattr_t *a)
{
	*a = (pthread_mutexattr_t){.kind = PTHREAD_MUTEX_DEFAULT};
	return 0;
}

int pthread_mutexattr_destroy(pthread_mutexattr_t *a)
{
	(void)a;
	return 0;
}

int pthread_mutexattr_settype(pthread_mutexattr_t *a, int kind)
{
	if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ERRORCHECK)
		return EINVAL;
	a->kind = kind;
	return 0;
}

int pthread_mutexattr_gettype(const pthread_mutexattr_t *a, int *kind)
{
	*kind = a->kind;
	return 0;
}

/* A mutex lends its sleepers' priority to its owner, asked or not; ceilings there are none. */
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *a, int protocol)
{
	if (protocol == PTHREAD_PRIO_PROTECT)
		return ENOTSUP;
	if (protocol != PTHREAD_PRIO_NONE && protocol != PTHREAD_PRIO_INHERIT)
		return EINVAL;
	a->protocol = protocol;
	return 0;
}

int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *a, int *protocol)
{
	*protocol = a->protocol;
	return 0;
}

int pthread_condattr_init(pthread_condattr_t *a)
{
	*a = (pthread_condattr_t){.clock = CLOCK_REALTIME};
	return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *a)
{
	(void)a;
	return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *a, clockid_t clock)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	a->clock = clock;
	return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *a, clockid_t *clock)
{
	*clock = a->clock;
	return 0;
}

/* --- sharing: all processes have one address space, so everything can be shared ------------- */

static int set_shared(int *to, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	*to = shared;
	return 0;
}

int pthread_mutexattr_setpshared(pthread_mutexattr_t *a, int shared)
{
	return set_shared(&a->shared, shared);
}

int pthread_mutexattr_getpshared(const pthread_mutexattr_t *a, int *shared)
{
	*shared = a->shared;
	return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t *a, int shared)
{
	return set_shared(&a->shared, shared);
}

int pthread_condattr_getpshared(const pthread_condattr_t *a, int *shared)
{
	*shared = a->shared;
	return 0;
}

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *a, int shared)
{
	return set_shared(&a->shared, shared);
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *a, int *shared)
{
	*shared = a->shared;
	return 0;
}

int pthread_barrierattr_setpshared(pthread_barrierattr_t *a, int shared)
{
	return set_shared(&a->shared, shared);
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t *a, int *shared)
{
	*shared = a->shared;
	return 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t *a)
{
	a->shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t *a)
{
	(void)a;
	return 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t *a)
{
	a->shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t *a)
{
	(void)a;
	return 0;
}

/* --- nothing to do --------------------------------------------------------------------------- */

/* There is no fork(), so there is never anything to call. */
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	(void)prepare, (void)parent, (void)child;
	return 0;
}

/* Every thread is one of the kernel's. */
int pthread_setconcurrency(int level)
{
	return level < 0 ? EINVAL : 0;
}

int pthread_getconcurrency(void)
{
	return 0;
}
