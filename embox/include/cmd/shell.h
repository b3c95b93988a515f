/* SPDX-License-Identifier: BSD-2-Clause */
/* The shells of the image. */
#ifndef CMD_SHELL_H
#define CMD_SHELL_H

#include <errno.h>
#include <stddef.h>

#include <framework/mod/options.h>
#include <framework/mod/self.h>
#include <lib/libds/array.h>
#include <util/log.h>

#define SHELL_INPUT_BUFF_SZ 512 /* the longest line, with its NUL */

struct shell {
	const char *name;
	void (*run)(void);             /* read commands until the user leaves; or NULL */
	int (*exec)(const char *line); /* run one line; or NULL */
};

/* In a source: SHELL_DEF({.name = "sh", .run = run, .exec = exec}); */
#define SHELL_DEF(...)                                                                   \
	ARRAY_SPREAD_DECLARE(const struct shell, __shell_registry);                      \
	ARRAY_SPREAD_ADD(__shell_registry, __VA_ARGS__)

/** The shell of that name, or NULL. Context: any. */
const struct shell *shell_lookup(const char *name);

/** Any shell, or NULL when the image has none. Context: any. */
const struct shell *shell_any(void);

/** Returns -EINVAL for NULL, -ENOSYS when it cannot, else 0 after it has ended. */
static inline int shell_run(const struct shell *shell)
{
	if (!shell)
		return -EINVAL;
	if (!shell->run)
		return -ENOSYS;
	shell->run();
	return 0;
}

/** Returns -EINVAL for NULL, -ENOSYS when it cannot, else what the line returned. */
static inline int shell_exec(const struct shell *shell, const char *line)
{
	if (!shell)
		return -EINVAL;
	return shell->exec ? shell->exec(line) : -ENOSYS;
}

#endif
