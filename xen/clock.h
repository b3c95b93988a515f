/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock module: binds Xen's timer event to kernel/timer.c and gives wall-clock time
 * and run-state figures.
 */
#ifndef XEN_CLOCK_H
#define XEN_CLOCK_H

#include <stdint.h>

/**
 * Time since 1970-01-01 UTC in ns, as the host has it. Context: any. Source:
 * public/xen.h, wc_sec, wc_nsec.
 */
uint64_t clock_wall_ns(void);

/**
 * How long our vCPU has been in each run state since boot, in ns. Source: public/vcpu.h,
 * VCPUOP_get_runstate_info.
 */
struct clock_runstate {
	uint64_t running_ns, runnable_ns, blocked_ns, offline_ns;
};
int clock_get_runstate(struct clock_runstate *r);

/** Module entry: bind the timer event. Returns 0 or -errno. */
int clock_start(void);

#endif
