/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the image. */
#ifndef FRAMEWORK_CMD_API_H
#define FRAMEWORK_CMD_API_H

#include <sys/cdefs.h>

#include <framework/cmd/types.h>
#include <framework/mod/api.h>
#include <lib/libds/array.h>

/* The reader adds one element per command. */
ARRAY_SPREAD_DECLARE(const struct cmd, __cmd_registry);

/* const struct cmd *cmd; cmd_foreach(cmd) {...} */
#define cmd_foreach(cmd) array_spread_foreach_ptr(cmd, __cmd_registry)

static inline const char *cmd_name(const struct cmd *cmd)
{
	return cmd->desc ? cmd->desc->name : NULL;
}

static inline const char *cmd_brief(const struct cmd *cmd)
{
	return cmd->desc ? cmd->desc->brief : NULL;
}

static inline const char *cmd_details(const struct cmd *cmd)
{
	return cmd->desc ? cmd->desc->details : NULL;
}

/**
 * Find a command.
 *
 * @name  its exact name, also with "/bin/" before it
 * Returns NULL when there is none. Context: any.
 */
const struct cmd *cmd_lookup(const char *name);

/**
 * Call a command's main() on the caller's thread, with getopt() as at the start of a
 * program.
 *
 * Returns -EINVAL for NULL, -ENOENT when its module is not enabled, else what main()
 * returned.
 * Context: thread.
 */
int cmd_exec(const struct cmd *cmd, int argc, char **argv);

#endif
