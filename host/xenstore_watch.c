/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore: what changes, and who is told. A change concerns the watches on its path and
 * on all above; what is removed along with a node above, only watches on itself. A domain
 * hears only of what it may read.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/trace.h"
#include "host/xenstore_private.h"

struct xs_change {
	struct xs_change *next;
	char *path;
	bool removed;
	bool exact;   /* removed along with a node above */
	bool audible; /* removed: the domain could read it */
};

struct xs_watch {
	struct xs_watch *next;
	char *path; /* absolute */
	char *token;
	size_t home; /* bytes to leave off event paths, for a watch on a relative path */
};

static struct xs_change *held; /* changes of store_begin() */
static bool holding;

/* --- telling ------------------------------------------------------------------------ */

static void event_send(struct xs_conn *c, const struct xs_watch *w, const char *path)
{
	struct xs_bytes body = {0};
	struct xsd_sockmsg head = {.type = XS_WATCH_EVENT};

	xs_append_string(&body, path[0] == '@' ? path : path + w->home);
	xs_append_string(&body, w->token);
	head.len = (uint32_t)body.n;
	TRACE(TRACE_XENSTORE, "event %s %.40s", body.at, w->token);
	if (head.len <= XENSTORE_PAYLOAD_MAX)
		c->send(c, &head, body.at);
	free(body.at);
}

static bool below_or_same(const char *path, const char *top)
{
	size_t n = strlen(top);

	if (strcmp(top, "/") == 0)
		return path[0] == '/';
	return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static bool concerns(const struct xs_change *c, const char *watched)
{
	return c->exact ? strcmp(c->path, watched) == 0 : below_or_same(c->path, watched);
}

static bool may_hear(const struct xs_conn *c, const struct xs_change *change)
{
	const struct db_node *n;

	if (change->path[0] == '@')
		return c->privileged;
	if (change->removed)
		return change->audible;
	n = db_find(db_store(), change->path);
	return n && xs_may(c, n, 'r');
}

static void change_tell(const struct xs_change *c)
{
	for (struct xs_watch *w = xs_domain.watches; w; w = w->next) {
		if (concerns(c, w->path) && may_hear(&xs_domain, c))
			event_send(&xs_domain, w, c->path);
	}
	xs_tool_changed(concerns, c);
}

static void change_free(struct xs_change *c)
{
	free(c->path);
	free(c);
}

void xs_changes_tell(struct xs_change **list)
{
	while (*list) {
		struct xs_change *c = *list;

		*list = c->next;
		change_tell(c);
		change_free(c);
	}
}

void xs_changes_drop(struct xs_change **list)
{
	while (*list) {
		struct xs_change *c = *list;

		*list = c->next;
		change_free(c);
	}
}

/* --- noting ------------------------------------------------------------------------- */

/* Each path is in a list once, in the place of its last change. */
static struct xs_change *change_note(struct xs_change **list, const char *path)
{
	struct xs_change *c;

	while (*list && strcmp((*list)->path, path) != 0)
		list = &(*list)->next;
	if (*list) {
		c = *list;
		*list = c->next;
	} else {
		c = calloc(1, sizeof(*c));
		assert(c);
		c->path = strdup(path);
		assert(c->path);
	}
	while (*list)
		list = &(*list)->next;
	c->removed = c->exact = c->audible = false;
	c->next = NULL;
	*list = c;
	return c;
}

static struct xs_change **changes_of(struct xs_transaction *t, struct xs_change **now)
{
	return t ? &t->changes : holding ? &held : now;
}

void xs_changed(struct xs_transaction *t, const char *path)
{
	struct xs_change *now = NULL;

	change_note(changes_of(t, &now), path);
	xs_changes_tell(&now);
}

/*
 * Note each node of a subtree that is about to go. @path names n and has room for the
 * names below; a tree may be a thousand levels deep, so there is one for all.
 */
static void subtree_note(struct xs_change **list, struct db_view *v,
	const struct db_node *n, char *path, bool exact)
{
	struct xs_change *c = change_note(list, n->path);
	size_t len = strlen(path);

	c->removed = true;
	c->exact = exact;
	c->audible = xs_may(&xs_domain, n, 'r');
	for (const char *p = n->children; p < n->children + n->children_bytes;
		p += strlen(p) + 1) {
		const struct db_node *child;

		snprintf(path + len, XS_PATH_BYTES - len, "/%s", p);
		child = db_find(v, path);
		if (child)
			subtree_note(list, v, child, path, true);
		path[len] = '\0';
	}
}

void xs_subtree_remove(struct xs_transaction *t, struct db_view *v, const char *path)
{
	struct xs_change *now = NULL;
	char buffer[XS_PATH_BYTES];

	snprintf(buffer, sizeof(buffer), "%s", path);
	subtree_note(changes_of(t, &now), v, db_find(v, path), buffer, false);
	db_remove(v, path);
	xs_changes_tell(&now);
}

void store_begin(void)
{
	holding = true;
}

void store_commit(void)
{
	holding = false;
	xs_changes_tell(&held);
	xs_domain_again();
}

/* --- requests ----------------------------------------------------------------------- */

static struct xs_watch **watch_find(
	struct xs_conn *c, const char *path, const char *token)
{
	struct xs_watch **at = &c->watches;

	while (*at &&
		(strcmp((*at)->path, path) != 0 || strcmp((*at)->token, token) != 0))
		at = &(*at)->next;
	return at;
}

/* A watch and its end are asked for alike: the path, which goes to r->path, and a token. */
static int read_request(struct xs_request *r, const char **token)
{
	size_t n;

	if (!xs_is_strings(r, 2))
		return EINVAL;
	*token = xs_rest(r, &n);
	return xs_watch_path(r->c, r->path, r->body);
}

int xs_do_watch(struct xs_request *r)
{
	const char *token;
	struct xs_watch *w;
	int err = read_request(r, &token);

	if (err)
		return err;
	if (*watch_find(r->c, r->path, token))
		return EEXIST;
	if (!r->c->privileged && r->c->n_watches >= XENSTORED_WATCHES_MAX)
		return E2BIG;
	w = calloc(1, sizeof(*w));
	assert(w);
	w->path = strdup(r->path);
	w->token = strdup(token);
	assert(w->path && w->token);
	w->home = r->body[0] == '/' || r->body[0] == '@' ? 0 : strlen(r->c->home);
	w->next = r->c->watches;
	r->c->watches = w;
	r->c->n_watches++;
	return 0;
}

void xs_watch_first(struct xs_conn *c)
{
	event_send(c, c->watches, c->watches->path);
}

static void watch_free(struct xs_conn *c, struct xs_watch **at)
{
	struct xs_watch *w = *at;

	*at = w->next;
	free(w->path);
	free(w->token);
	free(w);
	c->n_watches--;
}

int xs_do_unwatch(struct xs_request *r)
{
	struct xs_watch **at;
	const char *token;
	int err = read_request(r, &token);

	if (err)
		return err;
	at = watch_find(r->c, r->path, token);
	if (!*at)
		return ENOENT;
	watch_free(r->c, at);
	return 0;
}

void xs_watches_free(struct xs_conn *c)
{
	while (c->watches)
		watch_free(c, &c->watches);
}
