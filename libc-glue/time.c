/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks and sleeping. */
#include "libc-glue/time.h"

#include <errno.h>
#include <limits.h>

#include "kernel/thread.h"
#include "kernel/timer.h"
#include "xen/clock.h"

/* What the program added to the host's wall clock by clock_settime(). */
static int64_t wall_offset_ns;

static uint64_t wall_ns(void)
{
	return clock_wall_ns() + (uint64_t)wall_offset_ns;
}

static bool is_monotonic(clockid_t clock)
{
	return clock == CLOCK_MONOTONIC;
}

int time_get(clockid_t clock, struct timespec *ts)
{
	uint64_t ns;

	if (is_monotonic(clock))
		ns = clock_ns();
	else if (clock == CLOCK_REALTIME)
		ns = wall_ns();
	else
		return -EINVAL;
	*ts = time_from_ns(ns);
	return 0;
}

int time_set(clockid_t clock, const struct timespec *ts)
{
	uint64_t ns;
	int err = time_to_ns(ts, &ns);

	if (err || clock != CLOCK_REALTIME)
		return -EINVAL;
	wall_offset_ns = (int64_t)(ns - clock_wall_ns());
	return 0;
}

struct timespec time_from_ns(uint64_t ns)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
}

int time_to_ns(const struct timespec *ts, uint64_t *ns)
{
	if (ts->tv_nsec < 0 || ts->tv_nsec >= (long)NS_PER_S || ts->tv_sec < 0)
		return -EINVAL;
	if ((uint64_t)ts->tv_sec >= INT64_MAX / NS_PER_S)
		*ns = INT64_MAX;
	else
		*ns = (uint64_t)ts->tv_sec * NS_PER_S + (uint64_t)ts->tv_nsec;
	return 0;
}

uint64_t time_deadline_in(uint64_t ns)
{
	uint64_t now = clock_ns();

	return ns >= TIME_FOREVER - now ? TIME_FOREVER : now + ns;
}

int time_deadline_at(clockid_t clock, const struct timespec *ts, uint64_t *deadline_ns)
{
	uint64_t at, now;
	int err = time_to_ns(ts, &at);

	if (err)
		return err;
	if (is_monotonic(clock)) {
		*deadline_ns = at;
	} else if (clock == CLOCK_REALTIME) {
		now = wall_ns();
		*deadline_ns = time_deadline_in(at > now ? at - now : 0);
	} else {
		return -EINVAL;
	}
	return 0;
}

int time_sleep(clockid_t clock, bool absolute, const struct timespec *ts)
{
	uint64_t at;
	int err = absolute ? time_deadline_at(clock, ts, &at) : time_to_ns(ts, &at);

	if (err)
		return err;
	if (!is_monotonic(clock) && clock != CLOCK_REALTIME)
		return -EINVAL;
	if (!absolute && at == 0)
		thread_yield(); /* who waits in a loop for another thread lets it run */
	return thread_sleep_until(absolute ? at : time_deadline_in(at));
}
