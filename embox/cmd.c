/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the image: found by name, called like a main(). */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include <framework/cmd/api.h>

ARRAY_SPREAD_DEF(const struct cmd, __cmd_registry);

const struct cmd *cmd_lookup(const char *name)
{
	static const char bin[] = "/bin/";
	const struct cmd *cmd;

	if (strncmp(name, bin, sizeof(bin) - 1) == 0)
		name += sizeof(bin) - 1;
	cmd_foreach(cmd)
	{
		if (cmd_name(cmd) && strcmp(cmd_name(cmd), name) == 0)
			return cmd;
	}
	return NULL;
}

/* picolibc's getopt() begins anew, its own state too, when it finds this. */
static void reset_getopt(void)
{
	optind = 0;
	optarg = NULL;
	opterr = 1;
}

int cmd_exec(const struct cmd *cmd, int argc, char **argv)
{
	if (!cmd)
		return -EINVAL;
	if (!mod_is_running(cmd->mod))
		return -ENOENT;
	reset_getopt();
	return cmd->exec(argc, argv);
}
