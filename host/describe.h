/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls in words, for --trace: the operation by name, what its argument points to,
 * the result as an error's name. Not lean code: host_full() first.
 */
#ifndef HOST_DESCRIBE_H
#define HOST_DESCRIBE_H

#include <stdint.h>

/** Trace a hypercall that has been done. */
void describe_hypercall(unsigned nr, const uint64_t args[4], long result);

/** Have trace lines tell which functions of the guest asked. */
void describe_start(void);

#endif
