/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that the tests of processes start, and how they do. */
#ifndef TESTS_BOOT_PROCESS_PROGRAMS_H
#define TESTS_BOOT_PROCESS_PROGRAMS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Set by programs: all of them share memory with the tests. */
extern volatile int program_steps;

/* Recursive; "sleep lock" takes it twice. */
extern pthread_mutex_t program_lock;

/** Make the programs known to execv(). */
void programs_start(void);

/** vfork() and execv(): the child's pid, or -1. Words end with NULL. */
pid_t run_program(const char *name, ...);

/** The status with which a program ended, as waitpid() gives it; -1 if it could not be had. */
int status_of(pid_t pid);

/** Wait (at most 5 s) until *flag is at least n. */
bool reached(const volatile int *flag, int n);

/** What must be as before when all children are gone. */
struct footprint {
	size_t free_pages, kernel_blocks;
	unsigned threads, processes, files;
};
struct footprint footprint(void);

#endif
