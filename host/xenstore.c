/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XenStore server's connection to the domain: requests in over the ring, byte by byte
 * if need be; replies and events out the same way.
 *
 *     xenstore.c              the ring, what waits for it, its breaking
 *     xenstore_ops.c          one function for each request
 *     xenstore_access.c       paths, rights, limits
 *     xenstore_watch.c        changes, and who is told
 *     xenstore_transaction.c  transactions
 *     xenstore_tool.c         the toolstack's connection
 *     xenstore_db.c           the store itself
 *
 * What waits for a domain that does not read is bounded: its requests are left in the ring
 * while much waits, equal events wait once, and beyond a limit events are lost.
 */
#include "host/xenstore.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/barrier.h"
#include "host/peer.h"
#include "host/say.h"
#include "host/xenstore_private.h"
#include "kernel/addr.h"
#include "kernel/util.h"

#define HOME "/local/domain/7" /* of the domain, HV_DOMID */
_Static_assert(HV_DOMID == 7, "HOME names it");

#define WAITING_BYTES_MAX  (64u << 10) /* no further request is taken */
#define WAITING_EVENTS_MAX 4096u       /* events beyond are lost */

/* What is to be written into the ring. */
struct waiting {
	struct waiting *next;
	size_t n, done; /* bytes */
	bool event;
	char bytes[];
};

static struct {
	struct xenstore_domain_interface *ring;
	struct channel *channel;
	_Alignas(struct xsd_sockmsg) char in[sizeof(struct xsd_sockmsg) +
					     XENSTORE_PAYLOAD_MAX + 1];
	size_t in_have;
	struct waiting *first, **last;
	size_t waiting_bytes;
	unsigned waiting_events;
	bool ignored; /* it has broken the protocol */
} conn = {.last = &conn.first};

/* --- what waits --------------------------------------------------------------------- */

static struct waiting *waiting_new(size_t n)
{
	struct waiting *w = malloc(sizeof(*w) + n);

	assert(w);
	*w = (struct waiting){.n = n};
	return w;
}

static void waiting_add(struct waiting *w)
{
	*conn.last = w;
	conn.last = &w->next;
	conn.waiting_bytes += w->n;
	conn.waiting_events += w->event;
}

static void waiting_drop_first(void)
{
	struct waiting *w = conn.first;

	conn.first = w->next;
	if (!conn.first)
		conn.last = &conn.first;
	conn.waiting_bytes -= w->n;
	conn.waiting_events -= w->event;
	free(w);
}

static bool event_waits(const struct waiting *e)
{
	for (const struct waiting *w = conn.first; w; w = w->next)
		if (w->event && w->done == 0 && w->n == e->n &&
			memcmp(w->bytes, e->bytes, e->n) == 0)
			return true;
	return false;
}

static void domain_send(
	struct xs_conn *c, const struct xsd_sockmsg *head, const void *body)
{
	struct waiting *w = waiting_new(sizeof(*head) + head->len);

	(void)c;
	w->event = head->type == XS_WATCH_EVENT;
	memcpy(w->bytes, head, sizeof(*head));
	if (head->len)
		memcpy(w->bytes + sizeof(*head), body, head->len);
	if (w->event && event_waits(w)) {
		xs_counts.events_merged++;
		free(w);
	} else if (w->event && conn.waiting_events >= WAITING_EVENTS_MAX) {
		if (xs_counts.events_lost++ == 0)
			host_refused(
				"XenStore: %u events wait for the domain; more are lost",
				WAITING_EVENTS_MAX);
		free(w);
	} else {
		waiting_add(w);
	}
}

struct xs_conn xs_domain = {.domid = HV_DOMID, .home = HOME "/", .send = domain_send};

/* --- the ring ----------------------------------------------------------------------- */

/* The domain has broken the protocol: nothing more is read from it or written to it. */
static void ignore(uint32_t error, const char *why)
{
	host_refused("XenStore: the domain's connection is ignored from now on: %s", why);
	conn.ignored = true;
	conn.ring->error = error;
	while (conn.first)
		waiting_drop_first();
	xs_conn_clear(&xs_domain);
}

static size_t step_limit(size_t n)
{
	size_t most = xenstored_faults.step_bytes;

	return most && n > most ? most : n;
}

/* A byte more. Returns false when the message cannot be one. */
static bool take_byte(char byte)
{
	const struct xsd_sockmsg *head = (const void *)conn.in;

	conn.in[conn.in_have++] = byte;
	if (conn.in_have == sizeof(*head) && head->len > XENSTORE_PAYLOAD_MAX)
		return false;
	if (conn.in_have >= sizeof(*head) && conn.in_have == sizeof(*head) + head->len) {
		conn.in[conn.in_have] = '\0';
		conn.in_have = 0;
		xs_handle(&xs_domain, head, conn.in + sizeof(*head));
	}
	return true;
}

/* Returns whether something was read. */
static bool ring_read(void)
{
	struct xenstore_domain_interface *ring = conn.ring;
	uint32_t cons = READ_ONCE(ring->req_cons), prod = READ_ONCE(ring->req_prod);
	size_t n, done = 0;

	if (prod - cons > XENSTORE_RING_SIZE) {
		ignore(XENSTORE_ERROR_RINGIDX, "its request index is beyond the ring");
		return false;
	}
	arch_rmb(); /* the index before the bytes that it covers */
	for (n = step_limit(prod - cons); done < n; done++) {
		if (conn.in_have == 0 && conn.waiting_bytes > WAITING_BYTES_MAX)
			break;
		if (!take_byte(ring->req[MASK_XENSTORE_IDX(cons++)])) {
			ignore(XENSTORE_ERROR_PROTO, "a message longer than is allowed");
			return false;
		}
		if (conn.ignored)
			return false;
	}
	arch_mb(); /* the bytes are read before the index gives them back */
	WRITE_ONCE(ring->req_cons, cons);
	return done > 0;
}

static size_t write_some(struct waiting *w, uint32_t *prod, size_t room)
{
	size_t n = w->n - w->done < room ? w->n - w->done : room;

	for (size_t i = 0; i < n; i++)
		conn.ring->rsp[MASK_XENSTORE_IDX((*prod)++)] = w->bytes[w->done++];
	return n;
}

/* Returns whether something was written. */
static bool ring_write(void)
{
	struct xenstore_domain_interface *ring = conn.ring;
	uint32_t prod = READ_ONCE(ring->rsp_prod);
	uint32_t used = prod - READ_ONCE(ring->rsp_cons);
	size_t room, done = 0;

	if (used > XENSTORE_RING_SIZE) {
		ignore(XENSTORE_ERROR_RINGIDX, "its response index is beyond the ring");
		return false;
	}
	for (room = step_limit(XENSTORE_RING_SIZE - used); conn.first && done < room;) {
		done += write_some(conn.first, &prod, room - done);
		if (conn.first->done == conn.first->n)
			waiting_drop_first();
	}
	arch_wmb(); /* the bytes before the index that shows them */
	WRITE_ONCE(ring->rsp_prod, prod);
	return done > 0;
}

static void reconnect(void)
{
	struct xenstore_domain_interface *ring = conn.ring;

	xs_conn_clear(&xs_domain);
	while (conn.first)
		waiting_drop_first();
	conn.in_have = 0;
	conn.ignored = false;
	ring->req_prod = ring->req_cons = ring->rsp_prod = ring->rsp_cons = 0;
	ring->error = XENSTORE_ERROR_NONE;
	arch_wmb(); /* all of it before the word that it is good again */
	WRITE_ONCE(ring->connection, XENSTORE_CONNECTED);
	xs_counts.reconnects++;
	channel_notify(conn.channel);
}

static void signalled(void *arg)
{
	bool moved, any = false;

	(void)arg;
	if (READ_ONCE(conn.ring->connection) == XENSTORE_RECONNECT) {
		if (conn.ring->server_features & XENSTORE_SERVER_FEATURE_RECONNECTION)
			reconnect();
		return;
	}
	do {
		moved = !conn.ignored && !xenstored_faults.deaf && ring_read();
		if (!conn.ignored && !xenstored_faults.silent)
			moved |= ring_write();
		any |= moved;
	} while (moved && !xenstored_faults.step_bytes);
	if (any)
		channel_notify(conn.channel);
	if (xenstored_faults.step_bytes && any)
		channel_again(conn.channel);
}

void xs_domain_again(void)
{
	channel_again(conn.channel);
}

/* --- faults ------------------------------------------------------------------------- */

void xenstored_kick(void)
{
	channel_again(conn.channel);
}

void xenstored_send_raw(const void *bytes, size_t n)
{
	struct waiting *w = waiting_new(n);

	memcpy(w->bytes, bytes, n);
	waiting_add(w);
	channel_again(conn.channel);
}

void xenstored_break_rsp_prod(uint32_t value)
{
	conn.ring->rsp_prod = value;
	channel_notify(conn.channel);
}

void xenstored_offer_reconnect(bool can)
{
	if (can)
		conn.ring->server_features |= XENSTORE_SERVER_FEATURE_RECONNECTION;
	else
		conn.ring->server_features &= ~XENSTORE_SERVER_FEATURE_RECONNECTION;
}

struct xenstored_counts xenstored_get_counts(void)
{
	struct xenstored_counts c = xs_counts;

	c.watches = xs_domain.n_watches;
	c.transactions = xs_domain.n_transactions;
	c.waiting_bytes = conn.waiting_bytes;
	c.ignored = conn.ignored;
	return c;
}

/* --- birth -------------------------------------------------------------------------- */

static void put(const char *path, const char *value, const char *perms)
{
	store_write(path, "%s", value);
	store_set_perms(path, perms);
}

void xenstored_start(void *page, uint32_t *guest_port)
{
	memset(page, 0, PAGE_SIZE);
	conn.ring = page;
	conn.ring->server_features = XENSTORE_SERVER_FEATURE_ERROR;
	conn.channel = channel_wire(0, signalled, NULL, guest_port);
	xs_tool_start();
	db_create(db_store(), "/", 0);
	put(HOME, "", "n0 r7");
	put(HOME "/domid", "7", "n0 r7");
	put(HOME "/data", "", "n7");
	put(HOME "/control", "", "n0 r7");
	put(HOME "/control/shutdown", "", "n7");
	put(HOME "/control/feature-poweroff", "", "n7");
	put(HOME "/control/feature-reboot", "", "n7");
	put(HOME "/control/feature-suspend", "", "n7");
	put(HOME "/device", "", "n0 r7");
}
