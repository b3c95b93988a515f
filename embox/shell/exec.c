/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a pipeline. A command finds its files and pipes as descriptors 0, 1 and 2: the
 * shell puts them there in its own table, starts the process, which gets copies, and puts
 * back what was there.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embox/program.h"
#include "embox/shell/session.h"

#define KEPT_FROM      10 /* where the shell's own descriptors wait */
#define STATUS_MISSING 127
#define STATUS_REFUSED 126

/* The shell's descriptors 0, 1, 2 while a command's are in their places; -1: untouched. */
struct kept {
	int fds[3];
};

static void keep(struct kept *k, int fd)
{
	if (k->fds[fd] < 0)
		k->fds[fd] = fcntl(fd, F_DUPFD_CLOEXEC, KEPT_FROM);
}

static void put_back(struct kept *k)
{
	for (int fd = 0; fd < 3; fd++) {
		if (k->fds[fd] >= 0) {
			dup2(k->fds[fd], fd);
			close(k->fds[fd]);
		}
	}
}

/* `from` becomes fd, and is closed. */
static void place(struct kept *k, int fd, int from)
{
	keep(k, fd);
	dup2(from, fd);
	close(from);
}

static int place_file(struct kept *k, int fd, const char *path, int flags)
{
	int file = open(path, flags | O_CLOEXEC, 0666);

	if (file < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	place(k, fd, file);
	return 0;
}

static int place_files(struct kept *k, const struct shell_command *c)
{
	int how = O_WRONLY | O_CREAT;

	if (c->in && place_file(k, 0, c->in, O_RDONLY) < 0)
		return -1;
	if (c->out &&
		place_file(k, 1, c->out, how | (c->append ? O_APPEND : O_TRUNC)) < 0)
		return -1;
	if (c->err &&
		place_file(k, 2, c->err, how | (c->append_err ? O_APPEND : O_TRUNC)) < 0)
		return -1;
	if (c->err_to_out) {
		keep(k, 2);
		dup2(1, 2);
	}
	return 0;
}

/* Returns the pid, or the negative status. */
static int start(const struct shell_command *c)
{
	int pid = program_start(c->argv[0], c->argv);

	if (pid == -ENOENT) {
		fprintf(stderr,
			"%s: there is no such command; `help` lists what there is\n",
			c->argv[0]);
		return -STATUS_MISSING;
	}
	if (pid < 0) {
		fprintf(stderr, "%s: %s\n", c->argv[0], strerror(-pid));
		return -STATUS_REFUSED;
	}
	return pid;
}

/* Returns a pid, 0 after a built-in command, or the negative status. */
static int run_command(struct session *s, struct shell_command *c)
{
	const struct session_builtin *builtin = session_builtin(c->argv[0]);

	if (!builtin)
		return start(c);
	s->status = builtin->run(s, c->argc, c->argv);
	fflush(stdout);
	return 0;
}

static int status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What the user may not know: a command that was ended from outside. */
static void tell_signal(int status)
{
	if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGPIPE)
		return;
	if (WTERMSIG(status) == SIGINT)
		fputc('\n', stderr); /* behind the ^C */
	else
		fprintf(stderr, "ended by signal %d\n", WTERMSIG(status));
}

static void wait_for(struct session *s, const int *pids, int n, bool last_counts)
{
	for (int i = 0; i < n; i++) {
		int status, pid;

		do
			pid = waitpid(pids[i], &status, 0);
		while (pid < 0 && errno == EINTR);
		if (pid <= 0 || i < n - 1 || !last_counts)
			continue;
		s->status = status_of(status);
		tell_signal(status);
	}
}

static void add_job(struct session *s, int pid, const char *text)
{
	for (int i = 0; i < SESSION_JOBS_MAX; i++) {
		struct session_job *job = &s->jobs[i];

		if (job->pid)
			continue;
		job->text = strdup(text);
		job->pid = pid;
		if (s->interactive)
			printf("[%d] process %d\n", i + 1, pid);
		return;
	}
	fprintf(stderr, "process %d is one job too many to tell of its end\n", pid);
}

/*
 * One command between its pipes. `input` is the pipe from the one before, or -1; *output
 * gets the pipe to the next, or -1 after the last.
 */
static int run_in_place(
	struct session *s, struct shell_command *c, int input, bool last, int *output)
{
	struct kept kept = {{-1, -1, -1}};
	int ends[2], result = -1;

	*output = -1;
	if (input >= 0)
		place(&kept, 0, input);
	if (!last && pipe(ends) == 0) {
		fcntl(ends[0], F_SETFD, FD_CLOEXEC);
		*output = ends[0];
		place(&kept, 1, ends[1]);
	}
	if (!last && *output < 0)
		fprintf(stderr, "no pipe: %s\n", strerror(errno));
	else if (place_files(&kept, c) == 0)
		result = run_command(s, c);
	put_back(&kept);
	return result;
}

void session_run_pipeline(struct session *s, const char *text)
{
	struct shell_pipeline *p = &s->pipeline;
	int pids[SHELL_COMMANDS_MAX], n = 0, input = -1, result = 0;

	fflush(stdout);
	for (int i = 0; i < p->n_commands; i++) {
		bool last = i == p->n_commands - 1;

		result = run_in_place(s, &p->commands[i], input, last, &input);
		if (result > 0)
			pids[n++] = result;
		else if (result < 0)
			s->status = -result;
	}
	if (input >= 0)
		close(input);
	if (n == 0)
		return;
	if (p->next == SHELL_AT_ONCE) {
		add_job(s, pids[n - 1], text);
		s->status = 0;
		return;
	}
	if (s->interactive)
		tcsetpgrp(STDIN_FILENO, pids[n - 1]);
	wait_for(s, pids, n, result > 0);
	if (s->interactive)
		tcsetpgrp(STDIN_FILENO, getpid());
}

static void job_ended(struct session *s, struct session_job *job, int status)
{
	if (s->interactive)
		printf("[%d] ended, status %d: %s\n", (int)(job - s->jobs) + 1,
			status_of(status), job->text ? job->text : "");
	free(job->text);
	job->text = NULL;
	job->pid = 0;
}

/* Others than the named job: commands of a pipeline in the background. */
static bool reap(struct session *s, int options)
{
	int status, pid;

	do
		pid = waitpid(-1, &status, options);
	while (pid < 0 && errno == EINTR);
	for (int i = 0; i < SESSION_JOBS_MAX && pid > 0; i++) {
		if (s->jobs[i].pid == pid)
			job_ended(s, &s->jobs[i], status);
	}
	return pid > 0;
}

void session_reap(struct session *s)
{
	while (reap(s, WNOHANG))
		;
	fflush(stdout);
}

void session_wait_jobs(struct session *s)
{
	while (reap(s, 0))
		;
	fflush(stdout);
}
