/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several programs in one image, each in a process of its own: what the shell, the start
 * script and `ps` call. The POSIX names are vfork(), execv(), waitpid(), kill().
 *
 * All processes share the address space and the page table; the module libc.process keeps
 * apart what POSIX says a process has: descriptors, environment, working directory, heap,
 * streams, signals. An image without that module has one process.
 */
#ifndef LIBC_GLUE_PROGRAM_H
#define LIBC_GLUE_PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

typedef int program_main(int argc, char **argv);

#define PROCESS_NAME_BYTES 32
#define PROCESS_ARGS_MAX   256   /* words of one command */
#define PROCESS_ARGS_BYTES 65536 /* of arguments and environment together */

/**
 * Say what execv(path) starts: fn gives the main function of a path or a command's name,
 * or NULL. It replaces what was said before. Context: thread.
 */
void program_set_lookup(program_main *(*fn)(const char *path));

/** What execv(path) would start, or NULL. */
program_main *program_find(const char *path);

/**
 * Start a program in a new child of the calling process, with copies of its descriptors
 * (not of those that close on exec), of its environment and its working directory.
 *
 * @name  for reports; copied
 * @argv  copied, with all its strings, before the call returns; ends with NULL
 * Returns the child's pid, -EAGAIN when there are too many processes, -E2BIG or -ENOMEM.
 * Context: thread.
 */
int process_spawn(program_main *main, const char *name, char *const argv[]);

/**
 * Wait for the end of a child: pid > 0 that one, -1 any, 0 any of the caller's group, < -1
 * any of the group -pid.
 *
 * @status   as waitpid(2) has it; may be NULL
 * @options  WNOHANG
 * Returns the pid, 0 for WNOHANG while none has ended, -ECHILD, -EINTR or -EINVAL.
 * Context: thread, may sleep.
 */
int process_wait(int pid, int *status, int options);

/**
 * Send a signal to a process (pid > 0), to every one of a group (0: the caller's, < -1:
 * -pid), or to all but the first (-1). Signal 0 only asks.
 *
 * Returns 0, -ESRCH, -EINVAL. Context: thread or upcall.
 */
int process_signal(int pid, int sig);

enum process_state { PROCESS_RUNS, PROCESS_ENDS, PROCESS_ZOMBIE };

struct process_info {
	int pid, parent, group, session;
	enum process_state state;
	int priority; /* of its threads, as kernel/thread.h has it */
	unsigned n_threads, n_files;
	size_t heap_bytes,
		heap_pages; /* of the first process: all of the kernel's heap */
	char name[PROCESS_NAME_BYTES];
};

/**
 * Call fn for every process, in the order of their numbers, until it returns other than 0;
 * returns that, else 0. fn may sleep, and may start and end processes.
 */
int process_foreach(int (*fn)(const struct process_info *info, void *arg), void *arg);

#endif
