/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: descriptors that become ready, deadlines that pass, and what time it is.
 *
 * Deadlines of one kind are all equally far away when they are set, so each kind is a list in the
 * order of setting: the first one is due first, and setting, cancelling and looking cost the same
 * for one connection and for ten thousand.
 */
#ifndef HTTPD_LOOP_H
#define HTTPD_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "apps/httpd/poller.h"
#include "kernel/list.h"

enum loop_timer {
	TIMER_NONE,
	TIMER_IDLE,
	TIMER_HEAD,
	TIMER_BODY,
	TIMER_STALL,
	TIMER_LINGER,
	TIMER_ACCEPT,
	N_TIMERS,
};

/* A descriptor in the loop; part of what it belongs to. */
struct watch {
	int fd;
	unsigned events; /* POLLER_*, waited for */
	void (*ready)(struct watch *w, unsigned events);
	void (*expired)(struct watch *w); /* its timer is off when this is called */
	struct list timer;                /* in the list of its kind */
	enum loop_timer timer_kind;
	uint64_t deadline_us;
};

/** Prepare the loop. Returns 0 or -errno. */
int loop_init(void);

/** How far away a kind of deadline is when it is set. */
void loop_set_duration(enum loop_timer kind, unsigned ms);

/** Watch w->fd for w->events. Returns 0 or -errno; then w is not in the loop. */
int loop_add(struct watch *w);

/** Wait for other events from now on. */
void loop_set_events(struct watch *w, unsigned events);

/** Take it out, its timer too; the caller closes the descriptor. */
void loop_remove(struct watch *w);

/** Set its one timer anew; TIMER_NONE switches it off. */
void loop_set_timer(struct watch *w, enum loop_timer kind);

/** The one whose timer of this kind was set first; NULL if there is none. */
struct watch *loop_first(enum loop_timer kind);

/** When its timer was set, on the clock of loop_now_us(). */
uint64_t loop_timer_set_us(const struct watch *w);

/** Monotonic time when the loop woke, in us. */
uint64_t loop_now_us(void);

/** Wall-clock time when the loop woke, in s since 1970. */
int64_t loop_wall_s(void);

/**
 * Run until stop() says so, which is asked after each wake-up.
 *
 * @before_wait  called when there is nothing more to do
 * Returns 0, or -errno when waiting is impossible.
 */
int loop_run(void (*before_wait)(void), bool (*stop)(void));

#endif
