/* SPDX-License-Identifier: BSD-2-Clause */
/* One poll() for all: loop.h says how sources take part. */
#define _GNU_SOURCE
#include "host/loop.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

#include "host/say.h"
#include "host/stats.h"

#define MAX_FDS 65536u

static struct loop_source *sources;
static struct pollfd fds[MAX_FDS];
static unsigned n_fds;
static int64_t limit_ns; /* negative: none */
static bool working;

void loop_add(struct loop_source *s)
{
	s->next = sources;
	sources = s;
}

void loop_remove(struct loop_source *s)
{
	for (struct loop_source **p = &sources; *p; p = &(*p)->next)
		if (*p == s) {
			*p = s->next;
			return;
		}
}

bool loop_has_sources(void)
{
	return sources != NULL;
}

int loop_want(int fd, short events)
{
	static bool told;

	if (n_fds == MAX_FDS) {
		if (!told)
			host_say("more than %u connections: the others wait", MAX_FDS);
		told = true;
		return -1;
	}
	fds[n_fds] = (struct pollfd){.fd = fd, .events = events};
	return (int)n_fds++;
}

void loop_within(int64_t ns)
{
	if (limit_ns < 0 || ns < limit_ns)
		limit_ns = ns < 0 ? 0 : ns;
}

bool loop_is_working(void)
{
	return working;
}

short loop_ready(int index)
{
	return index >= 0 && (unsigned)index < n_fds ? fds[index].revents : 0;
}

void loop_wait(int64_t timeout_ns)
{
	struct timespec t;
	struct loop_source *next;

	n_fds = 0;
	limit_ns = timeout_ns;
	for (struct loop_source *s = sources; s; s = s->next)
		s->prepare(s);
	t.tv_sec = limit_ns / 1000000000;
	t.tv_nsec = limit_ns % 1000000000;
	stats.polls++;
	if (ppoll(fds, n_fds, limit_ns < 0 ? NULL : &t, NULL) < 0)
		for (unsigned i = 0; i < n_fds; i++)
			fds[i].revents = 0;
	working = true;
	for (struct loop_source *s = sources; s; s = next) {
		next = s->next; /* it may remove itself */
		s->work(s);
	}
	working = false;
}
