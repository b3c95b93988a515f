/* SPDX-License-Identifier: BSD-2-Clause */
/* Open regular files and directories, and the calls that name a path. */
#include "libc-glue/vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/process.h"
#include "libc-glue/vfs_private.h"

/* --- operations ------------------------------------------------------------------------------------------------ */

ssize_t vnode_pread(struct file *f, void *buf, size_t len, off_t at)
{
	struct inode *i = to_vnode(f)->inode;

	if (S_ISDIR(i->mode))
		return -EISDIR;
	return at < 0 ? 0 : i->ops->read(i, buf, len, (uint64_t)at);
}

ssize_t vnode_read(struct file *f, void *buf, size_t len)
{
	struct vnode_file *v = to_vnode(f);
	ssize_t n;

	mutex_lock(&v->lock);
	n = vnode_pread(f, buf, len, (off_t)v->at);
	if (n > 0)
		v->at += (uint64_t)n;
	mutex_unlock(&v->lock);
	return n;
}

off_t vnode_seek(struct file *f, off_t offset, int whence)
{
	struct vnode_file *v = to_vnode(f);
	off_t at = -EINVAL;
	int64_t base;

	mutex_lock(&v->lock);
	base = whence == SEEK_CUR   ? (int64_t)v->at
	       : whence == SEEK_END ? (int64_t)inode_size(v->inode)
				    : 0;
	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
		at = -EINVAL;
	else if (offset > 0 && base > INT64_MAX - offset)
		at = -EOVERFLOW;
	else if (base + offset >= 0)
		at = (off_t)(v->at = (uint64_t)(base + offset));
	mutex_unlock(&v->lock);
	return at;
}

int vnode_stat(struct file *f, struct stat *st)
{
	inode_stat(to_vnode(f)->inode, st);
	return 0;
}

int vnode_ioctl(struct file *f, unsigned long request, void *arg)
{
	struct vnode_file *v = to_vnode(f);
	uint64_t size = inode_size(v->inode);
	uint64_t left = v->at < size ? size - v->at : 0;

	if (request != FIONREAD || S_ISDIR(v->inode->mode))
		return -ENOTTY;
	*(int *)arg = left > INT_MAX ? INT_MAX : (int)left;
	return 0;
}

struct inode *vnode_inode(struct file *f)
{
	return to_vnode(f)->inode;
}

void vnode_close(struct file *f)
{
	if (file_locks_drop)
		file_locks_drop(f, to_vnode(f)->inode);
	inode_put(to_vnode(f)->inode);
	kfree(to_vnode(f));
}

static const struct file_ops vnode_ops = {
	.kind = "file",
	.read = vnode_read,
	.pread = vnode_pread,
	.seek = vnode_seek,
	.stat = vnode_stat,
	.ioctl = vnode_ioctl,
	.inode = vnode_inode,
	.close = vnode_close,
};

struct inode *file_inode(struct file *f)
{
	return f->ops->inode ? f->ops->inode(f) : NULL;
}

const void *file_data(struct file *f, uint64_t at, size_t *len)
{
	struct inode *i = file_inode(f);

	if (!i || !S_ISREG(i->mode) || !i->ops->data)
		return NULL;
	return i->ops->data(i, at, len);
}

/* --- open ------------------------------------------------------------------------------------------------------ */

/* Why an inode that was found, or made just now, may not be opened so; 0 if it may. */
static int open_refusal(const struct inode *i, int flags, bool is_new)
{
	if (flags & O_CREAT && flags & O_EXCL && !is_new)
		return -EEXIST;
	if (S_ISLNK(i->mode)) /* only with O_NOFOLLOW */
		return -ELOOP;
	if (S_ISDIR(i->mode) && (flags & O_ACCMODE || flags & O_CREAT))
		return -EISDIR;
	if ((flags & O_ACCMODE || flags & O_TRUNC) && !i->ops->open)
		return inode_refusal(i);
	return 0;
}

/* The open file of an inode; takes over its reference. */
static int open_inode(struct inode *i, int flags, struct file **out)
{
	struct vnode_file *v;
	int err = 0;

	if (i->ops->open) {
		err = i->ops->open(i, flags, out);
		inode_put(i);
		return err;
	}
	if (flags & O_TRUNC && S_ISREG(i->mode))
		err = i->ops->resize(i, 0);
	v = err ? NULL : kzalloc(sizeof(*v));
	if (!v) {
		inode_put(i);
		return err ? err : -ENOMEM;
	}
	file_init(&v->file, i->ops->file_ops ? i->ops->file_ops : &vnode_ops,
		flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
	v->inode = i;
	mutex_init(&v->lock);
	*out = &v->file;
	return 0;
}

/* Make the inode that was not found; without anything to write to, say so or why the path is none. */
static int create(
	struct inode *base, const char *path, int flags, mode_t mode, struct inode **out)
{
	struct path_last last;
	int err;

	if (file_create_for_open)
		return file_create_for_open(base, path, flags, mode, out);
	err = path_parent(base, path, &last);
	if (err)
		return err;
	inode_put(last.dir);
	return -EROFS;
}

/* Find the inode, or make it. */
static int find_or_create(struct inode *base, const char *path, int flags, mode_t mode,
	struct inode **out, bool *is_new)
{
	unsigned how = 0;
	int err;

	if (flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL))
		how |= PATH_NOFOLLOW;
	if (flags & O_DIRECTORY)
		how |= PATH_DIRECTORY;
	do {
		err = path_lookup_at(base, path, how, out);
		*is_new = err == -ENOENT && flags & O_CREAT;
		if (*is_new)
			err = create(base, path, flags, mode, out);
	} while (*is_new && err == -EEXIST && !(flags & O_EXCL));
	return err;
}

int file_open_at(struct inode *base, const char *path, int flags, mode_t mode)
{
	struct inode *i;
	struct file *f;
	bool is_new;
	int result;

	if ((flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	result = find_or_create(base, path, flags, mode, &i, &is_new);
	if (result)
		return result;
	result = open_refusal(i, flags, is_new);
	if (result) {
		inode_put(i);
		return result;
	}
	result = open_inode(i, flags, &f);
	if (result)
		return result;
	result = fd_install(f, 0, flags & O_CLOEXEC);
	if (result < 0)
		file_put(f);
	return result;
}

/* --- by path --------------------------------------------------------------------------------------------------- */

int file_stat_at(struct inode *base, const char *path, bool follow, struct stat *st)
{
	struct inode *i;
	int err = path_lookup_at(base, path, follow ? 0 : PATH_NOFOLLOW, &i);

	if (err)
		return err;
	inode_stat(i, st);
	inode_put(i);
	return 0;
}

int file_access_at(struct inode *base, const char *path, int mode)
{
	struct inode *i;
	int err;

	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	err = path_lookup_at(base, path, 0, &i);
	if (err)
		return err;
	if (mode & W_OK && !i->ops->open)
		err = inode_refusal(i);
	if (!err && mode & X_OK && !(i->mode & 0111))
		err = -EACCES; /* there is one user, who may read everything */
	inode_put(i);
	return err;
}

ssize_t file_readlink_at(struct inode *base, const char *path, char *buf, size_t len)
{
	const char *target;
	struct inode *i;
	size_t n;
	int err = path_lookup_at(base, path, PATH_NOFOLLOW, &i);

	if (err)
		return err;
	err = S_ISLNK(i->mode) ? i->ops->readlink(i, &target, &n) : -EINVAL;
	if (!err && n > len)
		n = len;
	if (!err)
		memcpy(buf, target, n);
	inode_put(i);
	return err ? err : (ssize_t)n;
}

/* --- directories ------------------------------------------------------------------------------------------------- */

static void set_cwd(struct inode *dir)
{
	struct process *p = process_self();
	struct inode *old;

	preempt_disable();
	old = p->cwd;
	p->cwd = dir;
	preempt_enable();
	if (old)
		inode_put(old);
}

int dir_change(const char *path)
{
	struct inode *dir;
	int err = path_lookup(path, PATH_DIRECTORY, &dir);

	if (!err)
		set_cwd(dir);
	return err;
}

int dir_change_to(int fd)
{
	struct file *f = fd_get(fd);
	struct inode *i;
	int err = 0;

	if (!f)
		return -EBADF;
	i = file_inode(f);
	if (i && S_ISDIR(i->mode))
		set_cwd(inode_get(i));
	else
		err = -ENOTDIR;
	file_put(f);
	return err;
}

int dir_current(char *buf, size_t len)
{
	struct inode *dir;
	int err = path_lookup(".", 0, &dir);

	if (err)
		return err;
	err = path_of_dir(dir, buf, len);
	inode_put(dir);
	return err;
}

int dir_read(struct file *f, uint64_t *position, struct dir_entry *e)
{
	struct inode *dir = file_inode(f);

	if (!dir || !S_ISDIR(dir->mode))
		return -ENOTDIR;
	return dir->ops->next(dir, position, e);
}
