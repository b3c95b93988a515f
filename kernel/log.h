/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Log lines and assertions. A file that logs says its module name once, before including
 * this:
 *
 *     #define LOG_MODULE "netfront"
 *     #include "kernel/log.h"
 *     log_info("vif%u connected, %s", id, features);
 *
 * and one line "netfront: vif0 connected, ..." reaches the console. The level is set per
 * module on the command line (log=[MODULE:]LEVEL).
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel/util.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

#ifndef LOG_MODULE
#define LOG_MODULE "kernel"
#endif

#define log_error(...) log_line(LOG_ERROR, LOG_MODULE, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, LOG_MODULE, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, LOG_MODULE, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, LOG_MODULE, __VA_ARGS__)

/**
 * Print one line if the module's level lets it through; the newline is added. Context:
 * any.
 */
void log_line(enum log_level level, const char *module, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/**
 * Set the level of one module, or of all.
 *
 * @spec  "[MODULE:]LEVEL" with LEVEL one of error warn info debug
 * Returns 0, or -EINVAL when the level is unknown, -ENOSPC when too many modules are
 * named.
 */
int log_set_level(const char *spec);

/** Print raw text to the console, newline or not. Context: any, early boot included. */
void log_puts(const char *text, size_t len_bytes);

/**
 * Say where text goes from now on (the console driver); NULL = back to polling the ring.
 *
 * @write  callable in any context; gets whole lines
 */
void log_set_sink(void (*write)(const char *text, size_t len_bytes));

/**
 * Boot cannot go on: print the message (what to change), a backtrace, and let Xen see a
 * crash.
 */
void panic(const char *fmt, ...) PRINTF_LIKE(1, 2) NORETURN;

void assert_fail(const char *expr, const char *file, int line) NORETURN;

/*
 * Our own logic only, never anything from outside; on in every build; no side effects in
 * it.
 */
#undef assert
#define assert(x) ((x) ? (void)0 : assert_fail(#x, __FILE__, __LINE__))

#endif
