/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host waits for: one poll() for all descriptors of all who have some.
 *
 *     while the guest sleeps     loop_wait(until its timer)    poll() with that timeout
 *     while it computes          loop_wait(0) from the tick    a signal every LOOP_TICK_NS
 *                                                              that the run loop arms
 *
 * A source names its descriptors anew before each wait and does its work after it. Work
 * may raise events in the guest; the run loop looks for them afterwards. No source may
 * block.
 */
#ifndef HOST_LOOP_H
#define HOST_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* How long traffic waits at most for a guest that computes. */
#define LOOP_TICK_NS 1000000

struct loop_source {
	struct loop_source *next;
	/* Name descriptors with loop_want(), and a time with loop_within(). */
	void (*prepare)(struct loop_source *s);
	/* Look with loop_ready() what has come, and do what is to be done. */
	void (*work)(struct loop_source *s);
};

void loop_add(struct loop_source *s);
void loop_remove(struct loop_source *s);

/** Are there sources, so that a tick while the guest computes makes sense? */
bool loop_has_sources(void);

/**
 * In prepare(): wait for @events (POLLIN …) of a descriptor.
 *
 * Returns the index for loop_ready(), or -1 when there are too many.
 */
int loop_want(int fd, short events);

/** In prepare(): do not sleep longer than that. */
void loop_within(int64_t ns);

/** Is a source at work? Then what happens comes from outside the guest. */
bool loop_is_working(void);

/** In work(): the events of a descriptor that have come; 0 for index -1. */
short loop_ready(int index);

/**
 * Wait until a descriptor is ready, the time has passed or a signal has come; then let
 * every source work.
 *
 * @timeout_ns  0 = only look, negative = for ever
 */
void loop_wait(int64_t timeout_ns);

#endif
