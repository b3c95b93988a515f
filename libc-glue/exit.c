/* SPDX-License-Identifier: BSD-2-Clause */
/* The ends of a program: exit() comes here after its handlers, and the domain goes off;
 * abort() is a crash. */
#include "libc-glue/exit.h"

#include <stdlib.h>
#include <unistd.h>

#include "xen/shutdown.h"

#define LOG_MODULE "libc"
#include "kernel/log.h"

void exit_domain(int status)
{
	if (status)
		log_warn("the program ended with status %d", status);
	shutdown_now(SHUTDOWN_REASON_POWEROFF);
}

/* libc.process has its own of these, which end a process. */
__attribute__((weak)) void _exit(int status)
{
	exit_domain(status);
}

__attribute__((weak)) void abort(void)
{
	panic("the program called abort()");
}
