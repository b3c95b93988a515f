/* SPDX-License-Identifier: BSD-2-Clause */
/* Our shell as a program and in the registry of shells. */
#include "embox/shell/shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmd/shell.h>

#include "embox/shell/session.h"

int shell_line(const char *line)
{
	struct session *s = session_create(false);
	int status;

	if (!s)
		return -ENOMEM;
	status = session_line(s, line);
	session_destroy(s);
	return status;
}

static int run_session(struct session *s, int argc, char **argv)
{
	int result;

	if (argc == 1)
		return session_read(s);
	if (argc == 3 && strcmp(argv[1], "-c") == 0)
		return session_line(s, argv[2]);
	if (argc != 2 || argv[1][0] == '-') {
		fputs("sh [-c LINE | FILE]\n", stderr);
		return 2;
	}
	result = session_file(s, argv[1]);
	if (result < 0)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-result));
	return result < 0 ? 1 : result;
}

int shell_main(int argc, char **argv)
{
	struct session *s = session_create(argc == 1 && isatty(STDIN_FILENO));
	int status;

	if (!s)
		return -ENOMEM;
	status = run_session(s, argc, argv);
	session_destroy(s);
	return status;
}

static void run(void)
{
	char name[] = "sh";
	char *argv[] = {name, NULL};

	shell_main(1, argv);
}

SHELL_DEF({.name = "sh", .run = run, .exec = shell_line});
