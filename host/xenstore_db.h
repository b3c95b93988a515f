/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The store behind the XenStore server: flat records by full path, and transactions as
 * overlays of records that were looked at. A record of a node holds the names of its
 * children, so that adding a child changes its parent too: a transaction conflicts
 * exactly when a record that it looked at has changed since.
 */
#ifndef HOST_XENSTORE_DB_H
#define HOST_XENSTORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DB_PERMS_MAX 16

struct db_perm {
	char access; /* 'n' none, 'r', 'w', 'b' both */
	uint16_t domid;
};

struct db_node {
	struct db_node *next; /* in its bucket */
	char *path;
	char *value;
	size_t value_bytes;
	char *children; /* names that follow each other, each with its NUL */
	size_t children_bytes;
	struct db_perm
		perms[DB_PERMS_MAX]; /* [0] names the owner, and what all others may do */
	unsigned n_perms;
	uint64_t generation; /* of the record: never used twice */
	/* in a transaction's overlay */
	uint64_t seen; /* generation in the store at the first look; 0 = was not there */
	bool gone, changed;
};

/* The store itself (overlay NULL), or the store as one transaction sees it. */
struct db_view;

struct db_view *db_store(void);
struct db_view *db_begin(void);

/** End a transaction; false when it conflicts. The view is freed either way. */
bool db_commit(struct db_view *v);
void db_abort(struct db_view *v);

/** NULL when there is no such node. */
struct db_node *db_find(struct db_view *v, const char *path);

/* db_create(): it belongs to whom the node above belongs. */
#define DB_OWNER_ABOVE 0xffffu

/**
 * Create a node (not there yet) and its missing parents, each with the rights of the one
 * above, owned by @owner.
 */
struct db_node *db_create(struct db_view *v, const char *path, uint16_t owner);

/** The node was changed in place. */
void db_touch(struct db_view *v, struct db_node *n);

void db_set_value(
	struct db_view *v, struct db_node *n, const void *value, size_t len_bytes);

void db_set_perms(struct db_view *v, struct db_node *n, const struct db_perm *perms,
	unsigned n_perms);

/** Remove a node and all below it. */
void db_remove(struct db_view *v, const char *path);

/** Nodes owned by a domain, as the view sees the store. */
unsigned db_count_owned(struct db_view *v, uint16_t domid);

/** What a transaction's view has looked at: nodes, there or not, and their bytes. */
unsigned db_view_nodes(const struct db_view *v);
size_t db_view_bytes(const struct db_view *v);

#endif
