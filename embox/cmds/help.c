/* SPDX-License-Identifier: BSD-2-Clause */
/* What commands there are. */
#include <stdio.h>

#include <framework/cmd/api.h>

#include "embox/shell/session.h"

int main(void)
{
	const struct cmd *cmd;

	cmd_foreach(cmd) printf("  %-12s %s\n", cmd_name(cmd), cmd_brief(cmd));
	puts("of the shell:");
	for (const struct session_builtin *b = session_builtins; b->name; b++)
		printf("  %-12s %s\n", b->name, b->brief);
	puts("a < in  a > out  a >> out  2>&1  a | b  a ; b  a && b  a || b  a &  $NAME  "
	     "$?");
	return 0;
}
