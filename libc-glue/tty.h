/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Terminals: a line discipline (ldisc.h) with waiting, open files and a foreground process.
 *
 *     Xen's console <--> tty_console.c --+
 *                                        +-- struct tty --- struct file, struct file... of programs
 *     master of a pty <--> pty.c --------+
 *
 * A terminal that the module libc.terminal is linked for is the console: descriptors 0, 1 and 2 of the first
 * process then mean it. Without that module they mean the bare console (console_file.h).
 */
#ifndef LIBC_GLUE_TTY_H
#define LIBC_GLUE_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/types.h>

#include "kernel/sync.h"
#include "libc-glue/fd.h"
#include "libc-glue/ldisc.h"

struct tty;

/* What is behind a terminal. Called with its lock held. */
struct tty_ops {
	/* Text for the screen; what is too much for it is dropped. */
	void (*output)(struct tty *t, const char *text, size_t len);
	/* Bytes that output() takes now; missing = any number. */
	size_t (*room)(struct tty *t);
	/* A program has read: there is room for keys. May be missing. */
	void (*input_taken)(struct tty *t);
	/* A file has been opened. Called without the lock; may be missing. */
	void (*opened)(struct tty *t);
	/* An open file is gone; may free the terminal. Called without the lock; may be missing. */
	void (*closed)(struct tty *t);
};

#define TTY_NAME_BYTES 16 /* of "/dev/pts/N" */

struct tty {
	struct ldisc line;
	const struct tty_ops *ops;
	struct mutex lock;
	struct cond changed;
	struct list files; /* struct tty_file */
	struct winsize size;
	int foreground; /* pid that keys signal; 0 = nobody */
	bool hung_up;
	char name[TTY_NAME_BYTES];
};

/** Prepare a terminal with the usual settings, 80 by 25, no foreground process. @name is what ttyname() gives. */
void tty_init(struct tty *t, const struct tty_ops *ops, const char *name);

/**
 * Open a terminal.
 *
 * @flags  O_RDWR and its like, O_NONBLOCK
 * Returns the file with a reference for the caller, or NULL without memory.
 */
struct file *tty_open(struct tty *t, int flags);

/** The terminal of an open file, or NULL when it is none. */
struct tty *tty_of_file(struct file *f);

/**
 * Keys were typed. Those that mean a signal send it to the foreground process.
 *
 * Returns how many were taken: fewer than n only when programs do not read.
 * Context: thread.
 */
size_t tty_input(struct tty *t, const char *keys, size_t n);

/** The other side is gone: SIGHUP to the foreground process, reads give 0, writes -EIO. Context: thread. */
void tty_hangup(struct tty *t);

/** Say which process Ctrl-C is for; 0 = none. tcsetpgrp() on any open file of the terminal does the same. */
void tty_set_foreground(struct tty *t, int pid);

/** The operations of an open terminal, for the master of a pty, which answers to the same questions. */
int tty_ioctl(struct tty *t, unsigned long request, void *arg);

/** Room on the screen has come back: writers go on. Under the lock. */
void tty_output_taken(struct tty *t);

/** Xen's console as a terminal; NULL when the image does not have the module libc.terminal. */
struct tty *tty_console(void) __attribute__((weak));

/** Module start: the terminals in /dev. Returns 0. */
int tty_devices_start(void);

/** Module start: the console becomes a terminal, and what the first process has open on the console is that one. */
int tty_console_start(void);

#endif
