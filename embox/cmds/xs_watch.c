/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows changes of XenStore. The watch calls in a thread of the kernel, and whoever
 * started this may be killed in between: so what the two share is memory of the kernel,
 * and a process that is killed leaves a watch behind that fills a small queue and then
 * does nothing more.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "embox/cmds/xs.h"
#include "kernel/heap.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "xen/xenstore.h"

#define QUEUE_MAX 16 /* changes that nobody has shown yet */

struct watcher {
	struct xenstore_watch watch;
	struct mutex lock;
	struct cond changed;
	char path[XENSTORE_PATH_MAX];
	char queue[QUEUE_MAX][XENSTORE_PATH_MAX];
	unsigned n, dropped;
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* In the thread of xen/xenbus.c. */
static void note(struct xenstore_watch *watch, const char *path)
{
	struct watcher *w = watch->arg;

	mutex_lock(&w->lock);
	if (w->n < QUEUE_MAX) {
		strncpy(w->queue[w->n], path, XENSTORE_PATH_MAX - 1);
		w->n++;
	} else {
		w->dropped++;
	}
	cond_signal(&w->changed);
	mutex_unlock(&w->lock);
}

/* The next change, into path; false after a signal. */
static bool next_change(struct watcher *w, char *path)
{
	int result = 0;
	bool found;

	mutex_lock(&w->lock);
	while (w->n == 0 && !stopped && result != -EINTR)
		result = cond_wait_until(&w->changed, &w->lock, TIME_FOREVER);
	found = w->n > 0;
	if (found) {
		strcpy(path, w->queue[0]);
		w->n--;
		memmove(w->queue, w->queue + 1, w->n * sizeof(w->queue[0]));
	}
	if (w->dropped)
		printf("%u changes came too fast to be shown\n", w->dropped);
	w->dropped = 0;
	mutex_unlock(&w->lock);
	return found;
}

static void show(const char *path)
{
	char value[256];
	int n = xenstore_read_buf(XS_NO_TRANSACTION, path, value, sizeof(value));

	if (n < 0)
		printf("%s: %s\n", path, strerror(-n));
	else
		printf("%s = \"%s\"\n", path, value);
	fflush(stdout);
}

static struct watcher *create(const char *path)
{
	struct watcher *w = kzalloc(sizeof(*w));

	if (!w)
		return NULL;
	strncpy(w->path, path, sizeof(w->path) - 1);
	mutex_init(&w->lock);
	cond_init(&w->changed);
	w->watch.path = w->path;
	w->watch.changed = note;
	w->watch.arg = w;
	return w;
}

int xs_watch(const char *path, unsigned long count)
{
	struct watcher *w = create(path);
	char changed[XENSTORE_PATH_MAX];
	int result;

	if (!w)
		return -ENOMEM;
	stopped = 0;
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	result = xenstore_watch_add(&w->watch);
	if (result < 0) {
		kfree(w);
		return result;
	}
	for (unsigned long i = 0; count == 0 || i < count; i++) {
		if (!next_change(w, changed))
			break;
		show(changed);
	}
	xenstore_watch_remove(&w->watch);
	kfree(w);
	return 0;
}
