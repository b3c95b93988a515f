/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files by name: mounted file systems, their counted inodes, and the walk along a path.
 *
 *     "/docs/a.html" --path_lookup()--> inode of the mounted file system --file_open()--> struct file, a descriptor
 *
 * Operations may sleep (a block device will). A mount lives until it is off the tree and its last inode is put, so
 * the root can be swapped under running readers.
 */
#ifndef LIBC_GLUE_VFS_H
#define LIBC_GLUE_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libc-glue/fd.h"

#define VFS_PATH_MAX  1024 /* bytes of a path, with its end */
#define VFS_NAME_MAX  255  /* bytes of one name */
#define VFS_LINKS_MAX 16   /* symbolic links followed in one walk */

struct inode;

struct dir_entry {
	const char *name; /* not terminated; good until the inode is put */
	size_t name_len;
	uint32_t number;
	mode_t mode;
};

struct inode_ops {
	/* Find a name in a directory (never "." or ".."): *child counted, or -ENOENT. */
	int (*lookup)(
		struct inode *dir, const char *name, size_t len, struct inode **child);
	/* The directory above, counted; the root of the file system gives itself. */
	struct inode *(*parent)(struct inode *dir);
	/* The name in the directory above. */
	void (*name)(struct inode *dir, const char **name, size_t *len);
	/* Entry at *position (0 = first), which moves on. Returns 1, 0 at the end, -errno. */
	int (*next)(struct inode *dir, uint64_t *position, struct dir_entry *e);
	/* Read at most len bytes at a position within the file. */
	ssize_t (*read)(struct inode *file, void *buf, size_t len, uint64_t at);
	/* The file's bytes at a position as memory that stays for good, *len of them; NULL if there is no such. */
	const void *(*data)(struct inode *file, uint64_t at, size_t *len);
	/* Where a symbolic link leads. */
	int (*readlink)(struct inode *link, const char **target, size_t *len);
	/* The last reference is gone; missing = nothing to do. */
	void (*release)(struct inode *inode);
};

struct mount {
	const char *kind;
	struct inode *root; /* not counted */
	struct inode
		*covered; /* counted: the directory it is mounted on; NULL for the root */
	unsigned refs;    /* inodes in use, and one for the tree */
	void *fs;
	void (*destroy)(struct mount *m); /* frees it with all inodes */
	struct mount *next;
};

struct inode {
	const struct inode_ops *ops;
	struct mount *mount;
	unsigned refs;
	uint32_t number;
	mode_t mode; /* type and permissions */
	uint64_t size;
	int64_t mtime_s;
};

struct inode *inode_get(struct inode *i);
void inode_put(struct inode *i);
void inode_stat(const struct inode *i, struct stat *st);

/**
 * Put a file system (NULL = none) in place of the root; the old one goes when nobody uses it any more.
 * Owner: the tree takes over the caller's reference to m.
 */
void mount_set_root(struct mount *m);

/** Mount on a directory. Returns 0, -ENOENT, -ENOTDIR, -EBUSY (m stays the caller's). */
int mount_at(struct mount *m, const char *path);

/** Take the caller's reference off; frees m when it was the last. */
void mount_put(struct mount *m);

/* --- paths ------------------------------------------------------------------------------------------------ */

enum {
	PATH_NOFOLLOW = 1,
	PATH_DIRECTORY = 2
}; /* the last component: do not follow a link; must be a directory */

/**
 * Walk a path, absolute or from the process's working directory; ".." above the root stays there.
 *
 * Returns 0 with a counted inode, -ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG, -EIO.
 * Context: thread, may sleep.
 */
int path_lookup(const char *path, unsigned flags, struct inode **out);

/* --- what POSIX calls ----------------------------------------------------------------------------------------- */

/** open(2): a descriptor or -errno; -EROFS for anything that would write. */
int file_open(const char *path, int flags);

int file_stat(const char *path, bool follow, struct stat *st);
int file_access(const char *path, int mode);
ssize_t file_readlink(const char *path, char *buf, size_t len);

/** What mkdir, unlink, rename... say of a path: -EROFS, or why it is no path of theirs. */
int file_refuse_change(const char *path);

int dir_change(const char *path);
int dir_change_to(int fd);
/** The working directory as text; 0, -ERANGE when buf is too small, -EINVAL. */
int dir_current(char *buf, size_t len);

/** Next entry of an open directory, "." and ".." first; 1, 0 at the end, -errno. */
int dir_read(struct file *dir, uint64_t *position, struct dir_entry *e);

/** The inode behind an open file, not counted, or NULL. */
struct inode *file_inode(struct file *f);

/**
 * The file's bytes at a position as memory that stays for the domain's life, for sending without a copy.
 * Returns NULL when it has none; *len is what follows there, 0 at the end.
 */
const void *file_data(struct file *f, uint64_t at, size_t *len);

#endif
