/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines that readline() offers again. */
#ifndef READLINE_HISTORY_H
#define READLINE_HISTORY_H

/** Remember a line; it is copied. */
void add_history(const char *line);

/** Keep the newest `max` lines from now on. */
void stifle_history(int max);

/** Lines from a file, and to one. Returns 0 or an errno number. */
int read_history(const char *file);
int write_history(const char *file);

#endif
