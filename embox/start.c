/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the start scripts of a configuration. */
#include "embox/start.h"

#include <stdio.h>
#include <string.h>

#include <cmd/shell.h>

#include "embox/shell/session.h"
#include "embox/shell/shell.h"

static struct start_script *scripts;

void start_script_add(struct start_script *script)
{
	struct start_script **last = &scripts;

	while (*last)
		last = &(*last)->next;
	script->next = NULL;
	*last = script;
}

bool start_has_scripts(void)
{
	return scripts != NULL;
}

/*
 * A shell of the checkout runs the lines by itself. Ours keeps one session for all of
 * them, so that `export` and `cd` hold for the lines that follow.
 */
static int run_line(
	const struct start_script *script, struct session *s, const char *line)
{
	const struct shell *shell = shell_lookup(script->shell);

	if (shell && shell->exec && shell->exec != shell_line)
		return shell_exec(shell, line);
	return session_line(s, line);
}

static void run_script(const struct start_script *script)
{
	struct session *s = session_create(false);

	for (size_t i = 0; s && i < script->n_lines; i++) {
		const char *line = script->lines[i];
		int status;

		if (*line == '@')
			line++;
		else if (script->echo)
			printf("> %s\n", line);
		fflush(stdout);
		status = run_line(script, s, line);
		if (status != 0)
			printf("\"%s\" returned %d\n", line, status);
		if (s->leaving || (status != 0 && script->stop_on_error))
			break;
	}
	if (s)
		session_destroy(s);
	else
		printf("no memory for a start script\n");
}

const char *start_scripts_run(void)
{
	const char *shell = NULL;

	for (const struct start_script *script = scripts; script; script = script->next) {
		run_script(script);
		if (script->run_shell)
			shell = *script->shell ? script->shell : "sh";
	}
	return shell;
}
