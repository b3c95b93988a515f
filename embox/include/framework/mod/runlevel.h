/* SPDX-License-Identifier: BSD-2-Clause */
/* Run levels: which modules are enabled by the time that something runs. */
#ifndef FRAMEWORK_MOD_RUNLEVEL_H
#define FRAMEWORK_MOD_RUNLEVEL_H

#define RUNLEVEL_NRS_TOTAL   5
#define RUNLEVEL_NRS_ENABLED (RUNLEVEL_NRS_TOTAL - 1) /* level 4 waits for mod_enable() */

#define runlevel_nr_valid(level) ((level) >= -1 && (level) < RUNLEVEL_NRS_TOTAL)

/**
 * Go up to a level, enabling its modules and those of the levels between, in order; or
 * down, disabling them in the opposite order.
 *
 * @level  -1 (nothing) to 4
 * Returns 0, -EINVAL, or the first error of a module. On the way up that module's level
 * is not reached: what comes after it there stays disabled.
 * Context: thread. Source: own design.
 */
int runlevel_set(int level);

/** The level that has been reached; -1 before the first. Context: any. */
int runlevel_get(void);

#endif
