/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's messages and trace in native tests: said.h. */
#include "tests/fake/said.h"

#include <stdarg.h>
#include <stdio.h>

#include "host/lean.h"
#include "host/say.h"
#include "host/stats.h"
#include "host/trace.h"

unsigned trace_categories;
struct host_stats stats;

static char last[512];
static unsigned count;

/* No guest's registers to save. */
void host_full(void)
{
}

void host_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(last, sizeof(last), fmt, args);
	va_end(args);
	count++;
}

void host_refused(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(last, sizeof(last), fmt, args);
	va_end(args);
	count++;
}

/* Formatted, so that the sanitizers see the arguments, and dropped. */
void trace_line(enum trace_category category, const char *fmt, ...)
{
	char line[512];
	va_list args;

	(void)category;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
}

const char *said_refused(void)
{
	return last;
}

unsigned said_count(void)
{
	return count;
}

void said_clear(void)
{
	last[0] = '\0';
	count = 0;
}
