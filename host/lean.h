/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For code that runs while the guest's vector registers and its thread pointer are still
 * in the processor, as they are after every hypercall and in signal handlers: "lean"
 * code. It is compiled for general registers only, calls no library, and asks for the
 * rest of the machine first when it must.
 *
 *     guest  ->  lean code  ->  host_full()  ->  any C code
 *       ^------------|-------------------------------|   all is put back on the way out
 */
#ifndef HOST_LEAN_H
#define HOST_LEAN_H

#include <stdbool.h>

#include "host/say.h"
#include "host/trace.h"

/**
 * Save what the guest has in vector registers and its thread pointer, unless that has
 * been done since it was left. From then on any function may be called.
 */
void host_full(void);

/** Say why the guest gets an error. */
#define REFUSE(...) (host_full(), host_refused(__VA_ARGS__))

/** TRACE for lean code. */
#define LEAN_TRACE(category, ...)                                                        \
	do {                                                                             \
		if (TRACE_ON(category)) {                                                \
			host_full();                                                     \
			trace_line(category, __VA_ARGS__);                               \
		}                                                                        \
	} while (0)

#endif
