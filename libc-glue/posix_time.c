/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of clocks and sleeping. */
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "kernel/timer.h"
#include "libc-glue/posix.h"
#include "libc-glue/time.h"

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	return posix_int(time_get(clock, ts));
}

int clock_settime(clockid_t clock, const struct timespec *ts)
{
	return posix_int(time_set(clock, ts));
}

int clock_getres(clockid_t clock, struct timespec *ts)
{
	struct timespec now;
	int err = time_get(clock, &now);

	if (!err && ts)
		*ts = (struct timespec){.tv_nsec = 1};
	return posix_int(err);
}

/* Nothing interrupts a sleep, so nothing is ever left of it. */
int clock_nanosleep(
	clockid_t clock, int flags, const struct timespec *ts, struct timespec *left)
{
	(void)left;
	return -time_sleep(clock, flags & TIMER_ABSTIME, ts);
}

int nanosleep(const struct timespec *ts, struct timespec *left)
{
	(void)left;
	return posix_int(time_sleep(CLOCK_MONOTONIC, false, ts));
}

int usleep(useconds_t us)
{
	struct timespec ts = time_from_ns((uint64_t)us * NS_PER_US);

	return posix_int(time_sleep(CLOCK_MONOTONIC, false, &ts));
}

unsigned sleep(unsigned seconds)
{
	struct timespec ts = {.tv_sec = (time_t)seconds};

	time_sleep(CLOCK_MONOTONIC, false, &ts);
	return 0;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	time_get(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *t)
{
	struct timespec ts;

	time_get(CLOCK_REALTIME, &ts);
	if (t)
		*t = ts.tv_sec;
	return ts.tv_sec;
}

/* The one process has all of the processor. */
clock_t clock(void)
{
	return (clock_t)(clock_ns() / (NS_PER_S / CLOCKS_PER_SEC));
}

clock_t times(struct tms *t)
{
	clock_t now = clock();

	*t = (struct tms){.tms_utime = now};
	return now;
}
