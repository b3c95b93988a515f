/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits, tells watches that they are ready or late, and keeps the time. */
#include "apps/httpd/loop.h"

#include <limits.h>
#include <time.h>

#include "apps/httpd/limits.h"

#define MAX_READY 64

static struct list timers[N_TIMERS];
static unsigned durations_ms[N_TIMERS] = {
	[TIMER_IDLE] = 60000,
	[TIMER_HEAD] = LIMIT_HEAD_MS,
	[TIMER_BODY] = LIMIT_BODY_MS,
	[TIMER_STALL] = LIMIT_STALL_MS,
	[TIMER_LINGER] = LIMIT_LINGER_MS,
	[TIMER_ACCEPT] = LIMIT_ACCEPT_PAUSE_MS,
};
static uint64_t now_us;
static int64_t wall_s;

/* What this wake-up found ready, and how far it has been told. */
static struct poller_event ready[MAX_READY];
static int n_ready, n_told;

static void read_clocks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now_us = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
	clock_gettime(CLOCK_REALTIME, &t);
	wall_s = t.tv_sec;
}

int loop_init(void)
{
	for (int i = 0; i < N_TIMERS; i++)
		list_init(&timers[i]);
	read_clocks();
	return poller_init();
}

void loop_set_duration(enum loop_timer kind, unsigned ms)
{
	durations_ms[kind] = ms;
}

int loop_add(struct watch *w)
{
	list_init(&w->timer);
	w->timer_kind = TIMER_NONE;
	return poller_add(w->fd, w->events, w);
}

void loop_set_events(struct watch *w, unsigned events)
{
	if (w->events == events)
		return;
	w->events = events;
	(void)poller_change(w->fd, events, w); /* fails only for what is not watched */
}

/* It may be ready too, and not told yet: it must not be told any more. */
void loop_remove(struct watch *w)
{
	loop_set_timer(w, TIMER_NONE);
	poller_remove(w->fd);
	for (int i = n_told; i < n_ready; i++)
		if (ready[i].tag == w)
			ready[i].tag = NULL;
}

void loop_set_timer(struct watch *w, enum loop_timer kind)
{
	list_remove(&w->timer);
	w->timer_kind = kind;
	if (kind == TIMER_NONE)
		return;
	w->deadline_us = now_us + (uint64_t)durations_ms[kind] * 1000;
	list_append(&timers[kind], &w->timer);
}

struct watch *loop_first(enum loop_timer kind)
{
	if (list_empty(&timers[kind]))
		return NULL;
	return list_entry(timers[kind].next, struct watch, timer);
}

uint64_t loop_timer_set_us(const struct watch *w)
{
	return w->deadline_us - (uint64_t)durations_ms[w->timer_kind] * 1000;
}

uint64_t loop_now_us(void)
{
	return now_us;
}

int64_t loop_wall_s(void)
{
	return wall_s;
}

/* Until the first deadline of any kind, rounded up so as not to wake just before it; -1 = for ever. */
static int next_timeout_ms(void)
{
	uint64_t first_us = UINT64_MAX;

	for (enum loop_timer kind = TIMER_NONE + 1; kind < N_TIMERS; kind++) {
		const struct watch *w = loop_first(kind);

		if (w && w->deadline_us < first_us)
			first_us = w->deadline_us;
	}
	if (first_us == UINT64_MAX)
		return -1;
	if (first_us <= now_us)
		return 0;

	uint64_t ms = (first_us - now_us + 999) / 1000;

	return ms > INT_MAX ? INT_MAX : (int)ms;
}

static void expire_timers(void)
{
	for (enum loop_timer kind = TIMER_NONE + 1; kind < N_TIMERS; kind++) {
		struct watch *w;

		while ((w = loop_first(kind)) && w->deadline_us <= now_us) {
			loop_set_timer(w, TIMER_NONE);
			w->expired(w);
		}
	}
}

int loop_run(void (*before_wait)(void), bool (*stop)(void))
{
	while (!stop()) {
		before_wait();
		n_ready = poller_wait(ready, MAX_READY, next_timeout_ms());
		if (n_ready < 0)
			return n_ready;
		read_clocks();
		for (n_told = 0; n_told < n_ready;) {
			const struct poller_event *e = &ready[n_told++];
			struct watch *w = e->tag;

			if (w)
				w->ready(w, e->events);
		}
		expire_timers();
	}
	return 0;
}
