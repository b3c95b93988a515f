/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that act on the shell's own process: where it is, what it hands on, its end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "embox/shell/session.h"

extern char **environ;

static int complain(const char *about)
{
	fprintf(stderr, "%s: %s\n", about, strerror(errno));
	return 1;
}

static int builtin_cd(struct session *s, int argc, char **argv)
{
	const char *home = getenv("HOME");
	const char *to = argc > 1 ? argv[1] : home ? home : "/";
	char path[256];

	(void)s;
	if (chdir(to) < 0)
		return complain(to);
	if (getcwd(path, sizeof(path)))
		setenv("PWD", path, 1);
	return 0;
}

static int builtin_pwd(struct session *s, int argc, char **argv)
{
	char path[256];

	(void)s;
	(void)argc;
	if (!getcwd(path, sizeof(path)))
		return complain(argv[0]);
	puts(path);
	return 0;
}

static int builtin_exit(struct session *s, int argc, char **argv)
{
	s->leaving = true;
	return argc > 1 ? atoi(argv[1]) & 0xff : s->status;
}

/* NAME=VALUE; a NAME alone is handed on as it is, so there is nothing to do. */
static int builtin_export(struct session *s, int argc, char **argv)
{
	(void)s;
	for (char **v = environ; argc == 1 && v && *v; v++)
		puts(*v);
	for (int i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (!equals)
			continue;
		*equals = '\0';
		if (setenv(argv[i], equals + 1, 1) < 0)
			return complain(argv[i]);
	}
	return 0;
}

static int builtin_unset(struct session *s, int argc, char **argv)
{
	(void)s;
	for (int i = 1; i < argc; i++) {
		if (unsetenv(argv[i]) < 0)
			return complain(argv[i]);
	}
	return 0;
}

static int builtin_jobs(struct session *s, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	session_reap(s);
	for (int i = 0; i < SESSION_JOBS_MAX; i++) {
		if (s->jobs[i].pid)
			printf("[%d] process %d: %s\n", i + 1, (int)s->jobs[i].pid,
				s->jobs[i].text ? s->jobs[i].text : "");
	}
	return 0;
}

static int builtin_wait(struct session *s, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	session_wait_jobs(s);
	return 0;
}

static int builtin_history(struct session *s, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	for (size_t i = 0; i < s->history.n; i++)
		printf("%4zu  %s\n", i + 1, s->history.lines[i]);
	return 0;
}

static int builtin_source(struct session *s, int argc, char **argv)
{
	int result;

	if (argc != 2) {
		fputs("source FILE\n", stderr);
		return 2;
	}
	result = session_file(s, argv[1]);
	if (result < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-result));
		return 1;
	}
	return result;
}

const struct session_builtin session_builtins[] = {
	{"cd", "[DIR]", "go to a folder", builtin_cd},
	{"pwd", "", "say which folder this is", builtin_pwd},
	{"export", "[NAME=VALUE...]", "hand variables to commands; list them",
		builtin_export},
	{"unset", "NAME...", "forget variables", builtin_unset},
	{"jobs", "", "list what runs in the background", builtin_jobs},
	{"wait", "", "wait until that has ended", builtin_wait},
	{"history", "", "list earlier lines", builtin_history},
	{"source", "FILE", "run the lines of a file here", builtin_source},
	{"exit", "[STATUS]", "leave the shell", builtin_exit},
	{"logout", "", "leave the shell", builtin_exit},
	{NULL, NULL, NULL, NULL},
};

const struct session_builtin *session_builtin(const char *name)
{
	for (const struct session_builtin *b = session_builtins; b->name; b++) {
		if (strcmp(b->name, name) == 0)
			return b;
	}
	return NULL;
}
