/* SPDX-License-Identifier: BSD-2-Clause */
/* What the sources of the file tree share, and nobody else needs. */
#ifndef LIBC_GLUE_VFS_PRIVATE_H
#define LIBC_GLUE_VFS_PRIVATE_H

#include <sys/stat.h>

#include "kernel/sync.h"
#include "kernel/util.h"
#include "libc-glue/process.h"
#include "libc-glue/vfs.h"

/** All mounts, the root first. Touched with pre-emption off; vfs.c has it. */
extern struct mount *mount_list;

/* An open file or directory: an inode and a position, which descriptors made by dup() share. */
struct vnode_file {
	struct file file;
	struct inode *inode;
	struct mutex lock; /* the position, also while an operation sleeps */
	uint64_t at;
};

static inline struct vnode_file *to_vnode(struct file *f)
{
	return container_of(f, struct vnode_file, file);
}

/* The operations that only read (file.c), for tables that can do more (file_write.c). */
ssize_t vnode_pread(struct file *f, void *buf, size_t len, off_t at);
ssize_t vnode_read(struct file *f, void *buf, size_t len);
off_t vnode_seek(struct file *f, off_t offset, int whence);
int vnode_stat(struct file *f, struct stat *st);
int vnode_ioctl(struct file *f, unsigned long request, void *arg);
struct inode *vnode_inode(struct file *f);
void vnode_close(struct file *f);

/** For `file_ops` of an inode whose file system can write. */
extern const struct file_ops vnode_write_ops;

/** The mode of a new inode: without the bits of the process's umask, and those that are none. */
static inline mode_t file_mode_masked(mode_t mode)
{
	return mode & (S_IFMT | 07777) & ~process_self()->umask;
}

/**
 * The new inode of open(O_CREAT), whose path was not found. Weak: an image without it has nothing that can be written.
 *
 * @mode  before the umask
 * Returns 0 with a counted inode; -EEXIST when somebody made it meanwhile.
 */
int file_create_for_open(struct inode *base, const char *path, int flags, mode_t mode,
	struct inode **out) __attribute__((weak));

/** Is something mounted on this directory? Context: thread. */
bool mount_is_point(const struct inode *dir);

/**
 * Before a directory's last name goes: mark it dead, unless something is mounted on it.
 * Returns false, and leaves it alone, if there is. Context: thread that has a reference to it.
 */
bool mount_retire_dir(struct inode *dir);

#endif
