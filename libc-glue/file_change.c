/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that make, move and take away names, and change what inodes say of themselves. */
#include "libc-glue/vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "libc-glue/vfs_private.h"

/* --- making ---------------------------------------------------------------------------------------------------- */

/* Does the name exist, whatever it stands for? */
static bool last_exists(const struct path_last *last)
{
	struct inode *found;

	if (path_is_special(last))
		return true;
	if (last->dir->ops->lookup(
		    last->dir, last->name.name, last->name.name_len, &found))
		return false;
	inode_put(found);
	return true;
}

/* Why a new name cannot be put there; an existing one is the first reason, also in a read-only tree. */
static int new_refusal(const struct path_last *last, bool directory)
{
	if (last_exists(last))
		return -EEXIST;
	if (last->slash && !directory)
		return -ENOENT;
	return inode_refusal(last->dir);
}

int file_create_at(struct inode *base, const char *path, const struct inode_new *what)
{
	struct inode_new masked = *what;
	struct path_last last;
	struct inode *made;
	int err = path_parent(base, path, &last);

	if (err)
		return err;
	if (!S_ISLNK(what->mode))
		masked.mode = file_mode_masked(what->mode);
	err = new_refusal(&last, S_ISDIR(what->mode));
	if (!err)
		err = last.dir->ops->create(
			last.dir, last.name.name, last.name.name_len, &masked, &made);
	if (!err)
		inode_put(made);
	inode_put(last.dir);
	return err;
}

int file_link_at(struct inode *from_base, const char *from, struct inode *to_base,
	const char *to, bool follow)
{
	struct path_last last;
	struct inode *file;
	int err = path_lookup_at(from_base, from, follow ? 0 : PATH_NOFOLLOW, &file);

	if (err)
		return err;
	err = path_parent(to_base, to, &last);
	if (err) {
		inode_put(file);
		return err;
	}
	err = new_refusal(&last, false);
	if (!err && S_ISDIR(file->mode))
		err = -EPERM;
	if (!err && file->mount != last.dir->mount)
		err = -EXDEV;
	if (!err)
		err = last.dir->ops->link(
			last.dir, last.name.name, last.name.name_len, file);
	inode_put(last.dir);
	inode_put(file);
	return err;
}

/* --- taking away and moving --------------------------------------------------------------------------------------- */

static int special_unlink_refusal(const struct path_last *last, bool directory)
{
	if (!last->name.name_len)
		return directory ? -EBUSY : -EISDIR;
	if (!directory)
		return -EISDIR;
	return last->name.name_len == 1 ? -EINVAL : -ENOTEMPTY;
}

int file_unlink_at(struct inode *base, const char *path, bool directory)
{
	struct path_last last;
	int err = path_parent(base, path, &last);

	if (err)
		return err;
	err = inode_refusal(last.dir);
	if (!err && path_is_special(&last))
		err = special_unlink_refusal(&last, directory);
	if (!err && last.slash && !directory) /* "file/" is no name of a file */
		err = last_exists(&last) ? -ENOTDIR : -ENOENT;
	if (!err)
		err = last.dir->ops->unlink(
			last.dir, last.name.name, last.name.name_len, directory);
	inode_put(last.dir);
	return err;
}

int file_rename_at(
	struct inode *from_base, const char *from, struct inode *to_base, const char *to)
{
	struct path_last source, target;
	int err = path_parent(from_base, from, &source);

	if (err)
		return err;
	err = path_parent(to_base, to, &target);
	if (err) {
		inode_put(source.dir);
		return err;
	}
	if (path_is_special(&source) || path_is_special(&target))
		err = -EBUSY;
	else if (source.dir->mount != target.dir->mount)
		err = -EXDEV;
	else
		err = inode_refusal(source.dir);
	if (!err)
		err = source.dir->ops->rename(source.dir, &source.name, target.dir,
			&target.name, source.slash || target.slash);
	inode_put(target.dir);
	inode_put(source.dir);
	return err;
}

/* --- what an inode says of itself ------------------------------------------------------------------------------------ */

static int set_inode(struct inode *i, const struct inode_attr *attr)
{
	int err = inode_refusal(i);

	return err ? err : i->ops->set(i, attr);
}

int file_set_at(
	struct inode *base, const char *path, bool follow, const struct inode_attr *attr)
{
	struct inode *i;
	int err = path_lookup_at(base, path, follow ? 0 : PATH_NOFOLLOW, &i);

	if (err)
		return err;
	err = set_inode(i, attr);
	inode_put(i);
	return err;
}

int file_set(int fd, const struct inode_attr *attr)
{
	struct file *f = fd_get(fd);
	struct inode *i = f ? file_inode(f) : NULL;
	int err = !f ? -EBADF : !i ? -EINVAL : set_inode(i, attr);

	if (f)
		file_put(f);
	return err;
}

static int resize(struct inode *i, off_t size)
{
	int err;

	if (S_ISDIR(i->mode))
		return -EISDIR;
	if (!S_ISREG(i->mode) || size < 0)
		return -EINVAL;
	err = inode_refusal(i);
	return err ? err : i->ops->resize(i, (uint64_t)size);
}

int file_truncate(const char *path, off_t size)
{
	struct inode *i;
	int err = path_lookup(path, 0, &i);

	if (err)
		return err;
	err = resize(i, size);
	inode_put(i);
	return err;
}

int file_truncate_fd(int fd, off_t size)
{
	struct file *f = fd_get(fd);
	struct inode *i = f ? file_inode(f) : NULL;
	int err = -EINVAL;

	if (!f)
		return -EBADF;
	if (i && (f->flags & O_ACCMODE) != O_RDONLY)
		err = resize(i, size);
	file_put(f);
	return err;
}
