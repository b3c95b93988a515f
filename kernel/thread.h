/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pre-emptive kernel threads with priorities on one virtual CPU.
 *
 * The runnable thread of the highest priority runs; threads of one priority share by time
 * slices, and the slice timer is armed only while there are two of them. An upcall that
 * wakes a more urgent thread switches to it before it returns. Each thread has its stack
 * (guard page below), its TLS block (errno, __thread) and belongs to a process.
 */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/list.h"
#include "kernel/util.h"

enum {
	THREAD_PRIO_IDLE = 0,
	THREAD_PRIO_LOW = 8,
	THREAD_PRIO_DEFAULT = 16, /* applications */
	THREAD_PRIO_NET = 24,     /* the network thread */
	THREAD_PRIO_XEN = 28,     /* xenbus, shutdown: short work that must not wait */
	THREAD_PRIO_MAX = 31,
};

#define THREAD_STACK_DEFAULT 16384u     /* bytes */
#define TIME_FOREVER         UINT64_MAX /* a deadline that never comes */

struct thread;
struct process; /* libc-glue/process.c; the kernel only carries the pointer */

/**
 * Make the boot code the idle thread. After it threads may be created and run; boot goes
 * on until it calls thread_idle(). Context: early boot, heap ready, events off or on.
 */
void thread_init(void);

/** What the boot code becomes: sleep in Xen whenever nothing is runnable. */
void thread_idle(void) NORETURN;

/**
 * The bracket that arch puts around every upcall, called with events off. Between the two
 * sleeping is a bug; the second may switch to another thread and comes back when this one
 * is continued.
 */
void thread_upcall_enter(void);
void thread_upcall_leave(void);

struct thread_attr {
	const char *name;   /* for reports; copied, 15 characters kept; NULL = "thread" */
	size_t stack_bytes; /* rounded up to pages; 0 = THREAD_STACK_DEFAULT */
	int priority;       /* 1 .. THREAD_PRIO_MAX; 0 = that of the creator */
};

/**
 * Create a thread and make it runnable.
 *
 * @attr   NULL for the defaults
 * @entry  its function; returning from it ends the thread
 * @arg    handed to entry
 * Returns the thread, with a reference for the caller (drop it by thread_join() or
 * thread_detach()), or NULL without memory. It inherits the creator's process.
 * Context: thread.
 */
struct thread *thread_create(
	const struct thread_attr *attr, void *(*entry)(void *arg), void *arg);

/** End the calling thread; @result is what thread_join() gives. */
void thread_exit(void *result) NORETURN;

/**
 * Wait for a thread's end, store its result (result may be NULL) and drop the reference.
 * -EDEADLK for oneself, -EINTR when interrupted before that end.
 */
int thread_join(struct thread *t, void **result);

/** Drop the reference: the thread frees itself when it ends (or at once, if it has). */
void thread_detach(struct thread *t);

struct thread *thread_self(void);

/** Let other threads of the same priority run. */
void thread_yield(void);

/**
 * Sleep until a monotonic time in ns. Returns 0, or -EINTR when thread_interrupt() ended
 * the sleep before. Context: thread.
 */
int thread_sleep_until(uint64_t deadline_ns);

/**
 * Ask a thread for its attention: the sleep that it is in, or else its next one, ends with
 * -EINTR, once; and thread_attention() is true for it until it calls thread_attend(). Who
 * waits for a mutex goes on waiting. Context: thread or upcall.
 */
void thread_interrupt(struct thread *t);

/** True when the calling thread was interrupted and has not attended to it. */
bool thread_attention(void);

/** The calling thread looks now at what it was interrupted for. */
void thread_attend(void);

/** Call fn for every thread with events off, until it returns false. Context: any. */
void thread_for_each(bool (*fn)(struct thread *t, void *arg), void *arg);

/**
 * Change a thread's own priority (1 .. THREAD_PRIO_MAX); what it has inherited through
 * mutexes stays on top.
 */
void thread_set_priority(struct thread *t, int priority);
int thread_get_priority(const struct thread *t);

/**
 * Let a thread run until it sleeps or a more urgent one is ready, without a time slice; it
 * then shares its priority with nobody. Context: thread.
 */
void thread_set_unsliced(struct thread *t, bool unsliced);
bool thread_is_unsliced(const struct thread *t);

const char *thread_name(const struct thread *t);
void thread_rename(struct thread *t, const char *name);

/** Its stack: the lowest usable byte and the length. NULL, 0 for the boot stack. */
void *thread_stack(const struct thread *t, size_t *len_bytes);

/** The process of a thread; NULL before libc-glue starts. */
struct process *thread_process(const struct thread *t);
void thread_set_process(struct thread *t, struct process *p);

/* What a thread carries for its process, opaque to the kernel; zero in a new thread. */
struct thread_signals {
	unsigned long blocked, pending, awaited; /* sets of signals */
	unsigned handled;                        /* handlers that ran in it */
	bool leaves; /* it does not count as a thread of its process any more */
};
struct thread_signals *thread_signals(struct thread *t);

/* What libc-glue wants to know of threads; the kernel has no processes of its own. */
struct thread_hooks {
	/* A thread of this process has got the processor (NULL: of none). Events off. */
	void (*runs)(struct process *p);
	/* The calling thread is about to end; may sleep. */
	void (*ends)(void);
};
void thread_set_hooks(const struct thread_hooks *hooks);

/**
 * Thread-specific pointer for pthread.c (one, opaque to the kernel), with what to call
 * when the thread ends.
 */
void *thread_get_local(void);
void thread_set_local(void *local, void (*destroy)(void *local));

/**
 * Forbid and allow pre-emption (nests). Upcalls still run; sleeping meanwhile is a bug.
 */
void preempt_disable(void);
void preempt_enable(void);

struct thread_stats {
	unsigned threads;      /* that exist, idle included */
	uint64_t switches;     /* since boot */
	uint64_t preemptions;  /* of these, out of an upcall */
	uint64_t idle_wakeups; /* times the idle thread came back from Xen */
	uint64_t idle_ticks;   /* of the time stamp counter, while every thread slept */
};
void thread_get_stats(struct thread_stats *s);

/** Print one line per thread: name, priority, state, stack used. Context: any. */
void thread_dump(void);

#endif
