/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pseudo terminals: a terminal whose keys and screen are an open file, the master, in the hands of another program
 * (a telnet server, say).
 *
 *     server: write(master) --> keys --> line discipline --> read(slave): program
 *     server: read(master) <-- queue <-- line discipline <-- write(slave): program
 */
#ifndef LIBC_GLUE_PTY_H
#define LIBC_GLUE_PTY_H

#include "libc-glue/tty.h"

#define PTY_MAX 32 /* at one time */

/**
 * Make a pair.
 *
 * @fds    gets the master and the slave
 * @flags  O_NONBLOCK, for both; O_CLOEXEC
 * Returns 0, -ENOMEM, -EMFILE; -ENOSPC when there are PTY_MAX.
 * When the last open slave is closed the master reads 0 bytes and writes give -EIO. When the master is closed the
 * slave's terminal is hung up.
 * Context: thread.
 */
int pty_open(int fds[2], int flags);

/** Make a master alone, for posix_openpt(). Returns its descriptor or -errno as pty_open(). */
int pty_open_master(int flags);

/** Open the slave with that number. Returns the file with a reference for the caller, or NULL. */
struct file *pty_open_slave(unsigned number, int flags);

/** The number of the pair that the open file is the master of; -ENOTTY when it is none. */
int pty_number(struct file *master);

/** Pairs that exist: their foreground processes, by number; -1 where there is none. Returns PTY_MAX. */
int pty_list(int foreground[PTY_MAX]);

#endif
