/* SPDX-License-Identifier: BSD-2-Clause */
/* The few things that differ between a domain of our own and any POSIX system. */
#ifndef HTTPD_PLATFORM_H
#define HTTPD_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

struct platform {
	unsigned port;             /* listened on if not told otherwise */
	const char *root;          /* served if not told otherwise */
	const char *no_files_hint; /* what to do when there is nothing to serve */
};

extern const struct platform platform;

/** Make the process fit to serve: signals, and descriptors for so many connections. */
void platform_prepare(unsigned max_conns);

/** Whether somebody has asked us to end. */
bool platform_must_stop(void);

/**
 * How long ago the machine was started, and how long of that it was not waiting, in ns;
 * false where that says nothing about us.
 */
bool platform_boot_time(uint64_t *elapsed_ns, uint64_t *busy_ns);

#endif
