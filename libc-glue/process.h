/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process: what POSIX calls act upon besides their arguments. Threads point to theirs
 * (kernel/thread.h). The first is there from the boot on; with the module libc.process
 * there are more (program.h), and each has a `struct task` that says how it lives.
 */
#ifndef LIBC_GLUE_PROCESS_H
#define LIBC_GLUE_PROCESS_H

#include "libc-glue/fd.h"

struct heap;
struct task; /* task.h */

struct process {
	int pid;
	struct fd_table fds;
	struct inode *cwd; /* counted; NULL = the root */
	mode_t umask;      /* bits that a new file does not get */
	struct heap *heap; /* made by the first malloc(); goes with the process */
	struct task *task; /* NULL without libc.process */
	bool ending;       /* its threads end where they next come by */

	/* Threads that may still be joined: records of libc.pthread. */
	struct list joinable;
};

/* What libc.pthread forgets when a process has ended: set where that is linked. */
extern void (*process_forget_threads)(struct process *p);

/* What libc.mmap unmaps when a process has ended: set once something is mapped. */
extern void (*process_unmap)(struct process *p);

/** The calling thread's process. */
struct process *process_self(void);

/** The process that boot made. */
struct process *process_first(void);

/** Where malloc() of the calling process takes from; NULL without memory. */
struct heap *process_heap(void);

/** Make the first process, with the console as descriptors 0, 1 and 2, and put the calling
 * thread into it. */
int process_start(void);

/** Close everything it has open. Context: thread, may sleep. */
void process_close_all(struct process *p);

#endif
