/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control/shutdown: what `xl shutdown` and `xl reboot` ask for, and ending the domain
 * ourselves.
 * Source: docs/misc/xenstore-paths.pandoc, "~/control/shutdown"; public/sched.h,
 * SHUTDOWN_*.
 */
#ifndef XEN_SHUTDOWN_H
#define XEN_SHUTDOWN_H

#include "kernel/util.h"

enum shutdown_reason {
	SHUTDOWN_REASON_POWEROFF,
	SHUTDOWN_REASON_REBOOT,
	SHUTDOWN_REASON_HALT,
	SHUTDOWN_REASON_CRASH
};

/**
 * Run by shutdown_now() in reverse order of registration (flush, close); at most 8.
 * Returns 0 or -ENOSPC.
 */
int shutdown_register_hook(void (*fn)(void));

/** Module entry: watch control/shutdown. Returns 0 or -errno. */
int shutdown_start(void);

/** Run the hooks, flush the console, leave. Context: thread. */
void shutdown_now(enum shutdown_reason reason) NORETURN;

#endif
