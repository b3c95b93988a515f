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
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "libc-glue/process.h"

/* An open file or directory: an inode and a position, which descriptors made by dup() share. */
struct vnode_file {
	struct file file;
	struct inode *inode;
	struct mutex lock; /* the position, also while an operation sleeps */
	uint64_t at;
};

static struct vnode_file *to_vnode(struct file *f)
{
	return container_of(f, struct vnode_file, file);
}

/* --- operations ------------------------------------------------------------------------------------------------ */

static ssize_t vnode_pread(struct file *f, void *buf, size_t len, off_t at)
{
	struct inode *i = to_vnode(f)->inode;

	if (S_ISDIR(i->mode))
		return -EISDIR;
	if (at < 0 || (uint64_t)at >= i->size)
		return 0;
	if (len > i->size - (uint64_t)at)
		len = (size_t)(i->size - (uint64_t)at);
	return i->ops->read(i, buf, len, (uint64_t)at);
}

static ssize_t vnode_read(struct file *f, void *buf, size_t len)
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

static off_t vnode_seek(struct file *f, off_t offset, int whence)
{
	struct vnode_file *v = to_vnode(f);
	off_t at = -EINVAL;
	int64_t base;

	mutex_lock(&v->lock);
	base = whence == SEEK_CUR   ? (int64_t)v->at
	       : whence == SEEK_END ? (int64_t)v->inode->size
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

static int vnode_stat(struct file *f, struct stat *st)
{
	inode_stat(to_vnode(f)->inode, st);
	return 0;
}

static int vnode_ioctl(struct file *f, unsigned long request, void *arg)
{
	struct vnode_file *v = to_vnode(f);
	uint64_t left = v->at < v->inode->size ? v->inode->size - v->at : 0;

	if (request != FIONREAD || S_ISDIR(v->inode->mode))
		return -ENOTTY;
	*(int *)arg = left > INT_MAX ? INT_MAX : (int)left;
	return 0;
}

static struct inode *vnode_inode(struct file *f)
{
	return to_vnode(f)->inode;
}

static void vnode_close(struct file *f)
{
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

/* Why an inode that was found may not be opened so; 0 if it may. */
static int open_refusal(const struct inode *i, int flags)
{
	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if (S_ISLNK(i->mode)) /* only with O_NOFOLLOW */
		return -ELOOP;
	if (S_ISDIR(i->mode) && (flags & O_ACCMODE || flags & O_CREAT))
		return -EISDIR;
	if (flags & O_ACCMODE || flags & O_TRUNC)
		return -EROFS;
	return 0;
}

static int open_inode(struct inode *i, int flags)
{
	struct vnode_file *v = kzalloc(sizeof(*v));
	int fd;

	if (!v) {
		inode_put(i);
		return -ENOMEM;
	}
	file_init(&v->file, &vnode_ops, flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
	v->inode = i;
	mutex_init(&v->lock);
	fd = fd_install(&v->file, 0, flags & O_CLOEXEC);
	if (fd < 0)
		file_put(&v->file);
	return fd;
}

int file_open(const char *path, int flags)
{
	unsigned how = 0;
	struct inode *i;
	int err;

	if ((flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	if (flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL))
		how |= PATH_NOFOLLOW;
	if (flags & O_DIRECTORY)
		how |= PATH_DIRECTORY;
	err = path_lookup(path, how, &i);
	if (err)
		return err == -ENOENT && flags & O_CREAT ? file_refuse_change(path) : err;
	err = open_refusal(i, flags);
	if (err) {
		inode_put(i);
		return err;
	}
	return open_inode(i, flags);
}

/* --- by path --------------------------------------------------------------------------------------------------- */

int file_stat(const char *path, bool follow, struct stat *st)
{
	struct inode *i;
	int err = path_lookup(path, follow ? 0 : PATH_NOFOLLOW, &i);

	if (err)
		return err;
	inode_stat(i, st);
	inode_put(i);
	return 0;
}

int file_access(const char *path, int mode)
{
	struct inode *i;
	int err;

	if (mode & ~(R_OK | W_OK | X_OK))
		return -EINVAL;
	err = path_lookup(path, 0, &i);
	if (err)
		return err;
	if (mode & W_OK)
		err = -EROFS;
	else if (mode & X_OK && !(i->mode & 0111))
		err = -EACCES; /* there is one user, who may read everything */
	inode_put(i);
	return err;
}

ssize_t file_readlink(const char *path, char *buf, size_t len)
{
	const char *target;
	struct inode *i;
	size_t n;
	int err = path_lookup(path, PATH_NOFOLLOW, &i);

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

int file_refuse_change(const char *path)
{
	size_t len = strnlen(path, VFS_PATH_MAX), last;
	char above[VFS_PATH_MAX];
	struct inode *dir;
	int err;

	if (len == 0)
		return -ENOENT;
	if (len == VFS_PATH_MAX)
		return -ENAMETOOLONG;
	for (last = len; last && path[last - 1] == '/'; last--)
		;
	while (last && path[last - 1] != '/')
		last--;
	memcpy(above, path, last);
	memcpy(above + last, ".", 2);
	err = path_lookup(above, PATH_DIRECTORY, &dir);
	if (err)
		return err;
	inode_put(dir);
	return -EROFS;
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

/* Put "/name" of a directory before what is there already; returns the new start or NULL. */
static char *prepend_name(
	const struct inode *top, struct inode *dir, char *buf, char *start)
{
	const struct inode *named =
		dir == top && top->mount->covered ? top->mount->covered : dir;
	const char *name;
	size_t len;

	named->ops->name((struct inode *)named, &name, &len);
	if ((size_t)(start - buf) < len + 1)
		return NULL;
	start -= len;
	memcpy(start, name, len);
	*--start = '/';
	return start;
}

int dir_current(char *buf, size_t len)
{
	struct inode *dir, *up;
	char *start = buf + len;
	int err;

	if (len == 0)
		return -EINVAL;
	err = path_lookup(".", 0, &dir);
	if (err)
		return err;
	*--start = '\0';
	while (start && !(dir == dir->mount->root && !dir->mount->covered)) {
		start = prepend_name(dir->mount->root, dir, buf, start);
		up = dir->mount->covered && dir == dir->mount->root ? dir->mount->covered
								    : dir;
		up = up->ops->parent(up);
		inode_put(dir);
		dir = up;
	}
	inode_put(dir);
	if (start && !*start) { /* the root itself */
		if (start == buf)
			start = NULL;
		else
			*--start = '/';
	}
	if (!start)
		return -ERANGE;
	memmove(buf, start, (size_t)(buf + len - start));
	return 0;
}

static void fill_dot(struct inode *i, const char *name, struct dir_entry *e)
{
	*e = (struct dir_entry){name, strlen(name), i->number, i->mode};
}

int dir_read(struct file *f, uint64_t *position, struct dir_entry *e)
{
	struct inode *dir = file_inode(f), *up;
	uint64_t at;
	int more;

	if (!dir || !S_ISDIR(dir->mode))
		return -ENOTDIR;
	if (*position < 2) {
		up = *position ? dir->ops->parent(dir) : inode_get(dir);
		fill_dot(up, *position ? ".." : ".", e);
		inode_put(up);
		++*position;
		return 1;
	}
	at = *position - 2;
	more = dir->ops->next(dir, &at, e);
	*position = at + 2;
	return more;
}
