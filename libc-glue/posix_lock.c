/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of calls that lock files; fcntl() has its own way to them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "libc-glue/file_lock.h"
#include "libc-glue/posix.h"

int flock(int fd, int operation)
{
	return posix_int(file_lock_whole(fd, operation));
}

int lockf(int fd, int command, off_t len)
{
	return posix_int(file_lock_section(fd, command, len));
}
