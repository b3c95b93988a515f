/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's limits, plus those of POSIX that it leaves out. */
#ifndef GLUE_LIMITS_H
#define GLUE_LIMITS_H

#include_next <limits.h>

#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif
#ifndef HOST_NAME_MAX
#define HOST_NAME_MAX 64
#endif

#endif
