/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenStore: what a path may look like, who may do what to a node, and how much a domain
 * may keep.
 *
 *     permissions "n0 r7 b3"     the first names the owner, who may do everything, and what
 *                                all others may; each further one what one domain may
 *
 * Source: docs/misc/xenstore.txt; tools/xenstore for the limits.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/xenstore_private.h"

/* Bytes that the real server's record of a node has around value and names. */
#define RECORD_BYTES 24u
#define PERM_BYTES   8u

/* --- paths -------------------------------------------------------------------------- */

static bool good_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-/_@", c));
}

static bool good_chars(const char *s)
{
	while (*s && good_char(*s))
		s++;
	return *s == '\0';
}

/* A domain's own part of the tree may be as deep as any other. */
static size_t home_bytes(const char *path)
{
	unsigned domid;
	int n = 0;

	return sscanf(path, "/local/domain/%5u/%n", &domid, &n) == 1 ? (size_t)n : 0;
}

int xs_path(const struct xs_conn *c, char *path, const char *given)
{
	size_t len = strlen(given);
	int n;

	if (len == 0 || given[0] == '@' || !good_chars(given) || strstr(given, "//") ||
		(len > 1 && given[len - 1] == '/'))
		return EINVAL;
	n = snprintf(path, XS_PATH_BYTES, "%s%s", given[0] == '/' ? "" : c->home, given);
	if (n >= (int)XS_PATH_BYTES ||
		(size_t)n > home_bytes(path) + XENSTORE_REL_PATH_MAX)
		return EINVAL;
	return 0;
}

int xs_watch_path(const struct xs_conn *c, char *path, const char *given)
{
	if (given[0] != '@')
		return xs_path(c, path, given);
	if (strlen(given) > XENSTORE_REL_PATH_MAX || !good_chars(given))
		return EINVAL;
	strcpy(path, given);
	return 0;
}

/* --- rights ------------------------------------------------------------------------- */

bool xs_may(const struct xs_conn *c, const struct db_node *n, char right)
{
	char access = n->perms[0].access;

	if (c->privileged || n->perms[0].domid == c->domid)
		return true;
	for (unsigned i = 1; i < n->n_perms; i++) {
		if (n->perms[i].domid == c->domid) {
			access = n->perms[i].access;
			break;
		}
	}
	return access == right || access == 'b';
}

struct db_node *xs_ancestor(struct db_view *v, const char *path)
{
	char above[XS_PATH_BYTES];
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

int xs_node_get(struct xs_request *r, char right, struct db_node **n)
{
	*n = db_find(r->view, r->path);
	if (!*n)
		return xs_may(r->c, xs_ancestor(r->view, r->path), right) ? ENOENT
									  : EACCES;
	return xs_may(r->c, *n, right) ? 0 : EACCES;
}

int xs_perms_parse(struct db_node *n, const char *text, size_t len_bytes)
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
	memcpy(n->perms, perms, count * sizeof(perms[0]));
	n->n_perms = count;
	return 0;
}

/* --- limits ------------------------------------------------------------------------- */

int xs_quota_size(
	const struct xs_conn *c, const struct db_node *n, size_t value, size_t children)
{
	size_t record = RECORD_BYTES + PERM_BYTES * n->n_perms + value + children;

	return !c->privileged && record >= XENSTORED_NODE_BYTES_MAX ? ENOSPC : 0;
}

int xs_quota_nodes(const struct xs_request *r, unsigned more)
{
	if (r->c->privileged)
		return 0;
	return db_count_owned(r->view, r->c->domid) + more > XENSTORED_NODES_MAX ? ENOSPC
										 : 0;
}
