/* SPDX-License-Identifier: BSD-2-Clause */
/* What the macros of util/log.h call; no names here that kernel/log.h has, too. */
#ifndef UTIL_LOG_PRINT_H
#define UTIL_LOG_PRINT_H

#include <framework/mod/types.h>

/* Which parts of a line a call prints. */
#define MOD_LOG_BEGIN 1 /* the level and the module, before */
#define MOD_LOG_END   2 /* the end of the line, after */

/**
 * Print a message, whatever the level: "[error] (httpd) text".
 *
 * @parts     MOD_LOG_BEGIN and MOD_LOG_END, or neither
 * @priority  LOG_ERR and so on, for its name
 * Context: thread. Source: own design.
 */
void mod_log_print(const struct mod_logger *logger, int parts, int priority,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/** "error" for LOG_ERR and so on. Context: any. */
const char *log_prio2str(int priority);

#endif
