/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets over the real lwIP and its loop-back interface, in virtual time. */
#include "libc-glue/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/epoll.h"
#include "libc-glue/poll.h"
#include "libc-glue/process.h"
#include "libc-glue/vfs.h"
#include "net/limits.h"
#include "net/net.h"
#include "tests/fake/fake.h"
#include "tests/fake/thread_test.h"
#include "tests/unit/libc-glue/archive.h"

int net_start(void);
void *net_mem_alloc(size_t len_bytes);
void net_mem_free(void *block);

static size_t mem_before;

static void start(void)
{
	static bool started;

	if (!started) {
		process_start();
		net_start();
	}
	started = true;
	for (int fd = 3; fd_count() > 3 && fd < 1000; fd++) /* what a failed case left */
		fd_close(fd);
	thread_sleep_until(
		clock_ns() + 200 * NS_PER_S); /* what was closed before is over */
	mem_before = net_mem_used();
}

static void finish(void)
{
	EXPECT(fd_count() == 3);
	thread_sleep_until(clock_ns() + 200 * NS_PER_S);
	EXPECT(net_mem_used() == mem_before);
}

/* --- shorthand -------------------------------------------------------------------------------------------------------- */

static struct sockaddr_in v4(uint32_t addr, uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};

	in.sin_addr.s_addr = htonl(addr);
	return in;
}

static struct sockaddr_in6 v6(const struct in6_addr *addr, uint16_t port)
{
	struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	in.sin6_addr = *addr;
	return in;
}

static int bind_v4(int fd, uint32_t addr, uint16_t port)
{
	struct sockaddr_in in = v4(addr, port);

	return sock_bind(fd, (struct sockaddr *)&in, sizeof(in));
}

static int connect_v4(int fd, uint16_t port)
{
	struct sockaddr_in in = v4(INADDR_LOOPBACK, port);

	return sock_connect(fd, (struct sockaddr *)&in, sizeof(in));
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	if (sock_local_name(fd, (struct sockaddr *)&ss, &len))
		return 0;
	return ntohs(ss.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&ss)->sin6_port
					      : ((struct sockaddr_in *)&ss)->sin_port);
}

static int listener_on(uint16_t port)
{
	int fd = sock_open(AF_INET, SOCK_STREAM, 0);

	if (bind_v4(fd, INADDR_ANY, port) || sock_listen(fd, 5))
		return -1;
	return fd;
}

/* Two connected sockets; the listener is gone again. */
static void make_pair(int *client, int *server)
{
	int l = listener_on(0);

	*client = sock_open(AF_INET, SOCK_STREAM, 0);
	*server = connect_v4(*client, port_of(l)) ? -1 : sock_accept(l, NULL, NULL, 0);
	fd_close(l);
}

static ssize_t send_text(int fd, const char *text)
{
	return fd_write(fd, text, strlen(text));
}

/* Read what comes until the end; the text, or the error's name. */
static const char *read_text(int fd)
{
	static char text[4096];
	size_t n = 0;
	ssize_t part;

	while ((part = fd_read(fd, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)part;
	text[n] = '\0';
	if (part < 0)
		snprintf(text + n, sizeof(text) - n, "<%s>", strerror((int)-part));
	return text;
}

static void set_nonblocking(int fd, bool on)
{
	fd_fcntl(fd, F_SETFL, on ? O_NONBLOCK : 0);
}

static int get_int(int fd, int level, int name)
{
	socklen_t len = sizeof(int);
	int value = 0, err = sock_get_option(fd, level, name, &value, &len);

	return err ? err : value;
}

static int set_int(int fd, int level, int name, int value)
{
	return sock_set_option(fd, level, name, &value, sizeof(value));
}

static unsigned ready(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};

	poll_wait(&p, 1, 0);
	return (unsigned short)p.revents;
}

static void sleep_ms(unsigned ms)
{
	thread_sleep_until(clock_ns() + ms * NS_PER_MS);
}

static void *run_and_forget(void *(*fn)(void *), void *arg)
{
	struct thread *t = thread_create(NULL, fn, arg);

	thread_detach(t);
	return t;
}

/* --- connections ---------------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_connection_carries_data_both_ways)
{
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	char buf[16];
	int l, c, s;

	start();
	l = listener_on(8080);
	CHECK(l >= 0);
	EXPECT(ready(l) == 0);
	c = sock_open(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	CHECK_EQ(connect_v4(c, 8080), 0);
	sleep_ms(1);
	EXPECT(ready(l) == POLLIN);
	s = sock_accept(l, (struct sockaddr *)&peer, &len, 0);
	CHECK(s > c);
	CHECK_EQ(len, sizeof(peer));
	CHECK_EQ(peer.sin_port, htons(port_of(c)));
	CHECK_EQ(peer.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	CHECK_EQ(port_of(s), 8080);
	CHECK_EQ(send_text(c, "ping"), 4);
	CHECK_EQ(fd_read(s, buf, sizeof(buf)), 4);
	CHECK_EQ(send_text(s, "pong!"), 5);
	CHECK_EQ(fd_read(c, buf, sizeof(buf)), 5);
	EXPECT(memcmp(buf, "pong!", 5) == 0);
	fd_close(c);
	CHECK_EQ(fd_read(s, buf, 1), 0);
	CHECK_EQ(fd_read(s, buf, 1), 0);
	fd_close(s);
	fd_close(l);
	finish();
}

THREAD_TEST(accept_stores_the_address_before_its_length)
{
	/* As a program has it that keeps 28 bytes of address in a field of 16: the length lies under its end. */
	union {
		struct sockaddr_in6 addr;
		struct {
			char head[16];
			socklen_t len;
		} over;
	} u = {.over.len = sizeof(struct sockaddr_in6)};
	struct sockaddr_in6 to = v6(&in6addr_loopback, 0);
	int l, c, s;

	start();
	l = sock_open(AF_INET6, SOCK_STREAM, 0);
	CHECK_EQ(sock_listen(l, 1), 0);
	to.sin6_port = htons(port_of(l));
	c = sock_open(AF_INET6, SOCK_STREAM, 0);
	CHECK_EQ(sock_connect(c, (struct sockaddr *)&to, sizeof(to)), 0);
	s = sock_accept(l, (struct sockaddr *)&u.addr, &u.over.len, 0);
	CHECK(s >= 0);
	CHECK_EQ(u.over.len, sizeof(struct sockaddr_in6));
	CHECK_EQ(u.addr.sin6_port, htons(port_of(c)));
	fd_close(c);
	fd_close(s);
	fd_close(l);
	finish();
}

THREAD_TEST(a_short_address_buffer_gets_what_fits)
{
	struct sockaddr_in in;
	socklen_t len = 4;
	int c, s;

	start();
	make_pair(&c, &s);
	memset(&in, 0xee, sizeof(in));
	CHECK_EQ(sock_peer_name(s, (struct sockaddr *)&in, &len), 0);
	CHECK_EQ(len, sizeof(in));
	CHECK_EQ(in.sin_port, htons(port_of(c)));
	CHECK_EQ(in.sin_addr.s_addr, 0xeeeeeeee);
	fd_close(c);
	fd_close(s);
	finish();
}

THREAD_TEST(nobody_listens_is_connection_refused)
{
	int c;

	start();
	c = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(c, 9), -ECONNREFUSED);
	EXPECT(ready(c) & POLLHUP);
	CHECK_EQ(get_int(c, SOL_SOCKET, SO_ERROR), 0);
	CHECK_EQ(connect_v4(c, 9), -ECONNREFUSED); /* it may be tried again */
	fd_close(c);
	finish();
}

THREAD_TEST(a_connect_that_may_not_wait_tells_its_end_by_poll)
{
	struct pollfd p = {.events = POLLOUT};
	int l, c;

	start();
	l = listener_on(8081);
	c = sock_open(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK_EQ(connect_v4(c, 8081), -EINPROGRESS);
	p.fd = c;
	CHECK_EQ(poll_wait(&p, 1, TIME_FOREVER), 1);
	EXPECT(p.revents == POLLOUT);
	CHECK_EQ(get_int(c, SOL_SOCKET, SO_ERROR), 0);
	CHECK_EQ(connect_v4(c, 8081), -EISCONN);
	fd_close(c);
	c = sock_open(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK_EQ(connect_v4(c, 9), -EINPROGRESS);
	p.fd = c;
	CHECK_EQ(poll_wait(&p, 1, TIME_FOREVER), 1);
	EXPECT(p.revents & POLLOUT && p.revents & POLLERR);
	CHECK_EQ(get_int(c, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
	CHECK_EQ(get_int(c, SOL_SOCKET, SO_ERROR), 0);
	fd_close(c);
	fd_close(l);
	finish();
}

THREAD_TEST(a_connection_under_way_is_neither_open_nor_lost)
{
	enum { N = 16 }; /* the smallest backlog */
	int l, c[N], late;

	start();
	l = listener_on(8093);
	for (int i = 0; i < N; i++) {
		c[i] = sock_open(AF_INET, SOCK_STREAM, 0);
		CHECK_EQ(connect_v4(c[i], 8093), 0);
	}
	late = sock_open(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CHECK_EQ(connect_v4(late, 8093), -EINPROGRESS);
	CHECK_EQ(connect_v4(late, 8093), -EALREADY);
	CHECK_EQ(send_text(late, "x"), -EAGAIN);
	CHECK_EQ(fd_read(late, &(char){0}, 1), -EAGAIN);
	EXPECT(ready(late) == 0);
	fd_close(sock_accept(l, NULL, NULL, 0));
	sleep_ms(10000); /* lwIP repeats the SYN */
	EXPECT(ready(late) == POLLOUT);
	fd_close(late);
	for (int i = 0; i < N; i++)
		fd_close(c[i]);
	fd_close(l);
	finish();
}

THREAD_TEST(connections_come_in_their_order_and_thirty_of_them)
{
	enum { N = 30 };
	int l, c[N], s;

	start();
	l = listener_on(8082);
	for (int i = 0; i < N; i++) {
		c[i] = sock_open(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect_v4(c[i], 8082);
	}
	for (int i = 0; i < N; i++) {
		struct sockaddr_in peer;
		socklen_t len = sizeof(peer);

		test_row("%d", i);
		s = sock_accept(l, (struct sockaddr *)&peer, &len, 0);
		CHECK(s >= 0);
		if (i < 16) /* the backlog; the others try again, in any order */
			CHECK_EQ(ntohs(peer.sin_port), port_of(c[i]));
		fd_close(s);
	}
	for (int i = 0; i < N; i++)
		fd_close(c[i]);
	fd_close(l);
	finish();
}

THREAD_TEST(a_connection_that_is_reset_before_accept_is_never_seen)
{
	struct linger hard = {1, 0};
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	int l, gone, c, s;

	start();
	l = listener_on(8083);
	gone = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(gone, 8083), 0);
	send_text(gone, "never read");
	CHECK_EQ(sock_set_option(gone, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
	fd_close(gone);
	sleep_ms(1);
	set_nonblocking(l, true);
	CHECK_EQ(sock_accept(l, NULL, NULL, 0), -EAGAIN);
	set_nonblocking(l, false);
	c = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(c, 8083), 0);
	s = sock_accept(l, (struct sockaddr *)&peer, &len, 0);
	CHECK(s >= 0);
	CHECK_EQ(ntohs(peer.sin_port), port_of(c));
	fd_close(c);
	fd_close(s);
	fd_close(l);
	finish();
}

THREAD_TEST(closing_a_listener_resets_who_waits_to_be_accepted)
{
	char b;
	int l, c;

	start();
	l = listener_on(8084);
	c = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(c, 8084), 0);
	sleep_ms(1);
	fd_close(l);
	CHECK_EQ(fd_read(c, &b, 1), -ECONNRESET);
	CHECK_EQ(fd_read(c, &b, 1), 0);
	CHECK_EQ(send_text(c, "x"), -EPIPE);
	fd_close(c);
	finish();
}

static void *shut_later(void *arg)
{
	sleep_ms(5);
	sock_shutdown(*(int *)arg, SHUT_RD);
	return NULL;
}

THREAD_TEST(shutting_a_listener_ends_a_waiting_accept)
{
	int l;

	start();
	l = listener_on(8085);
	run_and_forget(shut_later, &l);
	CHECK_EQ(sock_accept(l, NULL, NULL, 0), -EINVAL);
	fd_close(l);
	finish();
}

/* --- addresses to bind ------------------------------------------------------------------------------------------------------ */

THREAD_TEST(a_port_in_use_cannot_be_bound)
{
	struct sockaddr_in6 any6 = v6(&in6addr_any, 8086);
	int a, b, c;

	start();
	a = listener_on(8086);
	b = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(bind_v4(b, INADDR_ANY, 8086), -EADDRINUSE);
	CHECK_EQ(bind_v4(b, INADDR_LOOPBACK, 8086), -EADDRINUSE);
	CHECK_EQ(set_int(b, SOL_SOCKET, SO_REUSEADDR, 1), 0);
	CHECK_EQ(bind_v4(b, INADDR_ANY, 8086), -EADDRINUSE);
	c = sock_open(AF_INET6, SOCK_STREAM, 0);
	CHECK_EQ(sock_bind(c, (struct sockaddr *)&any6, sizeof(any6)), -EADDRINUSE);
	CHECK_EQ(set_int(c, IPPROTO_IPV6, IPV6_V6ONLY, 1), 0);
	CHECK_EQ(sock_bind(c, (struct sockaddr *)&any6, sizeof(any6)), 0);
	CHECK_EQ(set_int(c, IPPROTO_IPV6, IPV6_V6ONLY, 0), -EINVAL);
	CHECK_EQ(sock_bind(c, (struct sockaddr *)&any6, sizeof(any6)), -EINVAL);
	fd_close(a);
	CHECK_EQ(bind_v4(b, INADDR_ANY, 8086), 0);
	CHECK_EQ(bind_v4(b, INADDR_ANY, 8087), -EINVAL);
	fd_close(b);
	fd_close(c);
	finish();
}

THREAD_TEST(a_server_restarts_while_its_connections_are_in_time_wait)
{
	int l, c, s;

	start();
	l = listener_on(8088);
	c = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(c, 8088), 0);
	s = sock_accept(l, NULL, NULL, 0);
	fd_close(s); /* the server closes first: TIME_WAIT is its own */
	sleep_ms(1);
	fd_close(c);
	fd_close(l);
	sleep_ms(1);
	l = listener_on(8088);
	CHECK(l >= 0);
	fd_close(l);
	finish();
}

THREAD_TEST(what_cannot_be_bound_says_why)
{
	struct sockaddr_in in = v4(0x08080808, 80);
	int fd;

	start();
	fd = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(sock_bind(fd, (struct sockaddr *)&in, sizeof(in)), -EADDRNOTAVAIL);
	CHECK_EQ(sock_bind(fd, (struct sockaddr *)&in, 7), -EINVAL);
	CHECK_EQ(sock_bind(fd, (struct sockaddr *)&in, 0), -EINVAL);
	CHECK_EQ(sock_bind(fd, NULL, 16), -EINVAL);
	in.sin_family = AF_INET6;
	CHECK_EQ(sock_bind(fd, (struct sockaddr *)&in, sizeof(in)), -EAFNOSUPPORT);
	in.sin_family = 77;
	CHECK_EQ(sock_bind(fd, (struct sockaddr *)&in, sizeof(in)), -EAFNOSUPPORT);
	fd_close(fd);
	finish();
}

/* --- both families --------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_socket_for_both_families_shows_ipv4_peers_as_mapped)
{
	struct sockaddr_in6 any = v6(&in6addr_any, 8089), peer, to;
	socklen_t len = sizeof(peer);
	int l, c4, c6, mapped, s;

	start();
	l = sock_open(AF_INET6, SOCK_STREAM, 0);
	CHECK_EQ(sock_bind(l, (struct sockaddr *)&any, sizeof(any)), 0);
	CHECK_EQ(sock_listen(l, 5), 0);
	c4 = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(c4, 8089), 0);
	s = sock_accept(l, (struct sockaddr *)&peer, &len, 0);
	CHECK(s >= 0 && len == sizeof(peer));
	EXPECT(IN6_IS_ADDR_V4MAPPED(&peer.sin6_addr) &&
		peer.sin6_addr.s6_addr[12] == 127);
	fd_close(s);
	c6 = sock_open(AF_INET6, SOCK_STREAM, 0);
	to = v6(&in6addr_loopback, 8089);
	CHECK_EQ(sock_connect(c6, (struct sockaddr *)&to, sizeof(to)), 0);
	s = sock_accept(l, (struct sockaddr *)&peer, &len, 0);
	EXPECT(IN6_IS_ADDR_LOOPBACK(&peer.sin6_addr));
	fd_close(s);
	mapped = sock_open(AF_INET6, SOCK_STREAM, 0);
	peer.sin6_port = htons(8089);
	memset(peer.sin6_addr.s6_addr, 0, 16);
	peer.sin6_addr.s6_addr[10] = peer.sin6_addr.s6_addr[11] = 0xff;
	peer.sin6_addr.s6_addr[12] = 127;
	peer.sin6_addr.s6_addr[15] = 1;
	CHECK_EQ(sock_connect(mapped, (struct sockaddr *)&peer, sizeof(peer)), 0);
	s = sock_accept(l, NULL, NULL, 0);
	CHECK(s >= 0);
	fd_close(s);
	fd_close(l);
	fd_close(c4);
	fd_close(c6);
	fd_close(mapped);
	finish();
}

THREAD_TEST(v6_only_means_it)
{
	struct sockaddr_in6 any = v6(&in6addr_any, 8090);
	int l, c;

	start();
	l = sock_open(AF_INET6, SOCK_STREAM, 0);
	CHECK_EQ(set_int(l, IPPROTO_IPV6, IPV6_V6ONLY, 1), 0);
	CHECK_EQ(get_int(l, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	CHECK_EQ(sock_bind(l, (struct sockaddr *)&any, sizeof(any)), 0);
	CHECK_EQ(sock_listen(l, 5), 0);
	c = sock_open(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(connect_v4(c, 8090), -ECONNREFUSED);
	fd_close(c);
	fd_close(l);
	finish();
}

/* --- data --------------------------------------------------------------------------------------------------------------------------- */

#define BULK 3000000u

static char pattern(size_t i)
{
	return (char)(i * 7 + i / 251);
}

static void *send_bulk(void *arg)
{
	int fd = *(int *)arg;
	char *data = malloc(BULK);

	for (size_t i = 0; i < BULK; i++)
		data[i] = pattern(i);
	EXPECT(fd_write(fd, data, BULK) == BULK); /* all of it, in one call */
	free(data);
	fd_close(fd);
	return NULL;
}

THREAD_TEST(three_megabytes_arrive_whole_and_in_order)
{
	static char buf[70000];
	size_t at = 0, wrong = 0;
	int c, s;
	ssize_t n;

	start();
	make_pair(&c, &s);
	run_and_forget(send_bulk, &c);
	while ((n = fd_read(s, buf, 1 + at % sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++)
			wrong += buf[i] != pattern(at++);
	CHECK_EQ(n, 0);
	CHECK_EQ(at, BULK);
	CHECK_EQ(wrong, 0);
	fd_close(s);
	finish();
}

THREAD_TEST(bytes_can_be_read_one_by_one)
{
	char b;
	int c, s;

	start();
	make_pair(&c, &s);
	send_text(c, "GET / HTTP/1.1\r\n\r\n");
	for (const char *p = "GET / HTTP/1.1\r\n\r\n"; *p; p++) {
		CHECK_EQ(fd_read(s, &b, 1), 1);
		CHECK_EQ(b, *p);
	}
	fd_close(c);
	fd_close(s);
	finish();
}

THREAD_TEST(a_write_that_may_not_wait_is_short_and_poll_says_when_to_go_on)
{
	static char junk[1 << 20];
	struct pollfd p = {.events = POLLOUT};
	size_t sent = 0, got = 0;
	int c, s;
	ssize_t n;

	start();
	make_pair(&c, &s);
	set_nonblocking(c, true);
	while ((n = fd_write(c, junk, sizeof(junk))) > 0) {
		sent += (size_t)n;
		sleep_ms(1);
	}
	CHECK_EQ(n, -EAGAIN);
	CHECK(sent > 100000);
	EXPECT(!(ready(c) & POLLOUT));
	set_nonblocking(s, true);
	p.fd = c;
	while (!(ready(c) & POLLOUT)) {
		n = fd_read(s, junk, 10000);
		if (n > 0)
			got += (size_t)n;
		sleep_ms(1);
		CHECK(got <= sent);
	}
	CHECK_EQ(poll_wait(&p, 1, 0), 1);
	CHECK(fd_write(c, junk, 1000) == 1000);
	fd_close(c);
	set_nonblocking(s, false);
	while ((n = fd_read(s, junk, sizeof(junk))) > 0)
		got += (size_t)n;
	CHECK_EQ(got, sent + 1000);
	fd_close(s);
	finish();
}

THREAD_TEST(peek_waitall_and_dontwait_do_what_they_say)
{
	char buf[16];
	struct iovec iov = {buf, 8}, two[2] = {{buf, 2}, {buf + 8, 8}};
	int c, s, n;

	start();
	make_pair(&c, &s);
	CHECK_EQ(sock_recv(s, &iov, 1, MSG_DONTWAIT, NULL, NULL, NULL), -EAGAIN);
	send_text(c, "abcd");
	sleep_ms(1);
	CHECK_EQ(fd_ioctl(s, FIONREAD, &n), 0);
	CHECK_EQ(n, 4);
	CHECK_EQ(sock_recv(s, &iov, 1, MSG_PEEK, NULL, NULL, NULL), 4);
	CHECK_EQ(sock_recv(s, &iov, 1, MSG_PEEK, NULL, NULL, NULL), 4);
	CHECK_EQ(sock_recv(s, two, 2, 0, NULL, NULL, NULL), 4);
	EXPECT(memcmp(buf, "ab", 2) == 0 && memcmp(buf + 8, "cd", 2) == 0);
	send_text(c, "12345");
	sleep_ms(1);
	send_text(c, "678");
	CHECK_EQ(sock_recv(s, &iov, 1, MSG_WAITALL, NULL, NULL, NULL), 8);
	EXPECT(memcmp(buf, "12345678", 8) == 0);
	send_text(c, "end");
	fd_close(c);
	CHECK_EQ(sock_recv(s, &iov, 1, MSG_WAITALL, NULL, NULL, NULL), 3);
	CHECK_EQ(sock_recv(s, &iov, 1, MSG_OOB, NULL, NULL, NULL), -EOPNOTSUPP);
	iov.iov_len = 0;
	CHECK_EQ(sock_recv(s, &iov, 1, 0, NULL, NULL, NULL), 0);
	fd_close(s);
	finish();
}

THREAD_TEST(timeouts_end_waiting)
{
	struct timeval tv = {0, 20000}, back;
	socklen_t len = sizeof(back);
	static char junk[1 << 20];
	uint64_t from;
	ssize_t n;
	int c, s, l;
	char b;

	start();
	make_pair(&c, &s);
	CHECK_EQ(sock_set_option(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
	CHECK_EQ(sock_get_option(s, SOL_SOCKET, SO_RCVTIMEO, &back, &len), 0);
	CHECK(back.tv_sec == 0 && back.tv_usec == 20000);
	from = clock_ns();
	CHECK_EQ(fd_read(s, &b, 1), -EAGAIN);
	CHECK(clock_ns() - from >= 20 * NS_PER_MS && clock_ns() - from < 25 * NS_PER_MS);
	CHECK_EQ(sock_set_option(c, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), 0);
	from = clock_ns();
	while ((n = fd_write(c, junk, sizeof(junk))) == sizeof(junk))
		;
	CHECK(n == -EAGAIN || n > 0); /* short, then nothing */
	CHECK_EQ(fd_write(c, junk, sizeof(junk)), -EAGAIN);
	tv.tv_usec = 1000000;
	CHECK_EQ(sock_set_option(c, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)), -EDOM);
	l = listener_on(8091);
	tv.tv_usec = 20000;
	CHECK_EQ(sock_set_option(l, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
	CHECK_EQ(sock_accept(l, NULL, NULL, 0), -EAGAIN);
	fd_close(l);
	fd_close(c);
	fd_close(s);
	finish();
}

THREAD_TEST(a_client_that_is_silent_can_be_given_up_without_the_programs_doing)
{
	uint64_t from;
	int c, s;
	char b;

	start();
	sock_set_accepted_timeout(20 * NS_PER_MS);
	make_pair(&c, &s);
	from = clock_ns();
	CHECK_EQ(fd_read(s, &b, 1), -EAGAIN);
	CHECK(clock_ns() - from >= 20 * NS_PER_MS && clock_ns() - from < 25 * NS_PER_MS);
	CHECK_EQ(send_text(s, "x"), 1); /* it can still be told */
	CHECK_EQ(fd_read(c, &b, 1), 1);
	fd_close(c);
	fd_close(s);
	sock_set_accepted_timeout(0);
	finish();
}

THREAD_TEST(a_cork_keeps_small_pieces_until_it_is_drawn)
{
	char buf[16];
	struct iovec iov = {(void *)"head ", 5};
	int c, s;

	start();
	make_pair(&c, &s);
	CHECK_EQ(sock_send(c, &iov, 1, MSG_MORE, NULL, 0), 5);
	sleep_ms(50);
	EXPECT(!(ready(s) & POLLIN));
	CHECK_EQ(send_text(c, "body"), 4);
	sleep_ms(1);
	CHECK_EQ(fd_read(s, buf, 16), 9); /* in one piece */
	CHECK_EQ(set_int(c, IPPROTO_TCP, TCP_CORK, 1), 0);
	send_text(c, "a");
	send_text(c, "b");
	sleep_ms(50);
	EXPECT(!(ready(s) & POLLIN));
	CHECK_EQ(set_int(c, IPPROTO_TCP, TCP_CORK, 0), 0);
	CHECK_EQ(fd_read(s, buf, 16), 2);
	fd_close(c);
	fd_close(s);
	finish();
}

/* --- the end of connections ------------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_half_closed_connection_still_carries_the_answer)
{
	int c, s;

	start();
	make_pair(&c, &s);
	send_text(c, "question");
	CHECK_EQ(sock_shutdown(c, SHUT_WR), 0);
	CHECK_EQ(send_text(c, "x"), -EPIPE);
	CHECK_STR(read_text(s), "question");
	EXPECT((ready(s) & (POLLIN | POLLRDHUP)) == (POLLIN | POLLRDHUP));
	EXPECT(!(ready(s) & POLLHUP));
	send_text(s, "answer");
	fd_close(s);
	CHECK_STR(read_text(c), "answer");
	EXPECT(ready(c) & POLLHUP);
	fd_close(c);
	finish();
}

THREAD_TEST(closing_with_input_unread_does_not_destroy_the_answer)
{
	int c, s;

	start();
	make_pair(&c, &s);
	send_text(c, "POST with a body that nobody reads");
	sleep_ms(1);
	send_text(s, "the answer");
	fd_close(s);
	sleep_ms(1);
	CHECK_EQ(send_text(c, "and even more of it"), 19);
	sleep_ms(10);
	CHECK_EQ(send_text(c, "and more"), 8);
	sleep_ms(10);
	CHECK_STR(read_text(c), "the answer");
	fd_close(c);
	finish();
}

THREAD_TEST(a_peer_that_never_stops_sending_is_reset_in_the_end)
{
	int c, s, rounds = 0;

	start();
	make_pair(&c, &s);
	fd_close(s);
	while (send_text(c, "still talking") > 0 && rounds < 60) {
		sleep_ms(500);
		rounds++;
	}
	CHECK(rounds > 4 && rounds < 60);
	fd_close(c);
	finish();
}

THREAD_TEST(a_long_answer_is_delivered_after_close)
{
	static char data[200000], got[200000];
	size_t n = 0;
	ssize_t part;
	int c, s;

	start();
	make_pair(&c, &s);
	CHECK_EQ(sock_shutdown(c, SHUT_WR),
		0); /* the hard case: the peer has closed already */
	sleep_ms(1);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = pattern(i);
	CHECK_EQ(fd_write(s, data, 150000), 150000);
	fd_close(s);
	sleep_ms(10000); /* a slow reader, past what lwIP grants in LAST_ACK */
	while ((part = fd_read(c, got + n, 5000)) > 0) {
		n += (size_t)part;
		sleep_ms(100);
	}
	CHECK_EQ(part, 0);
	CHECK_EQ(n, 150000);
	CHECK(memcmp(data, got, n) == 0);
	fd_close(c);
	finish();
}

THREAD_TEST(linger_zero_resets)
{
	struct linger hard = {1, 0}, back;
	socklen_t len = sizeof(back);
	int c, s;

	start();
	make_pair(&c, &s);
	CHECK_EQ(sock_set_option(c, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
	CHECK_EQ(sock_get_option(c, SOL_SOCKET, SO_LINGER, &back, &len), 0);
	CHECK(back.l_onoff && back.l_linger == 0);
	send_text(c, "data before");
	sleep_ms(1);
	fd_close(c);
	sleep_ms(1);
	EXPECT(ready(s) & POLLERR && ready(s) & POLLHUP && ready(s) & POLLIN);
	CHECK_STR(read_text(s), "data before<Connection reset by peer>");
	CHECK_EQ(send_text(s, "x"), -EPIPE);
	CHECK_EQ(send_text(s, "x"), -EPIPE);
	fd_close(s);
	finish();
}

THREAD_TEST(linger_waits_for_delivery_but_not_for_ever)
{
	static char junk[400000];
	struct linger soft = {1, 2};
	uint64_t from;
	int c, s;

	start();
	make_pair(&c, &s);
	sock_set_option(c, SOL_SOCKET, SO_LINGER, &soft, sizeof(soft));
	send_text(c, "small");
	from = clock_ns();
	fd_close(c);
	CHECK(clock_ns() - from < NS_PER_S);
	CHECK_STR(read_text(s), "small");
	fd_close(s);
	make_pair(&c, &s);
	sock_set_option(c, SOL_SOCKET, SO_LINGER, &soft, sizeof(soft));
	set_nonblocking(c, true);
	while (fd_write(c, junk, sizeof(junk)) > 0)
		sleep_ms(1);
	from = clock_ns();
	fd_close(c);
	CHECK(clock_ns() - from >= 2 * NS_PER_S && clock_ns() - from < 3 * NS_PER_S);
	fd_close(s);
	finish();
}

THREAD_TEST(shutting_the_reading_side_ends_reading_only)
{
	char b;
	int c, s;

	start();
	make_pair(&c, &s);
	send_text(c, "dropped");
	sleep_ms(1);
	CHECK_EQ(sock_shutdown(s, SHUT_RD), 0);
	CHECK_EQ(fd_read(s, &b, 1), 0);
	CHECK_EQ(send_text(c, "dropped too"), 11);
	sleep_ms(1);
	CHECK_EQ(fd_read(s, &b, 1), 0);
	CHECK_EQ(send_text(s, "back"), 4);
	CHECK_EQ(fd_read(c, &b, 1), 1);
	CHECK_EQ(sock_shutdown(s, 3), -EINVAL);
	fd_close(c);
	fd_close(s);
	finish();
}

/* --- files -------------------------------------------------------------------------------------------------------------------------- */

#define BIG 600000u

static void *read_big(void *arg)
{
	static char buf[8192];
	size_t at = 0, wrong = 0;
	ssize_t n;

	while ((n = fd_read(*(int *)arg, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++)
			wrong += buf[i] != pattern(at++);
	EXPECT(at == BIG && wrong == 0);
	fd_close(*(int *)arg);
	*(int *)arg = -1;
	return NULL;
}

THREAD_TEST(a_file_of_the_ram_disk_is_sent_without_a_copy)
{
	static char data[BIG];
	struct archive *a = archive_new();
	off_t at = 0;
	size_t mem;
	ssize_t n;
	int c, s, fd;

	start();
	for (size_t i = 0; i < BIG; i++)
		data[i] = pattern(i);
	archive_add(a, '0', "big", NULL, data, BIG);
	archive_end(a);
	archive_mount(a);
	fd = file_open("/big", O_RDONLY);
	make_pair(&c, &s);
	set_nonblocking(c, true);
	mem = net_mem_used();
	preempt_disable(); /* nothing is acknowledged, and so freed, before we look */
	n = sock_send_file(c, fd, &at, BIG);
	mem = net_mem_used() - mem;
	preempt_enable();
	CHECK(n > 100000 && at == n);
	CHECK(mem < (size_t)n / 2); /* headers and bookkeeping, not the data */
	set_nonblocking(c, false);
	run_and_forget(read_big, &s);
	CHECK_EQ(sock_send_file(c, fd, &at, BIG), (ssize_t)BIG - n);
	CHECK_EQ(at, BIG);
	CHECK_EQ(sock_send_file(c, fd, &at, 100), 0);
	fd_close(c);
	while (s >= 0)
		sleep_ms(100);
	fd_close(fd);
	sleep_ms(200000); /* lwIP refers to the archive until all is acknowledged */
	archive_unmount();
	finish();
}

THREAD_TEST(sendfile_uses_and_moves_the_files_own_position)
{
	struct archive *a = archive_new();
	off_t at = 2;
	char buf[32];
	int c, s, fd;

	start();
	archive_file(a, "f", "0123456789");
	archive_dir(a, "d");
	archive_end(a);
	archive_mount(a);
	fd = file_open("/f", O_RDONLY);
	make_pair(&c, &s);
	fd_read(fd, buf, 3);
	CHECK_EQ(sock_send_file(c, fd, NULL, 4), 4);
	CHECK_EQ(fd_seek(fd, 0, SEEK_CUR), 7);
	CHECK_EQ(sock_send_file(c, fd, &at, 2), 2);
	CHECK_EQ(at, 4);
	CHECK_EQ(fd_seek(fd, 0, SEEK_CUR), 7);
	CHECK_EQ(sock_send_file(c, fd, NULL, 100), 3);
	at = -1;
	CHECK_EQ(sock_send_file(c, fd, &at, 1), -EINVAL);
	CHECK_EQ(sock_send_file(c, 1, NULL, 1), -EINVAL);
	CHECK_EQ(sock_send_file(c, 77, NULL, 1), -EBADF);
	CHECK_EQ(sock_send_file(77, fd, NULL, 1), -EBADF);
	CHECK_EQ(sock_send_file(1, fd, NULL, 1), -ENOTSOCK);
	fd_close(c);
	CHECK_STR(read_text(s), "345623789");
	fd_close(s);
	fd_close(fd);
	sleep_ms(200000);
	archive_unmount();
	finish();
}

/* --- when memory is short -------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_writer_waits_for_memory_and_goes_on)
{
	static void *hog[20000];
	static char junk[20000];
	int c, s, n = 0;
	ssize_t sent;

	start();
	make_pair(&c, &s);
	set_nonblocking(c, true);
	net_lock();
	while (n < 20000 && (hog[n] = net_mem_alloc(4096)))
		n++;
	net_unlock();
	while ((sent = fd_write(c, junk, sizeof(junk))) > 0)
		;
	CHECK_EQ(sent, -EAGAIN);
	EXPECT(!(ready(c) & POLLOUT));
	net_lock();
	while (n > 0)
		net_mem_free(hog[--n]);
	net_unlock();
	sleep_ms(2000);
	EXPECT(ready(c) & POLLOUT);
	CHECK_EQ(fd_write(c, junk, 1000), 1000);
	fd_close(c);
	fd_close(s);
	finish();
}

/* --- many -------------------------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_server_by_epoll_answers_a_hundred_clients)
{
	enum { N = 100 };
	struct epoll_event e = {.events = EPOLLIN}, events[16];
	int ep, l, c[N], served = 0, open = 0;

	start();
	ep = epoll_open(0);
	l = listener_on(8092);
	set_nonblocking(l, true);
	e.data.fd = l;
	epoll_change(ep, EPOLL_CTL_ADD, l, &e);
	for (int i = 0; i < N; i++) {
		c[i] = sock_open(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect_v4(c[i], 8092);
	}
	while (served < N) {
		int n = epoll_collect(ep, events, 16, clock_ns() + 20 * NS_PER_S);

		CHECK(n > 0);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd == l) {
				while ((fd = sock_accept(l, NULL, NULL, SOCK_NONBLOCK)) >=
					0) {
					e.data.fd = fd;
					CHECK_EQ(epoll_change(ep, EPOLL_CTL_ADD, fd, &e),
						0);
					open++;
				}
				continue;
			}
			CHECK_STR(
				read_text(fd), "hello<Resource temporarily unavailable>");
			send_text(fd, "served");
			fd_close(fd);
			served++;
		}
		for (int i = 0; i < N; i++)
			if (c[i] >= 0 && ready(c[i]) & POLLOUT && !(ready(c[i]) & POLLIN))
				if (get_int(c[i], SOL_SOCKET, SO_ERROR) == 0 &&
					send_text(c[i], "hello") == 5)
					set_nonblocking(c[i], false), sleep_ms(0);
	}
	CHECK_EQ(open, N);
	for (int i = 0; i < N; i++)
		fd_close(c[i]);
	fd_close(l);
	fd_close(ep);
	finish();
}

/* --- datagrams ----------------------------------------------------------------------------------------------------------------------------- */

static ssize_t send_to(int fd, uint16_t port, const char *text)
{
	struct sockaddr_in to = v4(INADDR_LOOPBACK, port);
	struct iovec iov = {(void *)text, strlen(text)};

	return sock_send(fd, &iov, 1, 0, (struct sockaddr *)&to, sizeof(to));
}

THREAD_TEST(datagrams_keep_their_borders_and_senders)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char buf[8];
	struct iovec iov = {buf, 8};
	int a, b, flags = 0, n;

	start();
	a = sock_open(AF_INET, SOCK_DGRAM, 0);
	b = sock_open(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	CHECK_EQ(bind_v4(a, INADDR_ANY, 5000), 0);
	EXPECT(ready(a) == POLLOUT);
	CHECK_EQ(send_to(b, 5000, "one"), 3);
	CHECK_EQ(send_to(b, 5000, "longer than eight"), 17);
	CHECK_EQ(send_to(b, 5000, ""), 0);
	sleep_ms(1);
	EXPECT(ready(a) == (POLLIN | POLLOUT));
	CHECK_EQ(fd_ioctl(a, FIONREAD, &n), 0);
	CHECK_EQ(n, 3);
	CHECK_EQ(sock_recv(a, &iov, 1, 0, (struct sockaddr *)&from, &len, &flags), 3);
	CHECK_EQ(ntohs(from.sin_port), port_of(b));
	CHECK_EQ(flags, 0);
	CHECK_EQ(sock_recv(a, &iov, 1, MSG_PEEK | MSG_TRUNC, NULL, NULL, &flags), 17);
	CHECK_EQ(flags, MSG_TRUNC);
	CHECK_EQ(sock_recv(a, &iov, 1, 0, NULL, NULL, NULL), 8);
	CHECK_EQ(sock_recv(a, &iov, 1, 0, NULL, NULL, NULL), 0);
	CHECK_EQ(sock_recv(a, &iov, 1, MSG_DONTWAIT, NULL, NULL, NULL), -EAGAIN);
	fd_close(a);
	fd_close(b);
	finish();
}

THREAD_TEST(a_datagram_is_gathered_from_pieces_and_scattered_into_pieces)
{
	char first[3], second[8];
	struct iovec from[] = {{"ab", 2}, {"cdef", 4}};
	struct iovec to[] = {{first, 3}, {second, 8}};
	int a, b;

	start();
	a = sock_open(AF_INET, SOCK_DGRAM, 0);
	b = sock_open(AF_INET, SOCK_DGRAM, 0);
	bind_v4(a, INADDR_LOOPBACK, 5003);
	CHECK_EQ(connect_v4(b, 5003), 0);
	CHECK_EQ(fd_writev(b, from, 2), 6);
	CHECK_EQ(send_text(b, "next"), 4);
	CHECK_EQ(fd_readv(a, to, 2), 6);
	EXPECT(memcmp(first, "abc", 3) == 0 && memcmp(second, "def", 3) == 0);
	CHECK_EQ(fd_readv(a, to, 2), 4);
	EXPECT(memcmp(first, "nex", 3) == 0 && second[0] == 't');
	CHECK_EQ(fd_readv(a, to, -1), -EINVAL);
	fd_close(a);
	fd_close(b);
	finish();
}

/* The address of ours that the socket tells, in host order. */
static uint32_t own_address(int fd)
{
	struct sockaddr_in in = {0};
	socklen_t len = sizeof(in);

	sock_local_name(fd, (struct sockaddr *)&in, &len);
	return ntohl(in.sin_addr.s_addr);
}

THREAD_TEST(a_connected_datagram_socket_knows_its_own_address)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	int a;

	start();
	a = sock_open(AF_INET, SOCK_DGRAM, 0);
	CHECK_EQ(own_address(a), INADDR_ANY);
	CHECK_EQ(connect_v4(a, 5002), 0);
	CHECK_EQ(own_address(a), INADDR_LOOPBACK);
	EXPECT(port_of(a) != 0);
	CHECK_EQ(sock_connect(a, &none, sizeof(none)), 0);
	CHECK_EQ(own_address(a), INADDR_ANY);
	fd_close(a);
	finish();
}

THREAD_TEST(a_connected_datagram_socket_has_one_peer)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	char buf[8];
	int a, b, stranger;

	start();
	a = sock_open(AF_INET, SOCK_DGRAM, 0);
	b = sock_open(AF_INET, SOCK_DGRAM, 0);
	stranger = sock_open(AF_INET, SOCK_DGRAM, 0);
	bind_v4(a, INADDR_LOOPBACK, 5001);
	bind_v4(b, INADDR_LOOPBACK, 5002);
	CHECK_EQ(send_text(a, "x"), -EDESTADDRREQ);
	CHECK_EQ(sock_peer_name(a, (struct sockaddr *)&peer, &len), -ENOTCONN);
	CHECK_EQ(connect_v4(a, 5002), 0);
	CHECK_EQ(sock_peer_name(a, (struct sockaddr *)&peer, &len), 0);
	CHECK_EQ(send_text(a, "hi"), 2);
	CHECK_EQ(fd_read(b, buf, 8), 2);
	send_to(stranger, 5001, "spam");
	send_to(b, 5001, "ham");
	CHECK_EQ(fd_read(a, buf, 8), 3);
	CHECK_EQ(sock_connect(a, &none, sizeof(none)), 0);
	CHECK_EQ(send_text(a, "x"), -EDESTADDRREQ);
	fd_close(a);
	fd_close(b);
	fd_close(stranger);
	finish();
}

THREAD_TEST(unread_datagrams_are_bounded)
{
	static char big[60000];
	struct sockaddr_in to = v4(INADDR_LOOPBACK, 5003);
	struct iovec iov = {big, sizeof(big)}, huge = {big, 70000};
	int a, b, n = 0;

	start();
	a = sock_open(AF_INET, SOCK_DGRAM, 0);
	b = sock_open(AF_INET, SOCK_DGRAM, 0);
	bind_v4(a, INADDR_ANY, 5003);
	for (int i = 0; i < 5; i++) {
		CHECK_EQ(sock_send(b, &iov, 1, 0, (struct sockaddr *)&to, sizeof(to)),
			60000);
		sleep_ms(1);
	}
	set_nonblocking(a, true);
	while (fd_read(a, big, sizeof(big)) == 60000)
		n++;
	CHECK_EQ(n, 1);
	CHECK_EQ(
		sock_send(b, &huge, 1, 0, (struct sockaddr *)&to, sizeof(to)), -EMSGSIZE);
	CHECK_EQ(bind_v4(b, INADDR_ANY, 5003), -EINVAL); /* bound by its first send */
	fd_close(a);
	fd_close(b);
	finish();
}

/* --- misuse and settings -------------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(misuse_gets_the_errors_of_posix)
{
	struct sockaddr unspecified = {.sa_family = AF_UNSPEC};
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct iovec iov = {(void *)"x", 1};
	int t, u;

	start();
	t = sock_open(AF_INET, SOCK_STREAM, 0);
	u = sock_open(AF_INET, SOCK_DGRAM, 0);
	CHECK_EQ(sock_open(99, SOCK_STREAM, 0), -EAFNOSUPPORT);
	CHECK_EQ(sock_open(AF_UNIX, SOCK_STREAM, 0), -EAFNOSUPPORT);
	CHECK_EQ(sock_open(AF_INET, 77, 0), -EPROTOTYPE);
	CHECK_EQ(sock_open(AF_INET, SOCK_STREAM, IPPROTO_UDP), -EPROTONOSUPPORT);
	CHECK_EQ(sock_open(AF_INET, SOCK_RAW, IPPROTO_ICMP), -EPERM);
	CHECK_EQ(sock_listen(1, 1), -ENOTSOCK);
	CHECK_EQ(sock_listen(77, 1), -EBADF);
	CHECK_EQ(sock_listen(u, 1), -EOPNOTSUPP);
	CHECK_EQ(sock_accept(u, NULL, NULL, 0), -EOPNOTSUPP);
	CHECK_EQ(sock_accept(t, NULL, NULL, 0), -EINVAL);
	CHECK_EQ(sock_accept(t, NULL, NULL, 1), -EINVAL);
	CHECK_EQ(sock_send(t, &iov, 1, 0, NULL, 0), -ENOTCONN);
	CHECK_EQ(sock_recv(t, &iov, 1, 0, NULL, NULL, NULL), -ENOTCONN);
	CHECK_EQ(sock_shutdown(t, SHUT_RDWR), -ENOTCONN);
	CHECK_EQ(sock_peer_name(t, (struct sockaddr *)&ss, &len), -ENOTCONN);
	CHECK_EQ(sock_local_name(t, (struct sockaddr *)&ss, &len), 0);
	EXPECT(ss.ss_family == AF_INET && port_of(t) == 0);
	CHECK_EQ(connect_v4(t, 0), -ECONNREFUSED);
	CHECK_EQ(sock_connect(t, &unspecified, sizeof(unspecified)), -EAFNOSUPPORT);
	CHECK_EQ(fd_seek(t, 0, 0), -ESPIPE);
	CHECK_EQ(sock_listen(t, 5), 0);
	EXPECT(port_of(t) != 0);
	CHECK_EQ(connect_v4(t, 80), -EOPNOTSUPP);
	CHECK_EQ(sock_send(t, &iov, 1, 0, NULL, 0), -ENOTCONN);
	CHECK_EQ(sock_listen(t, 500), 0);
	fd_close(t);
	fd_close(u);
	finish();
}

static const struct {
	int type, level, name, value,
		back; /* back: what is read afterwards, or -errno of setting */
} options[] = {
	{SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR, 1, 1},
	{SOCK_STREAM, SOL_SOCKET, SO_KEEPALIVE, 1, 1},
	{SOCK_STREAM, SOL_SOCKET, SO_KEEPALIVE, 0, 0},
	{SOCK_STREAM, SOL_SOCKET, SO_SNDBUF, 65536, 65536},
	{SOCK_STREAM, SOL_SOCKET, SO_SNDBUF, 1, 4096},
	{SOCK_STREAM, SOL_SOCKET, SO_SNDBUF, -1, -EINVAL},
	{SOCK_STREAM, SOL_SOCKET, SO_REUSEPORT, 1, -ENOPROTOOPT},
	{SOCK_STREAM, SOL_SOCKET, 9999, 1, -ENOPROTOOPT},
	{SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 1, 1},
	{SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 0, 0},
	{SOCK_STREAM, IPPROTO_TCP, TCP_CORK, 1, 1},
	{SOCK_STREAM, IPPROTO_TCP, TCP_KEEPIDLE, 30, 30},
	{SOCK_STREAM, IPPROTO_TCP, TCP_KEEPINTVL, 5, 5},
	{SOCK_STREAM, IPPROTO_TCP, TCP_KEEPCNT, 3, 3},
	{SOCK_STREAM, IPPROTO_TCP, TCP_KEEPIDLE, 0, -EINVAL},
	{SOCK_STREAM, IPPROTO_TCP, 99, 1, -ENOPROTOOPT},
	{SOCK_STREAM, IPPROTO_IP, IP_TTL, 7, 7},
	{SOCK_STREAM, IPPROTO_IP, IP_TTL, 256, -EINVAL},
	{SOCK_STREAM, IPPROTO_IPV6, IPV6_V6ONLY, 1, -ENOPROTOOPT},
	{SOCK_STREAM, 99, 1, 1, -ENOPROTOOPT},
	{SOCK_DGRAM, SOL_SOCKET, SO_BROADCAST, 1, 1},
	{SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR, 1, 1},
	{SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF, 10000, 10000},
	{SOCK_DGRAM, IPPROTO_TCP, TCP_NODELAY, 1, -ENOPROTOOPT},
};

THREAD_TEST(options_are_kept_or_refused)
{
	int fd, len_too_small = 1;

	start();
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int err;

		test_row("level %d option %d = %d", options[i].level, options[i].name,
			options[i].value);
		fd = sock_open(AF_INET, options[i].type, 0);
		err = set_int(fd, options[i].level, options[i].name, options[i].value);
		CHECK_EQ(err ? err : get_int(fd, options[i].level, options[i].name),
			options[i].back);
		fd_close(fd);
	}
	fd = sock_open(AF_INET6, SOCK_STREAM, 0);
	CHECK_EQ(get_int(fd, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
	CHECK_EQ(get_int(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
	CHECK_EQ(get_int(fd, SOL_SOCKET, SO_DOMAIN), AF_INET6);
	CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 0);
	sock_listen(fd, 1);
	CHECK_EQ(get_int(fd, SOL_SOCKET, SO_ACCEPTCONN), 1);
	CHECK_EQ(sock_set_option(fd, SOL_SOCKET, SO_KEEPALIVE, &len_too_small, 3),
		-EINVAL);
	CHECK_EQ(sock_set_option(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, 4), -EINVAL);
	fd_close(fd);
	finish();
}
