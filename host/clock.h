/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Xen's system time: a line through (time stamp counter, ns) that the guest reads from
 * the shared page and hv_now_ns() uses too.
 */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <stdint.h>

/** Time begins; publish it to the guest. Once, as early as the shared page exists. */
void clock_start(void);

/** Move the line closer to CLOCK_MONOTONIC, when it is time to. Not for lean code. */
void clock_refine(void);

/** System time when sleep should be interrupted for it; UINT64_MAX = need not be. */
uint64_t clock_refine_time(void);

#endif
