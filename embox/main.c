/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program of an image with Embox modules:
 *
 *     run levels 0 to 3              units start, suites of tests run     runlevel.c
 *     the configuration's scripts    one after the other                  start.c
 *     init="httpd /www" ...          each in the background
 *     -- command args                in the foreground
 *     a shell on the console         if a script or init=sh asks for it, or nothing was
 *                                    asked for at all
 *
 * As process 1 it then waits for all others; when the last has ended, the domain goes off.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <framework/cmd/api.h>
#include <framework/mod/runlevel.h>

#include "embox/program.h"
#include "embox/shell/session.h"
#include "embox/start.h"
#include "embox/suites.h"
#define LOG_MODULE "init"
#include "kernel/cmdline.h"
#include "kernel/log.h"
#include "kernel/timer.h"
#include "libc-glue/socket.h"

#define WORDS_MAX 16

int embox_start(void);

static const char *init_words[WORDS_MAX];
static unsigned n_init_words;

static int set_init(const char *value)
{
	if (!*value || n_init_words == WORDS_MAX)
		return -EINVAL;
	init_words[n_init_words++] = value;
	return 0;
}

/* Servers that know no time-outs serve nobody while one client is silent. */
static int set_client_timeout(const char *value)
{
	char *end;
	unsigned long seconds = strtoul(value, &end, 10);

	if (end == value || *end || seconds > UINT32_MAX)
		return -EINVAL;
	sock_set_accepted_timeout(seconds * NS_PER_S);
	return 0;
}

extern const struct cmdline_word embox_words[];
const struct cmdline_word embox_words[] = {
	{"init", set_init, "init=\"COMMAND ARGS\", what to start; init=sh for a shell"},
	{"suites", suites_choose,
		"suites=NAME, the full name of the one to run, or suites=after:NAME"},
	{"client-timeout", set_client_timeout,
		"client-timeout=SECONDS, how long a client may be silent"},
	{NULL, NULL, NULL},
};

/* The module's start: its words are known by now, all else waits for main(). */
int embox_start(void)
{
	program_start_all();
	return 0;
}

/* Start a line, do not wait for it. */
static void start_line(const char *line)
{
	char sh[] = "sh", option[] = "-c";
	char *argv[] = {sh, option, (char *)(uintptr_t)line, NULL};
	int pid = program_start(sh, argv);

	if (pid < 0)
		log_error("init=\"%s\" does not start (error %d)", line, -pid);
	else
		log_info("started \"%s\" as process %d", line, pid);
}

/* Process `pid` (0: none, it waits for all) ends; whatever else ends meanwhile is reaped. */
static int wait_for(int pid)
{
	int status = 0, ended;

	do
		ended = waitpid(-1, &status, 0);
	while ((ended > 0 && ended != pid) || (ended < 0 && errno == EINTR));
	return ended > 0 ? status : 0;
}

/* Returns the exit status of the command, or 127. */
static int run_in_foreground(char **argv)
{
	int pid = program_start(argv[0], argv);
	int status;

	if (pid < 0) {
		log_error("%s does not start (error %d)", argv[0], -pid);
		return 127;
	}
	tcsetpgrp(STDIN_FILENO, pid);
	status = wait_for(pid);
	tcsetpgrp(STDIN_FILENO, getpid());
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_console_shell(const char *name)
{
	char *argv[] = {(char *)(uintptr_t)name, NULL};

	return run_in_foreground(argv);
}

/* A shell is asked for where there is something to type: in an image with commands. */
static bool has_commands(void)
{
	const struct cmd *cmd;

	cmd_foreach(cmd) return true;
	return false;
}

int main(int argc, char **argv)
{
	bool asked = argc > 1 || n_init_words > 0;
	const char *shell;
	int status = 0;

	(void)runlevel_set(3); /* has said what is wrong; the scripts run all the same */
	asked |= start_has_scripts();
	shell = start_scripts_run();
	if (!shell && !asked && has_commands())
		shell = "sh";
	for (unsigned i = 0; i < n_init_words; i++) {
		if (strcmp(init_words[i], "sh") == 0)
			shell = init_words[i];
		else
			start_line(init_words[i]);
	}
	if (argc > 1)
		status = run_in_foreground(argv + 1);
	if (shell)
		status = run_console_shell(shell);
	wait_for(0);
	return status;
}
