/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount tree, inode counts, and the walk along a path. */
#include "libc-glue/vfs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/thread.h"
#include "libc-glue/process.h"
#include "libc-glue/vfs_private.h"

struct mount *mount_list;

/* --- counts --------------------------------------------------------------------------------------------------- */

void mount_put(struct mount *m)
{
	if (__atomic_sub_fetch(&m->refs, 1, __ATOMIC_ACQ_REL) == 0)
		m->destroy(m);
}

struct inode *inode_get(struct inode *i)
{
	if (__atomic_fetch_add(&i->refs, 1, __ATOMIC_RELAXED) == 0)
		__atomic_add_fetch(&i->mount->refs, 1, __ATOMIC_RELAXED);
	return i;
}

/* An inode whose last name was taken away can be found by nobody, so only the last put sees it dead. */
void inode_put(struct inode *i)
{
	struct mount *m = i->mount;
	bool last, dead;

	preempt_disable();
	last = --i->refs == 0;
	dead = last && i->nlink == 0 && i->ops->release;
	preempt_enable();
	if (dead)
		i->ops->release(i);
	if (last)
		mount_put(m);
}

uint64_t inode_size(const struct inode *i)
{
	uint64_t size;

	preempt_disable(); /* two words on a 32-bit machine */
	size = i->size;
	preempt_enable();
	return size;
}

void inode_stat(const struct inode *i, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_dev = (dev_t)i->mount->number;
	st->st_ino = i->number;
	st->st_mode = i->mode;
	st->st_nlink = 1;
	st->st_size = (off_t)inode_size(i);
	st->st_blksize = 4096;
	st->st_blocks = (blkcnt_t)((st->st_size + 511) / 512);
	st->st_mtim.tv_sec = i->mtime_s;
	st->st_ctim = st->st_atim = st->st_mtim;
	if (i->ops->stat)
		i->ops->stat(i, st);
}

int inode_refusal(const struct inode *i)
{
	return i->ops->set && !i->mount->read_only ? 0 : -EROFS;
}

/* --- mounts ----------------------------------------------------------------------------------------------------- */

void mount_set_root(struct mount *m)
{
	struct mount *old;

	preempt_disable();
	old = mount_list;
	if (m) {
		m->next = old ? old->next : NULL;
		m->number = 1;
	}
	mount_list = m;
	preempt_enable();
	if (old)
		mount_put(old);
}

static struct inode *root_inode(void)
{
	struct inode *i = NULL;

	preempt_disable();
	if (mount_list)
		i = inode_get(mount_list->root);
	preempt_enable();
	return i;
}

/* If something is mounted on this directory go there; takes over and returns a reference. */
static struct inode *cross_down(struct inode *dir)
{
	struct inode *top = NULL;

	preempt_disable();
	for (struct mount *m = mount_list; m && !top; m = m->next)
		if (m->covered == dir)
			top = inode_get(m->root);
	preempt_enable();
	if (!top)
		return dir;
	inode_put(dir);
	return top;
}

/* --- the walk ------------------------------------------------------------------------------------------------- */

/* The directory above, across mounts, or NULL if dir was removed; takes over dir's reference. */
static struct inode *go_up(struct inode *dir)
{
	struct inode *up;

	while (dir == dir->mount->root && dir->mount->covered) {
		up = inode_get(dir->mount->covered);
		inode_put(dir);
		dir = up;
	}
	up = dir->ops->parent(dir);
	inode_put(dir);
	return up;
}

static int walk(struct inode *start, const char *path, size_t len, unsigned flags,
	unsigned n_links, struct inode **out);

/* Where a symbolic link found in dir leads; takes over both references. */
static int follow(struct inode *dir, struct inode *link, unsigned flags, unsigned n_links,
	struct inode **out)
{
	const char *target;
	size_t len;
	int err = n_links >= VFS_LINKS_MAX ? -ELOOP
					   : link->ops->readlink(link, &target, &len);

	if (!err && len == 0)
		err = -ENOENT;
	if (err)
		inode_put(dir);
	else
		err = walk(dir, target, len, flags, n_links + 1, out);
	inode_put(link);
	return err;
}

struct slice {
	const char *at;
	size_t len;
};

/* "." is 1, ".." is 2, a name 0. */
static int dots(const char *name, size_t len)
{
	return len && len <= 2 && memcmp(name, "..", len) == 0 ? (int)len : 0;
}

/* One component; takes over dir's reference. A link is followed when follow_link says so. */
static int step(struct inode *dir, struct slice name, bool follow_link, unsigned n_links,
	struct inode **out)
{
	struct inode *child;
	int n_dots = dots(name.at, name.len);
	int err = 0;

	if (!S_ISDIR(dir->mode))
		err = -ENOTDIR;
	else if (name.len > VFS_NAME_MAX)
		err = -ENAMETOOLONG;
	else if (n_dots == 1)
		return *out = dir, 0;
	else if (n_dots == 2)
		return (*out = go_up(dir)) ? 0 : -ENOENT;
	else
		err = dir->ops->lookup(dir, name.at, name.len, &child);
	if (!err && S_ISLNK(child->mode) && follow_link)
		return follow(dir, child, 0, n_links, out);
	inode_put(dir);
	if (!err)
		*out = cross_down(child);
	return err;
}

/* Takes over start's reference. */
static int walk(struct inode *start, const char *path, size_t len, unsigned flags,
	unsigned n_links, struct inode **out)
{
	struct inode *at = start;
	size_t pos = 0;
	int err = 0;

	if (len && path[0] == '/') {
		inode_put(at);
		at = root_inode();
	}
	while (!err) {
		struct slice name;
		bool is_last;

		while (pos < len && path[pos] == '/')
			pos++;
		if (pos == len)
			break;
		name.at = path + pos;
		while (pos < len && path[pos] != '/')
			pos++;
		name.len = (size_t)(path + pos - name.at);
		is_last = pos == len;
		err = step(at, name, !is_last || !(flags & PATH_NOFOLLOW), n_links, &at);
	}
	if (err)
		return err;
	if ((flags & PATH_DIRECTORY || (len && path[len - 1] == '/')) &&
		!S_ISDIR(at->mode)) {
		inode_put(at);
		return -ENOTDIR;
	}
	*out = at;
	return 0;
}

/* Where a path begins, counted, and its length. */
static int walk_start(
	struct inode *base, const char *path, struct inode **start, size_t *len)
{
	*len = strnlen(path, VFS_PATH_MAX);
	if (*len == 0)
		return -ENOENT;
	if (*len == VFS_PATH_MAX)
		return -ENAMETOOLONG;
	preempt_disable();
	if (!base)
		base = process_self()->cwd;
	*start = base && path[0] != '/' ? inode_get(base) : NULL;
	preempt_enable();
	if (!*start)
		*start = root_inode();
	return *start ? 0 : -ENOENT;
}

int path_lookup_at(
	struct inode *base, const char *path, unsigned flags, struct inode **out)
{
	struct inode *start;
	size_t len;
	int err = walk_start(base, path, &start, &len);

	return err ? err : walk(start, path, len, flags, 0, out);
}

int path_parent(struct inode *base, const char *path, struct path_last *last)
{
	struct inode *start;
	size_t len, end, begin;
	int err = walk_start(base, path, &start, &len);

	if (err)
		return err;
	for (end = len; end && path[end - 1] == '/'; end--)
		;
	for (begin = end; begin && path[begin - 1] != '/'; begin--)
		;
	if (end - begin > VFS_NAME_MAX) {
		inode_put(start);
		return -ENAMETOOLONG;
	}
	memcpy(last->name.name, path + begin, end - begin);
	last->name.name[end - begin] = '\0';
	last->name.name_len = end - begin;
	last->slash = end < len;
	return walk(start, path, end ? begin : len, PATH_DIRECTORY, 0, &last->dir);
}

bool path_is_special(const struct path_last *last)
{
	return !last->name.name_len || dots(last->name.name, last->name.name_len);
}

/* --- from a directory to its path ------------------------------------------------------------------------------ */

/* Put "/name" of a directory before what is there already; *start moves. */
static int prepend_name(struct inode *dir, char *buf, char **start)
{
	char name[VFS_NAME_MAX + 1];
	int len = dir->ops->name(dir, name);

	if (len < 0)
		return len;
	if (*start - buf < len + 1)
		return -ERANGE;
	*start -= len;
	memcpy(*start, name, (size_t)len);
	*--*start = '/';
	return 0;
}

int path_of_dir(struct inode *dir, char *buf, size_t len)
{
	char *start = buf + len;
	int err = 0;

	if (len == 0)
		return -EINVAL;
	*--start = '\0';
	inode_get(dir);
	while (dir && !err) {
		if (dir == dir->mount->root && dir->mount->covered) {
			struct inode *below = inode_get(dir->mount->covered);

			inode_put(dir);
			dir = below;
		} else if (dir == dir->mount->root) {
			break;
		} else {
			err = prepend_name(dir, buf, &start);
			dir = err ? dir : go_up(dir);
		}
	}
	if (dir)
		inode_put(dir);
	else
		err = -ENOENT;
	if (!err && !*start) { /* the root itself */
		if (start == buf)
			err = -ERANGE;
		else
			*--start = '/';
	}
	if (!err)
		memmove(buf, start, (size_t)(buf + len - start));
	return err;
}
