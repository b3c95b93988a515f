/* SPDX-License-Identifier: BSD-2-Clause */
/* The vCPU's life: sleep, timers, the tick while it computes, and its end. */
#ifndef HOST_SCHED_H
#define HOST_SCHED_H

#include <stdbool.h>
#include <stdint.h>

long sched_op(unsigned cmd, uint64_t arg);
long sched_vcpu_op(unsigned cmd, unsigned n, uint64_t arg);
long sched_set_timer(uint64_t deadline_ns);

/** Events on, and sleep until one is pending. */
void sched_block(void);

/** After a signal while the guest ran: timers, the outside world, watchdogs. */
void sched_tick(void);

/** Let peers work that have been signalled. */
void sched_peers(void);

#endif
