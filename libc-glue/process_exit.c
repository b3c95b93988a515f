/* SPDX-License-Identifier: BSD-2-Clause */
/* exit() and what is called there; the ends of a process as a program sees them. */
#include <stdlib.h>
#include <unistd.h>

#include "kernel/thread.h"
#include "libc-glue/exit.h"
#include "libc-glue/process.h"
#define LOG_MODULE "libc"
#include "kernel/log.h"
#include "libc-glue/task.h"

void __libc_fini_array(void); /* destructors of the image */
int __cxa_atexit(void (*fn)(void *arg), void *arg, void *object);

/* The last registered first. Blocks of the heap of the process. */
struct exit_handler {
	struct exit_handler *next;
	void (*plain)(void);
	void (*with_arg)(void *arg);
	void (*with_status)(int status, void *arg);
	void *arg;
};

static int handler_add(const struct exit_handler *h)
{
	struct task *t = task_self();
	struct exit_handler *copy = malloc(sizeof(*copy));

	if (!copy)
		return -1;
	*copy = *h;
	preempt_disable();
	copy->next = t->at_exit;
	t->at_exit = copy;
	preempt_enable();
	return 0;
}

int atexit(void (*fn)(void))
{
	return handler_add(&(struct exit_handler){.plain = fn});
}

int on_exit(void (*fn)(int status, void *arg), void *arg)
{
	return handler_add(&(struct exit_handler){.with_status = fn, .arg = arg});
}

int __cxa_atexit(void (*fn)(void *arg), void *arg, void *object)
{
	(void)object;
	return handler_add(&(struct exit_handler){.with_arg = fn, .arg = arg});
}

/* One that registers another makes that the next. */
static void handlers_run(struct task *t, int status)
{
	struct exit_handler *h;

	while ((h = t->at_exit)) {
		t->at_exit = h->next;
		if (h->plain)
			h->plain();
		else if (h->with_arg)
			h->with_arg(h->arg);
		else
			h->with_status(status, h->arg);
		free(h);
	}
}

void exit(int status)
{
	struct task *t = task_self();

	if (!t) /* the boot was given up before there were processes */
		exit_domain(status);
	handlers_run(t, status);
	if (t == task_first())
		__libc_fini_array();
	streams_flush(t);
	_exit(status);
}

void _exit(int status)
{
	if (process_self() == process_first())
		exit_domain(status);
	task_exit((status & 0xff) << 8);
}

void _Exit(int status)
{
	_exit(status);
}

void abort(void)
{
	raise(SIGABRT);
	if (process_self() == process_first())
		panic("the program called abort()");
	task_exit(SIGABRT);
}
