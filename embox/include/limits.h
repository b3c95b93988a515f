/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.h with the names of XSI */
#ifndef LIMITS_H
#define LIMITS_H

#include_next <limits.h>

#ifndef LONG_BIT
#define LONG_BIT (__SIZEOF_LONG__ * 8)
#endif
#ifndef PATH_MAX
#define PATH_MAX 1024
#endif

#endif
