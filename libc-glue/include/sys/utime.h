/* SPDX-License-Identifier: BSD-2-Clause */
/* utime(), which picolibc's utime.h leaves to the system. */
#ifndef GLUE_SYS_UTIME_H
#define GLUE_SYS_UTIME_H

#include <sys/types.h>

struct utimbuf {
	time_t actime;
	time_t modtime;
};

int utime(const char *path, const struct utimbuf *times);

#endif
