/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of the domain in native tests: expected by the test, or the end of the test;
 * and the console it reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/log.h"
#include "kernel/panic.h"
#include "tests/fake/fake.h"

static jmp_buf *expected;
static char cause[256];
static char console[65536];
static size_t console_bytes;
static bool echo;

static void (*flush_console)(void);

void panic_set_flush(void (*flush)(void))
{
	flush_console = flush;
}

static void die(void)
{
	if (flush_console)
		flush_console();
	if (expected)
		longjmp(*expected, 1);
	fprintf(stderr, "%s\ndied: %s\n", console, cause);
	abort();
}

const char *fake_death_of(void (*fn)(void *arg), void *arg)
{
	jmp_buf here;
	unsigned long flags = arch_irq_save();

	arch_irq_restore(flags);
	expected = &here;
	if (setjmp(here) == 0) {
		fn(arg);
		expected = NULL;
		return NULL;
	}
	expected = NULL;
	arch_irq_restore(flags);
	return cause;
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(cause, sizeof(cause), fmt, args);
	va_end(args);
	die();
	abort();
}

void assert_fail(const char *expr, const char *file, int line)
{
	snprintf(cause, sizeof(cause), "assertion %s (%s:%d)", expr, file, line);
	die();
	abort();
}

void arch_early_puts(const char *text, size_t len_bytes)
{
	size_t room = sizeof(console) - 1 - console_bytes;
	size_t n = len_bytes < room ? len_bytes : room;

	memcpy(console + console_bytes, text, n);
	console_bytes += n;
	if (echo)
		fwrite(text, 1, len_bytes, stderr);
}

const char *fake_console(void)
{
	return console;
}

void fake_console_clear(void)
{
	memset(console, 0, console_bytes);
	console_bytes = 0;
}

void fake_console_echo(bool on)
{
	echo = on;
}
