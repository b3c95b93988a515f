/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tasks, which are processes here: a picture of each, as of the moment when it was asked
 * for. Changing a field changes nothing.
 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h> /* what sources find here */
#include <unistd.h>

#define MAX_TASK_NAME_LEN 32

typedef short task_priority_t;

struct task {
	int tsk_id;
	char tsk_name[MAX_TASK_NAME_LEN];
	int tsk_priority; /* nice value */
};

/**
 * The task of that number; 0 for the caller's.
 *
 * Returns NULL when there is none; else it stays valid, for as many tasks as ever were at
 * one time. Context: thread.
 */
struct task *embox_task_get(int tid);

/**
 * The first task whose number is `from` or more, into *t.
 *
 * Returns its number, or -1. Context: thread.
 */
int embox_task_next(int from, struct task **t);

/**
 * Run fn(arg) as a new process, a child of the caller's.
 *
 * @arg  must stay valid until fn has taken what it needs
 * Returns its number, or -errno. The low 8 bits of what fn returns are its exit status.
 * Context: thread.
 */
int new_task(const char *name, void *(*fn)(void *arg), void *arg);

/** End the calling process, which nothing is told of but its parent. Does not return. */
static inline void __attribute__((noreturn)) task_exit(void *result)
{
	_exit((int)(intptr_t)result);
}

/** Wait until a child ends. Returns its number, or -errno. Context: thread. */
pid_t task_waitpid(pid_t pid);

/** Call a process by another name, of 31 bytes at most. Returns 0 or -ESRCH. */
int task_set_name(struct task *t, const char *name);

/* struct task *t; task_foreach(t) {...} with the number in a variable `tid`. */
#define task_foreach(t)                                                                  \
	for (int tid = embox_task_next(0, &(t)); tid >= 0;                               \
		tid = embox_task_next(tid + 1, &(t)))

static inline struct task *task_self(void)
{
	return embox_task_get(0);
}

static inline struct task *task_kernel_task(void)
{
	return embox_task_get(1);
}

static inline int task_get_id(const struct task *t)
{
	return t->tsk_id;
}

static inline const char *task_get_name(const struct task *t)
{
	return t->tsk_name;
}

static inline int task_get_priority(const struct task *t)
{
	return t->tsk_priority;
}

#endif
