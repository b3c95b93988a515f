// SPDX-License-Identifier: BSD-2-Clause
/*
 * Measures in dom0 what a shell cannot.
 *
 *   probe now                            prints the monotonic clock in seconds
 *   probe http ADDR PORT PATH LIMIT_S    asks until a first byte of a reply comes, then
 *                                        prints the clock; exit status 1 after LIMIT_S
 *   probe hold ADDR PORT PATH N LIMIT_S  opens N connections, asks once on each, keeps all
 *                                        of them open; prints how many were answered with
 *                                        200 while all were open
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * A connection that is not made within TRY_MS is dropped and made anew, so that the answer
 * of "http" is not late by a retransmission of TCP: the step is far below what it measures.
 */
enum { TRY_MS = 2, REPLY_MS = 1000, REQUEST_MAX = 512, WINDOW = 32, EVENTS = 64 };

static const char ok_status[] = "HTTP/1.1 200";

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int set_target(struct sockaddr_in *to, char **args)
{
	*to = (struct sockaddr_in){.sin_family = AF_INET};
	to->sin_port = htons((unsigned short)atoi(args[1]));
	if (inet_pton(AF_INET, args[0], &to->sin_addr) == 1)
		return 0;
	fprintf(stderr, "probe: %s is no IPv4 address\n", args[0]);
	return -1;
}

/* Starts a connection; returns the socket or -1. */
static int start_connect(const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (!connect(fd, (const struct sockaddr *)to, sizeof(*to)) || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
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
	int fd = start_connect(to);

	if (fd < 0)
		return 0;
	if (wait_for(fd, POLLOUT, TRY_MS) && write(fd, request, len) == (ssize_t)len)
		answered = wait_for(fd, POLLIN, REPLY_MS) && read(fd, &byte, 1) == 1;
	close(fd);
	return answered;
}

static int probe_http(char **args)
{
	double end_s = now_s() + atof(args[3]);
	char request[REQUEST_MAX];
	struct sockaddr_in to;

	if (set_target(&to, args))
		return 2;
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

struct hold {
	struct sockaddr_in to;
	char request[REQUEST_MAX];
	int epoll, wanted, opened, connecting, answered, lost;
	unsigned char *started; /* by descriptor: the reply's first bytes have been seen */
};

static void hold_open(struct hold *h)
{
	while (h->opened < h->wanted && h->connecting < WINDOW) {
		int fd = start_connect(&h->to);
		struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};

		if (fd < 0 || epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &event)) {
			h->lost++;
			h->opened++;
			continue;
		}
		h->opened++;
		h->connecting++;
	}
}

static void hold_event(struct hold *h, struct epoll_event *event)
{
	int fd = event->data.fd;
	ssize_t len = (ssize_t)strlen(h->request), got;
	char data[4096];

	if (event->events & EPOLLOUT) {
		h->connecting--;
		event->events = EPOLLIN;
		epoll_ctl(h->epoll, EPOLL_CTL_MOD, fd, event);
		if (write(fd, h->request, (size_t)len) == len)
			return;
	} else {
		got = read(fd, data, sizeof(data));
		if (got > 0 && h->started[fd])
			return;
		if (got >= (ssize_t)sizeof(ok_status) - 1 &&
			!memcmp(data, ok_status, sizeof(ok_status) - 1)) {
			h->started[fd] = 1;
			h->answered++;
			return;
		}
		h->answered -= h->started[fd];
	}
	h->lost++;
	close(fd);
}

static int probe_hold(char **args)
{
	double end_s = now_s() + atof(args[4]);
	struct hold h = {.wanted = atoi(args[3])};
	struct rlimit files = {(rlim_t)h.wanted + 64, (rlim_t)h.wanted + 64};
	struct epoll_event events[EVENTS];

	h.started = calloc((size_t)h.wanted + 64, 1);
	h.epoll = epoll_create1(0);
	if (set_target(&h.to, args) || !h.started || h.epoll < 0 || setrlimit(RLIMIT_NOFILE, &files))
		return 2;
	snprintf(h.request, sizeof(h.request), "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", args[2], args[0]);
	while (h.answered + h.lost < h.wanted && now_s() < end_s) {
		int n;

		hold_open(&h);
		n = epoll_wait(h.epoll, events, EVENTS, 100);
		for (int i = 0; i < n; i++)
			hold_event(&h, &events[i]);
	}
	printf("%d\n", h.answered);
	return h.answered == h.wanted ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "now")) {
		printf("%.6f\n", now_s());
		return 0;
	}
	if (argc == 6 && !strcmp(argv[1], "http"))
		return probe_http(argv + 2);
	if (argc == 7 && !strcmp(argv[1], "hold"))
		return probe_hold(argv + 2);
	fprintf(stderr, "usage: probe now | probe http ADDR PORT PATH LIMIT_S |"
			" probe hold ADDR PORT PATH N LIMIT_S\n");
	return 2;
}
