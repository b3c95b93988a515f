/* SPDX-License-Identifier: BSD-2-Clause */
/* The first argument of the ...at() calls: the directory where a relative path begins. */
#ifndef LIBC_GLUE_POSIX_AT_H
#define LIBC_GLUE_POSIX_AT_H

#include <fcntl.h>
#include <sys/stat.h>

#include "libc-glue/posix.h"
#include "libc-glue/vfs.h"

struct at_dir {
	struct file *file;
	struct inode
		*dir; /* not counted: the file has it; NULL = the working directory */
};

/** Find it; it stays until at_end(). Returns 0, -EBADF or -ENOTDIR. */
static inline int at_begin(struct at_dir *at, int dirfd, const char *path)
{
	at->file = NULL;
	at->dir = NULL;
	if (dirfd == AT_FDCWD || path[0] == '/')
		return 0;
	at->file = fd_get(dirfd);
	if (!at->file)
		return -EBADF;
	at->dir = file_inode(at->file);
	return at->dir && S_ISDIR(at->dir->mode) ? 0 : -ENOTDIR;
}

/** Let go of it; returns the result of the call. */
static inline int at_end(struct at_dir *at, int result)
{
	if (at->file)
		file_put(at->file);
	return result;
}

#endif
