/* SPDX-License-Identifier: BSD-2-Clause */
/* For a debugger that looks at the guest through this process: tools/gdb/domik.py. */
#ifndef HOST_DEBUG_H
#define HOST_DEBUG_H

#include <stdint.h>

/**
 * Map the guest's code between two addresses, so that breakpoints can be written into it:
 * otherwise pages come when they are first executed. Called from gdb, while the host runs.
 *
 * Returns how many pages are mapped.
 */
unsigned debug_map(uint64_t from, uint64_t to);

#endif
