/* SPDX-License-Identifier: BSD-2-Clause */
/* The poller over poll(): a packed array, and for each descriptor its place in it. */
#include "apps/httpd/poller.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

static struct pollfd *polled;
static void **tags;
static int n_polled, room; /* entries used, entries allocated */
static int *place_of;      /* by descriptor; -1 = not watched */
static int n_places;
static int
	next_first; /* where the search for ready ones begins, so that all get their turn */

int poller_init(void)
{
	return 0;
}

static int grow_entries(void)
{
	int new_room = room ? room * 2 : 16;
	struct pollfd *p = realloc(polled, (size_t)new_room * sizeof(*p));

	if (!p)
		return -ENOMEM;
	polled = p;

	void **t = realloc(tags, (size_t)new_room * sizeof(*t));

	if (!t)
		return -ENOMEM;
	tags = t;
	room = new_room;
	return 0;
}

static int grow_places(int fd)
{
	int n = n_places ? n_places : 16;

	while (n <= fd)
		n *= 2;

	int *p = realloc(place_of, (size_t)n * sizeof(*p));

	if (!p)
		return -ENOMEM;
	place_of = p;
	while (n_places < n)
		place_of[n_places++] = -1;
	return 0;
}

static short poll_events(unsigned events)
{
	return (short)((events & POLLER_IN ? POLLIN : 0) |
		       (events & POLLER_OUT ? POLLOUT : 0));
}

int poller_add(int fd, unsigned events, void *tag)
{
	if (n_polled == room && grow_entries())
		return -ENOMEM;
	if (fd >= n_places && grow_places(fd))
		return -ENOMEM;
	polled[n_polled] = (struct pollfd){.fd = fd, .events = poll_events(events)};
	tags[n_polled] = tag;
	place_of[fd] = n_polled++;
	return 0;
}

int poller_change(int fd, unsigned events, void *tag)
{
	int place = fd < n_places ? place_of[fd] : -1;

	if (place < 0)
		return -ENOENT;
	polled[place].events = poll_events(events);
	tags[place] = tag;
	return 0;
}

void poller_remove(int fd)
{
	int place = fd < n_places ? place_of[fd] : -1;

	if (place < 0)
		return;
	n_polled--;
	polled[place] = polled[n_polled];
	tags[place] = tags[n_polled];
	place_of[polled[place].fd] = place;
	place_of[fd] = -1;
}

static unsigned events_of(short revents)
{
	return (revents & POLLIN ? POLLER_IN : 0u) |
	       (revents & POLLOUT ? POLLER_OUT : 0u) |
	       (revents & (POLLERR | POLLHUP | POLLNVAL) ? POLLER_ERROR : 0u);
}

int poller_wait(struct poller_event *ready, int max, int timeout_ms)
{
	int n = poll(polled, (nfds_t)n_polled, timeout_ms);
	int found = 0;

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n_polled && found < n && found < max; i++) {
		int place = (next_first + i) % n_polled;

		if (!polled[place].revents)
			continue;
		ready[found].tag = tags[place];
		ready[found++].events = events_of(polled[place].revents);
		if (found == max)
			next_first = place + 1;
	}
	return found;
}
