/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain's console on this terminal: what it prints goes to stdout, what is typed goes
 * to it key by key. Ctrl-C stays ours.
 */
#ifndef HOST_TERMINAL_H
#define HOST_TERMINAL_H

#include <stddef.h>

/**
 * Begin to read stdin, in raw mode if it is a terminal that we may read; the mode is
 * put back by terminal_stop(), at exit, and by terminal_restore_at_once().
 *
 * @type  gives the domain bytes; returns how many it has taken
 * @hold  asks the domain's console to keep what it prints for now, or to go on
 */
void terminal_start(
	size_t (*type)(const char *text, size_t bytes), void (*hold)(_Bool on));

void terminal_stop(void);

/** The same from a signal handler that may use nothing of the C library. */
void terminal_restore_at_once(void);

/** Print what comes from the domain: a consoled_sink. */
void terminal_print(void *arg, const char *text, size_t bytes);

#endif
