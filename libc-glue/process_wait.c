/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for children, and looking at all processes. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "libc-glue/task.h"

static bool is_meant(const struct task *child, int pid, int group)
{
	if (child->adopted)
		return false; /* it goes by itself */
	if (pid > 0)
		return child->process->pid == pid;
	if (pid == -1)
		return true;
	return child->group == (pid == 0 ? group : -pid);
}

/*
 * The child that ended first of those that are meant; NULL if none has. *any = there are
 * some. Events off.
 */
static struct task *find_ended(const struct task *parent, int pid, bool *any)
{
	struct task *first = NULL;

	*any = false;
	list_for_each(&parent->children, link)
	{
		struct task *t = list_entry(link, struct task, sibling);

		if (!is_meant(t, pid, parent->group))
			continue;
		*any = true;
		if (t->state == PROCESS_ZOMBIE && (!first || t->n_ended < first->n_ended))
			first = t;
	}
	return first;
}

static int take_ended(struct task *t, int *status)
{
	int pid = t->process->pid;

	if (status)
		*status = t->status;
	task_forget(t);
	return pid;
}

int process_wait(int pid, int *status, int options)
{
	struct task *self = task_self();
	unsigned long flags;
	int result = 0;

	if (options & ~(WNOHANG | WUNTRACED))
		return -EINVAL;
	flags = irq_save();
	while (!result) {
		bool any;
		struct task *ended = find_ended(self, pid, &any);

		if (ended)
			result = take_ended(ended, status);
		else if (!any)
			result = -ECHILD;
		else if (options & WNOHANG)
			break;
		else
			result = waitq_sleep(&self->child_ended, TIME_FOREVER);
	}
	irq_restore(flags);
	return result;
}

/* --- all of them ------------------------------------------------------------------------ */

static void describe(const struct task *t, struct process_info *info)
{
	const struct process *p = t->process;
	const struct heap *heap = p == process_first() ? kernel_heap : p->heap;
	struct heap_stats stats = {0};

	if (heap)
		heap_get_stats(heap, &stats);
	*info = (struct process_info){
		.pid = p->pid,
		.parent = t == t->parent ? 0 : t->parent->process->pid,
		.group = t->group,
		.session = t->session,
		.state = t->state,
		.priority = task_priority(t),
		.n_threads = t->state == PROCESS_ZOMBIE ? 0 : task_threads(p),
		.n_files = p->fds.n_open,
		.heap_bytes = stats.used_bytes,
		.heap_pages = stats.pages,
	};
	memcpy(info->name, t->name, sizeof(info->name));
}

struct after {
	int pid; /* the search is for the next higher one */
	bool found;
	struct process_info *info;
};

static bool take_next(struct task *t, void *arg)
{
	struct after *a = arg;

	if (t->process->pid <= a->pid)
		return true;
	a->found = true;
	describe(t, a->info);
	return false;
}

int process_foreach(int (*fn)(const struct process_info *info, void *arg), void *arg)
{
	struct process_info info;
	struct after after = {.info = &info};
	int result;

	for (;;) {
		after.found = false;
		task_for_each(take_next, &after);
		if (!after.found)
			return 0;
		result = fn(&info, arg);
		if (result)
			return result;
		after.pid = info.pid;
	}
}
