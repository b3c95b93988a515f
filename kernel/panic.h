/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end after a mistake of ours: what kernel/log.h's panic() and assert() and an
 * exception come to.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdint.h>

/**
 * Name what pushes out text that the console driver still holds; called once, before
 * the domain ends.
 *
 * @flush  polls, for a bounded time
 * Context: any.
 */
void panic_set_flush(void (*flush)(void));

/** Print where the caller is and who called it, as lines "  #N 0xADDR". Context: any. */
void backtrace_print(void);

#endif
