/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a thread, and the scheduler's side of sleeping and waking: for sched.c,
 * thread.c and sync.c only.
 *
 *              sched_wake                 picked
 *   SLEEPING ------------->  READY  ------------------>  RUNNING ----> DEAD
 *       ^                      ^      <------------------   |
 *       |                      |       slice over, yield,   |
 *       |                           more urgent thread ready|
 *       +--------------------------- sched_sleep -----------+
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "arch/arch.h"
#include "kernel/irq.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "kernel/timer.h"

enum thread_state { THREAD_RUNNING, THREAD_READY, THREAD_SLEEPING, THREAD_DEAD };

#define THREAD_NAME_BYTES 16

struct thread {
	struct arch_context context;

	/* sched.c */
	enum thread_state state;
	int priority;          /* that it runs with: its own, or what it inherits */
	struct list link;      /* READY: in a run queue; SLEEPING: in a wait queue */
	uint64_t slice_end_ns; /* while another thread of its priority is ready */
	bool slice_over;
	bool unsliced;

	/* sync.c */
	struct waitq *sleeps_on; /* NULL once woken */
	int wake_result;         /* 0 or -ETIMEDOUT, set by whoever wakes it */
	struct timer alarm;      /* the deadline of its sleep */
	int own_priority;
	struct mutex *wants; /* the mutex that it sleeps for */
	bool insists;        /* handed a mutex, it is the owner and no heir */
	struct list holds;   /* mutexes */
	bool interrupted;    /* its next sleep ends at once */

	/* thread.c */
	struct list all;
	char name[THREAD_NAME_BYTES];
	void *(*entry)(void *arg);
	void *arg;
	void *result;
	void *stack; /* above the guard page; NULL = the boot stack */
	size_t stack_pages;
	unsigned refs; /* the creator's and, until it has left its stack, its own */
	bool ended;
	struct waitq end;
	struct process *process;
	bool attention; /* from thread_interrupt() to thread_attend() */
	struct thread_signals signals;
	void *local;
	void (*local_destroy)(void *local);
};

extern struct thread *sched_current;
extern const struct thread_hooks *sched_hooks; /* NULL = nobody wants to know */

/** Start scheduling with the running code as the idle thread. */
void sched_init(struct thread *idle);

/** The first thing that a new thread does: finish the switch to it, events on. */
void sched_enter(void);

/**
 * Put the calling thread to sleep (or to death, when it is DEAD already); returns when
 * woken. Events off.
 */
void sched_sleep(void);

/**
 * Make a sleeping or new thread ready. It runs at once if it is more urgent, when events
 * are on. Events off.
 */
void sched_wake(struct thread *t);

/** Change the priority that a thread runs with, wherever it is queued. Events off. */
void sched_set_priority(struct thread *t, int priority);

/** True where sleeping is allowed: in a thread, pre-emption not forbidden. */
bool sched_may_sleep(void);

/** True in an upcall: nothing here belongs to the thread that was interrupted. */
bool sched_in_upcall(void);

/**
 * Recompute what a thread inherits after its own priority changed. Events off.
 * kernel/sync.c.
 */
void sync_update_priority(struct thread *t);

/** Set up what sync.c keeps in a new thread. kernel/sync.c. */
void sync_thread_setup(struct thread *t);

/**
 * Queue a sleeping thread by its priority, behind its equals. Events off. kernel/sync.c.
 */
void sync_queue_insert(struct waitq *q, struct thread *t);

/** Free what a thread had, once it is off its stack. Events off. kernel/thread.c. */
void thread_reap(struct thread *t);

/** Part of the statistics that sched.c counts. */
void sched_get_stats(struct thread_stats *s);

#endif
