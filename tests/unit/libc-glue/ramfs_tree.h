/* SPDX-License-Identifier: BSD-2-Clause */
/* A RAM file system as the root, and short forms of what tests do with files. */
#ifndef TESTS_UNIT_LIBC_GLUE_RAMFS_TREE_H
#define TESTS_UNIT_LIBC_GLUE_RAMFS_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libc-glue/vfs.h"

/** Make it the root; 0 = the default limit. Counts what is in use. */
void ram_mount(uint64_t limit_bytes);

/** Take it away and check that every block and page is back. */
void ram_unmount(void);

/** Write a file whole; 0 or -errno. */
int ram_put(const char *path, const void *data, size_t len);
int ram_put_text(const char *path, const char *text);

/** A file's contents as text, or the error's words; good until the next call. */
const char *ram_text(const char *path);

/** Names in a directory in order, joined by blanks. */
const char *ram_names(const char *path);

int ram_mkdir(const char *path);
int ram_symlink(const char *target, const char *path);
int ram_unlink(const char *path);
int ram_rmdir(const char *path);
int ram_rename(const char *from, const char *to);
int ram_link(const char *from, const char *to);

/** Blocks that the root's file system says are free. */
uint64_t ram_free_blocks(void);

#endif
