/* SPDX-License-Identifier: BSD-2-Clause */
/* lwIP's cyclic timers, run only while something needs them. All under the net lock. */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Start the clocks at now. @wake is called in the upcall when net_timers_run() is due.
 */
void net_timers_start(uint64_t now_ns, void (*wake)(void));

/**
 * Somebody holds the lock again: make up for the time in which nothing ran. Cheap when
 * nothing is behind.
 */
void net_timers_enter(void);

/**
 * Somebody is about to let go of the lock: lwIP may have begun something that needs a
 * timer soon.
 */
void net_timers_leave(void);

/** The wake-up came: run what is due and arm for what is needed next. */
void net_timers_run(void);

/**
 * When the next wake-up is due, for tests and reports; UINT64_MAX = nothing needs one.
 */
uint64_t net_timers_next(void);

#endif
