/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of priorities; apart from log.c, as <syslog.h> and kernel/log.h have the same names for them. */
#include <syslog.h>

#include <util/log_print.h>

#include "kernel/util.h"

static const char *const names[] = {
	[LOG_EMERG] = "emerg",
	[LOG_ALERT] = "alert",
	[LOG_CRIT] = "crit",
	[LOG_ERR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_NOTICE] = "notice",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

const char *log_prio2str(int priority)
{
	const char *name = priority >= 0 && priority < (int)ARRAY_SIZE(names)
				   ? names[priority]
				   : NULL;

	return name ? name : "none";
}
