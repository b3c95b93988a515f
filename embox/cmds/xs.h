/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the command xs. */
#ifndef EMBOX_CMDS_XS_H
#define EMBOX_CMDS_XS_H

/**
 * Show each change at a node or below it.
 *
 * @count  how many, the first report included, which comes at once; 0 = until a signal
 * Returns 0 or -errno. Context: thread, sleeps.
 */
int xs_watch(const char *path, unsigned long count);

/** Say what went wrong with a path; returns the exit status. */
int xs_complain(const char *path, int error);

#endif
