/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore transport: messages of a 16-byte head and up to 4096 bytes of body, cut to fit
 * through two rings of 1024 bytes shared with xenstored.
 *
 *   xs_request() ---> outgoing: whole messages ---> [ req ring ] ---> xenstored
 *     sleeps                                                              |
 *   waiting: by request id <--- incoming: one message <--- [ rsp ring ] <-+
 *   watches: by token      <---     being gathered
 *
 * There is no thread for the ring: whoever waits for a reply works it, for everybody. A
 * message that has begun to go out is always finished, and a reply whose request has
 * given up is read and dropped, so a time-out never leaves the two byte streams out of
 * step. What cannot be brought back into step is a head that promises too long a body, or
 * a ring index that cannot be: the connection is broken then, and set up anew if
 * xenstored can.
 * Source: docs/misc/xenstore.txt, docs/misc/xenstore-ring.txt, public/io/xs_wire.h.
 */
#include "xen/xs_ring.h"

#include <errno.h>
#include <string.h>

#include "arch/barrier.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/sync.h"
#include "kernel/timer.h"
#include "xen/evtchn.h"

#define LOG_MODULE "xenstore"
#include "kernel/log.h"

#define HEAD_BYTES ((uint32_t)sizeof(struct xsd_sockmsg))

enum connection { ABSENT, CONNECTED, RECONNECTING, BROKEN };

/* A message on its way out. */
struct outgoing {
	struct list link;
	uint32_t id;
	uint32_t sent, len; /* bytes */
	char bytes[];
};

/* The message on its way in. */
static struct {
	struct xsd_sockmsg head;
	uint32_t have; /* bytes of head and body so far */
	struct xs_message
		*message; /* NULL before the head is there; or no memory: skip */
} incoming;

struct mutex xs_lock = MUTEX_INIT(xs_lock); /* all of the above and below */
static struct list outgoing = LIST_INIT(outgoing);
static enum connection connection = ABSENT;
static uint32_t last_id;

static struct xenstore_domain_interface *ring;
static struct waitq activity =
	WAITQ_INIT(activity); /* the ring's event came, or a request was answered */

/* --- a broken connection ------------------------------------------------ */

static void incoming_reset(void)
{
	kfree(incoming.message);
	memset(&incoming, 0, sizeof(incoming));
}

/*
 * The byte streams are out of step for good: everybody's request fails; try to set up a
 * new connection.
 */
static void connection_break(const char *why)
{
	bool can_reconnect =
		READ_ONCE(ring->server_features) & XENSTORE_SERVER_FEATURE_RECONNECTION;

	log_error("connection broken: %s; %s", why,
		can_reconnect ? "reconnecting"
			      : "XenStore is lost until the domain restarts");
	xs_stats.dropped++;
	xs_request_fail_all(-EIO);
	list_for_each_safe(&outgoing, pos)
	{
		list_remove(pos);
		kfree(list_entry(pos, struct outgoing, link));
	}
	incoming_reset();
	connection = can_reconnect ? RECONNECTING : BROKEN;
	if (can_reconnect) {
		WRITE_ONCE(ring->connection, XENSTORE_RECONNECT);
		(void)evtchn_send(
			boot_info.xenstore_port); /* a lost event shows as time-outs */
	}
}

/* xenstored has emptied the rings and set the word back. */
static void connection_check(void)
{
	if (connection != RECONNECTING ||
		READ_ONCE(ring->connection) != XENSTORE_CONNECTED)
		return;
	connection = CONNECTED;
	log_info("reconnected");
	xs_watch_renew();
}

/* --- out ---------------------------------------------------------------- */

/* Room in the request ring; -1 when the index of xenstored cannot be. */
static int req_room(void)
{
	uint32_t used = ring->req_prod - READ_ONCE(ring->req_cons);

	return used <= XENSTORE_RING_SIZE ? (int)(XENSTORE_RING_SIZE - used) : -1;
}

/* Copy as much of the message as fits; returns bytes. */
static uint32_t message_send(struct outgoing *o, uint32_t room)
{
	uint32_t n = o->len - o->sent < room ? o->len - o->sent : room;
	uint32_t at = MASK_XENSTORE_IDX(ring->req_prod);
	uint32_t first = n < XENSTORE_RING_SIZE - at ? n : XENSTORE_RING_SIZE - at;

	memcpy(ring->req + at, o->bytes + o->sent, first);
	memcpy(ring->req, o->bytes + o->sent + first, n - first);
	o->sent += n;
	arch_wmb(); /* bytes before the index that shows them to xenstored */
	WRITE_ONCE(ring->req_prod, ring->req_prod + n);
	return n;
}

/* Returns true if anything went out. */
static bool send_some(void)
{
	bool moved = false;

	while (!list_empty(&outgoing)) {
		struct outgoing *o = list_entry(outgoing.next, struct outgoing, link);
		int room = req_room();

		if (room < 0)
			connection_break("its request index cannot be");
		if (room <= 0)
			break;
		arch_mb(); /* its index before we overwrite what it has read */
		message_send(o, (uint32_t)room);
		moved = true;
		if (o->sent == o->len) {
			list_remove(&o->link);
			kfree(o);
		}
	}
	return moved;
}

static int message_check(const struct xs_part *parts, size_t n, uint32_t *len_bytes)
{
	*len_bytes = 0;
	if (connection == ABSENT)
		return -ENODEV;
	if (connection == BROKEN)
		return -EIO;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].len_bytes > XENSTORE_PAYLOAD_MAX - *len_bytes)
			return -E2BIG;
		*len_bytes += (uint32_t)parts[i].len_bytes;
	}
	return 0;
}

int xs_ring_queue(uint32_t type, xs_transaction t, const struct xs_part *parts, size_t n,
	uint32_t *id)
{
	struct xsd_sockmsg head = {.type = type, .tx_id = t};
	int err = message_check(parts, n, &head.len);
	struct outgoing *o;
	char *to;

	if (err)
		return err;
	o = kmalloc(sizeof(*o) + HEAD_BYTES + head.len);
	if (!o)
		return -ENOMEM;
	if (++last_id == 0) /* 0 belongs to watch events */
		++last_id;
	*id = o->id = head.req_id = last_id;
	o->sent = 0;
	o->len = HEAD_BYTES + head.len;
	to = o->bytes;
	memcpy(to, &head, HEAD_BYTES);
	to += HEAD_BYTES;
	for (size_t i = 0; i < n; i++) {
		memcpy(to, parts[i].data, parts[i].len_bytes);
		to += parts[i].len_bytes;
	}
	list_append(&outgoing, &o->link);
	xs_stats.requests++;
	return 0;
}

void xs_ring_unqueue(uint32_t id)
{
	list_for_each_safe(&outgoing, pos)
	{
		struct outgoing *o = list_entry(pos, struct outgoing, link);

		if (o->id == id && o->sent == 0) {
			list_remove(&o->link);
			kfree(o);
		}
	}
}

/* --- in ----------------------------------------------------------------- */

/* A whole message without memory to hold it. */
static void message_lost(const struct xsd_sockmsg *head)
{
	xs_stats.dropped++;
	if (head->type == XS_WATCH_EVENT)
		xs_watch_lost();
	else
		xs_request_lost(head->req_id);
}

static void message_dispatch(void)
{
	struct xs_message *m = incoming.message;
	struct xsd_sockmsg head = incoming.head;

	memset(&incoming, 0, sizeof(incoming));
	if (!m) {
		message_lost(&head);
		return;
	}
	m->body[head.len] = '\0';
	if (head.type == XS_WATCH_EVENT)
		xs_watch_event(m);
	else
		xs_request_reply(m);
}

/* Where the next bytes of the incoming message go (NULL = nowhere), and how many. */
static char *incoming_place(uint32_t *want)
{
	if (incoming.have < HEAD_BYTES) {
		*want = HEAD_BYTES - incoming.have;
		return (char *)&incoming.head + incoming.have;
	}
	*want = HEAD_BYTES + incoming.head.len - incoming.have;
	return incoming.message ? incoming.message->body + (incoming.have - HEAD_BYTES)
				: NULL;
}

/* The head is whole: make room for the body. False when it is nonsense. */
static bool incoming_head(void)
{
	if (incoming.head.len > XENSTORE_PAYLOAD_MAX)
		return false;
	incoming.message = kmalloc(sizeof(*incoming.message) + incoming.head.len + 1);
	if (incoming.message)
		incoming.message->head = incoming.head;
	return true;
}

/* Take up to n bytes, all of one part of one message; returns how many. */
static uint32_t incoming_take(uint32_t n)
{
	uint32_t at = MASK_XENSTORE_IDX(ring->rsp_cons), want;
	char *to = incoming_place(&want);

	if (n > want)
		n = want;
	if (n > XENSTORE_RING_SIZE - at)
		n = XENSTORE_RING_SIZE - at;
	if (to)
		memcpy(to, ring->rsp + at, n);
	incoming.have += n;
	arch_mb(); /* bytes read before the index that lets xenstored overwrite them */
	WRITE_ONCE(ring->rsp_cons, ring->rsp_cons + n);
	return n;
}

/*
 * Bytes that wait in the reply ring; more than fit when the index of xenstored cannot be.
 */
static uint32_t rsp_waiting(void)
{
	return READ_ONCE(ring->rsp_prod) - ring->rsp_cons;
}

/* Take what waits, once; returns true if anything did. */
static bool receive_some(void)
{
	uint32_t n = rsp_waiting();
	bool moved = n > 0;

	if (n > XENSTORE_RING_SIZE) {
		connection_break("its reply index cannot be");
		return false;
	}
	arch_rmb(); /* the index before the bytes that it shows */
	while (n > 0) {
		n -= incoming_take(n);
		if (incoming.have == HEAD_BYTES && !incoming_head()) {
			connection_break("a message longer than the protocol allows");
			return false;
		}
		if (incoming.have >= HEAD_BYTES &&
			incoming.have == HEAD_BYTES + incoming.head.len)
			message_dispatch();
	}
	return moved;
}

/* --- working the ring --------------------------------------------------- */

/* Both directions once; the lock is held. */
static void ring_pump(void)
{
	bool moved;

	connection_check();
	if (connection != CONNECTED)
		return;
	moved = receive_some();
	if (connection == CONNECTED)
		moved |= send_some();
	if (moved)
		(void)evtchn_send(
			boot_info.xenstore_port); /* a lost event shows as time-outs */
}

/* Is there something to do? Events off. */
static bool ring_ready(void)
{
	if (connection == RECONNECTING)
		return READ_ONCE(ring->connection) == XENSTORE_CONNECTED;
	return connection == CONNECTED &&
	       (rsp_waiting() > 0 || (!list_empty(&outgoing) && req_room() != 0));
}

int xs_ring_work(bool (*done)(void *arg), void *arg, uint64_t deadline_ns)
{
	int err = 0;

	for (;;) {
		unsigned long flags;

		mutex_lock(&xs_lock);
		ring_pump();
		mutex_unlock(&xs_lock);
		flags = irq_save();
		while (!done(arg) && !ring_ready() && !err)
			err = waitq_sleep(&activity, deadline_ns) == -ETIMEDOUT;
		irq_restore(flags);
		if (done(arg))
			return 0;
		if (err || clock_ns() >= deadline_ns)
			return -ETIMEDOUT;
	}
}

/* --- start -------------------------------------------------------------- */

static void ring_event(evtchn_port_nr port, void *arg)
{
	(void)port;
	(void)arg;
	waitq_wake_all(&activity);
}

void xs_ring_wake(void)
{
	waitq_wake_all(&activity);
}

int xs_ring_start(void)
{
	int err;

	ring = boot_info.xenstore_page;
	if (!ring)
		return -ENODEV;
	err = evtchn_adopt(boot_info.xenstore_port, ring_event, NULL);
	if (err)
		return err;
	connection = CONNECTED;
	evtchn_unmask(boot_info.xenstore_port);
	return 0;
}
