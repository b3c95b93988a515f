/* SPDX-License-Identifier: BSD-2-Clause */
/* sys/time.h with sums and differences of times */
#ifndef SYS_TIME_H
#define SYS_TIME_H

#include_next <sys/time.h>

#include <time.h>

/** *c = *a - *b. */
#ifndef timespecsub
#define timespecsub(a, b, c)                                                             \
	do {                                                                             \
		(c)->tv_sec = (a)->tv_sec - (b)->tv_sec;                                 \
		(c)->tv_nsec = (a)->tv_nsec - (b)->tv_nsec;                              \
		if ((c)->tv_nsec < 0) {                                                  \
			(c)->tv_sec--;                                                   \
			(c)->tv_nsec += 1000000000L;                                     \
		}                                                                        \
	} while (0)
#endif

#ifndef timeradd
#define timeradd(a, b, c)                                                                \
	do {                                                                             \
		(c)->tv_sec = (a)->tv_sec + (b)->tv_sec;                                 \
		(c)->tv_usec = (a)->tv_usec + (b)->tv_usec;                              \
		if ((c)->tv_usec >= 1000000) {                                           \
			(c)->tv_sec++;                                                   \
			(c)->tv_usec -= 1000000;                                         \
		}                                                                        \
	} while (0)
#define timersub(a, b, c)                                                                \
	do {                                                                             \
		(c)->tv_sec = (a)->tv_sec - (b)->tv_sec;                                 \
		(c)->tv_usec = (a)->tv_usec - (b)->tv_usec;                              \
		if ((c)->tv_usec < 0) {                                                  \
			(c)->tv_sec--;                                                   \
			(c)->tv_usec += 1000000;                                         \
		}                                                                        \
	} while (0)
#endif

#endif
