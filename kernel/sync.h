/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting and locking. Everything is built on the wait queue: a list of sleeping threads,
 * most urgent first. Deadlines are monotonic time in ns (clock_ns() + n), TIME_FOREVER
 * for none.
 */
#ifndef KERNEL_SYNC_H
#define KERNEL_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/list.h"
#include "kernel/thread.h"

/* --- wait queue --------------------------------------------------------------------- */

struct waitq {
	struct list sleepers;
};
#define WAITQ_INIT(name)                                                                 \
	{                                                                                \
		LIST_INIT((name).sleepers)                                               \
	}

void waitq_init(struct waitq *q);

/**
 * Sleep on the queue. Called with events off (irq_save), so that no wake-up falls between
 * the caller's check of its condition and the sleep; events are on while it sleeps and
 * off again when it returns.
 *
 * Returns 0 when woken, -ETIMEDOUT when the deadline passed, -EINTR for a call of
 * thread_interrupt(). Context: thread, pre-emption allowed.
 */
int waitq_sleep(struct waitq *q, uint64_t deadline_ns);

/** Wake the most urgent sleeper; false if there was none. Context: thread or upcall. */
bool waitq_wake_one(struct waitq *q);

/** Wake all; returns how many. Context: thread or upcall. */
unsigned waitq_wake_all(struct waitq *q);

/* --- mutex: sleeps, priority inheritance -------------------------------------------- */

struct mutex {
	struct thread *owner;
	struct thread *heir; /* woken for it and has not run since; owns it or will */
	struct waitq waiters;
	struct list held; /* in the owner's list of held mutexes */
};
#define MUTEX_INIT(name)                                                                 \
	{                                                                                \
		0, 0, WAITQ_INIT((name).waiters), LIST_INIT((name).held)                 \
	}

void mutex_init(struct mutex *m);
void mutex_lock(struct mutex *m);
bool mutex_trylock(struct mutex *m);
/** Returns 0 or -ETIMEDOUT. */
int mutex_lock_until(struct mutex *m, uint64_t deadline_ns);
void mutex_unlock(struct mutex *m);
/** True when the calling thread holds it. */
bool mutex_held(const struct mutex *m);
/** Unlock all that the calling thread holds: it is ended in the middle of something. */
void mutex_unlock_all(void);

/* --- condition variable ------------------------------------------------------------- */

struct cond {
	struct waitq waiters;
};
#define COND_INIT(name)                                                                  \
	{                                                                                \
		WAITQ_INIT((name).waiters)                                               \
	}

void cond_init(struct cond *c);
/** Unlock m, sleep, lock m again. Returns 0, -ETIMEDOUT or -EINTR; m is held in any case. */
int cond_wait_until(struct cond *c, struct mutex *m, uint64_t deadline_ns);
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

/* --- counting semaphore ------------------------------------------------------------- */

struct sem {
	unsigned count;
	struct waitq waiters;
};
#define SEM_INIT(name, n)                                                                \
	{                                                                                \
		(n), WAITQ_INIT((name).waiters)                                          \
	}

void sem_setup(struct sem *s, unsigned count);
/** Take one; returns 0, -ETIMEDOUT or -EINTR. Context: thread. */
int sem_down_until(struct sem *s, uint64_t deadline_ns);
bool sem_try_down(struct sem *s);
/** Give one. Context: thread or upcall. */
void sem_up(struct sem *s);

#endif
