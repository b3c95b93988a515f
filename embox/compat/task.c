/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pictures of processes. One is kept for each number that was asked for, and its place is
 * taken over when its process is no more.
 */
#include <kernel/task.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kernel/task/resource/u_area.h>

#include "embox/compat/task_name.h"
#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/program.h"

struct picture {
	struct picture *next;
	struct task task;
};

static struct picture *pictures;

struct search {
	int from;
	struct process_info found;
};

static int is_wanted(const struct process_info *info, void *arg)
{
	struct search *s = arg;

	if (info->pid < s->from || info->state == PROCESS_ZOMBIE)
		return 0;
	s->found = *info;
	return 1;
}

static bool exists(int pid)
{
	struct search s = {.from = pid};

	return process_foreach(is_wanted, &s) && s.found.pid == pid;
}

/* The picture of that process, or one whose process is gone, or a new one. */
static struct picture *place_for(int pid)
{
	struct picture *free_place = NULL, *p;

	for (p = pictures; p; p = p->next) {
		if (p->task.tsk_id == pid)
			return p;
		if (!free_place && !exists(p->task.tsk_id))
			free_place = p;
	}
	if (free_place)
		return free_place;
	p = kzalloc(sizeof(*p));
	if (p) {
		p->next = pictures;
		pictures = p;
	}
	return p;
}

static struct task *draw(const struct process_info *info)
{
	struct picture *p = place_for(info->pid);

	if (!p)
		return NULL;
	p->task.tsk_id = info->pid;
	p->task.tsk_priority = THREAD_PRIO_DEFAULT - info->priority;
	strncpy(p->task.tsk_name, info->name, sizeof(p->task.tsk_name) - 1);
	return &p->task;
}

int embox_task_next(int from, struct task **t)
{
	struct search s = {.from = from};

	if (!process_foreach(is_wanted, &s))
		return -1;
	*t = draw(&s.found);
	return *t ? s.found.pid : -1;
}

struct task *embox_task_get(int tid)
{
	struct task *t;
	int pid = tid ? tid : getpid();

	return embox_task_next(pid, &t) == pid ? t : NULL;
}

pid_t task_waitpid(pid_t pid)
{
	pid_t ended = waitpid(pid, NULL, 0);

	return ended < 0 ? -errno : ended;
}

int task_set_name(struct task *t, const char *name)
{
	strncpy(t->tsk_name, name, sizeof(t->tsk_name) - 1);
	return embox_task_rename(t->tsk_id, name);
}

struct task_u_area *task_resource_u_area(const struct task *t)
{
	static struct task_u_area superuser;

	(void)t;
	return &superuser;
}

/* The new process gets its function and argument as words: pointers, in hexadecimal. */
static int run_function(int argc, char **argv)
{
	void *(*fn)(void *arg) =
		(void *(*)(void *))(uintptr_t)strtoull(argv[1], NULL, 16);
	void *arg = (void *)(uintptr_t)strtoull(argv[2], NULL, 16);

	(void)argc;
	return (int)(intptr_t)fn(arg);
}

int new_task(const char *name, void *(*fn)(void *arg), void *arg)
{
	char where[24], what[24];
	char *argv[] = {(char *)(uintptr_t)name, where, what, NULL};

	snprintf(where, sizeof(where), "%llx", (unsigned long long)(uintptr_t)fn);
	snprintf(what, sizeof(what), "%llx", (unsigned long long)(uintptr_t)arg);
	return process_spawn(run_function, *name ? name : "task", argv);
}
