/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting below the root, taking off again, and what is mounted where. */
#ifndef LIBC_GLUE_MOUNT_H
#define LIBC_GLUE_MOUNT_H

#include "libc-glue/vfs.h"

/**
 * Mount on a directory.
 *
 * @source  what it is made of, as the list shows it; copied
 * Returns 0, -ENOENT, -ENOTDIR, -EBUSY (the root, or a mount point already), -ENOMEM; m stays the caller's then.
 */
int mount_at(struct mount *m, const char *source, const char *path);

/**
 * Take off what is mounted on a directory.
 *
 * Returns 0, -EINVAL (nothing is), -EBUSY (the root, or files or directories of it are in use), or why the path is none.
 */
int mount_off(const char *path);

/* One line of the list. */
struct mount_info {
	const char *source, *path, *kind;
	bool read_only;
};

/**
 * Call fn for each mount, the root first, until it returns other than 0.
 * Returns what it returned last. Context: thread; fn may sleep, but not mount or take off.
 */
int mount_foreach(int (*fn)(const struct mount_info *m, void *arg), void *arg);

/** What a file system has to offer: that of an inode. */
void mount_space_of(const struct inode *i, struct mount_space *s);

/* A kind of file system that mount(2) can make. */
struct mount_kind {
	const char *name;

	/* @options  the text behind the flags, may be NULL. Returns 0 or -errno. */
	int (*create)(const char *source, const char *options, struct mount **out);

	struct mount_kind *next;
};

/** Make a kind known; the object stays. Context: boot. */
void mount_kind_add(struct mount_kind *kind);

/** Make and mount. Returns as mount_at(), or -ENODEV for a kind that nobody knows. */
int mount_new(const char *kind, const char *source, const char *options, bool read_only,
	const char *path);

#endif
