/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of text that is edited key by key. No input or output of its own: bytes of keys
 * go in, bytes for the terminal come out through `put`.
 *
 *     $ ls /ww|w          ^A ^E home end   ^B ^F left right   M-b M-f ctrl-arrows: a word
 *         \____ cursor    ^H ^D delete     ^W M-d a word   ^U ^K all before, behind
 *                         ^P ^N up down    earlier lines   Tab completes   ^L clears
 *
 * A line that is wider than the terminal is shown in part, so that one row is enough.
 */
#ifndef EMBOX_SHELL_LINE_H
#define EMBOX_SHELL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_BYTES   512 /* the longest line, with its NUL */
#define LINE_COLUMNS 80  /* of a terminal that does not say */

/* The lines that were entered, oldest first. */
struct line_history {
	char **lines;
	size_t n, max; /* max 0: 64 */
};

/* What the word at the cursor could become. */
struct line_matches {
	char **words;
	size_t n;
};

enum line_state {
	LINE_EDITED,      /* goes on */
	LINE_ENTERED,     /* the return key: text is complete */
	LINE_INTERRUPTED, /* Ctrl-C */
	LINE_CLOSED,      /* Ctrl-D on an empty line */
};

struct line {
	char text[LINE_BYTES];
	size_t len, cursor; /* bytes */
	const char *prompt;
	size_t columns;

	/* All NULL or set by the caller. */
	struct line_history *history;
	void (*complete)(
		struct line_matches *to, const char *text, size_t start, size_t end);
	void (*put)(void *arg, const char *text, size_t len_bytes);
	void *arg;

	/* private */
	size_t at_history; /* history->n: the new line */
	char draft[LINE_BYTES];
	char escape[8];
	size_t n_escape;
};

/**
 * Begin a new line and show the prompt. Keeps history, complete, put, arg and columns.
 *
 * @prompt  stays valid while the line is edited
 * Context: thread.
 */
void line_begin(struct line *l, const char *prompt);

/** Take one byte of a key. Context: thread. */
enum line_state line_key(struct line *l, char key);

/** Show the prompt and the line anew, where the cursor is. Context: thread. */
void line_show(struct line *l);

/**
 * Remember a line, unless it is empty or like the last.
 *
 * Returns 0 or -ENOMEM. Context: thread.
 */
int line_history_add(struct line_history *h, const char *text);

/** Keep no more than the newest `max` lines from now on. Context: thread. */
void line_history_limit(struct line_history *h, size_t max);

/** Add a word to what the completion offers; a copy. Returns 0 or -ENOMEM. */
int line_matches_add(struct line_matches *m, const char *word);

/* --- line_read.c: on descriptors --- */

/**
 * Edit a line on descriptors 0 and 1, as a terminal in raw mode while it lasts.
 *
 * Returns LINE_ENTERED, LINE_INTERRUPTED, or LINE_CLOSED also when the input has ended;
 * the line feed has been shown. Context: thread, sleeps.
 */
enum line_state line_read(struct line *l, const char *prompt);

#endif
