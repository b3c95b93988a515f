/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The RAM file system from inside:
 *
 *     struct ramfs     buckets[]: hash of (directory, name) -> entry -> entry
 *     struct ram_inode of a directory --entries--> entry "a" -> entry "b"    in the order of their making
 *                                                    |inode        |inode
 *                                               ram_inode      ram_inode of a file --top--> nodes -> pages
 *
 * One mutex for each file system covers all of it; under it nothing sleeps but for that mutex itself. Memory is counted
 * against a limit before it is taken.
 */
#ifndef LIBC_GLUE_RAMFS_PRIVATE_H
#define LIBC_GLUE_RAMFS_PRIVATE_H

#include "kernel/list.h"
#include "kernel/sync.h"
#include "kernel/util.h"
#include "libc-glue/vfs.h"

struct ram_inode;

struct ramfs {
	struct mount mount;
	struct mutex lock;
	struct ram_inode *root;
	struct ram_entry **buckets;
	uint32_t n_buckets, n_entries, n_inodes; /* n_buckets is a power of two */
	uint32_t next_number;
	uint64_t limit_bytes, used_bytes; /* pages and blocks alike */
};

/* A name in a directory. */
struct ram_entry {
	struct list link; /* in the directory, by cookie */
	struct ram_entry *same_bucket;
	struct ram_inode *dir, *inode;
	uint64_t cookie; /* its position for readdir(); never given out again */
	uint8_t name_len;
	char name[];
};

struct ram_file {
	/*
	 * The pages: `height` levels of nodes over them. No page: there the file has the bytes of `base` as far as they
	 * go, then zeroes.
	 */
	void *top;
	unsigned height;
	uint64_t n_pages;
	const uint8_t *base; /* memory that stays, never written; may be NULL */
	uint64_t base_len;
};

struct ram_dir {
	struct ram_entry
		*self; /* its own name; NULL for the root and when it was removed */
	struct list entries;
	uint64_t next_cookie;
	unsigned n_dirs;        /* directories in it */
	struct ram_entry *hint; /* that readdir() gave last */
};

struct ram_inode {
	struct inode inode;
	struct timespec atime, mtime, ctime;
	uid_t uid;
	gid_t gid;
	dev_t rdev;
	union {
		struct ram_file file;
		struct ram_dir dir;
		char *target; /* of a symbolic link, inode.size bytes */
	};
};

static inline struct ramfs *ramfs_of(const struct inode *i)
{
	return container_of(i->mount, struct ramfs, mount);
}

static inline struct ram_inode *to_ram(const struct inode *i)
{
	return container_of((struct inode *)(uintptr_t)i, struct ram_inode, inode);
}

/** Count memory against the limit; false when that is reached. Lock held. */
bool ramfs_charge(struct ramfs *fs, uint64_t bytes);
void ramfs_uncharge(struct ramfs *fs, uint64_t bytes);

/** A charged block of zeroes, or NULL; and back. Lock held. */
void *ramfs_block_alloc(struct ramfs *fs, size_t bytes);
void ramfs_block_free(struct ramfs *fs, void *block, size_t bytes);

/** It changes now: its contents too, or only what it says of itself. Lock held. */
void ram_touch(struct ram_inode *i, bool contents);

/* --- ramfs_file.c ----------------------------------------------------------------------------------------- */

/** The operations of inode_ops on contents. */
ssize_t ramfs_read(struct inode *i, void *buf, size_t len, uint64_t at);
ssize_t ramfs_write(struct inode *i, const void *buf, size_t len, uint64_t *at);
int ramfs_resize(struct inode *i, uint64_t size);
const void *ramfs_data(struct inode *i, uint64_t at, size_t *len);

/** Free the pages from a number on. Lock held, or nobody else left. */
void ram_file_cut(struct ramfs *fs, struct ram_file *f, uint64_t n_keep);

/** Set the size, read elsewhere without the lock. */
void ram_set_size(struct ram_inode *i, uint64_t size);

#endif
