/* SPDX-License-Identifier: BSD-2-Clause */
/* Command lines as words. */
#ifndef CMD_CMDLINE_H
#define CMD_CMDLINE_H

/**
 * Split a line at its blanks, in place. 'single' quotes keep everything between them,
 * "double" ones all but \\ \" and \$. A quote that is not closed ends with the line.
 *
 * @line  overwritten; the words stay in it
 * @argv  gets the words and a NULL: room for half the length of the line, and two
 * Returns how many words. Context: any.
 */
int cmdline_tokenize(char *line, char **argv);

#endif
