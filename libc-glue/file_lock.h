/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory locks on parts of files, between processes (fcntl, lockf) and between open files (flock). The two kinds do
 * not see each other, so that a program may use both.
 */
#ifndef LIBC_GLUE_FILE_LOCK_H
#define LIBC_GLUE_FILE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "libc-glue/fd.h"

struct file_range {
	uint64_t first, last; /* bytes; UINT64_MAX = for ever */
};

/**
 * Lock a part of a file, or change or end the owner's lock there.
 *
 * @type  F_RDLCK, F_WRLCK or F_UNLCK
 * Returns 0, -EAGAIN (somebody else has it, and wait is false), -EINTR, -ENOLCK without memory.
 * Context: thread, may sleep. A circle of waiters is not found.
 */
int file_lock_set(
	struct inode *i, const void *owner, int type, struct file_range range, bool wait);

/** flock(2) on a descriptor. */
int file_lock_whole(int fd, int operation);

/** lockf(3) on a descriptor. */
int file_lock_section(int fd, int command, off_t len);

#endif
