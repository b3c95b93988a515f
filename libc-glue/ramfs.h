/* SPDX-License-Identifier: BSD-2-Clause */
/* The file system that keeps everything in the domain's memory, and can be written. */
#ifndef LIBC_GLUE_RAMFS_H
#define LIBC_GLUE_RAMFS_H

#include <stdint.h>

#include "libc-glue/vfs.h"

/**
 * Make an empty RAM file system.
 *
 * @limit_bytes  what its files and names may take together; 0 = half of the memory that is free now
 * @out          the mount, not on the tree yet, with the caller's reference
 * Returns 0 or -ENOMEM.
 * Context: thread.
 */
int ramfs_create(uint64_t limit_bytes, struct mount **out);

/**
 * Copy the tree below a directory into an empty RAM file system. Contents that the other file system has as memory
 * that stays (inode_ops.data) are not copied before they are written to.
 *
 * Returns 0, -ENOSPC, or what reading the other one gave.
 * Context: thread, may sleep.
 */
int ramfs_copy_tree(struct mount *ramfs, struct inode *from);

#endif
