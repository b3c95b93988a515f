/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of modules, in one piece to where the kernel's own lines go. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <util/log_print.h>

#include "kernel/log.h"

#include <syslog.h> /* from here on LOG_INFO and the like are its numbers */

#define LINE_BYTES 400

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
	if (priority < 0 || priority >= (int)ARRAY_SIZE(names) || !names[priority])
		return "none";
	return names[priority];
}

/* What snprintf would have needed, cut to what there is. */
static size_t clip(size_t at, int wanted)
{
	at += wanted > 0 ? (size_t)wanted : 0;
	return at < LINE_BYTES ? at : LINE_BYTES - 1;
}

void mod_log_print(
	const struct mod_logger *logger, int parts, int priority, const char *fmt, ...)
{
	char line[LINE_BYTES + 1];
	va_list args;
	size_t n = 0;

	if (parts & MOD_LOG_BEGIN)
		n = clip(n, snprintf(line, LINE_BYTES, "[%s] (%s) ",
				    log_prio2str(priority), logger->mod_name));
	va_start(args, fmt);
	n = clip(n, vsnprintf(line + n, LINE_BYTES - n, fmt, args));
	va_end(args);
	if ((parts & MOD_LOG_END) && (n == 0 || line[n - 1] != '\n'))
		line[n++] = '\n';
	log_puts(line, n);
}
