/* SPDX-License-Identifier: BSD-2-Clause */
/* Which shells there are. */
#include <string.h>

#include <cmd/shell.h>

ARRAY_SPREAD_DECLARE(const struct shell, __shell_registry);
ARRAY_SPREAD_DEF(const struct shell, __shell_registry);

const struct shell *shell_lookup(const char *name)
{
	const struct shell *shell;

	array_spread_foreach_ptr(shell, __shell_registry)
	{
		if (strcmp(shell->name, name) == 0)
			return shell;
	}
	return NULL;
}

const struct shell *shell_any(void)
{
	const struct shell *shell;

	array_spread_foreach_ptr(shell, __shell_registry) return shell;
	return NULL;
}
