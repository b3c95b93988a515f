/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second server beside the image's program: it tells what the kernel has given out, so that a job can compare
 * before with after. One word per line on the console, or per connection to COUNTS_PORT:
 *
 *     counts   "counts: grants 3 quarantined 0 ports 3 threads 6 pages 83"; heap pages are not counted, blocks are
 *     idle     the same figures over the next IDLE_S seconds: "running 812 us, 9 wake-ups", also on the console
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "xen/clock.h"
#include "xen/evtchn.h"
#include "xen/grant.h"

#define COUNTS_PORT 81
#define IDLE_S      10

int counts_start(void);

static int format_counts(char *line, size_t line_bytes)
{
	struct grant_stats grants;
	struct evtchn_stats events;
	struct thread_stats threads;
	struct page_stats pages;
	struct heap_stats heap;

	grant_get_stats(&grants);
	evtchn_get_stats(&events);
	thread_get_stats(&threads);
	page_get_stats(&pages);
	heap_get_stats(kernel_heap, &heap);
	return snprintf(line, line_bytes,
		"counts: grants %u quarantined %u ports %u threads %u pages %zu blocks "
		"%zu\n",
		grants.in_use, grants.quarantined, events.ports, threads.threads,
		pages.usable - pages.free - heap.pages, heap.blocks);
}

static int format_idle(char *line, size_t line_bytes)
{
	struct clock_runstate before, after;
	struct thread_stats first, last;

	thread_get_stats(&first);
	clock_get_runstate(&before);
	sleep(IDLE_S);
	clock_get_runstate(&after);
	thread_get_stats(&last);
	return snprintf(line, line_bytes, "idle for %d s: running %u us, %u wake-ups\n",
		IDLE_S, (unsigned)((after.running_ns - before.running_ns) / NS_PER_US),
		(unsigned)(last.idle_wakeups - first.idle_wakeups));
}

static void answer(const char *word, int to)
{
	char line[128];
	int len;

	if (!strncmp(word, "idle", 4)) {
		len = format_idle(line, sizeof(line));
		printf("%s", line);
	} else {
		len = format_counts(line, sizeof(line));
	}
	if (write(to, line, (size_t)len) != len)
		printf("counts: the client is gone\n");
}

static void *listen_to_console(void *arg)
{
	char word[16];

	(void)arg;
	while (fgets(word, sizeof(word), stdin))
		answer(word, STDOUT_FILENO);
	return NULL;
}

static void *serve(void *arg)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(COUNTS_PORT),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	(void)arg;
	if (listener < 0 ||
		bind(listener, (const struct sockaddr *)&any, sizeof(any)) < 0 ||
		listen(listener, 1) < 0) {
		perror("counts");
		return NULL;
	}
	for (;;) {
		int client = accept(listener, NULL, NULL);
		char word[16] = "";

		if (client < 0)
			continue;
		if (read(client, word, sizeof(word) - 1) > 0)
			answer(word, client);
		close(client);
	}
}

int counts_start(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, serve, NULL);

	if (!error)
		error = pthread_create(&thread, NULL, listen_to_console, NULL);
	return -error;
}
