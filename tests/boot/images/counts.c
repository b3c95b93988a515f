/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second server beside the image's program: it tells what the kernel has given out, so that a job can compare
 * before with after. One word per connection to COUNTS_PORT:
 *
 *     counts   "grants 70 quarantined 0 ports 5 threads 4 pages 412"
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

	heap_trim(kernel_heap); /* what is kept for the next use is not lost */
	grant_get_stats(&grants);
	evtchn_get_stats(&events);
	thread_get_stats(&threads);
	page_get_stats(&pages);
	return snprintf(line, line_bytes,
		"grants %u quarantined %u ports %u threads %u pages %zu\n", grants.in_use,
		grants.quarantined, events.ports, threads.threads,
		pages.usable - pages.free);
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

static void answer(int client)
{
	char word[16], line[128];
	ssize_t n = read(client, word, sizeof(word) - 1);
	int len;

	if (n <= 0)
		return;
	word[n] = '\0';
	if (!strncmp(word, "idle", 4)) {
		len = format_idle(line, sizeof(line));
		printf("%s", line);
	} else {
		len = format_counts(line, sizeof(line));
	}
	if (write(client, line, (size_t)len) != len)
		printf("counts: the client is gone\n");
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

		if (client < 0)
			continue;
		answer(client);
		close(client);
	}
}

int counts_start(void)
{
	pthread_t server;

	return -pthread_create(&server, NULL, serve, NULL);
}
