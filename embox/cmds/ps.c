/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes. */
#include <stdio.h>
#include <string.h>

#include "kernel/thread.h"
#include "libc-glue/program.h"

static int show(const struct process_info *info, void *arg)
{
	static const char *const states[] = {"runs", "ends", "zombie"};

	(void)arg;
	printf("%5d %6d %4d %7u %5u %7zu  %-6s %s\n", info->pid, info->parent,
		info->priority, info->n_threads, info->n_files, info->heap_bytes / 1024,
		states[info->state], info->name);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "-t") == 0) {
		thread_dump();
		return 0;
	}
	puts("  PID PARENT  PRI THREADS FILES HEAP KB  STATE  NAME");
	process_foreach(show, NULL);
	return 0;
}
