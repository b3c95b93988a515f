/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore: one function for each request of the protocol. Each returns 0, or the errno of
 * its error reply.
 * Source: docs/misc/xenstore.txt; public/io/xs_wire.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/xenstore_private.h"

/* --- reading ------------------------------------------------------------------------ */

static int do_read(struct xs_request *r)
{
	struct db_node *n;
	int err = xs_node_get(r, 'r', &n);

	if (!err)
		xs_append(&r->reply, n->value, n->value_bytes);
	return err;
}

static int do_directory(struct xs_request *r)
{
	struct db_node *n;
	int err = xs_node_get(r, 'r', &n);

	if (err)
		return err;
	if (n->children_bytes > XENSTORE_PAYLOAD_MAX)
		return E2BIG;
	xs_append(&r->reply, n->children, n->children_bytes);
	return 0;
}

/* As many whole names from an offset as fit; a further NUL says that these are the last. */
static int do_directory_part(struct xs_request *r)
{
	size_t n_rest, offset, len = 0, room;
	struct db_node *n;
	char generation[24];
	int err = xs_node_get(r, 'r', &n);

	if (xenstored_faults.no_directory_part)
		return ENOSYS;
	if (err)
		return err;
	offset = strtoul(xs_rest(r, &n_rest), NULL, 10);
	if (offset > n->children_bytes)
		offset = n->children_bytes;
	snprintf(generation, sizeof(generation), "%llu",
		(unsigned long long)n->generation);
	xs_append_string(&r->reply, generation);
	room = XENSTORE_PAYLOAD_MAX - r->reply.n - 1;
	while (offset + len < n->children_bytes) {
		size_t name = strlen(n->children + offset + len) + 1;

		if (len + name > room)
			break;
		len += name;
	}
	xs_append(&r->reply, n->children + offset, len);
	if (offset + len >= n->children_bytes)
		xs_append(&r->reply, "", 1);
	return 0;
}

static int do_get_perms(struct xs_request *r)
{
	struct db_node *n;
	int err = xs_node_get(r, 'r', &n);

	for (unsigned i = 0; !err && i < n->n_perms; i++) {
		char text[8];

		snprintf(text, sizeof(text), "%c%u", n->perms[i].access,
			n->perms[i].domid);
		xs_append_string(&r->reply, text);
	}
	return err;
}

/* --- changing ----------------------------------------------------------------------- */

/* Names between a node and the one above it that exists. */
static unsigned missing_levels(const struct db_node *above, const char *path)
{
	const char *p = path + (strcmp(above->path, "/") == 0 ? 0 : strlen(above->path));
	unsigned n = 0;

	for (; *p; p++)
		n += *p == '/';
	return n;
}

/* Find the node to change, or make it, within what is allowed. */
static int node_make(struct xs_request *r, size_t value_bytes, struct db_node **n)
{
	int err = xs_node_get(r, 'w', n);
	struct db_node *above;
	const char *name;

	if (!err)
		return xs_quota_size(r->c, *n, value_bytes, (*n)->children_bytes);
	if (err != ENOENT)
		return err;
	above = xs_ancestor(r->view, r->path);
	name = r->path + (strcmp(above->path, "/") == 0 ? 1 : strlen(above->path) + 1);
	err = xs_quota_nodes(r, missing_levels(above, r->path));
	if (!err)
		err = xs_quota_size(r->c, above, above->value_bytes,
			above->children_bytes + strcspn(name, "/") + 1);
	if (!err)
		err = xs_quota_size(r->c, above, value_bytes, 0);
	if (!err)
		*n = db_create(r->view, r->path,
			r->c->privileged ? DB_OWNER_ABOVE : r->c->domid);
	return err;
}

static int do_write(struct xs_request *r)
{
	struct db_node *n;
	size_t value_bytes;
	const char *value = xs_rest(r, &value_bytes);
	int err;

	if (strlen(r->body) == r->n) /* no NUL after the path */
		return EINVAL;
	err = node_make(r, value_bytes, &n);
	if (err)
		return err;
	db_set_value(r->view, n, value, value_bytes);
	xs_changed(r->t, r->path);
	return 0;
}

static int do_mkdir(struct xs_request *r)
{
	struct db_node *n;
	int err = xs_node_get(r, 'w', &n);

	if (err != ENOENT)
		return err;
	err = node_make(r, 0, &n);
	if (!err)
		xs_changed(r->t, r->path);
	return err;
}

static int do_rm(struct xs_request *r)
{
	struct db_node *n;
	int err = xs_node_get(r, 'w', &n);

	if (err == ENOENT) { /* gone already is good, if it could have been there */
		char above[XS_PATH_BYTES];

		strcpy(above, r->path);
		*strrchr(above, '/') = '\0';
		return db_find(r->view, above[0] ? above : "/") ? 0 : ENOENT;
	}
	if (err)
		return err;
	if (strcmp(r->path, "/") == 0)
		return EINVAL;
	xs_subtree_remove(r->t, r->view, r->path);
	return 0;
}

static bool domain_exists(uint16_t domid)
{
	return domid == 0 || domid == HV_DOMID;
}

static int do_set_perms(struct xs_request *r)
{
	struct db_node *n, wanted;
	size_t len_bytes;
	const char *text = xs_rest(r, &len_bytes);
	int err;

	if (len_bytes == 0 || text[len_bytes - 1] != '\0')
		return EINVAL;
	err = xs_perms_parse(&wanted, text, len_bytes);
	if (err)
		return err;
	if (!r->c->privileged && wanted.n_perms > XENSTORED_PERMS_MAX)
		return ENOSPC;
	if (!domain_exists(wanted.perms[0].domid))
		return ENOENT;
	err = xs_node_get(r, 'w', &n);
	if (err)
		return err;
	if (!r->c->privileged && n->perms[0].domid != r->c->domid)
		return EACCES;
	if (!r->c->privileged && wanted.perms[0].domid != r->c->domid)
		return EPERM; /* only the privileged give nodes away */
	db_set_perms(r->view, n, wanted.perms, wanted.n_perms);
	xs_changed(r->t, r->path);
	return 0;
}

/* --- about domains ------------------------------------------------------------------ */

static int do_get_domain_path(struct xs_request *r)
{
	char text[64];

	if (!xs_is_strings(r, 1))
		return EINVAL;
	snprintf(text, sizeof(text), "/local/domain/%u", (unsigned)atoi(r->body));
	xs_append_string(&r->reply, text);
	return 0;
}

static int do_is_domain_introduced(struct xs_request *r)
{
	int domid;

	if (!xs_is_strings(r, 1))
		return EINVAL;
	domid = atoi(r->body);
	xs_append_string(&r->reply,
		domid == DOMID_SELF || domid == 0 || domid == HV_DOMID ? "T" : "F");
	return 0;
}

static int do_reset_watches(struct xs_request *r)
{
	xs_transactions_abort(r->c);
	xs_watches_free(r->c);
	return 0;
}

/* For domain 0, which does not ask here. */
static int do_privileged(struct xs_request *r)
{
	return r->c->privileged ? ENOSYS : EACCES;
}

/* --- the table ------------------------------------------------------------------------ */

const struct xs_operation xs_operations[XS_TYPE_COUNT] = {
	[XS_CONTROL] = {.name = "control", .run = do_privileged},
	[XS_DIRECTORY] = {.name = "directory",
		.run = do_directory,
		.has_path = true,
		.strings = 1,
		.has_reply = true},
	[XS_READ] = {.name = "read",
		.run = do_read,
		.has_path = true,
		.strings = 1,
		.has_reply = true},
	[XS_GET_PERMS] = {.name = "get_perms",
		.run = do_get_perms,
		.has_path = true,
		.strings = 1,
		.has_reply = true},
	[XS_WATCH] = {.name = "watch", .run = xs_do_watch, .no_tx = true},
	[XS_UNWATCH] = {.name = "unwatch", .run = xs_do_unwatch, .no_tx = true},
	[XS_TRANSACTION_START] = {.name = "transaction_start",
		.run = xs_do_transaction_start,
		.has_reply = true},
	[XS_TRANSACTION_END] = {.name = "transaction_end", .run = xs_do_transaction_end},
	[XS_INTRODUCE] = {.name = "introduce", .run = do_privileged},
	[XS_RELEASE] = {.name = "release", .run = do_privileged},
	[XS_GET_DOMAIN_PATH] = {.name = "get_domain_path",
		.run = do_get_domain_path,
		.has_reply = true},
	[XS_WRITE] = {.name = "write", .run = do_write, .has_path = true},
	[XS_MKDIR] = {.name = "mkdir", .run = do_mkdir, .has_path = true, .strings = 1},
	[XS_RM] = {.name = "rm", .run = do_rm, .has_path = true, .strings = 1},
	[XS_SET_PERMS] = {.name = "set_perms", .run = do_set_perms, .has_path = true},
	[XS_IS_DOMAIN_INTRODUCED] = {.name = "is_domain_introduced",
		.run = do_is_domain_introduced,
		.has_reply = true},
	[XS_RESUME] = {.name = "resume", .run = do_privileged},
	[XS_SET_TARGET] = {.name = "set_target", .run = do_privileged},
	[XS_RESET_WATCHES] = {.name = "reset_watches", .run = do_reset_watches},
	[XS_DIRECTORY_PART] = {.name = "directory_part",
		.run = do_directory_part,
		.has_path = true,
		.strings = 2,
		.has_reply = true},
};
