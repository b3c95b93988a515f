/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of a module, by its own level: the module has an option log_level, and the
 * reader makes its struct mod_logger from that. A module without the option says nothing,
 * and the arguments are not even evaluated.
 *
 * A message that the level keeps back is not formatted: its arguments may be anything.
 */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdarg.h>
#include <stdint.h>
#include <sys/cdefs.h>
#include <syslog.h>

#include <framework/mod/decls.h>
#include <framework/mod/options.h>
#include <util/log_print.h>

#ifndef LOG_NONE
#define LOG_NONE (-1) /* as a level: nothing */
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wexpansion-to-defined" /* means to */
#if defined(__EMBUILD_MOD__) && OPTION_DEFINED(STRING, log_level)
extern struct mod_logger __MOD_LOGGER(__EMBUILD_MOD__);

#define log_level_self() (__MOD_LOGGER(__EMBUILD_MOD__).level)
#define mod_log(parts, priority, ...)                                                    \
	((priority) <= log_level_self() ? mod_log_print(&__MOD_LOGGER(__EMBUILD_MOD__),  \
						  parts, priority, __VA_ARGS__)          \
					: (void)0)
#else
#define log_level_self()              LOG_NONE
#define mod_log(parts, priority, ...) ((void)0)
#endif
#pragma GCC diagnostic pop

#define log_raw(priority, ...) mod_log(0, priority, __VA_ARGS__)
#define log_beg(priority, ...) mod_log(MOD_LOG_BEGIN, priority, __VA_ARGS__)
#define log_end(priority, ...) mod_log(MOD_LOG_END, priority, __VA_ARGS__)
#define log_msg(priority, ...) mod_log(MOD_LOG_BEGIN | MOD_LOG_END, priority, __VA_ARGS__)

#define log_emerg(...)   log_msg(LOG_EMERG, __VA_ARGS__)
#define log_alert(...)   log_msg(LOG_ALERT, __VA_ARGS__)
#define log_crit(...)    log_msg(LOG_CRIT, __VA_ARGS__)
#define log_error(...)   log_msg(LOG_ERR, __VA_ARGS__)
#define log_warning(...) log_msg(LOG_WARNING, __VA_ARGS__)
#define log_notice(...)  log_msg(LOG_NOTICE, __VA_ARGS__)
#define log_info(...)    log_msg(LOG_INFO, __VA_ARGS__)
#define log_debug(...)   log_msg(LOG_DEBUG, __VA_ARGS__)

#endif
