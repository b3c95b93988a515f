// SPDX-License-Identifier: BSD-2-Clause
/*
 * Times things in dom0 more finely than a shell can.
 *
 *   probe now                          prints the monotonic clock in seconds
 *   probe http ADDR PORT PATH LIMIT_S  asks until a first byte of a reply comes, then
 *                                      prints the clock; exit status 1 after LIMIT_S
 *
 * A connection that is not made within TRY_MS is dropped and made anew, so that the
 * answer is not late by a retransmission of TCP: the step is far below what it measures.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TRY_MS = 2, REPLY_MS = 1000, REQUEST_MAX = 512 };

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int wait_for(int fd, short events, int limit_ms)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, limit_ms) == 1 && !(p.revents & (POLLERR | POLLHUP));
}

/* One attempt; returns whether a byte of a reply came. */
static int ask_once(const struct sockaddr_in *to, const char *request)
{
	size_t len = strlen(request);
	char byte;
	int answered = 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return 0;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) && errno != EINPROGRESS)
		goto out_close;
	if (!wait_for(fd, POLLOUT, TRY_MS) || write(fd, request, len) != (ssize_t)len)
		goto out_close;
	answered = wait_for(fd, POLLIN, REPLY_MS) && read(fd, &byte, 1) == 1;
out_close:
	close(fd);
	return answered;
}

static int probe_http(char **args)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(args[1]))};
	double end_s = now_s() + atof(args[3]);
	char request[REQUEST_MAX];

	if (inet_pton(AF_INET, args[0], &to.sin_addr) != 1) {
		fprintf(stderr, "probe: %s is no IPv4 address\n", args[0]);
		return 2;
	}
	snprintf(request, sizeof(request),
		"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", args[2], args[0]);
	while (!ask_once(&to, request)) {
		if (now_s() > end_s)
			return 1;
		usleep(500);
	}
	printf("%.6f\n", now_s());
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "now")) {
		printf("%.6f\n", now_s());
		return 0;
	}
	if (argc == 6 && !strcmp(argv[1], "http"))
		return probe_http(argv + 2);
	fprintf(stderr, "usage: probe now | probe http ADDR PORT PATH LIMIT_S\n");
	return 2;
}
