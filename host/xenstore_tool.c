/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore: the toolstack's and the back ends' connection, by function calls and with all
 * rights. Their watches are functions, called in a turn of their own and never from inside
 * a change.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/peer.h"
#include "host/say.h"
#include "host/trace.h"
#include "host/xenstore_private.h"

static struct store_watch *watches;
static struct channel *turn; /* theirs, as a peer's work */

/* --- the tree ----------------------------------------------------------------------- */

void store_write(const char *path, const char *fmt, ...)
{
	struct db_view *v = db_store();
	struct db_node *n = db_find(v, path);
	char *value = NULL, checked[XS_PATH_BYTES];
	va_list args;
	int len;

	if (path[0] != '/' || xs_path(&xs_tool, checked, path) != 0) {
		host_say("XenStore: \"%.80s\" is no path", path);
		return;
	}

	va_start(args, fmt);
	len = vasprintf(&value, fmt, args);
	va_end(args);
	assert(len >= 0);
	TRACE(TRACE_XENSTORE, "host-write %s %.80s", path, value);
	if (!n)
		n = db_create(v, path, DB_OWNER_ABOVE);
	db_set_value(v, n, value, (size_t)len);
	free(value);
	xs_changed(NULL, path);
	xs_domain_again();
}

const char *store_read(const char *path)
{
	static char value[XENSTORED_NODE_BYTES_MAX + 1];
	struct db_node *n = db_find(db_store(), path);
	size_t len;

	if (!n)
		return NULL;
	len = n->value_bytes < sizeof(value) ? n->value_bytes : sizeof(value) - 1;
	memcpy(value, n->value, len);
	value[len] = '\0';
	return value;
}

void store_rm(const char *path)
{
	if (!db_find(db_store(), path) || strcmp(path, "/") == 0)
		return;
	TRACE(TRACE_XENSTORE, "host-rm %s", path);
	xs_subtree_remove(NULL, db_store(), path);
	xs_domain_again();
}

void store_set_perms(const char *path, const char *perms)
{
	struct db_node *n = db_find(db_store(), path), wanted;
	char text[128];
	size_t len = strlen(perms) + 1;
	int err;

	if (!n)
		return;
	assert(len <= sizeof(text));
	memcpy(text, perms, len);
	for (char *p = text; *p; p++) {
		if (*p == ' ')
			*p = '\0';
	}
	err = xs_perms_parse(&wanted, text, len);
	assert(err == 0);
	db_set_perms(db_store(), n, wanted.perms, wanted.n_perms);
}

/* @path names n, with room for the names below. */
static void dump(
	const struct db_node *n, char *path, unsigned depth, store_line *line, void *arg)
{
	const char *name = strrchr(n->path, '/');
	size_t len = n->path[1] ? strlen(path) : 0;

	line(arg, depth, name[1] ? name + 1 : "/", n->value, n->value_bytes);
	for (const char *p = n->children; p < n->children + n->children_bytes;
		p += strlen(p) + 1) {
		const struct db_node *child;

		snprintf(path + len, XS_PATH_BYTES - len, "/%s", p);
		child = db_find(db_store(), path);
		if (child)
			dump(child, path, depth + 1, line, arg);
		path[len] = '\0';
	}
}

void store_dump(const char *path, store_line *line, void *arg)
{
	struct db_node *n = db_find(db_store(), path);
	char buffer[XS_PATH_BYTES];

	snprintf(buffer, sizeof(buffer), "%s", path);
	if (n)
		dump(n, buffer, 0, line, arg);
}

/* --- watches ------------------------------------------------------------------------ */

void store_watch(struct store_watch *w)
{
	w->next = watches;
	watches = w;
	w->hit = true; /* the first event */
	channel_again(turn);
}

void store_unwatch(struct store_watch *w)
{
	for (struct store_watch **at = &watches; *at; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			return;
		}
	}
}

void xs_tool_changed(bool (*concerns)(const struct xs_change *c, const char *watched),
	const struct xs_change *c)
{
	for (struct store_watch *w = watches; w; w = w->next) {
		if (concerns(c, w->path)) {
			w->hit = true;
			channel_again(turn);
		}
	}
}

static void watches_run(void *arg)
{
	struct store_watch *w = watches;

	(void)arg;
	while (w) {
		if (w->hit) {
			w->hit = false;
			w->changed(w, w->path);
			w = watches; /* the list may have changed */
		} else {
			w = w->next;
		}
	}
}

/* --- the protocol, without a ring --------------------------------------------------- */

static struct xs_bytes answer;
static uint32_t answer_type;

static void keep_answer(
	struct xs_conn *c, const struct xsd_sockmsg *head, const void *body)
{
	(void)c;
	if (head->type == XS_WATCH_EVENT)
		return; /* functions are told otherwise */
	answer.n = 0;
	xs_append(&answer, body, head->len);
	answer_type = head->type;
}

struct xs_conn xs_tool = {
	.privileged = true, .home = "/local/domain/0/", .send = keep_answer};

uint32_t xenstored_ask(uint32_t type, uint32_t tx, const void *body, size_t len_bytes,
	const char **reply, size_t *reply_bytes)
{
	struct xsd_sockmsg head = {.type = type, .tx_id = tx, .len = (uint32_t)len_bytes};
	struct xs_bytes copy = {0};

	xs_append(&copy, body, len_bytes);
	xs_handle(&xs_tool, &head, copy.at);
	free(copy.at);
	xs_domain_again();
	*reply = answer.at;
	*reply_bytes = answer.n;
	return answer_type;
}

void xs_tool_start(void)
{
	uint32_t unused_port;

	turn = channel_open(0, watches_run, NULL, &unused_port);
}
