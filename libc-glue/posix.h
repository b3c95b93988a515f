/* SPDX-License-Identifier: BSD-2-Clause */
/* The border to POSIX: -errno inside, errno and -1 outside. For the posix_*.c files. */
#ifndef LIBC_GLUE_POSIX_H
#define LIBC_GLUE_POSIX_H

#include <errno.h>
#include <sys/types.h>

/** A result of ours as POSIX gives it. */
static inline ssize_t posix_result(ssize_t result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

static inline int posix_int(int result)
{
	return (int)posix_result(result);
}

static inline off_t posix_offset(off_t result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

#endif
