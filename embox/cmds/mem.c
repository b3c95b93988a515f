/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the memory is. */
#include <stdio.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "libc-glue/program.h"

#define KB_PER_PAGE (PAGE_SIZE / 1024)

static int show_process(const struct process_info *info, void *arg)
{
	(void)arg;
	if (info->pid > 1)
		printf("process %-4d %8zu KB in %5zu pages  %s\n", info->pid,
			info->heap_bytes / 1024, info->heap_pages, info->name);
	return 0;
}

int main(void)
{
	struct page_stats pages;
	struct heap_stats heap;
	struct thread_stats threads;

	page_get_stats(&pages);
	heap_get_stats(kernel_heap, &heap);
	thread_get_stats(&threads);
	printf("memory       %8zu KB in %5zu pages\n", pages.total * KB_PER_PAGE,
		pages.total);
	printf("free         %8zu KB in %5zu pages, %zu of them not mapped yet\n",
		pages.free * KB_PER_PAGE, pages.free, pages.unmapped);
	printf("kernel heap  %8zu KB in %5zu pages, %zu blocks\n", heap.used_bytes / 1024,
		heap.pages, heap.blocks);
	process_foreach(show_process, NULL);
	printf("%u threads\n", threads.threads);
	return 0;
}
