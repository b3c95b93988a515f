/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line discipline: between the keys of a terminal and the program that reads lines, and between what the program
 * writes and the terminal. Plain computation: no locks, no waiting (tty.c has those).
 *
 *     key --ldisc_input()--> edited line | finished lines | --ldisc_read()--> program
 *               |
 *               +-- echo, and a signal for Ctrl-C and its like
 *     terminal <---- line ends, tabs ----- ldisc_output() <---- program
 *
 * Input waits in one ring. In canonical mode a program gets what lies before `ready`, line by line; behind it is the
 * line that is still edited:
 *
 *     first..............ready............end
 *     | lines, each with | the line that   |
 *     | its end marked   | is typed now    |
 */
#ifndef LIBC_GLUE_LDISC_H
#define LIBC_GLUE_LDISC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#define LDISC_BYTES 1024 /* of input that wait; a power of two; the longest line, too */

struct ldisc {
	struct termios set;
	/* Text for the terminal: echo, and what ldisc_output() made. */
	void (*emit)(struct ldisc *l, const char *text, size_t len);
	bool newline_is_done; /* the terminal's driver turns NL into CR NL itself */

	char bytes[LDISC_BYTES];
	uint8_t line_end[LDISC_BYTES / 8]; /* this byte ends a line */
	uint8_t no_byte[LDISC_BYTES /
			8];         /* end of file: it ends a line and is not given */
	unsigned first, ready, end; /* free-running */

	unsigned column;      /* of the terminal */
	unsigned line_column; /* where the line that is typed began */
	bool literal;         /* VLNEXT: the next key means itself */
	bool stopped;         /* VSTOP was typed: output waits */
};

/** Empty, with the usual settings: lines with echo, signals, CR becomes NL. */
void ldisc_init(struct ldisc *l, void (*emit)(struct ldisc *, const char *, size_t));

/**
 * A key was typed.
 *
 * Returns the signal that it stands for (SIGINT, SIGQUIT, SIGTSTP), or 0.
 * Source: POSIX, 11.1 "Interface characteristics", 11.1.9 "Special characters".
 */
int ldisc_input(struct ldisc *l, char key);

/**
 * What a program's read gets now: in canonical mode at most one line.
 *
 * Returns the number of bytes, 0 at an end of file, -EAGAIN when nothing is ready.
 */
ssize_t ldisc_read(struct ldisc *l, char *buf, size_t len);

/** Is something ready (raw mode: at least min bytes)? */
bool ldisc_readable(const struct ldisc *l, size_t min);

/** Bytes ready. */
size_t ldisc_n_ready(const struct ldisc *l);

/** Can a key still be taken? In canonical mode it always can: what is too long for a line is refused with a bell. */
bool ldisc_has_room(const struct ldisc *l);

/** A program's text goes to the terminal. Each byte becomes at most LDISC_EXPANSION. */
void ldisc_output(struct ldisc *l, const char *text, size_t len);
#define LDISC_EXPANSION 8

/** New settings; @flush forgets the input that waits. */
void ldisc_set(struct ldisc *l, const struct termios *set, bool flush);

/** Forget the input that waits. */
void ldisc_flush(struct ldisc *l);

#endif
