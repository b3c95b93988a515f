/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tree of nodes over a tar archive. Names, file contents and link targets stay where they are in the archive; a node
 * is all that is kept in the heap for a file.
 *
 *     nodes[]   0 "/"  --first_child--> 1 "docs" --next_sibling--> 4 "index.html" --> ...
 *                                       1 "docs" --first_child--> 2 "a.html" --> 3 "b.png"
 *     buckets[] hash of (number of the directory, name) --> node --same_bucket--> node
 *
 * While the tree is built, nodes are named by number, as the array moves when it grows; then it is fixed, and the
 * inodes inside are handed out. A name that comes twice means the last one, as unpacking would give.
 */
#include "libc-glue/tarfs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "libc-glue/tar.h"

#define LOG_MODULE "tarfs"
#include "kernel/log.h"

#define NONE         0u  /* the root is nobody's child */
#define FIRST_NODES  64u /* a power of two */
#define WARNINGS_MAX 8u  /* members complained about one by one */

struct tar_node {
	struct inode inode;
	struct text name;
	const uint8_t *data; /* file contents, or the target of a symbolic link */
	uint32_t parent, first_child, last_child, next_sibling, same_bucket;
};

struct tarfs {
	struct mount mount;
	struct tar_node *nodes;
	uint32_t n_nodes, n_room; /* n_room is also the number of buckets */
	uint32_t *buckets;
	unsigned n_skipped;
};

/* --- the tree ---------------------------------------------------------------------------------------------------- */

/* FNV-1a over the directory's number and the name. */
static uint32_t name_hash(uint32_t dir, struct text name)
{
	uint32_t h = (2166136261u ^ dir) * 16777619u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ (uint8_t)name.at[i]) * 16777619u;
	return h;
}

static uint32_t *bucket_of(const struct tarfs *t, uint32_t dir, struct text name)
{
	return &t->buckets[name_hash(dir, name) & (t->n_room - 1)];
}

static uint32_t node_find(const struct tarfs *t, uint32_t dir, struct text name)
{
	uint32_t n = *bucket_of(t, dir, name);

	while (n != NONE &&
		!(t->nodes[n].parent == dir && t->nodes[n].name.len == name.len &&
			memcmp(t->nodes[n].name.at, name.at, name.len) == 0))
		n = t->nodes[n].same_bucket;
	return n;
}

static void node_hash_in(struct tarfs *t, uint32_t n)
{
	uint32_t *bucket = bucket_of(t, t->nodes[n].parent, t->nodes[n].name);

	t->nodes[n].same_bucket = *bucket;
	*bucket = n;
}

static int tree_grow(struct tarfs *t)
{
	uint32_t n_room = t->n_room ? 2 * t->n_room : FIRST_NODES;
	struct tar_node *nodes =
		heap_realloc(kernel_heap, t->nodes, n_room * sizeof(*nodes));
	uint32_t *buckets;

	if (!nodes)
		return -ENOMEM;
	t->nodes = nodes;
	buckets = heap_realloc(kernel_heap, t->buckets, n_room * sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	t->buckets = buckets;
	t->n_room = n_room;
	memset(buckets, 0, n_room * sizeof(*buckets));
	for (uint32_t n = 1; n < t->n_nodes; n++)
		node_hash_in(t, n);
	return 0;
}

/* A new node at the end of its directory's list; returns its number or -ENOMEM. */
static int64_t node_add(struct tarfs *t, uint32_t dir, struct text name, mode_t mode)
{
	uint32_t n = t->n_nodes;
	struct tar_node *node;

	if (n == t->n_room && tree_grow(t))
		return -ENOMEM;
	node = &t->nodes[n];
	*node = (struct tar_node){
		.name = name, .parent = dir, .inode = {.mode = mode, .number = n + 1}};
	t->n_nodes++;
	if (n == 0) /* the root */
		return 0;
	if (t->nodes[dir].last_child == NONE)
		t->nodes[dir].first_child = n;
	else
		t->nodes[t->nodes[dir].last_child].next_sibling = n;
	t->nodes[dir].last_child = n;
	node_hash_in(t, n);
	return n;
}

static bool node_is_dir(const struct tarfs *t, uint32_t n)
{
	return S_ISDIR(t->nodes[n].inode.mode);
}

/* --- paths of members ---------------------------------------------------------------------------------------------- */

/* Cut the first component off *path; empty at the end. */
static struct text next_component(struct text *path)
{
	struct text c;

	while (path->len && *path->at == '/')
		path->at++, path->len--;
	c.at = path->at;
	while (path->len && *path->at != '/')
		path->at++, path->len--;
	c.len = (size_t)(path->at - c.at);
	return c;
}

/* Walks the two pieces of a member's path as one. */
struct path_walk {
	struct text piece[2];
};

static struct text walk_next(struct path_walk *w)
{
	struct text c;

	do {
		c = next_component(&w->piece[0]);
		if (!c.len)
			c = next_component(&w->piece[1]);
	} while (c.len == 1 && c.at[0] == '.');
	return c;
}

static bool is_dotdot(struct text c)
{
	return c.len == 2 && c.at[0] == '.' && c.at[1] == '.';
}

/* Why a member's path cannot be served; NULL if it can. */
static const char *path_refusal(const struct tar_member *m)
{
	struct path_walk w = {{m->prefix, m->name}};
	struct text c;

	if (m->prefix.len + m->name.len + 2 > VFS_PATH_MAX)
		return "its path is too long";
	while ((c = walk_next(&w)).len) {
		if (is_dotdot(c))
			return "its path contains '..'";
		if (c.len > VFS_NAME_MAX)
			return "a name in its path is too long";
		if (memchr(c.at, '\0', c.len))
			return "its path contains a NUL";
	}
	return NULL;
}

/* The node that a hard link names, or NONE. */
static uint32_t find_path(const struct tarfs *t, struct text path)
{
	struct path_walk w = {{path, {0}}};
	uint32_t n = 0;
	struct text c;

	while ((c = walk_next(&w)).len) {
		n = node_find(t, n, c);
		if (n == NONE)
			return NONE;
	}
	return n;
}

/* --- members -------------------------------------------------------------------------------------------------------- */

static void node_set(struct tarfs *t, uint32_t n, mode_t type, const struct tar_member *m)
{
	struct tar_node *node = &t->nodes[n];

	node->inode.mode = type | m->mode;
	node->inode.mtime_s = m->mtime_s;
	node->inode.size = S_ISLNK(type) ? m->link.len : S_ISREG(type) ? m->size : 0;
	node->data = S_ISLNK(type) ? (const uint8_t *)m->link.at : m->data;
}

/* A second name for a file: the same contents under another node. */
static const char *node_set_hardlink(
	struct tarfs *t, uint32_t n, const struct tar_member *m)
{
	uint32_t from = find_path(t, m->link);

	if (from == NONE || node_is_dir(t, from) || from == n ||
		!t->nodes[from].inode.mode)
		return "it is a hard link to a file that is not before it";
	t->nodes[n].inode.mode = t->nodes[from].inode.mode;
	t->nodes[n].inode.mtime_s = t->nodes[from].inode.mtime_s;
	t->nodes[n].inode.size = t->nodes[from].inode.size;
	t->nodes[n].data = t->nodes[from].data;
	return NULL;
}

static const char *node_fill(struct tarfs *t, uint32_t n, const struct tar_member *m)
{
	bool was_dir = node_is_dir(t, n);

	if (was_dir && m->type != TAR_DIRECTORY)
		return "a directory has its name";
	switch (m->type) {
	case TAR_DIRECTORY:
		node_set(t, n, S_IFDIR, m);
		return NULL;
	case TAR_FILE:
		node_set(t, n, S_IFREG, m);
		return NULL;
	case TAR_SYMLINK:
		node_set(t, n, S_IFLNK, m);
		return NULL;
	default:
		return node_set_hardlink(t, n, m);
	}
}

/* Find or make the node of a member's path, and the directories above it; *why when that cannot be. */
static int64_t node_for_path(
	struct tarfs *t, const struct tar_member *m, const char **why)
{
	struct path_walk w = {{m->prefix, m->name}};
	struct text c = walk_next(&w);
	int64_t n = 0;

	while (c.len) {
		struct text following = walk_next(&w);
		uint32_t child = node_find(t, (uint32_t)n, c);

		if (child != NONE && following.len && !node_is_dir(t, child))
			return *why = "a file has the name of its directory", 0;
		n = child != NONE ? child
				  : node_add(t, (uint32_t)n, c,
					    following.len ? S_IFDIR | 0755 : 0);
		if (n < 0)
			return n;
		c = following;
	}
	return n;
}

static void warn_skipped(struct tarfs *t, const struct tar_member *m, const char *why)
{
	if (t->n_skipped++ < WARNINGS_MAX)
		log_warn("'%.*s%s%.*s' is left out: %s", (int)m->prefix.len, m->prefix.at,
			m->prefix.len ? "/" : "",
			(int)(m->name.len < 200 ? m->name.len : 200), m->name.at, why);
}

static int member_add(struct tarfs *t, const struct tar_member *m)
{
	const char *why = path_refusal(m);
	int64_t n;

	if (!why && m->type == TAR_SPARSE)
		why = "it is sparse; make the archive without --sparse";
	if (!why && m->type == TAR_OTHER)
		return 0; /* a device or the like: nothing to serve, nothing to complain about */
	if (!why) {
		n = node_for_path(t, m, &why);
		if (n < 0)
			return (int)n;
		if (!why)
			why = node_fill(t, (uint32_t)n, m);
	}
	if (why)
		warn_skipped(t, m, why);
	return 0;
}

/* --- faults ----------------------------------------------------------------------------------------------------------- */

#define MAKE_IT "make it with: tar cf site.tar -C DIRECTORY ."

static void report_fault(const struct tar_reader *r, const struct tarfs *t)
{
	bool is_gzip = r->len > 2 && r->base[0] == 0x1f && r->base[1] == 0x8b;

	if (r->fault && r->pos == 0 && is_gzip)
		log_error("the RAM disk is compressed; give it unpacked (gunzip), "
			  "or " MAKE_IT);
	else if (r->fault && r->pos == 0)
		log_error("the RAM disk %s; " MAKE_IT, r->fault);
	else if (r->fault)
		log_error("the RAM disk %s, at byte %zu of %zu: what follows is "
			  "missing; " MAKE_IT,
			r->fault, r->pos, r->len);
	else if (t->n_nodes == 1 && r->pos == 0)
		log_error("the RAM disk holds only zero blocks, no files; " MAKE_IT);
	if (t->n_skipped > WARNINGS_MAX)
		log_warn("%u members of the RAM disk are left out in all", t->n_skipped);
}

static int tree_build(struct tarfs *t, const void *base, size_t len)
{
	struct tar_reader r;
	struct tar_member m;

	if (node_add(t, 0, (struct text){0}, S_IFDIR | 0755) < 0)
		return -ENOMEM;
	if (!base)
		return 0;
	tar_open(&r, base, len);
	while (tar_next(&r, &m) > 0)
		if (member_add(t, &m))
			return -ENOMEM;
	report_fault(&r, t);
	return 0;
}

/* A name that exists stays what it is. */
static int add_extra(struct tarfs *t, const char *const *extra)
{
	for (; extra && *extra; extra++) {
		struct text name = {*extra, strlen(*extra)};

		if (node_find(t, 0, name) == NONE &&
			node_add(t, 0, name, S_IFDIR | 0755) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* --- inode operations --------------------------------------------------------------------------------------------------- */

static struct tarfs *tarfs_of(const struct inode *i)
{
	return container_of(i->mount, struct tarfs, mount);
}

static struct tar_node *node_of(struct inode *i)
{
	return container_of(i, struct tar_node, inode);
}

static uint32_t number_of(struct inode *i)
{
	return (uint32_t)(node_of(i) - tarfs_of(i)->nodes);
}

/* A node whose member was refused exists as a name only; nobody sees it. */
static bool node_exists(const struct tar_node *n)
{
	return n->inode.mode != 0;
}

static int tarfs_lookup(
	struct inode *dir, const char *name, size_t len, struct inode **child)
{
	struct tarfs *t = tarfs_of(dir);
	uint32_t n = node_find(t, number_of(dir), (struct text){name, len});

	if (n == NONE || !node_exists(&t->nodes[n]))
		return -ENOENT;
	*child = inode_get(&t->nodes[n].inode);
	return 0;
}

static struct inode *tarfs_parent(struct inode *dir)
{
	return inode_get(&tarfs_of(dir)->nodes[node_of(dir)->parent].inode);
}

static int tarfs_name(struct inode *dir, char name[VFS_NAME_MAX + 1])
{
	struct text t = node_of(dir)->name;

	memcpy(name, t.at, t.len);
	name[t.len] = '\0';
	return (int)t.len;
}

/* *position is 0 at first, then 1 + the number of the node given last. */
static int tarfs_next(struct inode *dir, uint64_t *position, struct dir_entry *e)
{
	struct tarfs *t = tarfs_of(dir);
	uint32_t n;

	if (*position > t->n_nodes)
		return -EINVAL;
	n = *position ? t->nodes[*position - 1].next_sibling : node_of(dir)->first_child;
	while (n != NONE && !node_exists(&t->nodes[n]))
		n = t->nodes[n].next_sibling;
	if (n == NONE)
		return 0;
	*position = n + 1ull;
	e->name_len = (size_t)tarfs_name(&t->nodes[n].inode, e->name);
	e->number = t->nodes[n].inode.number;
	e->mode = t->nodes[n].inode.mode;
	return 1;
}

static const void *tarfs_data(struct inode *file, uint64_t at, size_t *len)
{
	uint64_t size = file->size;

	if (at > size)
		at = size;
	*len = (size_t)(size - at);
	return node_of(file)->data + at;
}

static ssize_t tarfs_read(struct inode *file, void *buf, size_t len, uint64_t at)
{
	size_t left;
	const void *from = tarfs_data(file, at, &left);

	if (len > left)
		len = left;
	memcpy(buf, from, len);
	return (ssize_t)len;
}

static int tarfs_readlink(struct inode *link, const char **target, size_t *len)
{
	*target = (const char *)node_of(link)->data;
	*len = (size_t)link->size;
	return 0;
}

static const struct inode_ops tarfs_ops = {
	.lookup = tarfs_lookup,
	.parent = tarfs_parent,
	.name = tarfs_name,
	.next = tarfs_next,
	.read = tarfs_read,
	.data = tarfs_data,
	.readlink = tarfs_readlink,
};

/* --- mounting ------------------------------------------------------------------------------------------------------------- */

static void tarfs_destroy(struct mount *m)
{
	struct tarfs *t = container_of(m, struct tarfs, mount);

	kfree(t->nodes);
	kfree(t->buckets);
	kfree(t);
}

int tarfs_create(
	const void *base, size_t len, const char *const *extra, struct mount **out)
{
	struct tarfs *t = kzalloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	if (tree_build(t, base, len) || add_extra(t, extra)) {
		tarfs_destroy(&t->mount);
		return -ENOMEM;
	}
	for (uint32_t n = 0; n < t->n_nodes; n++) {
		t->nodes[n].inode.ops = &tarfs_ops;
		t->nodes[n].inode.mount = &t->mount;
	}
	t->mount = (struct mount){.kind = "tarfs", .refs = 1, .destroy = tarfs_destroy};
	t->mount.root = &t->nodes[0].inode;
	*out = &t->mount;
	return 0;
}
