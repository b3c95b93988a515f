/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xenstored's model: requests in over the ring, byte by byte if need be; each to its
 * function in the table; replies and watch events out the same way. The store itself is
 * xenstore_db.c.
 */
#include "host/xenstore.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

#include "arch/barrier.h"
#include "host/hv.h"
#include "host/peer.h"
#include "host/xenstore_db.h"
#include "kernel/addr.h"
#include "kernel/util.h"

#define HOME "/local/domain/7" /* of our domain, HV_DOMID */

struct xenstored_faults xenstored_faults;

/* A path that was changed, for watches. */
struct change {
	struct change *next;
	char *path;
	bool removed;
	bool exact;   /* removed along with a node above: only for watches on itself */
	bool audible; /* removed: the domain could read it */
};

struct transaction {
	struct transaction *next;
	uint32_t id;
	struct db_view *view;
	struct change *changes;
};

struct watch {
	struct watch *next;
	char *path; /* absolute */
	char *token;
	size_t home; /* bytes to leave off event paths, for a watch on a relative path */
};

/* A growing run of bytes. */
struct bytes {
	char *at;
	size_t n;
};

/* The one connection over a ring: our domain's. */
static struct {
	struct xenstore_domain_interface *ring;
	struct channel *channel;
	_Alignas(struct xsd_sockmsg) char in[sizeof(struct xsd_sockmsg) +
					     XENSTORE_PAYLOAD_MAX + 1];
	size_t in_have;
	struct bytes out;
	struct transaction *transactions;
	struct watch *watches;
} conn;

static struct change *held; /* changes of store_begin() */
static bool holding;
static struct store_watch *store_watches;
static struct channel *kicker; /* runs the peers' watches as a peer's work */
static uint32_t last_transaction;
static struct xenstored_counts counts;

static void append(struct bytes *b, const void *bytes, size_t n)
{
	b->at = realloc(b->at, b->n + n + 1);
	assert(b->at);
	if (n > 0)
		memcpy(b->at + b->n, bytes, n);
	b->n += n;
	b->at[b->n] = '\0';
}

static void append_string(struct bytes *b, const char *s)
{
	append(b, s, strlen(s) + 1);
}

/* --- paths and rights --------------------------------------------------- */

static bool path_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-/_@:", c));
}

/* The absolute form of what a request names. Returns 0 or EINVAL. */
static int path_absolute(char *path, const char *given)
{
	size_t len = strlen(given);

	if (len == 0 ||
		len >= (given[0] == '/' ? XENSTORE_ABS_PATH_MAX : XENSTORE_REL_PATH_MAX))
		return EINVAL;
	if (strstr(given, "//") || (len > 1 && given[len - 1] == '/'))
		return EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (!path_char(given[i]))
			return EINVAL;
	}
	strcpy(path, given[0] == '/' || given[0] == '@' ? "" : HOME "/");
	strcat(path, given);
	return 0;
}

#define PATH_BYTES (XENSTORE_ABS_PATH_MAX + sizeof(HOME) + 2)

static bool may(const struct db_node *n, char right)
{
	char access = n->perms[0].access;

	if (n->perms[0].domid == HV_DOMID)
		return true;
	for (unsigned i = 1; i < n->n_perms; i++) {
		if (n->perms[i].domid == HV_DOMID)
			access = n->perms[i].access;
	}
	return access == right || access == 'b';
}

/* The node next above that exists. */
static struct db_node *ancestor(struct db_view *v, const char *path)
{
	char above[PATH_BYTES];
	struct db_node *n = NULL;

	strcpy(above, path);
	while (!n) {
		char *slash = strrchr(above, '/');

		if (slash == above)
			return db_find(v, "/");
		*slash = '\0';
		n = db_find(v, above);
	}
	return n;
}

/* Find a node that a request names, for a right. Returns 0 and *n, or an errno. */
static int node_get(struct db_view *v, const char *path, char right, struct db_node **n)
{
	*n = db_find(v, path);
	if (!*n)
		return may(ancestor(v, path), 'r') ? ENOENT : EACCES;
	return may(*n, right) ? 0 : EACCES;
}

/* --- watches ------------------------------------------------------------ */

static void message_send(
	uint32_t type, uint32_t id, uint32_t tx, const struct bytes *body)
{
	struct xsd_sockmsg head = {
		.type = type, .req_id = id, .tx_id = tx, .len = (uint32_t)body->n};

	append(&conn.out, &head, sizeof(head));
	append(&conn.out, body->at, body->n);
}

static void event_send(const struct watch *w, const char *path)
{
	struct bytes body = {0};

	append_string(&body, path[0] == '@' ? path : path + w->home);
	append_string(&body, w->token);
	message_send(XS_WATCH_EVENT, 0, 0, &body);
	free(body.at);
}

static bool below_or_same(const char *path, const char *top)
{
	size_t n = strlen(top);

	if (strcmp(top, "/") == 0)
		return path[0] == '/';
	return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* Our domain hears only of what it may read. */
static bool may_hear(const struct change *c)
{
	struct db_node *n = db_find(db_store(), c->path);

	if (c->path[0] == '@')
		return false;
	return c->removed ? c->audible : n && may(n, 'r');
}

static bool concerns(const struct change *c, const char *watched)
{
	return c->exact ? strcmp(c->path, watched) == 0 : below_or_same(c->path, watched);
}

static void change_tell(const struct change *c)
{
	for (struct watch *w = conn.watches; w; w = w->next) {
		if (concerns(c, w->path) && may_hear(c))
			event_send(w, c->path);
	}
	for (struct store_watch *w = store_watches; w; w = w->next) {
		if (concerns(c, w->path)) {
			w->hit = true;
			channel_again(kicker);
		}
	}
}

static void changes_tell(struct change **list)
{
	while (*list) {
		struct change *c = *list;

		*list = c->next;
		change_tell(c);
		free(c->path);
		free(c);
	}
}

static struct change *change_new(struct change **list, const char *path)
{
	struct change *c = calloc(1, sizeof(*c));

	while (*list)
		list = &(*list)->next;
	c->path = strdup(path);
	*list = c;
	return c;
}

/* Where changes are kept: told at once, or when the transaction is committed. */
static struct change **changes_begin(struct transaction *t, struct change **now)
{
	return t ? &t->changes : holding ? &held : now;
}

/* Someone changed a node. */
static void changed(struct transaction *t, const char *path)
{
	struct change *now = NULL;

	change_new(changes_begin(t, &now), path);
	changes_tell(&now);
}

/* Note each node of a subtree that is about to go. */
static void subtree_note(
	struct change **list, struct db_view *v, const struct db_node *n, bool exact)
{
	struct change *c = change_new(list, n->path);

	c->removed = true;
	c->exact = exact;
	c->audible = may(n, 'r');
	for (const char *p = n->children; p < n->children + n->children_bytes;
		p += strlen(p) + 1) {
		char path[PATH_BYTES];
		const struct db_node *child;

		snprintf(path, sizeof(path), "%s/%s", n->path, p);
		child = db_find(v, path);
		if (child)
			subtree_note(list, v, child, true);
	}
}

static void subtree_remove(struct transaction *t, struct db_view *v, const char *path)
{
	struct change *now = NULL;

	subtree_note(changes_begin(t, &now), v, db_find(v, path), false);
	db_remove(v, path);
	changes_tell(&now);
}

/* --- requests: each returns 0, or the errno of its error reply ---------- */

struct request {
	const struct xsd_sockmsg *head;
	const char *body; /* a NUL of ours follows */
	size_t n;
	struct transaction *t;
	struct db_view *view;
	char path[PATH_BYTES]; /* of its first string, when it names one */
	struct bytes reply;
};

/* What follows the first string. */
static const char *rest(const struct request *r, size_t *n)
{
	size_t first = strlen(r->body) + 1;

	*n = first <= r->n ? r->n - first : 0;
	return r->body + (first <= r->n ? first : r->n);
}

static int do_read(struct request *r)
{
	struct db_node *n;
	int err = node_get(r->view, r->path, 'r', &n);

	if (!err)
		append(&r->reply, n->value, n->value_bytes);
	return err;
}

static int do_directory(struct request *r)
{
	struct db_node *n;
	int err = node_get(r->view, r->path, 'r', &n);

	if (err)
		return err;
	if (n->children_bytes > XENSTORE_PAYLOAD_MAX)
		return E2BIG;
	append(&r->reply, n->children, n->children_bytes);
	return 0;
}

static int do_directory_part(struct request *r)
{
	size_t offset_bytes, offset, len = 0, room;
	struct db_node *n;
	char generation[24];
	int err = node_get(r->view, r->path, 'r', &n);

	if (xenstored_faults.no_directory_part)
		return ENOSYS;
	if (err)
		return err;
	offset = strtoul(rest(r, &offset_bytes), NULL, 10);
	snprintf(generation, sizeof(generation), "%llu",
		(unsigned long long)n->generation);
	append_string(&r->reply, generation);
	room = XENSTORE_PAYLOAD_MAX - r->reply.n - 1;
	while (offset + len < n->children_bytes) {
		size_t name = strlen(n->children + offset + len) + 1;

		if (len + name > room)
			break;
		len += name;
	}
	if (offset < n->children_bytes)
		append(&r->reply, n->children + offset, len);
	if (offset + len >= n->children_bytes)
		append(&r->reply, "", 1);
	return 0;
}

/* Find the node to change, or make it, within the quota. */
static int node_make(struct request *r, struct db_node **n)
{
	int err = node_get(r->view, r->path, 'w', n);

	if (err != ENOENT)
		return err;
	if (!may(ancestor(r->view, r->path), 'w'))
		return EACCES;
	if (db_count_owned(HV_DOMID) >= XENSTORED_NODES_MAX)
		return ENOSPC;
	if (ancestor(r->view, r->path)->children_bytes >= XENSTORED_NODE_BYTES_MAX)
		return ENOSPC; /* names of children count as the node's own bytes */
	*n = db_create(r->view, r->path, HV_DOMID);
	return 0;
}

static int do_write(struct request *r)
{
	struct db_node *n;
	size_t value_bytes;
	const char *value = rest(r, &value_bytes);
	int err;

	if (strlen(r->body) == r->n) /* no NUL after the path */
		return EINVAL;
	if (value_bytes > XENSTORED_NODE_BYTES_MAX)
		return ENOSPC;
	err = node_make(r, &n);
	if (err)
		return err;
	db_set_value(r->view, n, value, value_bytes);
	changed(r->t, r->path);
	return 0;
}

static int do_mkdir(struct request *r)
{
	struct db_node *n = db_find(r->view, r->path);
	int err;

	if (n)
		return may(n, 'w') ? 0 : EACCES;
	err = node_make(r, &n);
	if (!err)
		changed(r->t, r->path);
	return err;
}

static int do_rm(struct request *r)
{
	struct db_node *n;
	int err = node_get(r->view, r->path, 'w', &n);

	if (strcmp(r->path, "/") == 0)
		return EINVAL;
	if (err == ENOENT) { /* gone already is good, if it could have been there */
		char above[PATH_BYTES];

		strcpy(above, r->path);
		*strrchr(above, '/') = '\0';
		return db_find(r->view, above[0] ? above : "/") ? 0 : ENOENT;
	}
	if (err)
		return err;
	subtree_remove(r->t, r->view, r->path);
	return 0;
}

static int do_get_perms(struct request *r)
{
	struct db_node *n;
	int err = node_get(r->view, r->path, 'r', &n);

	for (unsigned i = 0; !err && i < n->n_perms; i++) {
		char text[8];

		snprintf(text, sizeof(text), "%c%u", n->perms[i].access,
			n->perms[i].domid);
		append_string(&r->reply, text);
	}
	return err;
}

static int perms_parse(struct db_node *n, const char *text, size_t len_bytes)
{
	struct db_perm perms[DB_PERMS_MAX];
	unsigned count = 0;

	for (const char *p = text; p < text + len_bytes; p += strlen(p) + 1) {
		char *end;
		unsigned long domid = strtoul(p + (*p != '\0'), &end, 10);

		if (!*p || !strchr("nrwb", *p) || end == p + 1 || *end || domid > 0x7ff0)
			return EINVAL;
		if (count == DB_PERMS_MAX)
			return ENOSPC;
		perms[count++] = (struct db_perm){*p, (uint16_t)domid};
	}
	if (count == 0)
		return EINVAL;
	memcpy(n->perms, perms, sizeof(perms));
	n->n_perms = count;
	return 0;
}

static int do_set_perms(struct request *r)
{
	struct db_node *n;
	size_t len_bytes;
	const char *text = rest(r, &len_bytes);
	uint16_t owner;
	int err = node_get(r->view, r->path, 'w', &n);

	if (err)
		return err;
	owner = n->perms[0].domid;
	if (owner != HV_DOMID)
		return EACCES;
	err = perms_parse(n, text, len_bytes);
	if (err)
		return err;
	if (n->perms[0].domid != owner) { /* only the privileged give nodes away */
		n->perms[0].domid = owner;
		return EPERM;
	}
	db_touch(r->view, n);
	changed(r->t, r->path);
	return 0;
}

static int do_watch(struct request *r)
{
	size_t token_bytes;
	const char *token = rest(r, &token_bytes);
	struct watch *w;
	unsigned n = 0;

	if (token_bytes == 0 || token[token_bytes - 1] != '\0')
		return EINVAL;
	for (w = conn.watches; w; w = w->next, n++) {
		if (strcmp(w->path, r->path) == 0 && strcmp(w->token, token) == 0)
			return EEXIST;
	}
	if (n >= XENSTORED_WATCHES_MAX)
		return E2BIG;
	w = calloc(1, sizeof(*w));
	w->path = strdup(r->path);
	w->token = strdup(token);
	w->home = r->body[0] == '/' || r->body[0] == '@' ? 0 : strlen(HOME "/");
	w->next = conn.watches;
	conn.watches = w;
	counts.watches++;
	return 0;
}

static void watch_free(struct watch *w)
{
	free(w->path);
	free(w->token);
	free(w);
	counts.watches--;
}

static int do_unwatch(struct request *r)
{
	size_t token_bytes;
	const char *token = rest(r, &token_bytes);

	for (struct watch **at = &conn.watches; *at; at = &(*at)->next) {
		struct watch *w = *at;

		if (strcmp(w->path, r->path) == 0 && strcmp(w->token, token) == 0) {
			*at = w->next;
			watch_free(w);
			return 0;
		}
	}
	return ENOENT;
}

static struct transaction **transaction_find(uint32_t id)
{
	struct transaction **at = &conn.transactions;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

static int do_transaction_start(struct request *r)
{
	struct transaction *t;
	char id[16];

	if (r->t)
		return EBUSY;
	if (counts.transactions >= XENSTORED_TRANSACTIONS_MAX)
		return ENOSPC;
	t = calloc(1, sizeof(*t));
	t->id = ++last_transaction;
	t->view = db_begin();
	t->next = conn.transactions;
	conn.transactions = t;
	counts.transactions++;
	snprintf(id, sizeof(id), "%u", t->id);
	append_string(&r->reply, id);
	return 0;
}

/* Returns 0 or EAGAIN. */
static int transaction_finish(struct transaction *t, bool commit)
{
	struct transaction **at = transaction_find(t->id);
	bool forced, good = true;

	*at = t->next;
	counts.transactions--;
	counts.commits += commit;
	forced = commit && xenstored_faults.conflict_every &&
		 counts.commits % xenstored_faults.conflict_every == 0;
	if (commit && !forced) {
		good = db_commit(t->view);
	} else {
		db_abort(t->view);
		good = !forced;
	}
	if (!good || !commit) {
		while (t->changes) {
			struct change *c = t->changes;

			t->changes = c->next;
			free(c->path);
			free(c);
		}
	}
	counts.conflicts += !good;
	changes_tell(&t->changes);
	free(t);
	return good ? 0 : EAGAIN;
}

static int do_transaction_end(struct request *r)
{
	struct transaction *t = r->t;

	if (!t)
		return ENOENT;
	if (strcmp(r->body, "T") != 0 && strcmp(r->body, "F") != 0)
		return EINVAL;
	r->t = NULL;
	return transaction_finish(t, r->body[0] == 'T');
}

static int do_get_domain_path(struct request *r)
{
	char text[64];

	snprintf(text, sizeof(text), "/local/domain/%lu", strtoul(r->body, NULL, 10));
	append_string(&r->reply, text);
	return 0;
}

static void watches_free(void)
{
	while (conn.watches) {
		struct watch *w = conn.watches;

		conn.watches = w->next;
		watch_free(w);
	}
}

static int do_reset_watches(struct request *r)
{
	(void)r;
	watches_free();
	return 0;
}

static int do_refused(struct request *r)
{
	(void)r;
	return EACCES;
}

static const struct operation {
	int (*run)(struct request *r);
	bool has_path;  /* the body begins with one */
	bool has_reply; /* of its own; else "OK" */
} operations[XS_TYPE_COUNT] = {
	[XS_CONTROL] = {do_refused, false, false},
	[XS_DIRECTORY] = {do_directory, true, true},
	[XS_READ] = {do_read, true, true},
	[XS_GET_PERMS] = {do_get_perms, true, true},
	[XS_WATCH] = {do_watch, true, false},
	[XS_UNWATCH] = {do_unwatch, true, false},
	[XS_TRANSACTION_START] = {do_transaction_start, false, true},
	[XS_TRANSACTION_END] = {do_transaction_end, false, false},
	[XS_INTRODUCE] = {do_refused, false, false},
	[XS_RELEASE] = {do_refused, false, false},
	[XS_GET_DOMAIN_PATH] = {do_get_domain_path, false, true},
	[XS_WRITE] = {do_write, true, false},
	[XS_MKDIR] = {do_mkdir, true, false},
	[XS_RM] = {do_rm, true, false},
	[XS_SET_PERMS] = {do_set_perms, true, false},
	[XS_IS_DOMAIN_INTRODUCED] = {do_refused, false, false},
	[XS_RESUME] = {do_refused, false, false},
	[XS_SET_TARGET] = {do_refused, false, false},
	[XS_RESET_WATCHES] = {do_reset_watches, false, false},
	[XS_DIRECTORY_PART] = {do_directory_part, true, true},
};

/* --- one message -------------------------------------------------------- */

static const char *error_name(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(xsd_errors); i++) {
		if (xsd_errors[i].errnum == err)
			return xsd_errors[i].errstring;
	}
	return "EINVAL";
}

static void reply_error(const struct xsd_sockmsg *head, const char *name)
{
	struct bytes body = {0};

	append_string(&body, name);
	message_send(XS_ERROR, head->req_id, head->tx_id, &body);
	free(body.at);
}

static int request_run(struct request *r)
{
	const struct operation *op =
		r->head->type < XS_TYPE_COUNT ? &operations[r->head->type] : NULL;
	int err;

	if (!op || !op->run)
		return ENOSYS;
	if (op->has_path) {
		err = path_absolute(r->path, r->body);
		if (err)
			return err;
	}
	if (r->head->tx_id) {
		r->t = *transaction_find(r->head->tx_id);
		if (!r->t)
			return ENOENT;
		r->view = r->t->view;
	}
	err = op->run(r);
	if (!err && !op->has_reply)
		append_string(&r->reply, "OK");
	return err;
}

static void message_handle(const struct xsd_sockmsg *head, const char *body)
{
	struct request r = {
		.head = head, .body = body, .n = head->len, .view = db_store()};
	uint32_t type = head->type;
	int err;

	counts.requests++;
	if (xenstored_faults.error_n > 0 && xenstored_faults.error_type == type) {
		xenstored_faults.error_n--;
		reply_error(head, xenstored_faults.error);
		return;
	}
	err = request_run(&r);
	if (xenstored_faults.wrong_type) {
		type = xenstored_faults.wrong_type;
		xenstored_faults.wrong_type = 0;
	}
	if (err)
		reply_error(head, error_name(err));
	else
		message_send(type, head->req_id, head->tx_id, &r.reply);
	free(r.reply.at);
	if (!err && head->type == XS_WATCH) /* the first event comes by itself */
		event_send(conn.watches, conn.watches->path);
}

/* --- the ring ----------------------------------------------------------- */

static size_t step_limit(size_t n)
{
	size_t most = xenstored_faults.step_bytes;

	return most && n > most ? most : n;
}

static bool ring_read(void)
{
	struct xenstore_domain_interface *ring = conn.ring;
	uint32_t cons = ring->req_cons;
	size_t n = step_limit(ring->req_prod - cons), done = 0;

	arch_rmb();
	for (; done < n; done++) {
		const struct xsd_sockmsg *head = (const void *)conn.in;

		conn.in[conn.in_have++] = ring->req[MASK_XENSTORE_IDX(cons++)];
		assert(conn.in_have < sizeof(*head) || head->len <= XENSTORE_PAYLOAD_MAX);
		if (conn.in_have >= sizeof(*head) &&
			conn.in_have == sizeof(*head) + head->len) {
			conn.in[conn.in_have] = '\0';
			conn.in_have = 0;
			message_handle(head, conn.in + sizeof(*head));
		}
	}
	arch_mb();
	ring->req_cons = cons;
	return done > 0;
}

static bool ring_write(void)
{
	struct xenstore_domain_interface *ring = conn.ring;
	uint32_t prod = ring->rsp_prod;
	size_t room = XENSTORE_RING_SIZE - (prod - ring->rsp_cons);
	size_t n = step_limit(conn.out.n < room ? conn.out.n : room);

	for (size_t i = 0; i < n; i++)
		ring->rsp[MASK_XENSTORE_IDX(prod++)] = conn.out.at[i];
	if (n > 0)
		memmove(conn.out.at, conn.out.at + n, conn.out.n - n);
	conn.out.n -= n;
	arch_wmb();
	ring->rsp_prod = prod;
	return n > 0;
}

static void reconnect(void)
{
	struct xenstore_domain_interface *ring = conn.ring;

	while (conn.transactions)
		transaction_finish(conn.transactions, false);
	watches_free();
	conn.in_have = conn.out.n = 0;
	ring->req_prod = ring->req_cons = ring->rsp_prod = ring->rsp_cons = 0;
	arch_wmb();
	ring->connection = XENSTORE_CONNECTED;
	counts.reconnects++;
	channel_notify(conn.channel);
}

static void signalled(void *arg)
{
	bool moved = false;

	(void)arg;
	if (conn.ring->connection == XENSTORE_RECONNECT) {
		if (conn.ring->server_features & XENSTORE_SERVER_FEATURE_RECONNECTION)
			reconnect();
		return;
	}
	if (!xenstored_faults.deaf)
		moved |= ring_read();
	if (!xenstored_faults.silent)
		moved |= ring_write();
	if (moved)
		channel_notify(conn.channel);
	if (xenstored_faults.step_bytes && moved)
		channel_again(conn.channel);
}

void xenstored_kick(void)
{
	channel_again(conn.channel);
}

void xenstored_send_raw(const void *bytes, size_t n)
{
	append(&conn.out, bytes, n);
	channel_again(conn.channel);
}

void xenstored_break_rsp_prod(uint32_t value)
{
	conn.ring->rsp_prod = value;
	channel_notify(conn.channel);
}

void xenstored_offer_reconnect(bool can)
{
	conn.ring->server_features = can ? XENSTORE_SERVER_FEATURE_RECONNECTION : 0;
}

struct xenstored_counts xenstored_get_counts(void)
{
	return counts;
}

/* --- the peers' side ---------------------------------------------------- */

void store_write(const char *path, const char *fmt, ...)
{
	struct db_view *v = db_store();
	struct db_node *n = db_find(v, path);
	char value[XENSTORED_NODE_BYTES_MAX];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	assert(len >= 0 && (size_t)len < sizeof(value));
	if (!n)
		n = db_create(v, path, 0);
	db_set_value(v, n, value, (size_t)len);
	changed(NULL, path);
	channel_again(conn.channel);
}

const char *store_read(const char *path)
{
	static char value[XENSTORED_NODE_BYTES_MAX + 1];
	struct db_node *n = db_find(db_store(), path);

	if (!n)
		return NULL;
	memcpy(value, n->value, n->value_bytes);
	value[n->value_bytes] = '\0';
	return value;
}

void store_rm(const char *path)
{
	if (!db_find(db_store(), path))
		return;
	subtree_remove(NULL, db_store(), path);
	channel_again(conn.channel);
}

void store_set_perms(const char *path, const char *perms)
{
	struct db_node *n = db_find(db_store(), path);
	char text[128];
	size_t len = strlen(perms) + 1;

	assert(n && len <= sizeof(text));
	memcpy(text, perms, len);
	for (char *p = text; *p; p++) {
		if (*p == ' ')
			*p = '\0';
	}
	len = (size_t)perms_parse(n, text, len);
	assert(len == 0);
	db_touch(db_store(), n);
}

void store_begin(void)
{
	holding = true;
}

void store_commit(void)
{
	holding = false;
	changes_tell(&held);
	channel_again(conn.channel);
}

void store_watch(struct store_watch *w)
{
	w->next = store_watches;
	store_watches = w;
	w->hit = true; /* the first event */
	channel_again(kicker);
}

void store_unwatch(struct store_watch *w)
{
	for (struct store_watch **at = &store_watches; *at; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			return;
		}
	}
}

/* Watches are told in a turn of their own, never from inside a change. */
static void store_watches_run(void *arg)
{
	struct store_watch *w = store_watches;

	(void)arg;
	while (w) {
		if (w->hit) {
			w->hit = false;
			w->changed(w, w->path);
			w = store_watches; /* the list may have changed */
		} else {
			w = w->next;
		}
	}
}

void xenstored_start(void *page, uint32_t *guest_port)
{
	uint32_t unused_port;

	memset(page, 0, PAGE_SIZE);
	conn.ring = page;
	conn.channel = channel_wire(0, signalled, NULL, guest_port);
	kicker = channel_open(0, store_watches_run, NULL, &unused_port);
	db_create(db_store(), "/", 0);
	store_write(HOME "/domid", "%u", HV_DOMID);
	store_set_perms(HOME, "n0 r7");
	store_set_perms(HOME "/domid", "n0 r7");
	store_write(HOME "/data", "%s", "");
	store_set_perms(HOME "/data", "n7");
	store_write(HOME "/control/shutdown", "%s", "");
	store_set_perms(HOME "/control", "n0 r7");
	store_set_perms(HOME "/control/shutdown", "n7");
	for (unsigned i = 0; i < 3; i++) {
		static const char *const keys[] = {
			"feature-poweroff", "feature-reboot", "feature-suspend"};
		char path[64];

		snprintf(path, sizeof(path), HOME "/control/%s", keys[i]);
		store_write(path, "%s", "");
		store_set_perms(path, "n7");
	}
	store_write(HOME "/device", "%s", "");
	store_set_perms(HOME "/device", "n0 r7");
}
