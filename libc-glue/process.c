/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process, which every thread belongs to that does not get another. */
#include "libc-glue/process.h"

#include "kernel/thread.h"
#include "libc-glue/console_file.h"

static struct process first_process = {.pid = 1, .umask = 022};

/* Threads made before process_start(), the network's say, belong to the first process as well. */
struct process *process_self(void)
{
	struct process *p = thread_process(thread_self());

	return p ? p : &first_process;
}

int process_start(void)
{
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
	fd_table_destroy(&p->fds);
}
