/* SPDX-License-Identifier: BSD-2-Clause */
/* The time since the start, and sleeping. */
#ifndef KERNEL_TIME_KTIME_H
#define KERNEL_TIME_KTIME_H

#include <sys/types.h>
#include <unistd.h>

#include <kernel/time/time.h>

static inline struct timespec *ktime_get_timespec(struct timespec *t)
{
	clock_gettime(CLOCK_MONOTONIC, t);
	return t;
}

static inline time64_t ktime_get_ns(void)
{
	struct timespec t;

	return timespec_to_ns(ktime_get_timespec(&t));
}

static inline struct timeval *ktime_get_timeval(struct timeval *t)
{
	*t = ns_to_timeval(ktime_get_ns());
	return t;
}

static inline time_t ktime_get_timeseconds(void)
{
	struct timespec t;

	return ktime_get_timespec(&t)->tv_sec;
}

/* In ms, unlike its parameter's type. */
static inline int ksleep(useconds_t ms)
{
	return usleep(ms * 1000u);
}

#endif
