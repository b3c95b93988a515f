/* SPDX-License-Identifier: BSD-2-Clause */
/* The read-only file system over a tar archive in memory, served in place. */
#ifndef LIBC_GLUE_TARFS_H
#define LIBC_GLUE_TARFS_H

#include <stddef.h>

#include "libc-glue/vfs.h"

/**
 * Make a file system of a tar archive.
 *
 * @base, len  the archive, which stays where it is for good; NULL, 0 give an empty root directory
 * @extra      directories that the root has as well, names with NULL behind them, which stay; NULL = none
 * @out        the mount, not on the tree yet, with the caller's reference
 * Returns 0 (an archive that is damaged is served up to the damage; each fault is one log line that says what to
 * do) or -ENOMEM.
 * Context: thread.
 */
int tarfs_create(
	const void *base, size_t len, const char *const *extra, struct mount **out);

#endif
