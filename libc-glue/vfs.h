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
#include <time.h>

#include "libc-glue/fd.h"

#define VFS_PATH_MAX  1024 /* bytes of a path, with its end */
#define VFS_NAME_MAX  255  /* bytes of one name */
#define VFS_LINKS_MAX 16   /* symbolic links followed in one walk */

struct inode;
struct mount;

struct dir_entry {
	char name[VFS_NAME_MAX + 1];
	size_t name_len;
	uint32_t number;
	mode_t mode;
};

/* What a new name stands for: the type is in the mode. */
struct inode_new {
	mode_t mode;
	dev_t rdev;         /* of a device */
	const char *target; /* of a symbolic link */
	size_t target_len;
};

/* What to change of an inode. */
enum { INODE_MODE = 1, INODE_UID = 2, INODE_GID = 4, INODE_ATIME = 8, INODE_MTIME = 16 };
struct inode_attr {
	unsigned what; /* INODE_* */
	mode_t mode;   /* permissions */
	uid_t uid;
	gid_t gid;
	struct timespec atime, mtime;
};

#define VFS_APPEND UINT64_MAX /* a position: wherever the file ends then */

struct inode_ops {
	/* Find a name in a directory (never "." or ".."): *child counted, or -ENOENT. */
	int (*lookup)(
		struct inode *dir, const char *name, size_t len, struct inode **child);
	/* The directory above, counted; the root of the file system gives itself, one that was removed NULL. */
	struct inode *(*parent)(struct inode *dir);
	/* The name in the directory above, terminated. Returns its length or -ENOENT. */
	int (*name)(struct inode *dir, char name[VFS_NAME_MAX + 1]);
	/* Entry at *position (0 = first), which moves on. Returns 1, 0 at the end, -errno. */
	int (*next)(struct inode *dir, uint64_t *position, struct dir_entry *e);
	/* Read at most len bytes at a position; 0 from the end on. */
	ssize_t (*read)(struct inode *file, void *buf, size_t len, uint64_t at);
	/* The file's bytes at a position as memory that stays for good, *len of them; NULL if there is no such. */
	const void *(*data)(struct inode *file, uint64_t at, size_t *len);
	/* Where a symbolic link leads; good until the inode is put. */
	int (*readlink)(struct inode *link, const char **target, size_t *len);
	/* The last reference is gone and so is the last name: free it. Missing = nothing to do. */
	void (*release)(struct inode *inode);
	/* What inode_stat() does not know; may be missing. */
	void (*stat)(const struct inode *inode, struct stat *st);
	/* The open file of a device or a FIFO; missing = an ordinary file or directory. */
	int (*open)(struct inode *inode, int flags, struct file **out);
	/* Operations of such an ordinary open file; NULL = those that only read. */
	const struct file_ops *file_ops;

	/* Changes. All missing = read-only. None crosses a mount. */

	/* Make a file, directory, link or node: *child counted, or -EEXIST, -ENOSPC, -ENOENT for a dead directory. */
	int (*create)(struct inode *dir, const char *name, size_t len,
		const struct inode_new *what, struct inode **child);
	int (*link)(struct inode *dir, const char *name, size_t len, struct inode *file);
	/* Take a name away: an empty directory's, or one of anything else. */
	int (*unlink)(struct inode *dir, const char *name, size_t len, bool directory);
	int (*rename)(struct inode *from_dir, const struct dir_entry *from,
		struct inode *to_dir, const struct dir_entry *to, bool directory);
	/* Write at *at; VFS_APPEND becomes where that was. */
	ssize_t (*write)(struct inode *file, const void *buf, size_t len, uint64_t *at);
	int (*resize)(struct inode *file, uint64_t size);
	int (*set)(struct inode *inode, const struct inode_attr *attr);
};

struct mount_space {
	uint64_t block_bytes, blocks, free_blocks, files, free_files;
};

struct mount {
	const char *kind;
	struct inode *root; /* not counted */
	struct inode
		*covered; /* counted: the directory it is mounted on; NULL for the root */
	unsigned refs;    /* inodes in use, and one for the tree */
	unsigned number;  /* st_dev */
	bool read_only;   /* whatever its operations could do */
	char *source, *path; /* as mount_table.c lists them, or NULL */
	void (*space)(struct mount *m, struct mount_space *s); /* missing = full */
	void (*destroy)(struct mount *m); /* frees it with all inodes */
	struct mount *next;
};

struct inode {
	const struct inode_ops *ops;
	struct mount *mount;
	unsigned refs;
	unsigned nlink; /* names; goes to 0 only while somebody has a reference */
	uint32_t number;
	mode_t mode;   /* type and permissions */
	uint64_t size; /* read by inode_size() where it can change */
	int64_t mtime_s;
	void *special; /* what a FIFO or a device keeps here while it is open */
};

struct inode *inode_get(struct inode *i);
void inode_put(struct inode *i);
void inode_stat(const struct inode *i, struct stat *st);
uint64_t inode_size(const struct inode *i);

/** 0, or -EROFS when nothing below this inode's mount can be changed. */
int inode_refusal(const struct inode *i);

/**
 * Put a file system (NULL = none) in place of the root; the old one goes when nobody uses it any more.
 * Owner: the tree takes over the caller's reference to m.
 */
void mount_set_root(struct mount *m);

/** Take the caller's reference off; frees m when it was the last. */
void mount_put(struct mount *m);

/* --- paths ------------------------------------------------------------------------------------------------ */

enum {
	PATH_NOFOLLOW = 1,
	PATH_DIRECTORY = 2
}; /* the last component: do not follow a link; must be a directory */

/**
 * Walk a path, absolute or from a directory; ".." above the root stays there.
 *
 * @base  where a relative path begins; NULL = the process's working directory
 * Returns 0 with a counted inode, -ENOENT, -ENOTDIR, -ELOOP, -ENAMETOOLONG, -EIO.
 * Context: thread, may sleep.
 */
int path_lookup_at(
	struct inode *base, const char *path, unsigned flags, struct inode **out);

static inline int path_lookup(const char *path, unsigned flags, struct inode **out)
{
	return path_lookup_at(NULL, path, flags, out);
}

/* The last component of a path, which need not exist, and the directory it is in. */
struct path_last {
	struct inode *dir;     /* counted */
	struct dir_entry name; /* empty for the root itself; number and mode unused */
	bool slash;            /* "name/": has to be a directory */
};

/** Walk all of a path but its last component. Returns as path_lookup_at(); the caller puts last->dir. */
int path_parent(struct inode *base, const char *path, struct path_last *last);

/** Is the last component "", "." or "..", which are no names? */
bool path_is_special(const struct path_last *last);

/**
 * The path of a directory from the root.
 *
 * Returns 0, -ERANGE when buf is too small, -EINVAL when len is 0, -ENOENT when it was removed.
 */
int path_of_dir(struct inode *dir, char *buf, size_t len);

/* --- what other modules open ------------------------------------------------------------------------------------- */

/*
 * A FIFO or a device that an inode of a file system names. Weak: an image without the module that has them gives
 * -ENXIO. Returns 0 with a counted open file. A FIFO finds its pipe again in inode->special, and takes a reference to
 * the inode for as long as that is set.
 */
int fifo_open(struct inode *inode, int flags, struct file **out) __attribute__((weak));
int device_open(dev_t rdev, int flags, struct file **out) __attribute__((weak));

/* --- what POSIX calls: a base of NULL is the working directory ------------------------------------------------- */

/**
 * open(2).
 *
 * @mode  permissions of a new file, before the process's umask
 * Returns a descriptor or -errno; -EROFS for anything that would change a read-only tree.
 */
int file_open_at(struct inode *base, const char *path, int flags, mode_t mode);

static inline int file_open(const char *path, int flags)
{
	return file_open_at(NULL, path, flags, 0666);
}

int file_stat_at(struct inode *base, const char *path, bool follow, struct stat *st);

static inline int file_stat(const char *path, bool follow, struct stat *st)
{
	return file_stat_at(NULL, path, follow, st);
}

int file_access_at(struct inode *base, const char *path, int mode);
ssize_t file_readlink_at(struct inode *base, const char *path, char *buf, size_t len);

/** A new file, directory, node or link under a path; the umask is taken off the mode. */
int file_create_at(struct inode *base, const char *path, const struct inode_new *what);
int file_unlink_at(struct inode *base, const char *path, bool directory);
int file_link_at(struct inode *from_base, const char *from, struct inode *to_base,
	const char *to, bool follow);
int file_rename_at(
	struct inode *from_base, const char *from, struct inode *to_base, const char *to);
int file_set_at(
	struct inode *base, const char *path, bool follow, const struct inode_attr *attr);
int file_set(int fd, const struct inode_attr *attr);
int file_truncate(const char *path, off_t size);
int file_truncate_fd(int fd, off_t size);

int dir_change(const char *path);
int dir_change_to(int fd);
/** The working directory as text; 0, -ERANGE when buf is too small, -EINVAL, -ENOENT when it was removed. */
int dir_current(char *buf, size_t len);

/**
 * Next entry of an open directory; 1, 0 at the end, -errno. "." and ".." are not among them, which
 * POSIX allows: Embox's commands go down into each directory that is listed.
 */
int dir_read(struct file *dir, uint64_t *position, struct dir_entry *e);

/** The inode behind an open file, not counted, or NULL. */
struct inode *file_inode(struct file *f);

/**
 * The file's bytes at a position as memory that stays for the domain's life, for sending without a copy.
 * Returns NULL when it has none; *len is what follows there, 0 at the end.
 */
const void *file_data(struct file *f, uint64_t at, size_t *len);

#endif
