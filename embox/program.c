/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a name starts: a command, or a shell (telnetd, say, asks for "tish"). The shell of
 * ours answers to every name of a shell that the image does not have.
 */
#include "embox/program.h"

#include <errno.h>
#include <string.h>

#include <cmd/shell.h>
#include <framework/cmd/api.h>

#include "embox/shell/shell.h"
#include "libc-glue/program.h"

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int run_shell(int argc, char **argv)
{
	const struct shell *shell = shell_lookup(last_part(argv[0]));

	if (shell && shell->run && argc == 1)
		return shell_run(shell);
	return shell_main(argc, argv);
}

static program_main *look_up(const char *path)
{
	static const char *const shells[] = {"sh", "tish", "diag_shell"};
	const struct cmd *cmd = cmd_lookup(path);
	const char *name = last_part(path);

	if (cmd)
		return mod_is_running(cmd->mod) ? cmd->exec : NULL;
	if (shell_lookup(name))
		return run_shell;
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (strcmp(name, shells[i]) == 0)
			return run_shell;
	}
	return NULL;
}

void program_start_all(void)
{
	program_set_lookup(look_up);
}

int program_start(const char *name, char *const argv[])
{
	program_main *main_fn = look_up(name);

	return main_fn ? process_spawn(main_fn, last_part(name), argv) : -ENOENT;
}
