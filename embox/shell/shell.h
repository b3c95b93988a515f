/* SPDX-License-Identifier: BSD-2-Clause */
/* Our shell as a program. */
#ifndef EMBOX_SHELL_SHELL_H
#define EMBOX_SHELL_SHELL_H

/**
 * sh              read lines from descriptor 0
 * sh -c LINE      run a line
 * sh FILE         run the lines of a file
 *
 * Returns the status of the last command. Context: thread, of the process that it is.
 */
int shell_main(int argc, char **argv);

/** Run one line in a session of its own. Returns its status. Context: thread, sleeps. */
int shell_line(const char *line);

#endif
