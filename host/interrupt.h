/* SPDX-License-Identifier: BSD-2-Clause */
/* Ctrl-C: the first asks, the second ends. SIGTERM and SIGHUP count as one each. */
#ifndef HOST_INTERRUPT_H
#define HOST_INTERRUPT_H

/**
 * Watch for them.
 *
 * @ask  called from the loop after the first
 * Returns 0 or a host_status.
 */
int interrupt_start(void (*ask)(void));

#endif
