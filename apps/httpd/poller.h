/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting for many descriptors at once. Two files implement this, one is linked: poller_epoll.c,
 * whose cost follows the ready ones, and poller_poll.c, which needs POSIX only.
 */
#ifndef HTTPD_POLLER_H
#define HTTPD_POLLER_H

enum { POLLER_IN = 1, POLLER_OUT = 2, POLLER_ERROR = 4 }; /* ERROR is always reported */

struct poller_event {
	void *tag;
	unsigned events;
};

/** Returns 0 or -errno. */
int poller_init(void);

/**
 * Watch a descriptor, level-triggered.
 *
 * @events  POLLER_IN, POLLER_OUT, both or 0
 * @tag     comes back with its events
 * Returns 0 or -errno (-ENOMEM, -ENOSPC).
 */
int poller_add(int fd, unsigned events, void *tag);

/** Change what a watched descriptor is watched for. Returns 0 or -errno. */
int poller_change(int fd, unsigned events, void *tag);

/** Stop watching; before the descriptor is closed. */
void poller_remove(int fd);

/**
 * Wait.
 *
 * @ready, @max   room for what is ready; each descriptor appears once at most
 * @timeout_ms    -1 = for ever
 * Returns how many are ready, 0 after the time-out or a signal, or -errno.
 */
int poller_wait(struct poller_event *ready, int max, int timeout_ms);

#endif
