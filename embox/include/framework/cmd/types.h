/* SPDX-License-Identifier: BSD-2-Clause */
/* A command: a main() of the image that has a name. */
#ifndef FRAMEWORK_CMD_TYPES_H
#define FRAMEWORK_CMD_TYPES_H

#include <framework/mod/types.h>

/* From the module's @Cmd annotation. */
struct cmd_desc {
	const char *name;
	const char *brief;
	const char *details; /* the manual page */
};

struct cmd {
	int (*exec)(int argc, char **argv);
	const struct cmd_desc *desc;
	const struct mod *mod; /* whose command it is */
};

static inline const struct mod *cmd2mod(const struct cmd *cmd)
{
	return cmd->mod;
}

#endif
