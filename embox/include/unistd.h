/* SPDX-License-Identifier: BSD-2-Clause */
/* unistd.h, with what sources of Embox reach through it */
#ifndef UNISTD_H
#define UNISTD_H

#include_next <unistd.h>

#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

/* Each process has its own (libc-glue/environment.c); sources name it without a feature macro. */
extern char **environ;

#endif
