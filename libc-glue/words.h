/* SPDX-License-Identifier: BSD-2-Clause */
/* A line as words. */
#ifndef LIBC_GLUE_WORDS_H
#define LIBC_GLUE_WORDS_H

/**
 * Cut a line into words in place: blanks part them; quotes and backslashes keep blanks, and
 * within single quotes a backslash is one.
 *
 * @words  room for max words and the NULL behind them
 * Returns how many, or -E2BIG.
 */
int words_split(char *line, char **words, int max);

#endif
