/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's feature tests, plus the POSIX options that it leaves to the system and that we have. */
#ifndef GLUE_SYS_FEATURES_H
#define GLUE_SYS_FEATURES_H

#include_next <sys/features.h>

#undef _POSIX_TIMERS
#define _POSIX_TIMERS 200809L
#undef _POSIX_MONOTONIC_CLOCK
#define _POSIX_MONOTONIC_CLOCK 200809L
#undef _POSIX_THREADS
#define _POSIX_THREADS 200809L
#undef _POSIX_PRIORITY_SCHEDULING
#define _POSIX_PRIORITY_SCHEDULING 200809L
#undef _POSIX_REALTIME_SIGNALS
#define _POSIX_REALTIME_SIGNALS 200809L

#endif
