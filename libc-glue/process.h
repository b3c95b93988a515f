/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process: what POSIX calls act upon besides their arguments. Threads point to theirs (kernel/thread.h); there is
 * one so far, and nothing here relies on that.
 */
#ifndef LIBC_GLUE_PROCESS_H
#define LIBC_GLUE_PROCESS_H

#include "libc-glue/fd.h"

struct process {
	int pid;
	struct fd_table fds;
	struct inode *cwd; /* counted; NULL = the root */
	mode_t umask;      /* bits that a new file does not get */
	char **environment;
};

/** The calling thread's process. */
struct process *process_self(void);

/** Make the first process, with the console as descriptors 0, 1 and 2, and put the calling thread into it. */
int process_start(void);

/** Close everything it has open. Context: thread, may sleep. */
void process_close_all(struct process *p);

#endif
