/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listens and accepts.
 *
 * Up to max_conns connections are served. When all are taken, one that idles makes room; when none
 * idles, a newcomer is told 503. A few places above max_conns are for those who are being told;
 * when these are taken too, newcomers wait in the kernel's queue until something ends.
 */
#include "apps/httpd/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/httpd/conn.h"
#include "apps/httpd/limits.h"
#include "apps/httpd/loop.h"

enum { BACKLOG = 1024 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static struct watch listener = {.fd = -1};
static unsigned max_served, max_open;

static void set_option(int fd, int level, int name, int value)
{
	/* each is a refinement: without it the server works all the same */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

static struct in6_addr peer_of(const union address *a)
{
	struct in6_addr peer = {0};

	if (a->any.sa_family == AF_INET6)
		return a->v6.sin6_addr;
	peer.s6_addr[10] = peer.s6_addr[11] = 0xff;
	memcpy(&peer.s6_addr[12], &a->v4.sin_addr, 4);
	return peer;
}

static void pause_accepting(void)
{
	loop_set_events(&listener, 0);
	loop_set_timer(&listener, TIMER_ACCEPT);
}

static void resume_accepting(struct watch *w)
{
	if (conn_count() < max_open)
		loop_set_events(w, POLLER_IN);
}

static void on_conn_closed(void)
{
	if (listener.fd >= 0 && listener.timer_kind == TIMER_NONE)
		resume_accepting(&listener);
}

/* Returns whether there may be more. */
static bool accept_one(void)
{
	union address a = {0};
	socklen_t len = sizeof(a);
	int fd = accept4(listener.fd, &a.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
			errno == ENOBUFS)
			pause_accepting(); /* else we would be told of it again and again */
		return errno == EINTR || errno == ECONNABORTED;
	}

	struct in6_addr peer = peer_of(&a);
	bool refuse = conn_count() >= max_served && !conn_evict_idle();

	set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	if (conn_open(fd, &peer, refuse) == -ENOMEM)
		pause_accepting();
	return true;
}

static void on_ready(struct watch *w, unsigned events)
{
	(void)events;
	for (int i = 0; i < LIMIT_ACCEPTS; i++) {
		if (conn_count() >= max_open && !conn_evict_idle()) {
			loop_set_events(w, 0);
			return;
		}
		if (!accept_one())
			return;
	}
}

/* Returns the address's length, or -EINVAL. */
static int parse_address(union address *a, const char *text, unsigned port)
{
	*a = (union address){0};
	if (!text || inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1) {
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_port = htons((uint16_t)port);
		return sizeof(a->v6);
	}
	if (inet_pton(AF_INET, text, &a->v4.sin_addr) != 1)
		return -EINVAL;
	a->v4.sin_family = AF_INET;
	a->v4.sin_port = htons((uint16_t)port);
	return sizeof(a->v4);
}

/* Returns a listening socket or -errno. */
static int open_socket(const union address *a, int len)
{
	int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return -errno;
	set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (a->any.sa_family == AF_INET6)
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (bind(fd, &a->any, (socklen_t)len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

/* All addresses: an IPv6 socket takes IPv4 too; where there is no IPv6, an IPv4 socket. */
static int open_any_socket(unsigned port)
{
	union address a;
	int len = parse_address(&a, NULL, port);
	int fd = open_socket(&a, len);

	if (fd != -EAFNOSUPPORT && fd != -EPROTONOSUPPORT && fd != -EADDRNOTAVAIL)
		return fd;
	len = parse_address(&a, "0.0.0.0", port);
	return open_socket(&a, len);
}

static int bound_port(int fd)
{
	union address a = {0};
	socklen_t len = sizeof(a);

	if (getsockname(fd, &a.any, &len))
		return -errno;
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

int listen_start(const char *address, unsigned port, unsigned max_conns)
{
	union address a;
	int len = parse_address(&a, address, port);
	int fd, error;

	if (len < 0)
		return len;
	fd = address ? open_socket(&a, len) : open_any_socket(port);
	if (fd < 0)
		return fd;
	max_served = max_conns;
	max_open = max_conns + max_conns / 16 + 8;
	listener = (struct watch){
		.fd = fd,
		.events = POLLER_IN,
		.ready = on_ready,
		.expired = resume_accepting,
	};
	error = loop_add(&listener);
	if (error) {
		close(fd);
		listener.fd = -1;
		return error;
	}
	conn_on_close(on_conn_closed);
	return bound_port(fd);
}

void listen_stop(void)
{
	if (listener.fd < 0)
		return;
	loop_remove(&listener);
	close(listener.fd);
	listener.fd = -1;
}
