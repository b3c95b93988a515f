/* SPDX-License-Identifier: BSD-2-Clause */
/* The page of a command. */
#include <stdio.h>

#include <framework/cmd/api.h>

#include "embox/shell/session.h"

static int show(const char *name)
{
	const struct cmd *cmd = cmd_lookup(name);
	const struct session_builtin *builtin = session_builtin(name);

	if (cmd) {
		printf("%s - %s\n\n%s\n", cmd_name(cmd), cmd_brief(cmd),
			cmd_details(cmd));
		return 0;
	}
	if (builtin) {
		printf("%s - %s\n\n%s %s\n\nPart of the shell.\n", builtin->name,
			builtin->brief, builtin->name, builtin->arguments);
		return 0;
	}
	fprintf(stderr, "man: there is no command %s; `help` lists what there is\n",
		name);
	return 1;
}

int main(int argc, char **argv)
{
	int failed = argc < 2;

	if (failed)
		fputs("man NAME; `help` lists the names\n", stderr);
	for (int i = 1; i < argc; i++)
		failed |= show(argv[i]);
	return failed;
}
