/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore watches: from an event on the ring to the watch's function, in the xenbus
 * thread.
 *
 *   ring (any thread) ---> queue, bounded, without doubles ---> xenbus thread
 *
 * An event names its watch by the token that we gave when we set it. It is looked up when
 * the event is delivered, so that events of a watch that was removed meanwhile find
 * nobody and are dropped. When the queue is full, an event is only noted at its watch,
 * which then gets one event for its own path: "look at everything again".
 */
#include <errno.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "xen/xs_ring.h"

#define LOG_MODULE "xenstore"
#include "kernel/log.h"

#define QUEUE_MAX 64u /* events */

static struct mutex lock =
	MUTEX_INIT(lock);              /* all of the below; taken after the ring's */
static struct xenstore_watch *watches; /* those that are set */
static struct list queue = LIST_INIT(queue); /* of struct xs_message */
static unsigned n_queued;
static bool any_missed; /* some watch has its missed flag set */
static bool renew;      /* xenstored has forgotten all watches */
static unsigned last_token;

static struct thread *deliverer;
static struct xenstore_watch *running; /* whose function is being called */
static struct cond delivered = COND_INIT(delivered);

/* --- from the ring ------------------------------------------------------ */

/* The body is the path, NUL, the token, NUL. NULL when it is not. */
static const char *event_token(const struct xs_message *m)
{
	size_t path_bytes = strlen(m->body) + 1;

	if (path_bytes >= m->head.len || m->body[m->head.len - 1] != '\0')
		return NULL;
	return m->body + path_bytes;
}

static struct xenstore_watch *watch_find(const char *token)
{
	for (struct xenstore_watch *w = token ? watches : NULL; w; w = w->next) {
		if (strcmp(w->token, token) == 0)
			return w;
	}
	return NULL;
}

static bool queue_has(const struct xs_message *m)
{
	list_for_each(&queue, pos)
	{
		const struct xs_message *q = list_entry(pos, struct xs_message, link);

		if (q->head.len == m->head.len &&
			memcmp(q->body, m->body, m->head.len) == 0)
			return true;
	}
	return false;
}

static void watch_miss(struct xenstore_watch *w)
{
	w->missed = true;
	any_missed = true;
}

/* True when the message is kept. */
static bool event_queue(struct xs_message *m)
{
	struct xenstore_watch *w = watch_find(event_token(m));

	if (!w) {
		xs_stats.dropped++;
		return false;
	}
	xs_stats.events++;
	if (w->missed || queue_has(m))
		return false;
	if (n_queued == QUEUE_MAX) {
		watch_miss(w);
		return false;
	}
	list_append(&queue, &m->link);
	n_queued++;
	return true;
}

void xs_watch_event(struct xs_message *m)
{
	bool kept;

	mutex_lock(&lock);
	kept = event_queue(m);
	mutex_unlock(&lock);
	if (!kept)
		kfree(m);
}

void xs_watch_lost(void)
{
	mutex_lock(&lock);
	for (struct xenstore_watch *w = watches; w; w = w->next)
		watch_miss(w);
	mutex_unlock(&lock);
}

/*
 * Without the lock, since it may be an upcall: flag of the watch before the common one,
 * which the deliverer clears before it looks at the others.
 */
void xenstore_watch_poke(struct xenstore_watch *w)
{
	WRITE_ONCE(w->missed, true);
	WRITE_ONCE(any_missed, true);
	xs_ring_wake();
}

void xs_watch_renew(void)
{
	mutex_lock(&lock);
	renew = true;
	mutex_unlock(&lock);
}

/* --- the thread that delivers ------------------------------------------- */

/* Call the watch's function without the lock; a remover waits for its end. */
static void watch_call(struct xenstore_watch *w, const char *path)
{
	running = w;
	mutex_unlock(&lock);
	w->changed(w, path);
	mutex_lock(&lock);
	running = NULL;
	cond_broadcast(&delivered);
}

static void queue_deliver(void)
{
	while (!list_empty(&queue)) {
		struct xs_message *m = list_entry(queue.next, struct xs_message, link);
		struct xenstore_watch *w = watch_find(event_token(m));

		list_remove(&m->link);
		n_queued--;
		if (w)
			watch_call(w, m->body);
		kfree(m);
	}
}

static struct xenstore_watch *missed_find(void)
{
	struct xenstore_watch *w = watches;

	while (w && !w->missed)
		w = w->next;
	return w;
}

static void missed_deliver(void)
{
	struct xenstore_watch *w;

	any_missed = false;
	while ((w = missed_find())) {
		w->missed = false;
		watch_call(w, w->path);
	}
}

static int watch_set(const struct xenstore_watch *w)
{
	const struct xs_part parts[] = {
		{w->path, strlen(w->path) + 1},
		{w->token, strlen(w->token) + 1},
	};
	struct xs_message *reply;
	int err =
		xs_request(XS_WATCH, XS_NO_TRANSACTION, parts, ARRAY_SIZE(parts), &reply);

	kfree(reply);
	return err;
}

/*
 * One that is to be set again, and is not yet. The list may change while the request is
 * under way.
 */
static struct xenstore_watch *stale_find(void)
{
	struct xenstore_watch *w = watches;

	while (w && !w->stale)
		w = w->next;
	return w;
}

static void watches_renew(void)
{
	struct xenstore_watch *w;

	renew = false;
	for (w = watches; w; w = w->next)
		w->stale = true;
	while ((w = stale_find()) && !renew) {
		int err;

		w->stale = false;
		running = w; /* keeps it from being removed */
		mutex_unlock(&lock);
		err = watch_set(w);
		if (err)
			log_error("watch on %s is lost: %d", w->path, err);
		mutex_lock(&lock);
		running = NULL;
		cond_broadcast(&delivered);
	}
}

static bool work_waits(void *arg)
{
	(void)arg;
	return !list_empty(&queue) || any_missed || renew;
}

static void *deliver(void *arg)
{
	for (;;) {
		(void)xs_ring_work(
			work_waits, arg, TIME_FOREVER); /* forever: no time-out to see */
		mutex_lock(&lock);
		if (renew)
			watches_renew();
		queue_deliver();
		missed_deliver();
		mutex_unlock(&lock);
	}
	return NULL;
}

/* --- setting and removing ----------------------------------------------- */

static void token_make(struct xenstore_watch *w)
{
	static const char digits[] = "0123456789abcdef";
	char *to = w->token;

	*to++ = 'w';
	for (int shift = 28; shift >= 0; shift -= 4)
		*to++ = digits[last_token >> shift & 15];
	*to = '\0';
	last_token++;
}

static void watch_unlink(struct xenstore_watch *w)
{
	for (struct xenstore_watch **p = &watches; *p; p = &(*p)->next) {
		if (*p == w) {
			*p = w->next;
			break;
		}
	}
	w->active = false;
}

int xenstore_watch_add(struct xenstore_watch *w)
{
	int err;

	mutex_lock(&lock);
	if (w->active) {
		mutex_unlock(&lock);
		return -EEXIST;
	}
	token_make(w);
	w->missed = w->stale = false;
	w->active = true;
	w->next =
		watches; /* before the request: its first event may overtake the reply */
	watches = w;
	mutex_unlock(&lock);

	err = watch_set(w);
	if (err) {
		mutex_lock(&lock);
		watch_unlink(w);
		mutex_unlock(&lock);
	}
	return err;
}

int xenstore_watch_remove(struct xenstore_watch *w)
{
	const struct xs_part parts[] = {
		{w->path, strlen(w->path) + 1},
		{w->token, strlen(w->token) + 1},
	};
	struct xs_message *reply;
	int err;

	mutex_lock(&lock);
	if (!w->active) {
		mutex_unlock(&lock);
		return -ENOENT;
	}
	watch_unlink(w);
	while (running == w && thread_self() != deliverer)
		(void)cond_wait_until(&delivered, &lock, TIME_FOREVER);
	mutex_unlock(&lock);
	err = xs_request(XS_UNWATCH, XS_NO_TRANSACTION, parts, ARRAY_SIZE(parts), &reply);
	kfree(reply);
	return err;
}

int xs_watch_start(void)
{
	const struct thread_attr attr = {.name = "xenbus", .priority = THREAD_PRIO_XEN};

	deliverer = thread_create(&attr, deliver, NULL);
	return deliverer ? 0 : -ENOMEM;
}
