/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process, which every thread belongs to that does not get another. */
#include "libc-glue/process.h"

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/console_file.h"

static struct process first_process;

void (*process_forget_threads)(struct process *p);
void (*process_unmap)(struct process *p);

/* Threads made before process_start(), the network's say, belong to the first process as well. */
struct process *process_self(void)
{
	struct process *p = thread_process(thread_self());

	return p ? p : &first_process;
}

struct process *process_first(void)
{
	return &first_process;
}

struct heap *process_heap(void)
{
	struct process *p = process_self();

	if (p == &first_process)
		return kernel_heap;
	preempt_disable();
	if (!p->heap)
		p->heap = heap_create();
	preempt_enable();
	return p->heap;
}

int process_start(void)
{
	first_process.pid = 1;
	first_process.umask = 022;
	list_init(&first_process.joinable);
	fd_table_init(&first_process.fds);
	thread_set_process(thread_self(), &first_process);
	for (int i = 0; i < 3; i++) {
		int fd = fd_install(console_file(), 0, false);

		if (fd < 0)
			return fd;
	}
	return 0;
}

void process_close_all(struct process *p)
{
	if (process_unmap)
		process_unmap(p);
	fd_table_destroy(&p->fds);
}
