/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of processes: they begin, end, and are forgotten once their parent knows. */
#include "libc-glue/task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/thread.h"
#include "libc-glue/exit.h"
#include "libc-glue/posix.h"
#include "libc-glue/vfs.h"

static struct task first_task;
static char *const no_words[] = {NULL};
static struct list table = LIST_INIT(table);
static unsigned n_alive; /* zombies do not count */
static uint64_t n_ends;

/* --- the table ---------------------------------------------------------------------- */

struct task *task_first(void)
{
	return process_first()->task;
}

struct task *task_self(void)
{
	return process_self()->task;
}

struct task *task_find(int pid)
{
	list_for_each(&table, link)
	{
		struct task *t = list_entry(link, struct task, all);

		if (t->process->pid == pid)
			return t;
	}
	return NULL;
}

void task_for_each(bool (*fn)(struct task *t, void *arg), void *arg)
{
	unsigned long flags = irq_save();

	list_for_each_safe(&table, link)
	{
		if (!fn(list_entry(link, struct task, all), arg))
			break;
	}
	irq_restore(flags);
}

/* A number that no process, group or session has. */
static int free_pid(void)
{
	static int last = 1;
	bool taken;

	do {
		last = last < TASK_PID_MAX ? last + 1 : 2;
		taken = false;
		list_for_each(&table, link)
		{
			const struct task *t = list_entry(link, struct task, all);

			if (t->process->pid == last || t->group == last ||
				t->session == last)
				taken = true;
		}
	} while (taken);
	return last;
}

static void table_insert(struct task *t)
{
	struct list *after = table.prev;

	while (after != &table &&
		list_entry(after, struct task, all)->process->pid > t->process->pid)
		after = after->prev;
	list_insert_before(after->next, &t->all);
}

static void task_setup(struct task *t, struct process *p)
{
	t->process = p;
	p->task = t;
	list_init(&t->all);
	list_init(&t->children);
	list_init(&t->sibling);
	list_init(&t->timers);
	waitq_init(&t->child_ended);
	library_reset(t);
}

/* --- begin -------------------------------------------------------------------------- */

/* Into the table, as a child of the caller; false when there are too many. */
static bool enter(struct task *t, struct task *parent)
{
	unsigned long flags = irq_save();
	bool fits = n_alive < TASK_MAX;

	if (fits) {
		n_alive++;
		t->process->pid = free_pid();
		t->parent = parent;
		list_append(&parent->children, &t->sibling);
		table_insert(t);
	}
	irq_restore(flags);
	return fits;
}

int task_priority(const struct task *t)
{
	int priority = THREAD_PRIO_DEFAULT - t->nice / 2;

	return priority < 1 ? 1 : priority;
}

static void inherit(struct task *t, const struct task *parent)
{
	const struct process *from = parent->process;
	struct process *p = t->process;

	p->umask = from->umask;
	p->cwd = from->cwd ? inode_get(from->cwd) : NULL;
	t->group = parent->group;
	t->session = parent->session;
	t->nice = parent->nice;
	memcpy(t->name, parent->name, sizeof(t->name));
	signal_copy(t, parent);
}

struct task *task_create(int *err)
{
	struct task *parent = task_self();
	struct {
		struct process process;
		struct task task;
	} *both = kzalloc(sizeof(*both));
	struct task *t = both ? &both->task : NULL;

	*err = -ENOMEM;
	if (!t)
		return NULL;
	_Static_assert(offsetof(__typeof__(*both), process) == 0, "freed as the process");
	list_init(&both->process.joinable);
	task_setup(t, &both->process);
	if (fd_table_copy(&both->process.fds, &parent->process->fds) || streams_create(t))
		goto out_fds;
	t->image = image_create(NULL, parent->name, no_words, environ, err);
	if (!t->image)
		goto out_streams;
	t->library.environ = t->image->env;
	*err = -EAGAIN;
	inherit(t, parent);
	if (!enter(t, parent))
		goto out_cwd;
	*err = 0;
	return t;
out_cwd:
	if (t->process->cwd)
		inode_put(t->process->cwd);
	image_destroy(t->image);
out_streams:
	streams_destroy(t);
out_fds:
	process_close_all(t->process);
	kfree(both);
	return NULL;
}

/* --- the end ------------------------------------------------------------------------ */

void task_forget(struct task *t)
{
	list_remove(&t->all);
	list_remove(&t->sibling);
	kfree(t->process);
}

/* What is not needed to tell the parent. May sleep: sockets are closed. */
static void release(struct task *t)
{
	struct process *p = t->process;

	signal_timers_stop(t);
	process_close_all(p);
	if (p->cwd)
		inode_put(p->cwd);
	p->cwd = NULL;
	if (process_forget_threads)
		process_forget_threads(p);
	streams_destroy(t);
	if (p->heap)
		heap_destroy(p->heap);
	p->heap = NULL;
	image_destroy(t->image);
	t->image = NULL;
}

/* The first process takes over, and does not wait for them. */
static void orphans_move(struct task *t)
{
	struct task *first = task_first();

	list_for_each_safe(&t->children, link)
	{
		struct task *child = list_entry(link, struct task, sibling);

		if (child->state == PROCESS_ZOMBIE) {
			task_forget(child);
			continue;
		}
		child->parent = first;
		child->adopted = true;
		list_remove(&child->sibling);
		list_append(&first->children, &child->sibling);
	}
}

/* A parent that never waits must not fill the table. */
static void zombies_limit(const struct task *parent)
{
	struct task *oldest = NULL;
	unsigned n = 0;

	list_for_each(&parent->children, link)
	{
		struct task *t = list_entry(link, struct task, sibling);

		if (t->state != PROCESS_ZOMBIE)
			continue;
		n++;
		if (!oldest || t->n_ended < oldest->n_ended)
			oldest = t;
	}
	if (n > TASK_ZOMBIES_MAX)
		task_forget(oldest);
}

static bool parent_waits(const struct task *t)
{
	const struct sigaction *a = &t->parent->actions[SIGCHLD];

	return !t->adopted && a->sa_handler != SIG_IGN && !(a->sa_flags & SA_NOCLDWAIT);
}

/* Events off. */
static void tell_parent(struct task *t)
{
	struct task *parent = t->parent;
	siginfo_t info = {
		.si_signo = SIGCHLD,
		.si_pid = t->process->pid,
		.si_status = WIFEXITED(t->status) ? WEXITSTATUS(t->status)
						  : WTERMSIG(t->status),
	};

	t->state = PROCESS_ZOMBIE;
	t->n_ended = ++n_ends;
	n_alive--;
	waitq_wake_all(&parent->child_ended);
	signal_send(parent, SIGCHLD, &info);
	if (parent_waits(t))
		zombies_limit(parent);
	else
		task_forget(t);
}

/* The process of the calling thread is over; the thread belongs to `next` from now on. */
static void finish(struct task *t, struct process *next)
{
	unsigned long flags;

	release(t);
	flags = irq_save();
	orphans_move(t);
	task_switch(next);
	tell_parent(t);
	irq_restore(flags);
}

void task_destroy(struct task *t)
{
	unsigned long flags;

	release(t);
	flags = irq_save();
	n_alive--;
	task_forget(t);
	irq_restore(flags);
}

/* --- threads ------------------------------------------------------------------------ */

void task_switch(struct process *p)
{
	unsigned long flags = irq_save();

	thread_set_process(thread_self(), p);
	library_load(p ? p->task : NULL);
	irq_restore(flags);
}

struct count {
	const struct process *process;
	unsigned n;
};

static bool count_thread(struct thread *thread, void *arg)
{
	struct count *c = arg;

	if (thread_process(thread) == c->process && !thread_signals(thread)->leaves)
		c->n++;
	return true;
}

unsigned task_threads(const struct process *p)
{
	struct count c = {p, 0};

	thread_for_each(count_thread, &c);
	list_for_each(&p->task->children, link)
	{
		c.n += list_entry(link, struct task, sibling)->borrows;
	}
	return c.n;
}

/* The last thread of a process is about to end. */
static void last_thread(struct task *t)
{
	struct image *next = t->next_image;

	if (next) {
		task_renew(t);
		t->next_image = NULL;
		if (task_start(t, next) == 0) {
			task_switch(NULL);
			return;
		}
		image_destroy(next);
		if (t == task_first())
			exit_domain(EXIT_FAILURE);
		t->status =
			SIGKILL; /* the old program is gone, the new one has no room */
	}
	finish(t, NULL);
}

static void thread_ends(void)
{
	struct process *p = thread_process(thread_self());
	unsigned long flags;
	bool last;

	if (!p || (p == process_first() && !p->ending))
		return;
	mutex_unlock_all();
	flags = irq_save();
	thread_signals(thread_self())->leaves = true;
	last = task_threads(p) == 0;
	if (!last)
		task_switch(NULL);
	irq_restore(flags);
	if (last)
		last_thread(p->task);
}

static bool interrupt_thread(struct thread *thread, void *process)
{
	if (thread_process(thread) == process) {
		/* One that only computes must not keep others from it. */
		if (thread != thread_self())
			thread_set_priority(thread, 1);
		thread_interrupt(thread);
	}
	return true;
}

void task_end(struct task *t, int status)
{
	if (t->process->ending)
		return;
	t->process->ending = true;
	t->status = status;
	t->state = PROCESS_ENDS;
	thread_for_each(interrupt_thread, t->process);
}

void task_thread_end(void)
{
	struct task *t = task_self();

	if (t->borrows) {
		struct vfork back = t->vfork;
		int pid = t->process->pid;

		finish(t, t->parent->process);
		thread_attend(); /* that was for the child */
		vfork_resume(&back, pid);
	}
	thread_set_priority(thread_self(), task_priority(t));
	thread_exit(NULL);
}

void task_exit(int status)
{
	struct task *t = task_self();
	unsigned long flags = irq_save();

	task_end(t, status);
	irq_restore(flags);
	task_thread_end();
}

/* --- start -------------------------------------------------------------------------- */

static void process_runs(struct process *p)
{
	if (p)
		library_load(p->task);
}

static const struct thread_hooks hooks = {.runs = process_runs, .ends = thread_ends};

/** Module start: the first process becomes one of many. Returns 0 or -errno. */
int task_module_start(void);

int task_module_start(void)
{
	struct task *t = &first_task;

	task_setup(t, process_first());
	t->group = t->session = 1;
	memcpy(t->name, "init", 5);
	t->parent = t;
	n_alive = 1;
	table_insert(t);
	if (streams_create(t))
		return -ENOMEM;
	posix_attend_signals = signal_attend;
	library_load(t);
	thread_set_hooks(&hooks);
	return 0;
}
