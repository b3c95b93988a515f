/* SPDX-License-Identifier: BSD-2-Clause */
/* The mount tree, inode counts, and the walk along a path. */
#include "libc-glue/vfs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/thread.h"
#include "libc-glue/process.h"

static struct mount *mounts; /* the root first */

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

void inode_put(struct inode *i)
{
	struct mount *m = i->mount;

	if (__atomic_sub_fetch(&i->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (i->ops->release)
		i->ops->release(i);
	mount_put(m);
}

void inode_stat(const struct inode *i, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = i->number;
	st->st_mode = i->mode;
	st->st_nlink = 1;
	st->st_size = (off_t)i->size;
	st->st_blksize = 4096;
	st->st_blocks = (blkcnt_t)((i->size + 511) / 512);
	st->st_mtim.tv_sec = i->mtime_s;
	st->st_ctim = st->st_atim = st->st_mtim;
}

/* --- mounts ----------------------------------------------------------------------------------------------------- */

void mount_set_root(struct mount *m)
{
	struct mount *old;

	preempt_disable();
	old = mounts;
	if (m)
		m->next = old ? old->next : NULL;
	mounts = m;
	preempt_enable();
	if (old)
		mount_put(old);
}

static struct inode *root_inode(void)
{
	struct inode *i = NULL;

	preempt_disable();
	if (mounts)
		i = inode_get(mounts->root);
	preempt_enable();
	return i;
}

/* If something is mounted on this directory go there; takes over and returns a reference. */
static struct inode *cross_down(struct inode *dir)
{
	for (struct mount *m = mounts; m; m = m->next)
		if (m->covered == dir) {
			struct inode *top = inode_get(m->root);

			inode_put(dir);
			return top;
		}
	return dir;
}

int mount_at(struct mount *m, const char *path)
{
	struct inode *dir;
	int err = path_lookup(path, PATH_DIRECTORY, &dir);

	if (err)
		return err;
	if (dir == dir->mount->root) { /* "/" or a mount point already */
		inode_put(dir);
		return -EBUSY;
	}
	m->covered = dir;
	preempt_disable();
	m->next = mounts->next;
	mounts->next = m;
	preempt_enable();
	return 0;
}

/* --- the walk ------------------------------------------------------------------------------------------------- */

/* The directory above, across mounts; takes over dir's reference. */
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

/* One component; takes over dir's reference. A link is followed when follow_link says so. */
static int step(struct inode *dir, struct dir_entry name, bool follow_link,
	unsigned n_links, struct inode **out)
{
	struct inode *child;
	int err = 0;

	if (!S_ISDIR(dir->mode))
		err = -ENOTDIR;
	else if (name.name_len > VFS_NAME_MAX)
		err = -ENAMETOOLONG;
	else if (name.name_len == 1 && name.name[0] == '.')
		return *out = dir, 0;
	else if (name.name_len == 2 && memcmp(name.name, "..", 2) == 0)
		return *out = go_up(dir), 0;
	else
		err = dir->ops->lookup(dir, name.name, name.name_len, &child);
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
		struct dir_entry name;
		bool is_last;

		while (pos < len && path[pos] == '/')
			pos++;
		if (pos == len)
			break;
		name.name = path + pos;
		while (pos < len && path[pos] != '/')
			pos++;
		name.name_len = (size_t)(path + pos - name.name);
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

int path_lookup(const char *path, unsigned flags, struct inode **out)
{
	size_t len = strnlen(path, VFS_PATH_MAX);
	struct inode *cwd = process_self()->cwd, *start;

	if (len == 0)
		return -ENOENT;
	if (len == VFS_PATH_MAX)
		return -ENAMETOOLONG;
	preempt_disable();
	start = cwd && path[0] != '/' ? inode_get(cwd) : NULL;
	preempt_enable();
	if (!start)
		start = root_inode();
	return start ? walk(start, path, len, flags, 0, out) : -ENOENT;
}
