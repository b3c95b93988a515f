/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of clocks and sleeping. */
#include <errno.h>
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

/* Sleep for a time; an interrupted sleep says what is left of it. */
static int sleep_for(clockid_t clock, const struct timespec *ts, struct timespec *left)
{
	uint64_t begin_ns = clock_ns(), wanted_ns = 0, slept_ns;
	int err = time_sleep(clock, false, ts);

	if (err == -EINTR && left) {
		slept_ns = clock_ns() - begin_ns;
		(void)time_to_ns(ts, &wanted_ns);
		*left = time_from_ns(wanted_ns > slept_ns ? wanted_ns - slept_ns : 0);
	}
	return err;
}

int clock_nanosleep(
	clockid_t clock, int flags, const struct timespec *ts, struct timespec *left)
{
	int err = flags & TIMER_ABSTIME ? time_sleep(clock, true, ts)
					: sleep_for(clock, ts, left);

	if (err == -EINTR)
		posix_attend();
	return -err;
}

int nanosleep(const struct timespec *ts, struct timespec *left)
{
	return posix_int(sleep_for(CLOCK_MONOTONIC, ts, left));
}

int usleep(useconds_t us)
{
	struct timespec ts = time_from_ns((uint64_t)us * NS_PER_US);

	return posix_int(time_sleep(CLOCK_MONOTONIC, false, &ts));
}

unsigned sleep(unsigned seconds)
{
	struct timespec ts = {.tv_sec = (time_t)seconds}, left = {0};

	(void)nanosleep(&ts, &left);
	return (unsigned)left.tv_sec + (left.tv_nsec >= (long)(NS_PER_S / 2));
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

int settimeofday(const struct timeval *tv, const struct timezone *zone)
{
	struct timespec ts;

	(void)zone; /* there is one: UTC */
	if (!tv)
		return 0;
	if (tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return posix_int(-EINVAL);
	ts = (struct timespec){tv->tv_sec, (long)tv->tv_usec * 1000};
	return posix_int(time_set(CLOCK_REALTIME, &ts));
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
