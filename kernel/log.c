/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Log lines: composed on the stack and handed over whole, so that neither a pre-emption
 * nor an upcall tears one.
 */
#include "kernel/log.h"

#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/format.h"
#include "kernel/irq.h"

#define LINE_BYTES  512
#define MODULES_MAX 16 /* with a level of their own */
#define NAME_BYTES  16

static void (*sink)(const char *text, size_t len_bytes) = arch_early_puts;
static enum log_level common_level = LOG_INFO;
static struct {
	char name[NAME_BYTES];
	enum log_level level;
} module_levels[MODULES_MAX];
static unsigned n_module_levels;

static const char *const level_names[] = {"error", "warn", "info", "debug"};
static const char *const level_marks[] = {"error: ", "warning: ", "", ""};

static enum log_level level_of(const char *module)
{
	for (unsigned i = 0; i < n_module_levels; i++) {
		if (strcmp(module_levels[i].name, module) == 0)
			return module_levels[i].level;
	}
	return common_level;
}

void log_set_sink(void (*write)(const char *text, size_t len_bytes))
{
	sink = write ? write : arch_early_puts;
}

void log_puts(const char *text, size_t len_bytes)
{
	sink(text, len_bytes);
}

/* A line that does not fit ends in "...". */
static size_t compose(char *line, enum log_level level, const char *module,
	const char *fmt, va_list args)
{
	static const char cut[] = "...";
	size_t n = format_text(line, LINE_BYTES, "%.40s: %s", module, level_marks[level]);

	n += format_text_v(line + n, LINE_BYTES - n, fmt, args);
	if (n >= LINE_BYTES) {
		n = LINE_BYTES - 1;
		memcpy(line + n - (sizeof(cut) - 1), cut, sizeof(cut) - 1);
	}
	line[n++] = '\n'; /* in the place of the NUL */
	return n;
}

void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
	char line[LINE_BYTES];
	va_list args;
	size_t n;

	if (level > level_of(module))
		return;
	va_start(args, fmt);
	n = compose(line, level, module, fmt, args);
	va_end(args);
	log_puts(line, n);
}

static int parse_level(const char *text)
{
	for (int i = 0; i < (int)ARRAY_SIZE(level_names); i++) {
		if (strcmp(text, level_names[i]) == 0)
			return i;
	}
	return -EINVAL;
}

/* name_bytes long, not NUL-terminated. */
static int set_module_level(const char *name, size_t name_bytes, enum log_level level)
{
	unsigned i = 0;

	if (name_bytes == 0 || name_bytes >= NAME_BYTES)
		return -EINVAL;
	while (i < n_module_levels &&
		(strlen(module_levels[i].name) != name_bytes ||
			memcmp(module_levels[i].name, name, name_bytes) != 0))
		i++;
	if (i == MODULES_MAX)
		return -ENOSPC;
	memcpy(module_levels[i].name, name, name_bytes);
	module_levels[i].name[name_bytes] = '\0';
	module_levels[i].level = level;
	if (i == n_module_levels)
		n_module_levels++;
	return 0;
}

int log_set_level(const char *spec)
{
	const char *colon = strchr(spec, ':');
	int index = parse_level(colon ? colon + 1 : spec);
	enum log_level level = (enum log_level)index;

	if (index < 0)
		return index;
	if (colon)
		return set_module_level(spec, (size_t)(colon - spec), level);
	common_level = level;
	return 0;
}
