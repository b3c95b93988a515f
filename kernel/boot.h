/* SPDX-License-Identifier: BSD-2-Clause */
/* How long ago the domain was entered, and how much of that it slept. */
#ifndef KERNEL_BOOT_H
#define KERNEL_BOOT_H

#include <stdint.h>

/**
 * Time since the image's first instruction, in ns, by the time stamp counter. Context:
 * any.
 */
uint64_t boot_elapsed_ns(void);

/** How long of that every thread slept. Context: any. */
uint64_t boot_idle_ns(void);

#endif
