/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The store behind the XenStore server: records in buckets, transactions as overlays that
 * are checked and copied back.
 */
#include "host/xenstore_db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define N_BUCKETS 256u

struct db_view {
	bool overlay;
	unsigned n_nodes;
	size_t bytes;
	struct db_node *buckets[N_BUCKETS];
};

static struct db_view store;
static uint64_t generation;

/* --- records ------------------------------------------------------------ */

static struct db_node **bucket(struct db_view *v, const char *path)
{
	unsigned hash = 5381;

	for (; *path; path++)
		hash = hash * 33 + (unsigned char)*path;
	return &v->buckets[hash % N_BUCKETS];
}

static void *copy_bytes(const void *bytes, size_t n)
{
	char *copy = malloc(n + 1);

	assert(copy);
	if (n > 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

static struct db_node *record_new(struct db_view *v, const char *path)
{
	struct db_node **at = bucket(v, path), *n = calloc(1, sizeof(*n));

	assert(n);
	n->path = copy_bytes(path, strlen(path));
	n->value = copy_bytes("", 0);
	n->children = copy_bytes("", 0);
	n->next = *at;
	*at = n;
	v->n_nodes++;
	v->bytes += sizeof(*n) + strlen(path);
	return n;
}

static struct db_node *record_find(struct db_view *v, const char *path)
{
	struct db_node *n = *bucket(v, path);

	while (n && strcmp(n->path, path) != 0)
		n = n->next;
	return n;
}

static void record_free(struct db_node *n)
{
	free(n->path);
	free(n->value);
	free(n->children);
	free(n);
}

static void record_drop(struct db_view *v, const char *path)
{
	for (struct db_node **at = bucket(v, path); *at; at = &(*at)->next) {
		struct db_node *n = *at;

		if (strcmp(n->path, path) == 0) {
			*at = n->next;
			record_free(n);
			return;
		}
	}
}

static void record_copy(struct db_node *to, const struct db_node *from)
{
	free(to->value);
	free(to->children);
	to->value = copy_bytes(from->value, from->value_bytes);
	to->value_bytes = from->value_bytes;
	to->children = copy_bytes(from->children, from->children_bytes);
	to->children_bytes = from->children_bytes;
	memcpy(to->perms, from->perms, sizeof(to->perms));
	to->n_perms = from->n_perms;
}

/* --- views -------------------------------------------------------------- */

struct db_view *db_store(void)
{
	return &store;
}

struct db_view *db_begin(void)
{
	struct db_view *v = calloc(1, sizeof(*v));

	assert(v);
	v->overlay = true;
	return v;
}

/*
 * The view's own record, copied from the store at the first look (and marked gone when
 * there was none).
 */
static struct db_node *look(struct db_view *v, const char *path)
{
	struct db_node *n = record_find(v, path), *base;

	if (n || !v->overlay)
		return n;
	base = record_find(&store, path);
	n = record_new(v, path);
	n->gone = !base;
	n->seen = base ? base->generation : 0;
	if (base) {
		record_copy(n, base);
		v->bytes += n->value_bytes + n->children_bytes;
	}
	return n;
}

struct db_node *db_find(struct db_view *v, const char *path)
{
	struct db_node *n = look(v, path);

	return n && !n->gone ? n : NULL;
}

void db_touch(struct db_view *v, struct db_node *n)
{
	n->changed = true;
	if (!v->overlay)
		n->generation = ++generation;
}

void db_set_value(
	struct db_view *v, struct db_node *n, const void *value, size_t len_bytes)
{
	char *copy = copy_bytes(value, len_bytes);

	free(n->value);
	v->bytes += len_bytes - n->value_bytes;
	n->value = copy;
	n->value_bytes = len_bytes;
	db_touch(v, n);
}

void db_set_perms(struct db_view *v, struct db_node *n, const struct db_perm *perms,
	unsigned n_perms)
{
	memcpy(n->perms, perms, n_perms * sizeof(perms[0]));
	n->n_perms = n_perms;
	db_touch(v, n);
}

/* --- the tree ----------------------------------------------------------- */

/* "/a/b" -> "/a", "/a" -> "/", in a heap copy; and the last name. */
static char *parent_path(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');

	*name = slash + 1;
	return slash == path ? copy_bytes("/", 1)
			     : copy_bytes(path, (size_t)(slash - path));
}

static void child_add(struct db_view *v, struct db_node *parent, const char *name)
{
	size_t n = strlen(name) + 1;

	parent->children = realloc(parent->children, parent->children_bytes + n + 1);
	assert(parent->children);
	memcpy(parent->children + parent->children_bytes, name, n);
	parent->children_bytes += n;
	db_touch(v, parent);
}

static void child_drop(struct db_view *v, struct db_node *parent, const char *name)
{
	for (char *p = parent->children; p < parent->children + parent->children_bytes;
		p += strlen(p) + 1) {
		size_t n = strlen(p) + 1;
		char *end = parent->children + parent->children_bytes;

		if (strcmp(p, name) == 0) {
			memmove(p, p + n, (size_t)(end - (p + n)));
			parent->children_bytes -= n;
			db_touch(v, parent);
			return;
		}
	}
}

struct db_node *db_create(struct db_view *v, const char *path, uint16_t owner)
{
	struct db_node *parent, *n;
	const char *name;
	char *above;

	if (strcmp(path, "/") == 0) {
		n = record_new(v, path);
		n->perms[0] = (struct db_perm){'n', owner};
		n->n_perms = 1;
		db_touch(v, n);
		return n;
	}
	above = parent_path(path, &name);
	parent = db_find(v, above);
	if (!parent)
		parent = db_create(v, above, owner);
	n = look(v, path);
	if (!n)
		n = record_new(v, path);
	n->gone = false;
	n->value_bytes = n->children_bytes = 0;
	memcpy(n->perms, parent->perms, sizeof(n->perms));
	n->n_perms = parent->n_perms;
	if (owner != DB_OWNER_ABOVE)
		n->perms[0].domid = owner;
	child_add(v, parent, name);
	db_touch(v, n);
	free(above);
	return n;
}

static void subtree_remove(struct db_view *v, const char *path)
{
	struct db_node *n = db_find(v, path);

	if (!n)
		return;
	while (n->children_bytes > 0) {
		size_t len = strlen(path) + 1 + strlen(n->children) + 1;
		char *child = malloc(len);

		assert(child);
		strcpy(child, strcmp(path, "/") == 0 ? "" : path);
		strcat(child, "/");
		strcat(child, n->children);
		subtree_remove(v, child);
		free(child);
		child_drop(v, n, n->children);
	}
	if (v->overlay) {
		n->gone = true;
		db_touch(v, n);
	} else {
		record_drop(v, path);
		generation++;
	}
}

void db_remove(struct db_view *v, const char *path)
{
	const char *name;
	char *above = parent_path(path, &name);
	struct db_node *parent = db_find(v, above);

	subtree_remove(v, path);
	if (parent)
		child_drop(v, parent, name);
	free(above);
}

/* --- the end of a transaction ------------------------------------------- */

static bool conflicts(struct db_view *v)
{
	for (unsigned i = 0; i < N_BUCKETS; i++) {
		for (struct db_node *n = v->buckets[i]; n; n = n->next) {
			const struct db_node *base = record_find(&store, n->path);

			if ((base ? base->generation : 0) != n->seen)
				return true;
		}
	}
	return false;
}

static void apply(const struct db_node *n)
{
	struct db_node *base = record_find(&store, n->path);

	if (!n->changed)
		return;
	if (n->gone) {
		record_drop(&store, n->path);
		return;
	}
	if (!base)
		base = record_new(&store, n->path);
	record_copy(base, n);
	base->generation = ++generation;
}

void db_abort(struct db_view *v)
{
	for (unsigned i = 0; i < N_BUCKETS; i++) {
		while (v->buckets[i]) {
			struct db_node *n = v->buckets[i];

			v->buckets[i] = n->next;
			record_free(n);
		}
	}
	free(v);
}

bool db_commit(struct db_view *v)
{
	bool good = !conflicts(v);

	for (unsigned i = 0; good && i < N_BUCKETS; i++) {
		for (struct db_node *n = v->buckets[i]; n; n = n->next)
			apply(n);
	}
	db_abort(v);
	return good;
}

/* --- counting ----------------------------------------------------------- */

static bool owned(const struct db_node *n, uint16_t domid)
{
	return n && !n->gone && n->n_perms > 0 && n->perms[0].domid == domid;
}

static unsigned count_owned(const struct db_view *v, uint16_t domid)
{
	unsigned count = 0;

	for (unsigned i = 0; i < N_BUCKETS; i++)
		for (struct db_node *n = v->buckets[i]; n; n = n->next)
			count += owned(n, domid);
	return count;
}

unsigned db_count_owned(struct db_view *v, uint16_t domid)
{
	unsigned count = count_owned(&store, domid);

	if (!v->overlay)
		return count;
	for (unsigned i = 0; i < N_BUCKETS; i++)
		for (struct db_node *n = v->buckets[i]; n; n = n->next)
			count -= owned(record_find(&store, n->path), domid);
	return count + count_owned(v, domid);
}

unsigned db_view_nodes(const struct db_view *v)
{
	return v->n_nodes;
}

size_t db_view_bytes(const struct db_view *v)
{
	return v->bytes;
}
