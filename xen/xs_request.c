/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore requests: a message out, and the wait for the reply that carries its id.
 *
 * A request lives on the stack of the thread that waits for it, in a list. One whose time
 * is up leaves the list; its reply finds nobody when it comes, and is dropped.
 */
#include <errno.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/timer.h"
#include "xen/xs_ring.h"

#define LOG_MODULE "xenstore"
#include "kernel/log.h"

#define PENDING 1 /* struct request: no result yet */

struct request {
	struct list link; /* in waiting */
	uint32_t id, type;
	int result; /* PENDING, 0 or -errno */
	struct xs_message *reply;
};

static struct list waiting = LIST_INIT(waiting); /* under xs_lock */
struct xenstore_stats xs_stats;

static void request_end(struct request *r, int result, struct xs_message *reply)
{
	list_remove(&r->link);
	r->reply = reply;
	WRITE_ONCE(r->result, result);
	xs_ring_wake();
}

static struct request *request_find(uint32_t id)
{
	list_for_each(&waiting, pos)
	{
		struct request *r = list_entry(pos, struct request, link);

		if (r->id == id)
			return r;
	}
	return NULL;
}

/* --- what the ring brings, with the lock held --------------------------- */

static int errno_of_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(xsd_errors); i++) {
		if (strcmp(name, xsd_errors[i].errstring) == 0)
			return -xsd_errors[i].errnum;
	}
	log_warn("unknown error name in a reply");
	return -EIO;
}

/*
 * Nobody waits for it any more. A transaction that was begun for nobody would stay open:
 * end it.
 */
static void reply_unwanted(const struct xs_message *m)
{
	static const struct xs_part abort_body = {"F", sizeof("F")};
	unsigned long t;
	uint32_t id;

	xs_stats.dropped++;
	if (m->head.type != XS_TRANSACTION_START || xenstore_parse_uint(m->body, &t))
		return;
	/* When it cannot be queued, xenstored keeps it until we end. */
	(void)xs_ring_queue(XS_TRANSACTION_END, (xs_transaction)t, &abort_body, 1, &id);
}

void xs_request_reply(struct xs_message *m)
{
	struct request *r = request_find(m->head.req_id);

	if (!r) {
		reply_unwanted(m);
		kfree(m);
		return;
	}
	xs_stats.replies++;
	if (m->head.type == r->type) {
		request_end(r, 0, m);
		return;
	}
	xs_stats.errors++;
	if (m->head.type != XS_ERROR)
		log_warn("reply of type %u to a request of type %u", m->head.type,
			r->type);
	request_end(r, m->head.type == XS_ERROR ? errno_of_name(m->body) : -EIO, NULL);
	kfree(m);
}

void xs_request_lost(uint32_t id)
{
	struct request *r = request_find(id);

	if (r)
		request_end(r, -ENOMEM, NULL);
}

void xs_request_fail_all(int result)
{
	list_for_each_safe(&waiting, pos)
		request_end(list_entry(pos, struct request, link), result, NULL);
}

/* --- making one --------------------------------------------------------- */

static bool request_done(void *arg)
{
	struct request *r = arg;

	return READ_ONCE(r->result) != PENDING;
}

static int request_start(
	struct request *r, xs_transaction t, const struct xs_part *parts, size_t n)
{
	int err;

	mutex_lock(&xs_lock);
	err = xs_ring_queue(r->type, t, parts, n, &r->id);
	if (!err)
		list_append(&waiting, &r->link);
	mutex_unlock(&xs_lock);
	return err;
}

static void request_give_up(struct request *r)
{
	mutex_lock(&xs_lock);
	if (!request_done(r)) {
		xs_stats.timeouts++;
		xs_ring_unqueue(r->id);
		request_end(r, -ETIMEDOUT, NULL);
	}
	mutex_unlock(&xs_lock);
}

int xs_request(uint32_t type, xs_transaction t, const struct xs_part *parts, size_t n,
	struct xs_message **reply)
{
	struct request r = {.type = type, .result = PENDING};
	int err = request_start(&r, t, parts, n);

	*reply = NULL;
	if (err)
		return err;
	if (xs_ring_work(request_done, &r, clock_ns() + XENSTORE_TIMEOUT_MS * NS_PER_MS))
		request_give_up(&r);
	*reply = r.reply;
	return r.result;
}
