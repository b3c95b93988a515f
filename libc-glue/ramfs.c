/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and inodes of the RAM file system; ramfs_private.h draws how they hang together. */
#include "libc-glue/ramfs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "libc-glue/ramfs_private.h"
#include "libc-glue/time.h"
#include "libc-glue/vfs_private.h"

#define FIRST_BUCKETS 64u
#define BLOCK_HEAD    16u    /* what the heap adds to a block, about */
#define LINKS_MAX     32000u /* names of one inode; LINK_MAX of other systems */

/* --- memory ---------------------------------------------------------------------------------------------------- */

bool ramfs_charge(struct ramfs *fs, uint64_t bytes)
{
	if (bytes > fs->limit_bytes - fs->used_bytes)
		return false;
	fs->used_bytes += bytes;
	return true;
}

void ramfs_uncharge(struct ramfs *fs, uint64_t bytes)
{
	fs->used_bytes -= bytes;
}

void *ramfs_block_alloc(struct ramfs *fs, size_t bytes)
{
	void *block;

	if (!ramfs_charge(fs, bytes + BLOCK_HEAD))
		return NULL;
	block = kzalloc(bytes);
	if (!block)
		ramfs_uncharge(fs, bytes + BLOCK_HEAD);
	return block;
}

void ramfs_block_free(struct ramfs *fs, void *block, size_t bytes)
{
	kfree(block);
	ramfs_uncharge(fs, bytes + BLOCK_HEAD);
}

void ram_touch(struct ram_inode *i, bool contents)
{
	time_get(CLOCK_REALTIME, &i->ctime);
	if (contents)
		i->mtime = i->ctime;
}

/* --- inodes ------------------------------------------------------------------------------------------------------ */

static const struct inode_ops ramfs_ops, ramfs_special_ops;

static bool is_dir(const struct ram_inode *i)
{
	return S_ISDIR(i->inode.mode);
}

static bool is_special(mode_t mode)
{
	return !S_ISDIR(mode) && !S_ISREG(mode) && !S_ISLNK(mode);
}

static int ram_set_target(
	struct ramfs *fs, struct ram_inode *i, const struct inode_new *what)
{
	i->target = ramfs_block_alloc(fs, what->target_len + 1);
	if (!i->target)
		return -ENOSPC;
	memcpy(i->target, what->target, what->target_len);
	i->inode.size = what->target_len;
	return 0;
}

/* An inode without a name yet, not counted; NULL without room. Lock held. */
static struct ram_inode *ram_inode_make(struct ramfs *fs, const struct inode_new *what)
{
	struct ram_inode *i = ramfs_block_alloc(fs, sizeof(*i));

	if (!i)
		return NULL;
	i->inode.ops = is_special(what->mode) ? &ramfs_special_ops : &ramfs_ops;
	i->inode.mount = &fs->mount;
	i->inode.number = fs->next_number++;
	i->inode.mode = what->mode;
	i->rdev = what->rdev;
	ram_touch(i, true);
	i->atime = i->mtime;
	if (S_ISDIR(what->mode))
		list_init(&i->dir.entries);
	if (S_ISLNK(what->mode) && ram_set_target(fs, i, what)) {
		ramfs_block_free(fs, i, sizeof(*i));
		return NULL;
	}
	fs->n_inodes++;
	return i;
}

/* Nobody can reach it any more. Lock held, or nobody else left. */
static void ram_inode_free(struct ramfs *fs, struct ram_inode *i)
{
	if (S_ISREG(i->inode.mode))
		ram_file_cut(fs, &i->file, 0);
	if (S_ISLNK(i->inode.mode))
		ramfs_block_free(fs, i->target, (size_t)i->inode.size + 1);
	ramfs_block_free(fs, i, sizeof(*i));
	fs->n_inodes--;
}

static void ramfs_release(struct inode *i)
{
	struct ramfs *fs = ramfs_of(i);

	mutex_lock(&fs->lock);
	ram_inode_free(fs, to_ram(i));
	mutex_unlock(&fs->lock);
}

/* --- names --------------------------------------------------------------------------------------------------------- */

/* FNV-1a over the directory's number and the name. */
static struct ram_entry **bucket_of(
	const struct ramfs *fs, const struct ram_inode *dir, const char *name, size_t len)
{
	uint32_t h = (2166136261u ^ dir->inode.number) * 16777619u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)name[i]) * 16777619u;
	return &fs->buckets[h & (fs->n_buckets - 1)];
}

static struct ram_entry *entry_find(
	const struct ramfs *fs, const struct ram_inode *dir, const char *name, size_t len)
{
	struct ram_entry *e = *bucket_of(fs, dir, name, len);

	while (e &&
		!(e->dir == dir && e->name_len == len && memcmp(e->name, name, len) == 0))
		e = e->same_bucket;
	return e;
}

/* Twice as many buckets, if there is memory; fewer only make it slower. */
static void buckets_grow(struct ramfs *fs)
{
	struct ram_entry **old = fs->buckets;
	uint32_t n_old = fs->n_buckets;
	struct ram_entry **buckets =
		ramfs_block_alloc(fs, 2 * (size_t)n_old * sizeof(*buckets));

	if (!buckets)
		return;
	fs->buckets = buckets;
	fs->n_buckets = 2 * n_old;
	for (uint32_t b = 0; b < n_old; b++)
		for (struct ram_entry *e = old[b], *next; e; e = next) {
			struct ram_entry **bucket =
				bucket_of(fs, e->dir, e->name, e->name_len);

			next = e->same_bucket;
			e->same_bucket = *bucket;
			*bucket = e;
		}
	ramfs_block_free(fs, old, n_old * sizeof(*old));
}

/* Give an inode a name; NULL without room. */
static struct ram_entry *entry_add(struct ramfs *fs, struct ram_inode *dir,
	const char *name, size_t len, struct ram_inode *i)
{
	struct ram_entry *e = ramfs_block_alloc(fs, sizeof(*e) + len), **bucket;

	if (!e)
		return NULL;
	if (fs->n_entries >= fs->n_buckets)
		buckets_grow(fs);
	bucket = bucket_of(fs, dir, name, len);
	e->same_bucket = *bucket;
	*bucket = e;
	e->dir = dir;
	e->inode = i;
	e->cookie = ++dir->dir.next_cookie;
	e->name_len = (uint8_t)len;
	memcpy(e->name, name, len);
	list_append(&dir->dir.entries, &e->link);
	fs->n_entries++;
	if (is_dir(i)) {
		i->dir.self = e;
		dir->dir.n_dirs++;
	}
	ram_touch(dir, true);
	return e;
}

/* Take a name away; what it stood for keeps its count of names. */
static void entry_remove(struct ramfs *fs, struct ram_entry *e)
{
	struct ram_inode *dir = e->dir;
	struct ram_entry **at = bucket_of(fs, dir, e->name, e->name_len);

	while (*at != e)
		at = &(*at)->same_bucket;
	*at = e->same_bucket;
	if (dir->dir.hint == e)
		dir->dir.hint =
			e->link.prev == &dir->dir.entries
				? NULL
				: list_entry(e->link.prev, struct ram_entry, link);
	list_remove(&e->link);
	if (is_dir(e->inode)) {
		dir->dir.n_dirs--;
		if (e->inode->dir.self == e)
			e->inode->dir.self = NULL;
	}
	ram_touch(dir, true);
	fs->n_entries--;
	ramfs_block_free(fs, e, sizeof(*e) + e->name_len);
}

/* --- looking -------------------------------------------------------------------------------------------------------- */

static int ramfs_lookup(
	struct inode *dir, const char *name, size_t len, struct inode **child)
{
	struct ramfs *fs = ramfs_of(dir);
	struct ram_entry *e;

	mutex_lock(&fs->lock);
	e = entry_find(fs, to_ram(dir), name, len);
	if (e)
		*child = inode_get(&e->inode->inode);
	mutex_unlock(&fs->lock);
	return e ? 0 : -ENOENT;
}

static struct inode *ramfs_parent(struct inode *dir)
{
	struct ramfs *fs = ramfs_of(dir);
	struct ram_inode *d = to_ram(dir), *up;

	mutex_lock(&fs->lock);
	up = d == fs->root ? d : d->dir.self ? d->dir.self->dir : NULL;
	if (up)
		inode_get(&up->inode);
	mutex_unlock(&fs->lock);
	return up ? &up->inode : NULL;
}

static int ramfs_name(struct inode *dir, char name[VFS_NAME_MAX + 1])
{
	struct ramfs *fs = ramfs_of(dir);
	const struct ram_entry *e;
	int len = -ENOENT;

	mutex_lock(&fs->lock);
	e = to_ram(dir)->dir.self;
	if (e) {
		len = e->name_len;
		memcpy(name, e->name, e->name_len);
		name[len] = '\0';
	}
	mutex_unlock(&fs->lock);
	return len;
}

/* The first entry behind a position: right after the one given last, unless the reader has jumped. */
static struct ram_entry *entry_behind(const struct ram_inode *dir, uint64_t position)
{
	const struct list *head = &dir->dir.entries;
	const struct list *l = head->next;

	if (dir->dir.hint && dir->dir.hint->cookie <= position)
		l = dir->dir.hint->link.next;
	for (; l != head; l = l->next) {
		struct ram_entry *e = list_entry(l, struct ram_entry, link);

		if (e->cookie > position)
			return e;
	}
	return NULL;
}

static int ramfs_next(struct inode *dir, uint64_t *position, struct dir_entry *out)
{
	struct ramfs *fs = ramfs_of(dir);
	struct ram_entry *e;

	mutex_lock(&fs->lock);
	e = entry_behind(to_ram(dir), *position);
	if (e) {
		to_ram(dir)->dir.hint = e;
		*position = e->cookie;
		out->name_len = e->name_len;
		memcpy(out->name, e->name, e->name_len);
		out->name[e->name_len] = '\0';
		out->number = e->inode->inode.number;
		out->mode = e->inode->inode.mode;
	}
	mutex_unlock(&fs->lock);
	return e ? 1 : 0;
}

static int ramfs_readlink(struct inode *link, const char **target, size_t *len)
{
	*target = to_ram(link)->target;
	*len = (size_t)link->size;
	return 0;
}

static void ramfs_stat(const struct inode *i, struct stat *st)
{
	struct ramfs *fs = ramfs_of(i);
	const struct ram_inode *r = to_ram(i);

	mutex_lock(&fs->lock);
	st->st_nlink = (nlink_t)(is_dir(r) && i->nlink ? 2 + r->dir.n_dirs : i->nlink);
	st->st_uid = r->uid;
	st->st_gid = r->gid;
	st->st_rdev = r->rdev;
	st->st_atim = r->atime;
	st->st_mtim = r->mtime;
	st->st_ctim = r->ctime;
	st->st_blocks =
		S_ISREG(i->mode) ? (blkcnt_t)(r->file.n_pages * (PAGE_SIZE / 512)) : 0;
	mutex_unlock(&fs->lock);
}

/* --- changing names ---------------------------------------------------------------------------------------------------- */

/* Lock held; *made is not counted. */
static int make(struct ramfs *fs, struct ram_inode *dir, const char *name, size_t len,
	const struct inode_new *what, struct ram_inode **made)
{
	if (!dir->inode.nlink)
		return -ENOENT;
	if (entry_find(fs, dir, name, len))
		return -EEXIST;
	*made = ram_inode_make(fs, what);
	if (!*made)
		return -ENOSPC;
	if (!entry_add(fs, dir, name, len, *made)) {
		ram_inode_free(fs, *made);
		return -ENOSPC;
	}
	(*made)->inode.nlink = 1;
	return 0;
}

static int ramfs_make(struct inode *dir, const char *name, size_t len,
	const struct inode_new *what, struct inode **child)
{
	struct ramfs *fs = ramfs_of(dir);
	struct ram_inode *made;
	int err;

	mutex_lock(&fs->lock);
	err = make(fs, to_ram(dir), name, len, what, &made);
	if (!err)
		*child = inode_get(&made->inode);
	mutex_unlock(&fs->lock);
	return err;
}

static int ramfs_link(struct inode *dir, const char *name, size_t len, struct inode *file)
{
	struct ramfs *fs = ramfs_of(dir);
	int err = 0;

	mutex_lock(&fs->lock);
	if (!dir->nlink || !file->nlink)
		err = -ENOENT;
	else if (entry_find(fs, to_ram(dir), name, len))
		err = -EEXIST;
	else if (file->nlink >= LINKS_MAX)
		err = -EMLINK;
	else if (!entry_add(fs, to_ram(dir), name, len, to_ram(file)))
		err = -ENOSPC;
	if (!err) {
		file->nlink++;
		ram_touch(to_ram(file), false);
	}
	mutex_unlock(&fs->lock);
	return err;
}

/* An inode loses a name; the caller has a reference to it. 0, or why a directory cannot go. */
static int drop_name(struct ram_inode *i)
{
	if (is_dir(i)) {
		if (mount_is_point(&i->inode))
			return -EBUSY;
		if (!list_empty(&i->dir.entries))
			return -ENOTEMPTY;
		if (!mount_retire_dir(&i->inode))
			return -EBUSY;
	} else {
		i->inode.nlink--;
	}
	ram_touch(i, false);
	return 0;
}

static int ramfs_unlink(struct inode *dir, const char *name, size_t len, bool directory)
{
	struct ramfs *fs = ramfs_of(dir);
	struct inode *gone = NULL;
	struct ram_entry *e;
	int err = 0;

	mutex_lock(&fs->lock);
	e = entry_find(fs, to_ram(dir), name, len);
	if (!e)
		err = -ENOENT;
	else if (directory != is_dir(e->inode))
		err = directory ? -ENOTDIR : -EISDIR;
	if (!err) {
		gone = inode_get(&e->inode->inode);
		err = drop_name(e->inode);
	}
	if (!err)
		entry_remove(fs, e);
	mutex_unlock(&fs->lock);
	if (gone) /* frees it, if nobody has it open */
		inode_put(gone);
	return err;
}

/* Is dir the directory `top` or below it? */
static bool is_below(const struct ram_inode *dir, const struct ram_inode *top)
{
	while (dir != top && dir->dir.self)
		dir = dir->dir.self->dir;
	return dir == top;
}

/* Why `from` may not take the name of `to` (NULL: a new name) in to_dir. */
static int rename_refusal(const struct ram_entry *from, const struct ram_inode *to_dir,
	const struct ram_entry *to, bool directory)
{
	if (!to_dir->inode.nlink)
		return -ENOENT;
	if (directory && !is_dir(from->inode))
		return -ENOTDIR;
	if (mount_is_point(&from->inode->inode))
		return -EBUSY;
	if (is_dir(from->inode) && is_below(to_dir, from->inode))
		return -EINVAL;
	if (to && is_dir(from->inode) && !is_dir(to->inode))
		return -ENOTDIR;
	if (to && !is_dir(from->inode) && is_dir(to->inode))
		return -EISDIR;
	return 0;
}

/* Lock held; *gone is what lost its name to the other, with a reference. */
static int move(struct ramfs *fs, struct ram_entry *from, struct ram_inode *to_dir,
	const struct dir_entry *name, struct inode **gone)
{
	struct ram_entry *to = entry_find(fs, to_dir, name->name, name->name_len);
	struct ram_inode *i = from->inode;
	int err = 0;

	if (to) {
		*gone = inode_get(&to->inode->inode);
		err = drop_name(to->inode);
	}
	if (err)
		return err;
	if (to) { /* the name stays, and changes hands */
		if (is_dir(i)) {
			to->inode->dir.self = NULL;
			i->dir.self = to;
		}
		to->inode = i;
		ram_touch(to_dir, true);
	} else if (!entry_add(fs, to_dir, name->name, name->name_len, i)) {
		return -ENOSPC;
	}
	entry_remove(fs, from);
	ram_touch(i, false);
	return 0;
}

static int ramfs_rename(struct inode *from_dir, const struct dir_entry *from_name,
	struct inode *to_dir, const struct dir_entry *to_name, bool directory)
{
	struct ramfs *fs = ramfs_of(from_dir);
	struct inode *gone = NULL;
	struct ram_entry *from, *to;
	int err = -ENOENT;

	mutex_lock(&fs->lock);
	from = entry_find(fs, to_ram(from_dir), from_name->name, from_name->name_len);
	to = entry_find(fs, to_ram(to_dir), to_name->name, to_name->name_len);
	if (from)
		err = rename_refusal(from, to_ram(to_dir), to, directory);
	/* Two names of one file stay two names. */
	if (!err && !(to && to->inode == from->inode))
		err = move(fs, from, to_ram(to_dir), to_name, &gone);
	mutex_unlock(&fs->lock);
	if (gone)
		inode_put(gone);
	return err;
}

static int ramfs_set(struct inode *i, const struct inode_attr *attr)
{
	struct ramfs *fs = ramfs_of(i);
	struct ram_inode *r = to_ram(i);

	mutex_lock(&fs->lock);
	if (attr->what & INODE_MODE)
		i->mode = (i->mode & S_IFMT) | (attr->mode & 07777);
	if (attr->what & INODE_UID)
		r->uid = attr->uid;
	if (attr->what & INODE_GID)
		r->gid = attr->gid;
	ram_touch(r, false);
	if (attr->what & INODE_ATIME)
		r->atime = attr->atime;
	if (attr->what & INODE_MTIME)
		r->mtime = attr->mtime;
	mutex_unlock(&fs->lock);
	return 0;
}

/* --- devices and FIFOs -------------------------------------------------------------------------------------------------- */

static int ramfs_open_special(struct inode *i, int flags, struct file **out)
{
	if (S_ISFIFO(i->mode))
		return fifo_open ? fifo_open(i, flags, out) : -ENXIO;
	if (S_ISCHR(i->mode))
		return device_open ? device_open(to_ram(i)->rdev, flags, out) : -ENXIO;
	return -ENXIO;
}

static const struct inode_ops ramfs_ops = {
	.lookup = ramfs_lookup,
	.parent = ramfs_parent,
	.name = ramfs_name,
	.next = ramfs_next,
	.read = ramfs_read,
	.data = ramfs_data,
	.readlink = ramfs_readlink,
	.release = ramfs_release,
	.stat = ramfs_stat,
	.file_ops = &vnode_write_ops,
	.create = ramfs_make,
	.link = ramfs_link,
	.unlink = ramfs_unlink,
	.rename = ramfs_rename,
	.write = ramfs_write,
	.resize = ramfs_resize,
	.set = ramfs_set,
};

static const struct inode_ops ramfs_special_ops = {
	.release = ramfs_release,
	.stat = ramfs_stat,
	.open = ramfs_open_special,
	.set = ramfs_set,
};

/* --- the file system ------------------------------------------------------------------------------------------------------ */

static void ramfs_space(struct mount *m, struct mount_space *s)
{
	struct ramfs *fs = container_of(m, struct ramfs, mount);
	struct page_stats pages;
	uint64_t left, memory;

	page_get_stats(&pages);
	memory = (uint64_t)pages.free * PAGE_SIZE;
	mutex_lock(&fs->lock);
	left = fs->limit_bytes - fs->used_bytes;
	if (left > memory) /* what is not there cannot be used */
		left = memory;
	s->block_bytes = PAGE_SIZE;
	s->blocks = fs->limit_bytes / PAGE_SIZE;
	s->free_blocks = left / PAGE_SIZE;
	s->free_files = left / (sizeof(struct ram_inode) + sizeof(struct ram_entry) +
				       2 * BLOCK_HEAD);
	s->files = fs->n_inodes + s->free_files;
	mutex_unlock(&fs->lock);
}

/* No inode is in use any more. */
static void ramfs_destroy(struct mount *m)
{
	struct ramfs *fs = container_of(m, struct ramfs, mount);

	for (uint32_t b = 0; b < fs->n_buckets; b++)
		for (struct ram_entry *e = fs->buckets[b], *next; e; e = next) {
			next = e->same_bucket;
			if (--e->inode->inode.nlink == 0)
				ram_inode_free(fs, e->inode);
			ramfs_block_free(fs, e, sizeof(*e) + e->name_len);
		}
	if (fs->root)
		ram_inode_free(fs, fs->root);
	kfree(fs->buckets);
	kfree(fs);
}

int ramfs_create(uint64_t limit_bytes, struct mount **out)
{
	const struct inode_new root = {.mode = S_IFDIR | 0755};
	struct ramfs *fs = kzalloc(sizeof(*fs));
	struct page_stats pages;

	if (!fs)
		return -ENOMEM;
	page_get_stats(&pages);
	fs->limit_bytes =
		limit_bytes ? limit_bytes : (uint64_t)pages.free * PAGE_SIZE / 2;
	mutex_init(&fs->lock);
	fs->mount = (struct mount){.kind = "ramfs",
		.refs = 1,
		.space = ramfs_space,
		.destroy = ramfs_destroy};
	fs->next_number = 1;
	fs->buckets = ramfs_block_alloc(fs, FIRST_BUCKETS * sizeof(*fs->buckets));
	if (fs->buckets) {
		fs->n_buckets = FIRST_BUCKETS;
		fs->root = ram_inode_make(fs, &root);
	}
	if (!fs->root) {
		ramfs_destroy(&fs->mount);
		return -ENOMEM;
	}
	fs->root->inode.nlink = 1;
	fs->mount.root = &fs->root->inode;
	*out = &fs->mount;
	return 0;
}
