/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One user of the shell: a console, a remote terminal, a script. It belongs to the process
 * that runs it; commands get processes of their own.
 */
#ifndef EMBOX_SHELL_SESSION_H
#define EMBOX_SHELL_SESSION_H

#include <stdbool.h>
#include <sys/types.h>

#include "embox/shell/line.h"
#include "embox/shell/parse.h"

#define SESSION_JOBS_MAX 16

/* What was started with &. */
struct session_job {
	pid_t pid; /* 0: free */
	char *text;
};

struct session {
	int status; /* of the last command; 128 + n when signal n ended it */
	bool leaving;
	bool interactive; /* a terminal: commands in the foreground get Ctrl-C */
	struct session_job jobs[SESSION_JOBS_MAX];
	struct line_history history;
	struct shell_pipeline pipeline; /* the one that runs */
	char number[16];                /* the value of $? */
};

/** A session for lines that do not come from a terminal, or NULL without memory. */
struct session *session_create(bool interactive);
void session_destroy(struct session *s);

/**
 * Run one line: every pipeline in it. What makes no sense is said on stderr, and is status
 * 2.
 *
 * Returns the status of the last command. Context: thread, sleeps.
 */
int session_line(struct session *s, const char *line);

/** Run the lines of a file. Returns the last status, or -errno. Context: thread, sleeps. */
int session_file(struct session *s, const char *path);

/** Read lines from descriptor 0 and run them until "exit". Returns the last status. */
int session_read(struct session *s);

/* --- exec.c --- */

/** Run s->pipeline; `text` is what a job is called. Sets s->status. */
void session_run_pipeline(struct session *s, const char *text);

/** Say which jobs have ended. Context: thread. */
void session_reap(struct session *s);

/** Wait for all jobs to end. Context: thread, sleeps. */
void session_wait_jobs(struct session *s);

/* --- builtin.c --- */

/* Commands that change the shell's own process. */
struct session_builtin {
	const char *name;
	const char *arguments, *brief;
	int (*run)(struct session *s, int argc, char **argv); /* the status */
};

/** The built-in command of that name, or NULL. Context: any. */
const struct session_builtin *session_builtin(const char *name);

/** All of them; a NULL name ends the table. */
extern const struct session_builtin session_builtins[];

/* --- complete.c --- */

/** What the word from start to end could become: a command's name or a path. */
void session_complete(
	struct line_matches *to, const char *text, size_t start, size_t end);

#endif
