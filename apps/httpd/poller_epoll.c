/* SPDX-License-Identifier: BSD-2-Clause */
/* The poller over epoll. */
#include "apps/httpd/poller.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>

#define MAX_READY 64

static int epoll_fd = -1;

int poller_init(void)
{
	epoll_fd = epoll_create1(0);
	return epoll_fd < 0 ? -errno : 0;
}

static int control(int op, int fd, unsigned events, void *tag)
{
	struct epoll_event e = {.data.ptr = tag};

	if (events & POLLER_IN)
		e.events |= EPOLLIN;
	if (events & POLLER_OUT)
		e.events |= EPOLLOUT;
	return epoll_ctl(epoll_fd, op, fd, &e) ? -errno : 0;
}

int poller_add(int fd, unsigned events, void *tag)
{
	return control(EPOLL_CTL_ADD, fd, events, tag);
}

int poller_change(int fd, unsigned events, void *tag)
{
	return control(EPOLL_CTL_MOD, fd, events, tag);
}

void poller_remove(int fd)
{
	(void)control(
		EPOLL_CTL_DEL, fd, 0, NULL); /* fails only for what is not watched */
}

int poller_wait(struct poller_event *ready, int max, int timeout_ms)
{
	struct epoll_event e[MAX_READY];
	int n = epoll_wait(epoll_fd, e, max < MAX_READY ? max : MAX_READY, timeout_ms);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		ready[i] = (struct poller_event){.tag = e[i].data.ptr};
		if (e[i].events & EPOLLIN)
			ready[i].events |= POLLER_IN;
		if (e[i].events & EPOLLOUT)
			ready[i].events |= POLLER_OUT;
		if (e[i].events & (EPOLLERR | EPOLLHUP))
			ready[i].events |= POLLER_ERROR;
	}
	return n;
}
