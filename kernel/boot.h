/* SPDX-License-Identifier: BSD-2-Clause */
/* How long ago the domain was entered, and how much of that it had something to do. */
#ifndef KERNEL_BOOT_H
#define KERNEL_BOOT_H

#include <stdint.h>

/**
 * Time since the image's first instruction, in ns, by the time stamp counter. Context:
 * any.
 */
uint64_t boot_elapsed_ns(void);

/** The same without the time in which every thread slept. Context: any. */
uint64_t boot_busy_ns(void);

#endif
