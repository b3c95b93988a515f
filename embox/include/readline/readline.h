/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor under the names of GNU readline, as far as programs here use them. */
#ifndef READLINE_READLINE_H
#define READLINE_READLINE_H

/* Gives the n-th word that begins with text, from malloc(), or NULL after the last. */
typedef char *rl_compentry_func_t(const char *text, int n);
/* Gives all words for the text from start to end of the line: rl_completion_matches(). */
typedef char **rl_completion_func_t(const char *text, int start, int end);
typedef int rl_command_func_t(int count, int key);

extern rl_completion_func_t *rl_attempted_completion_function;
extern rl_compentry_func_t *rl_completion_entry_function; /* when that gives NULL */

/** Nothing to do: kept for programs that call it. */
void readline_init(void);

/**
 * Edit a line on descriptors 0 and 1.
 *
 * Returns it without the line feed, for readline_free() or free(). NULL when there is no
 * more, and with errno EAGAIN after Ctrl-C.
 * Context: thread, sleeps.
 */
char *readline(const char *prompt);
void readline_free(char *line);

/**
 * Give a key a function. The tab key can have rl_complete, and has it from the beginning;
 * there are no others. Returns 0, or -1 for all else.
 */
int rl_bind_key(int key, rl_command_func_t *function);
int rl_complete(int count, int key);

/**
 * Words from a generator: [0] is what they have in common, then each, then NULL; all from
 * malloc(). NULL when there are none.
 */
char **rl_completion_matches(const char *text, rl_compentry_func_t *generator);

/** A generator of paths. */
char *rl_filename_completion_function(const char *text, int n);

#endif
