/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in one form and another. */
#ifndef KERNEL_TIME_TIME_H
#define KERNEL_TIME_TIME_H

#include <stdint.h>
#include <sys/time.h>
#include <time.h>

typedef uint64_t cycle_t;
typedef int64_t time64_t; /* ns */

static inline time64_t timespec_to_ns(const struct timespec *t)
{
	return (time64_t)t->tv_sec * NSEC_PER_SEC + t->tv_nsec;
}

static inline time64_t timespec_to_ms(const struct timespec *t)
{
	return (time64_t)t->tv_sec * MSEC_PER_SEC + t->tv_nsec / NSEC_PER_MSEC;
}

static inline time64_t timeval_to_ns(const struct timeval *t)
{
	return (time64_t)t->tv_sec * NSEC_PER_SEC + (time64_t)t->tv_usec * NSEC_PER_USEC;
}

static inline unsigned long timeval_to_ms(const struct timeval *t)
{
	return (unsigned long)t->tv_sec * MSEC_PER_SEC +
	       (unsigned long)(t->tv_usec / USEC_PER_MSEC);
}

static inline void ms_to_timeval(unsigned long ms, struct timeval *t)
{
	t->tv_sec = (time_t)(ms / MSEC_PER_SEC);
	t->tv_usec = (suseconds_t)(ms % MSEC_PER_SEC) * USEC_PER_MSEC;
}

static inline struct timespec ns_to_timespec(int64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / NSEC_PER_SEC),
		.tv_nsec = (long)(ns % NSEC_PER_SEC)};
}

static inline struct timeval ns_to_timeval(int64_t ns)
{
	return (struct timeval){.tv_sec = (time_t)(ns / NSEC_PER_SEC),
		.tv_usec = (suseconds_t)(ns % NSEC_PER_SEC / NSEC_PER_USEC)};
}

static inline struct timespec timespec_add(struct timespec a, struct timespec b)
{
	return ns_to_timespec(timespec_to_ns(&a) + timespec_to_ns(&b));
}

static inline struct timespec timespec_sub(struct timespec a, struct timespec b)
{
	return ns_to_timespec(timespec_to_ns(&a) - timespec_to_ns(&b));
}

/* The time of day; `zone` stays as it is. */
static inline void getnsofday(struct timespec *t, struct timezone *zone)
{
	(void)zone;
	clock_gettime(CLOCK_REALTIME, t);
}

#endif
