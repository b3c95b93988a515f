/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX semaphores: the kernel's lie inside. */
#include <semaphore.h>

#include <errno.h>

#include "kernel/sync.h"
#include "libc-glue/posix.h"
#include "libc-glue/time.h"

_Static_assert(sizeof(struct sem) <= sizeof(sem_t), "fits");

static struct sem *sem_of(sem_t *s)
{
	return (struct sem *)s;
}

static int fail(int err)
{
	errno = err;
	return -1;
}

int sem_init(sem_t *s, int shared, unsigned value)
{
	(void)shared;
	if (value > SEM_VALUE_MAX)
		return fail(EINVAL);
	sem_setup(sem_of(s), value);
	return 0;
}

int sem_destroy(sem_t *s)
{
	(void)s;
	return 0;
}

/* What was interrupted goes on unless a handler of a signal wants it to end. */
static int down_until(sem_t *s, uint64_t deadline_ns)
{
	int err;

	do
		err = sem_down_until(sem_of(s), deadline_ns);
	while (err == -EINTR && posix_attend());
	return posix_int(err);
}

int sem_wait(sem_t *s)
{
	return down_until(s, TIME_FOREVER);
}

int sem_trywait(sem_t *s)
{
	return sem_try_down(sem_of(s)) ? 0 : fail(EAGAIN);
}

int sem_timedwait(sem_t *s, const struct timespec *until)
{
	uint64_t deadline_ns;

	if (sem_try_down(sem_of(s)))
		return 0;
	if (time_deadline_at(CLOCK_REALTIME, until, &deadline_ns))
		return fail(EINVAL);
	return down_until(s, deadline_ns);
}

int sem_post(sem_t *s)
{
	if (sem_of(s)->count >= SEM_VALUE_MAX)
		return fail(EOVERFLOW);
	sem_up(sem_of(s));
	return 0;
}

int sem_getvalue(sem_t *s, int *value)
{
	*value = (int)sem_of(s)->count;
	return 0;
}
