/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a process lives: the inside of libc.process.
 *
 *            vfork            exec             last thread ended       waited for
 *   (none) --------> borrows  ------> runs  ---------------------> zombie -------> (none)
 *                    its parent's  \
 *                    thread         `-- _exit, a signal: ends --'
 *
 * The table and all links between tasks are touched with events off, since timers send
 * signals from upcalls.
 */
#ifndef LIBC_GLUE_TASK_H
#define LIBC_GLUE_TASK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/sync.h"
#include "kernel/timer.h"
#include "kernel/util.h"
#include "libc-glue/process.h"
#include "libc-glue/program.h"

#define TASK_ZOMBIES_MAX 16 /* of one parent that does not wait: the oldest goes */
#define TASK_MAX         64 /* that live at a time, the first included: each has a heap */
#define TASK_PID_MAX     32767

/* The words of a command, with its environment: one block of the kernel's heap. */
struct image {
	program_main *main;
	char name[PROCESS_NAME_BYTES];
	int argc;
	char **argv, **env;
};

/* What a thread needs to return a second time from vfork(): arch/pv64/vfork.S, pv32. */
struct vfork_frame {
	uintptr_t regs[8];
};

/* What the parent's thread gets back then. */
struct vfork {
	struct vfork_frame frame;
	int priority;
	unsigned long blocked;
};

/* The C library's variables that belong to a process (library.c). */
struct library {
	char **environ;
	char *optarg;
	int optind, opterr, optopt, opt_at;
};

struct exit_handler;
struct streams;

struct task {
	struct process *process;
	struct list all; /* in the table, by pid */
	struct task *parent;
	struct list children, sibling;
	char name[PROCESS_NAME_BYTES];
	int group, session;
	int nice;
	enum process_state state;
	int status;       /* as waitpid() gives it, once it ends */
	uint64_t n_ended; /* order of the ends among its siblings */
	struct waitq child_ended;
	bool adopted; /* its parent went: nobody waits for it */

	struct image *image, *next_image; /* that it runs; that exec wants */

	bool borrows; /* its parent's thread */
	struct vfork vfork;

	struct library library;
	bool environ_is_ours; /* the array is a block of its heap */
	struct streams *streams;
	struct exit_handler *at_exit; /* the last first */

	unsigned long pending; /* signals */
	struct sigaction actions[_NSIG];
	siginfo_t info[_NSIG];

	struct timer alarm;
	uint64_t alarm_period_ns;
	struct list timers; /* of timer_create() */
};

/** The calling thread's. */
struct task *task_self(void);

/** The first process's, set up at its first use. */
struct task *task_first(void);

/** A new child of the caller, with no threads: its descriptors, environment, directory,
 * signals. NULL with *err set. Context: thread. */
struct task *task_create(int *err);

/** Undo task_create() before anything ran. */
void task_destroy(struct task *t);

/** The task with that pid, or NULL. Events off. */
struct task *task_find(int pid);

/** Call fn for every task with events off, until it returns false. */
void task_for_each(bool (*fn)(struct task *t, void *arg), void *arg);

/** The calling thread acts for another process from now on. */
void task_switch(struct process *p);

/** End the calling process: its threads, then the process. `status` is what waitpid() gives. */
void task_exit(int status) NORETURN;

/** Make another process end the same way, at its next safe point. Events off. */
void task_end(struct task *t, int status);

/** Take an ended process out of the table and free it. Events off. */
void task_forget(struct task *t);

/** Threads of a process that have not ended. */
unsigned task_threads(const struct process *p);

/** The calling thread, of a process that is ending, ends. */
void task_thread_end(void) NORETURN;

/** Copy words and environment into an image; NULL with *err -E2BIG or -ENOMEM. */
struct image *image_create(program_main *main, const char *name, char *const argv[],
	char *const env[], int *err);
void image_destroy(struct image *i);

/** Start the first thread of a task with an image, which it takes over. 0 or -ENOMEM. */
int task_start(struct task *t, struct image *i);

/** The image replaces what the calling process runs, or, after vfork(), what its parent runs.
 * Returns only on failure. */
int task_exec(struct image *i);

/** Make a process as exec() leaves it: what was of its old program is gone. */
void task_renew(struct task *t);

/** The priority of a process's threads. */
int task_priority(const struct task *t);

/* --- vfork.c, arch ---------------------------------------------------------------------- */

/** Go back to where vfork() was called, with this result. */
void arch_vfork_return(const struct vfork_frame *frame, int result) NORETURN;

/** The caller's thread, in its own process again, returns from vfork() with the child's pid. */
void vfork_resume(const struct vfork *v, int pid) NORETURN;

/* --- library.c, stdio, environment ------------------------------------------------------ */

/** The library's variables become those of a process; NULL: of none, those there are dropped. */
void library_load(struct task *t);
void library_reset(struct task *t);

/** Streams 0, 1 and 2 of a new process. 0 or -ENOMEM. */
int streams_create(struct task *t);
/** The same streams for another program. */
void streams_reset(struct task *t);
/** The program starts: from here on a terminal is told from other files. */
void streams_begin(struct task *t);
/** Write out what streams hold back. Context: a thread of the process. */
void streams_flush(struct task *t);
/** Drop them; the memory of those that the program opened goes with the heap. */
void streams_destroy(struct task *t);

/** Run and forget the handlers of exit(). */
void exit_handlers_run(struct task *t);

/* --- signals ---------------------------------------------------------------------------- */

/** Handlers that a child inherits; what exec leaves of them. */
void signal_copy(struct task *to, const struct task *from);
void signal_exec(struct task *t);

/** Send to a task; info may be NULL. Events off. */
void signal_send(struct task *t, int sig, const siginfo_t *info);

/** The calls under sigqueue(), pthread_kill(), sigaction(), sigprocmask(), sigpending(). */
int signal_queue(int pid, int sig, union sigval value);
int signal_thread(struct thread *thread, int sig);
int signal_action(int sig, const struct sigaction *act, struct sigaction *old);
int signal_mask(int how, const sigset_t *set, sigset_t *old);
unsigned long signal_pending(void);

/** Sleep until a handler has run, with another mask meanwhile unless NULL. Returns -EINTR. */
int signal_suspend(const sigset_t *mask);

/** Wait for one of a set, which is taken. Returns its number, -ETIMEDOUT or -EINTR. */
int signal_wait(unsigned long set, siginfo_t *info, uint64_t deadline_ns);

/** Stop alarm() and timer_create()'s. */
void signal_timers_stop(struct task *t);

/** What posix_attend() does for signals. */
bool signal_attend(void);

#endif
