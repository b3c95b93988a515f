/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What servers of Embox's making rely on beyond what POSIX promises, over the loop-back interface. The image has the
 * page of zeroes that images with modules of a checkout have. tests/README.md says which case stands for what.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/timer.h"
#include "tests/test.h"
#include "xen/clock.h"

#define ANSWER_BYTES 300000

/* On any free port if *port is 0. */
static int listen_on(uint16_t *port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int l = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

	if (bind(l, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(l, 3) < 0 ||
		getsockname(l, (struct sockaddr *)&addr, &len) < 0) {
		close(l);
		return -1;
	}
	*port = ntohs(addr.sin_port);
	return l;
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int c = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

	if (connect(c, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return c;
	close(c);
	return -1;
}

static bool make_pair(int *client, int *server)
{
	uint16_t port = 0;
	int l = listen_on(&port);

	*client = connect_to(port);
	*server = accept(l, NULL, NULL);
	close(l);
	return *client >= 0 && *server >= 0;
}

/* How many bytes come until the end; -1 when that is an error. */
static long read_to_the_end(int fd)
{
	static char buf[4096];
	long total = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		total += n;
	return n < 0 ? -1 : total;
}

TEST(a_null_pointer_reads_as_zeroes_and_can_be_compared_and_printed)
{
	const char *volatile nowhere = NULL;
	char text[32];

	CHECK_EQ(nowhere[0], 0);
	CHECK_EQ(nowhere[4095], 0);
	CHECK(strcmp(nowhere, "/") != 0);
	CHECK(strncmp(nowhere, "/cgi-bin/", 9) != 0);
	CHECK_EQ(strlen(nowhere), 0);
	CHECK(snprintf(text, sizeof(text), "%s/%s", "/www", nowhere) < (int)sizeof(text));
	CHECK(strncmp(text, "/www/", 5) == 0);
}

TEST(accept_fills_in_a_length_of_exactly_the_address)
{
	struct {
		struct sockaddr addr;
		socklen_t len;
		int behind;
	} peer = {.len = sizeof(struct sockaddr_in), .behind = 0x5a5a5a5a};
	uint16_t port = 0;
	int l = listen_on(&port), c = connect_to(port), s;

	s = accept(l, &peer.addr, &peer.len);
	CHECK(s >= 0);
	CHECK_EQ(peer.len, 16);
	CHECK_EQ(peer.addr.sa_family, AF_INET);
	CHECK_EQ(peer.behind, 0x5a5a5a5a);
	close(s);
	close(c);
	close(l);
}

TEST(a_port_is_bound_again_while_the_server_closed_its_connections_first)
{
	uint16_t port = 0;
	int l = listen_on(&port), c, s;

	for (int i = 0; i < 5; i++) {
		c = connect_to(port);
		s = accept(l, NULL, NULL);
		CHECK(c >= 0 && s >= 0);
		close(s); /* first: it is here that the connection stays in TIME_WAIT */
		CHECK_EQ(read_to_the_end(c), 0);
		close(c);
	}
	close(l);
	l = listen_on(&port);
	CHECK(l >= 0);
	close(l);
}

static void *read_slowly(void *arg)
{
	int fd = *(int *)arg;
	static char buf[16384];
	long total = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		total += n;
		usleep(2000);
	}
	return (void *)(intptr_t)total;
}

TEST(a_blocking_write_takes_everything_however_slow_the_reader)
{
	static char answer[ANSWER_BYTES];
	pthread_t reader;
	void *total;
	int c, s;

	CHECK(make_pair(&c, &s));
	pthread_create(&reader, NULL, read_slowly, &c);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(write(s, answer, sizeof(answer)), sizeof(answer));
	close(s);
	pthread_join(reader, &total);
	CHECK_EQ((intptr_t)total, 3 * ANSWER_BYTES);
	close(c);
}

static volatile sig_atomic_t n_signals;

static void count_signal(int sig)
{
	(void)sig;
	n_signals++;
}

TEST(writing_to_a_client_that_is_gone_fails_at_once_and_without_a_signal)
{
	static const struct linger reset = {.l_onoff = 1};
	static char chunk[1024];
	uint64_t from;
	int c, s, failed = 0;

	signal(SIGPIPE, count_signal);
	CHECK(make_pair(&c, &s));
	CHECK_EQ(write(s, chunk, sizeof(chunk)), sizeof(chunk));
	setsockopt(c, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(c);
	for (int i = 0; i < 100 && write(s, chunk, sizeof(chunk)) > 0; i++)
		usleep(1000);
	from = clock_ns();
	for (int i = 0; i < 500; i++) /* the rest of a file */
		failed += write(s, chunk, sizeof(chunk)) == -1 &&
			  (errno == EPIPE || errno == ECONNRESET);
	CHECK_EQ(failed, 500);
	CHECK(clock_ns() - from < 2 * NS_PER_S);
	CHECK_EQ(n_signals, 0);
	CHECK_EQ(close(s), 0);
	signal(SIGPIPE, SIG_DFL);
}

TEST(an_answer_arrives_whole_though_the_request_was_not_read_to_its_end)
{
	static char body[20000], answer[ANSWER_BYTES];
	pthread_t reader;
	void *total;
	int c, s;

	CHECK(make_pair(&c, &s));
	CHECK_EQ(write(c, body, sizeof(body)), sizeof(body));
	CHECK_EQ(read(s, body, 10), 10);
	pthread_create(&reader, NULL, read_slowly, &c);
	CHECK_EQ(write(s, answer, sizeof(answer)), sizeof(answer));
	CHECK_EQ(close(s), 0);
	pthread_join(reader, &total);
	CHECK_EQ((intptr_t)total, ANSWER_BYTES);
	close(c);
}

TEST(a_connection_at_its_end_reads_as_nothing_a_thousand_times)
{
	int c, s;
	char b;

	CHECK(make_pair(&c, &s));
	close(c);
	for (int i = 0; i < 1023; i++)
		CHECK_EQ(read(s, &b, 1), 0);
	close(s);
}

TEST(closing_a_number_that_its_stream_has_closed_hits_nobody_else)
{
	static const char head[] = "HTTP/1.1 404 \r\n\r\n";
	char got[64] = {0};
	int c, s, other[2];
	FILE *f;

	CHECK(make_pair(&c, &s));
	f = fdopen(s, "rw");
	CHECK(f);
	CHECK_EQ(fprintf(f, "HTTP/1.1 %d %s\r\n\r\n", 404, ""), (int)strlen(head));
	CHECK_EQ(fclose(f), 0);
	CHECK(make_pair(&other[0], &other[1])); /* another client comes meanwhile */
	CHECK(other[0] != s && other[1] != s);
	CHECK(close(s) == -1 && errno == EBADF);
	CHECK_EQ(write(other[0], "x", 1), 1);
	CHECK_EQ(read(other[1], got, 1), 1);
	CHECK_EQ(recv(c, got, sizeof(got), MSG_WAITALL), (ssize_t)strlen(head));
	CHECK_STR(got, head);
	close(c);
	close(other[0]);
	close(other[1]);
}

static volatile bool is_free;

/* Waits again and again, as a thread that answers a client does. */
static void *work(void *arg)
{
	int *fds = arg;
	char b;

	for (int i = 0; i < 50; i++) {
		if (write(fds[0], "x", 1) != 1 || read(fds[1], &b, 1) != 1)
			return NULL;
		usleep(1000);
	}
	is_free = true;
	return arg;
}

TEST(a_thread_that_spins_for_a_free_place_does_not_starve_who_frees_it)
{
	static const int on = 1;
	pthread_t worker;
	uint64_t from;
	int fds[2];

	CHECK(make_pair(&fds[0], &fds[1]));
	CHECK_EQ(setsockopt(fds[0], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
	from = clock_ns();
	CHECK_EQ(pthread_create(&worker, NULL, work, fds), 0);
	CHECK_EQ(pthread_detach(worker), 0);
	while (!is_free && clock_ns() - from < 20 * NS_PER_S)
		;
	CHECK(is_free);
	close(fds[0]);
	close(fds[1]);
}
