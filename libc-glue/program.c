/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs: what a path starts, its words, a child of its own for it or the place of another. */
#include "libc-glue/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/task.h"

#define PROGRAM_STACK_BYTES 65536

static program_main *(*lookup)(const char *path);

void program_set_lookup(program_main *(*fn)(const char *path))
{
	lookup = fn;
}

program_main *program_find(const char *path)
{
	return lookup ? lookup(path) : NULL;
}

/* --- images -------------------------------------------------------------------------- */

/* How many words, and their bytes on top of what is in *len. */
static unsigned count_words(char *const words[], size_t *len)
{
	unsigned n = 0;

	for (; words[n]; n++)
		*len += strlen(words[n]) + 1;
	return n;
}

static char *copy_words(char **to, char *const words[], char *text)
{
	for (; *words; words++) {
		size_t len = strlen(*words) + 1;

		*to++ = memcpy(text, *words, len);
		text += len;
	}
	*to = NULL;
	return text;
}

struct image *image_create(program_main *main, const char *name, char *const argv[],
	char *const env[], int *err)
{
	static char *const no_words[1];
	size_t text = 0, pointers;
	unsigned argc = count_words(argv, &text), n_env;
	struct image *i;

	if (!env) /* after clearenv() */
		env = no_words;
	n_env = count_words(env, &text);
	pointers = (argc + n_env + 2) * sizeof(char *);
	*err = -E2BIG;
	if (argc > PROCESS_ARGS_MAX || text > PROCESS_ARGS_BYTES)
		return NULL;
	*err = -ENOMEM;
	i = kzalloc(sizeof(*i) + pointers + text);
	if (!i)
		return NULL;
	*err = 0;
	i->main = main;
	strlcpy(i->name, name, sizeof(i->name));
	i->argc = (int)argc;
	i->argv = (char **)(i + 1);
	i->env = i->argv + argc + 1;
	copy_words(i->env, env, copy_words(i->argv, argv, (char *)i->argv + pointers));
	return i;
}

void image_destroy(struct image *i)
{
	kfree(i);
}

/* --- start --------------------------------------------------------------------------- */

static void *program_runs(void *arg)
{
	struct task *t = arg;

	streams_begin(t);
	exit(t->image->main(t->image->argc, t->image->argv));
}

int task_start(struct task *t, struct image *i)
{
	const struct thread_attr attr = {
		.name = i->name,
		.stack_bytes = PROGRAM_STACK_BYTES,
		.priority = task_priority(t),
	};
	struct image *old = t->image;
	struct thread *thread;

	preempt_disable(); /* it runs when all is in place */
	thread = thread_create(&attr, program_runs, t);
	if (thread) {
		t->image = i;
		memcpy(t->name, i->name, sizeof(t->name));
		library_reset(t);
		t->library.environ = i->env;
		thread_set_process(thread, t->process);
		if (t->process->ending || t->pending) /* before there was this thread */
			thread_interrupt(thread);
		thread_detach(thread);
	}
	preempt_enable();
	if (!thread)
		return -ENOMEM;
	image_destroy(old);
	return 0;
}

int process_spawn(program_main *main, const char *name, char *const argv[])
{
	int err, pid;
	struct task *t = task_create(&err);
	struct image *i;

	if (!t)
		return err;
	pid = t->process->pid;
	fd_table_exec(&t->process->fds);
	signal_exec(t);
	i = image_create(main, name, argv, environ, &err);
	if (!i)
		goto out_task;
	err = task_start(t, i);
	if (err)
		goto out_image;
	return pid;
out_image:
	image_destroy(i);
out_task:
	task_destroy(t);
	return err;
}

/* --- exec ---------------------------------------------------------------------------- */

void task_renew(struct task *t)
{
	struct process *p = t->process;

	signal_timers_stop(t);
	fd_table_exec(&p->fds);
	if (process_unmap)
		process_unmap(p);
	if (process_forget_threads)
		process_forget_threads(p);
	streams_reset(t);
	library_load(NULL); /* what is loaded is of the old program */
	library_reset(t);
	t->at_exit = NULL;
	if (p->heap)
		heap_destroy(p->heap);
	p->heap = NULL;
	signal_exec(t);
	t->state = PROCESS_RUNS;
	t->status = 0;
	p->ending = false;
}

/* The child of vfork() gets a thread, and its parent's goes back. */
static int exec_in_child(struct task *t, struct image *i)
{
	struct vfork back = t->vfork;
	int pid = t->process->pid, err;

	fd_table_exec(&t->process->fds);
	signal_exec(t);
	t->borrows = false;
	task_switch(t->parent->process);
	err = task_start(t, i);
	if (!err) /* and t may be gone by now */
		vfork_resume(&back, pid);
	task_switch(t->process);
	t->borrows = true;
	return err;
}

int task_exec(struct image *i)
{
	struct task *t = task_self();

	streams_flush(t);
	if (t->borrows)
		return exec_in_child(t, i);
	t->next_image = i;
	task_exit(0);
}
