/* SPDX-License-Identifier: BSD-2-Clause */
/* What lwIP wants to know about the compiler and the C library. */
#ifndef NET_LWIP_ARCH_CC_H
#define NET_LWIP_ARCH_CC_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "kernel/log.h"

#ifndef SSIZE_MAX
#define SSIZE_MAX LONG_MAX
#endif
#define LWIP_TIMEVAL_PRIVATE 0

#define LWIP_PLATFORM_DIAG(x) printf x
#define LWIP_PLATFORM_ASSERT(text) assert_fail(text, __FILE__, __LINE__)
#define LWIP_RAND() ((unsigned)rand())

#endif
