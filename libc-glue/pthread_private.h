/* SPDX-License-Identifier: BSD-2-Clause */
/* What a POSIX thread is, between the files of libc.pthread. */
#ifndef LIBC_GLUE_PTHREAD_PRIVATE_H
#define LIBC_GLUE_PTHREAD_PRIVATE_H

#include <pthread.h>
#include <stdbool.h>

#include "kernel/list.h"

/*
 * What a kernel thread carries for us (thread_set_local). It outlives the thread until that
 * is joined or detached.
 */
struct __pthread {
	struct thread *thread;
	struct list link; /* in its process's list while it may be joined */
	void *(*entry)(void *arg);
	void *arg;
	unsigned refs; /* the thread's own, and one for who may join */
	bool created;  /* by pthread_create(); the others cannot be joined */
	bool detached;
	bool cancelled, uncancellable;
	struct __pthread_cleanup *cleanup; /* the last pushed */
	void *value[PTHREAD_KEYS_MAX];
};

/** The calling thread's record; one is made for a thread that has none. NULL without memory. */
struct __pthread *pthread_record(void);

/** Call the destructors of a thread's values. */
void pthread_destroy_values(struct __pthread *p);

#endif
