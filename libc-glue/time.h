/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks and sleeping; the wall clock is the host's plus what the program set. */
#ifndef LIBC_GLUE_TIME_H
#define LIBC_GLUE_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/** Read CLOCK_MONOTONIC or CLOCK_REALTIME. Returns 0 or -EINVAL. */
int time_get(clockid_t clock, struct timespec *ts);

/** Set CLOCK_REALTIME for this domain. Returns 0 or -EINVAL. */
int time_set(clockid_t clock, const struct timespec *ts);

struct timespec time_from_ns(uint64_t ns);

/** -EINVAL for a negative or unnormalised time; far ones are cut to INT64_MAX. */
int time_to_ns(const struct timespec *ts, uint64_t *ns);

/** The monotonic time that many ns from now, as the kernel's waits take it. */
uint64_t time_deadline_in(uint64_t ns);

/** The monotonic deadline of an absolute time of a clock. Returns 0 or -EINVAL. */
int time_deadline_at(clockid_t clock, const struct timespec *ts, uint64_t *deadline_ns);

/** Sleep for or until *ts. Returns 0, -EINVAL or -EINTR. */
int time_sleep(clockid_t clock, bool absolute, const struct timespec *ts);

#endif
