/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog(): lines of programs in the kernel's log, under the name that openlog() gave. */
#include "kernel/log.h"

enum kernel_level {
	KERNEL_ERROR = LOG_ERROR,
	KERNEL_WARN = LOG_WARN,
	KERNEL_INFO = LOG_INFO,
	KERNEL_DEBUG = LOG_DEBUG,
};

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h> /* from here on LOG_INFO and the like are its numbers */
#include <unistd.h>

#define LINE_BYTES 512
#define NAME_BYTES 16

/* Of all programs together: the log has one line at a time anyway. */
static char log_name[NAME_BYTES] = "syslog";
static int log_options, log_mask = LOG_UPTO(LOG_DEBUG);

void openlog(const char *name, int options, int facility)
{
	(void)facility; /* there is one log */
	snprintf(log_name, sizeof(log_name), "%s", name ? name : "syslog");
	log_options = options;
}

void closelog(void)
{
	openlog(NULL, 0, 0);
}

int setlogmask(int mask)
{
	int old = log_mask;

	if (mask)
		log_mask = mask;
	return old;
}

/* The format with the text of errno in place of %m. */
static void put_error(const char *fmt, int error, char *out, size_t len)
{
	size_t n = 0;

	for (; *fmt && n < len - 1; fmt++) {
		if (fmt[0] == '%' && fmt[1] == 'm') {
			n += (size_t)snprintf(out + n, len - n, "%s", strerror(error));
			if (n > len - 1)
				n = len - 1;
			fmt++;
			continue;
		}
		out[n++] = *fmt;
		if (fmt[0] == '%' && fmt[1] == '%' && n < len - 1)
			out[n++] = *++fmt;
	}
	out[n] = '\0';
}

static enum kernel_level level_of(int priority)
{
	return priority <= LOG_ERR       ? KERNEL_ERROR
	       : priority == LOG_WARNING ? KERNEL_WARN
	       : priority <= LOG_INFO    ? KERNEL_INFO
					 : KERNEL_DEBUG;
}

void vsyslog(int priority, const char *fmt, va_list args)
{
	char full[LINE_BYTES / 2], line[LINE_BYTES];
	int error = errno;
	size_t len;

	priority = LOG_PRI(priority);
	if (!(log_mask & LOG_MASK(priority)))
		return;
	put_error(fmt, error, full, sizeof(full));
	vsnprintf(line, sizeof(line), full, args);
	for (len = strlen(line); len && line[len - 1] == '\n'; len--)
		line[len - 1] = '\0';
	if (log_options & LOG_PID)
		log_line((enum log_level)level_of(priority), log_name, "[%d] %s",
			(int)getpid(), line);
	else
		log_line((enum log_level)level_of(priority), log_name, "%s", line);
	errno = error;
}

void syslog(int priority, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsyslog(priority, fmt, args);
	va_end(args);
}
