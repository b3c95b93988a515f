/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shell's language, one pipeline at a time:
 *
 *     cat < a.txt | sort > b.txt 2>&1 && echo "$HOME: done" ; sleep 10 &
 *     \_________ pipeline __________/    \_ pipeline ____/   \_ pipeline _/
 *
 * 'x' keeps everything, "x" all but \\ \" \$ and variables; a backslash outside of quotes
 * keeps the next character. $NAME ${NAME} $? are replaced, and not split again. A # that
 * begins a word begins a comment. There are no patterns and no compound commands.
 */
#ifndef EMBOX_SHELL_PARSE_H
#define EMBOX_SHELL_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#define SHELL_ARGS_MAX     64   /* words of one command */
#define SHELL_COMMANDS_MAX 8    /* of one pipeline */
#define SHELL_WORDS_BYTES  2048 /* of all words of one pipeline */

/* What comes behind a pipeline: when the next one runs. */
enum shell_next { SHELL_ALWAYS, SHELL_IF_OK, SHELL_IF_NOT, SHELL_AT_ONCE /* & */ };

struct shell_command {
	char *argv[SHELL_ARGS_MAX + 1];
	int argc;
	const char *in, *out, *err; /* files, or NULL */
	bool append, append_err;    /* to out and err */
	bool err_to_out;            /* 2>&1 */
};

struct shell_pipeline {
	struct shell_command commands[SHELL_COMMANDS_MAX];
	int n_commands;
	enum shell_next next;
	const char *problem; /* what is wrong, after -EINVAL */
	char words[SHELL_WORDS_BYTES];
	size_t n_words_bytes;
};

/**
 * Take the first pipeline of a line.
 *
 * @value  gives the value of a variable, "?" too, or NULL for none
 * Returns where the line goes on; 0 commands at its end or before a comment. NULL when it
 * makes no sense: p->problem says why.
 * Context: any.
 */
const char *shell_parse(const char *line, struct shell_pipeline *p,
	const char *(*value)(void *arg, const char *name), void *arg);

#endif
