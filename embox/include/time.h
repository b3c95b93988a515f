/* SPDX-License-Identifier: BSD-2-Clause */
/* time.h with the constants that sources of Embox expect there */
#ifndef TIME_H
#define TIME_H

#include_next <time.h>
#if __has_include(<sys/_timeval.h>)
#include <sys/_timeval.h> /* dns and others reach it through here */
#endif

#ifndef NSEC_PER_SEC
#define MSEC_PER_SEC  1000L
#define USEC_PER_MSEC 1000L
#define USEC_PER_SEC  1000000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC  1000000000L
#endif
#ifndef SEC_PER_DAY
#define SEC_PER_DAY 86400L
#endif

#ifdef _CLOCKS_PER_SEC_ /* picolibc's; sources count on milliseconds */
#undef CLOCKS_PER_SEC
#define CLOCKS_PER_SEC 1000

static inline clock_t embox_clock_ms(void)
{
	return clock() / (_CLOCKS_PER_SEC_ / CLOCKS_PER_SEC);
}
#define clock() embox_clock_ms()
#endif

#endif
