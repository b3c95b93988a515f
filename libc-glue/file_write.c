/* SPDX-License-Identifier: BSD-2-Clause */
/* Open files that can be written: for inodes of file systems that name these operations. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "libc-glue/vfs_private.h"

/* At the file's position, or its end; the lock is held. */
static ssize_t write_here(struct vnode_file *v, const void *buf, size_t len)
{
	uint64_t at = v->file.flags & O_APPEND ? VFS_APPEND : v->at;
	ssize_t n = v->inode->ops->write(v->inode, buf, len, &at);

	if (n > 0)
		v->at = at + (uint64_t)n;
	return n;
}

static ssize_t vnode_write(struct file *f, const void *buf, size_t len)
{
	struct vnode_file *v = to_vnode(f);
	ssize_t n;

	mutex_lock(&v->lock);
	n = write_here(v, buf, len);
	mutex_unlock(&v->lock);
	return n;
}

/* The pieces behind each other, with no other write of this open file between them. */
static ssize_t vnode_writev(struct file *f, const struct iovec *iov, int n)
{
	struct vnode_file *v = to_vnode(f);
	ssize_t done = 0, part = 0;

	mutex_lock(&v->lock);
	for (int i = 0; i < n; i++) {
		part = write_here(v, iov[i].iov_base, iov[i].iov_len);
		if (part > 0)
			done += part;
		if (part < (ssize_t)iov[i].iov_len)
			break;
	}
	mutex_unlock(&v->lock);
	return done || part >= 0 ? done : part;
}

static ssize_t vnode_pwrite(struct file *f, const void *buf, size_t len, off_t at)
{
	struct vnode_file *v = to_vnode(f);
	uint64_t position = (uint64_t)at;

	return v->inode->ops->write(v->inode, buf, len, &position);
}

const struct file_ops vnode_write_ops = {
	.kind = "file",
	.read = vnode_read,
	.write = vnode_write,
	.writev = vnode_writev,
	.pread = vnode_pread,
	.pwrite = vnode_pwrite,
	.seek = vnode_seek,
	.stat = vnode_stat,
	.ioctl = vnode_ioctl,
	.inode = vnode_inode,
	.close = vnode_close,
};
