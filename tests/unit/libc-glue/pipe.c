/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes and pairs of sockets: order, ends, sleeping, and what poll says of them. */
#include "libc-glue/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/channel.h"
#include "libc-glue/fd.h"
#include "libc-glue/poll.h"
#include "libc-glue/process.h"
#include "tests/fake/thread_test.h"

#ifndef POLLWRNORM /* the host's libc shows them to some only */
#define POLLRDNORM 0x40
#define POLLWRNORM 0x100
#endif

static char data[CHANNEL_BYTES + 100];

static void fill_data(void)
{
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7 + i / 251);
}

static unsigned events_of(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};

	poll_wait(&p, 1, 0);
	return (unsigned)p.revents;
}

THREAD_TEST(bytes_come_out_as_they_went_in)
{
	char buf[8];
	int fds[2];

	CHECK_EQ(pipe_open(fds, 0), 0);
	CHECK_EQ(fd_write(fds[1], "abcdef", 6), 6);
	CHECK_EQ(fd_read(fds[0], buf, 4), 4);
	CHECK(memcmp(buf, "abcd", 4) == 0);
	CHECK_EQ(fd_read(fds[0], buf, 8), 2);
	CHECK(memcmp(buf, "ef", 2) == 0);
	CHECK_EQ(fd_read(fds[1], buf, 1), -EBADF);
	CHECK_EQ(fd_write(fds[0], buf, 1), -EBADF);
	CHECK_EQ(fd_seek(fds[0], 0, SEEK_SET), -ESPIPE);
	fd_close(fds[0]);
	fd_close(fds[1]);
}

THREAD_TEST(the_ring_wraps_without_losing_order)
{
	static char got[sizeof(data)];
	size_t in = 0, out = 0;
	int fds[2];

	fill_data();
	CHECK_EQ(pipe_open(fds, O_NONBLOCK), 0);
	while (out < sizeof(data)) {
		ssize_t n = 0;

		if (in < sizeof(data))
			n = fd_write(fds[1], data + in,
				sizeof(data) - in < 5000 ? sizeof(data) - in : 5000);
		in += n > 0 ? (size_t)n : 0;
		n = fd_read(fds[0], got + out, 3001);
		CHECK(n > 0);
		out += (size_t)n;
	}
	CHECK(memcmp(got, data, sizeof(data)) == 0);
	fd_close(fds[0]);
	fd_close(fds[1]);
}

THREAD_TEST(a_pipe_without_writers_ends_and_without_readers_breaks)
{
	char c;
	int fds[2], twin;

	CHECK_EQ(pipe_open(fds, 0), 0);
	twin = fd_dup(fds[1], 0, false);
	CHECK_EQ(fd_write(fds[1], "x", 1), 1);
	fd_close(fds[1]);
	CHECK_EQ(events_of(fds[0]), POLLIN);
	fd_close(twin);
	CHECK_EQ(events_of(fds[0]), POLLIN | POLLHUP);
	CHECK_EQ(fd_read(fds[0], &c, 1), 1);
	CHECK_EQ(fd_read(fds[0], &c, 1), 0);
	CHECK_EQ(events_of(fds[0]), POLLHUP);
	fd_close(fds[0]);

	CHECK_EQ(pipe_open(fds, 0), 0);
	fd_close(fds[0]);
	CHECK_EQ(fd_write(fds[1], "x", 1), -EPIPE);
	CHECK(events_of(fds[1]) & POLLERR);
	fd_close(fds[1]);
}

THREAD_TEST(a_short_write_is_never_torn)
{
	int fds[2];

	CHECK_EQ(pipe_open(fds, O_NONBLOCK), 0);
	CHECK_EQ(fd_write(fds[1], data, CHANNEL_BYTES - 100), CHANNEL_BYTES - 100);
	CHECK_EQ(events_of(fds[1]), 0);
	CHECK_EQ(fd_write(fds[1], data, 101), -EAGAIN);
	CHECK_EQ(fd_write(fds[1], data, CHANNEL_ATOMIC + 1), 100); /* longer: in part */
	CHECK_EQ(fd_write(fds[1], data, 1), -EAGAIN);
	CHECK_EQ(fd_read(fds[0], data, CHANNEL_ATOMIC), CHANNEL_ATOMIC);
	CHECK_EQ(events_of(fds[1]), POLLOUT);
	CHECK_EQ(fd_write(fds[1], data, CHANNEL_ATOMIC), CHANNEL_ATOMIC);
	fd_close(fds[0]);
	fd_close(fds[1]);
}

struct side {
	int fd;
	ssize_t result;
};

static void *write_much(void *arg)
{
	struct side *s = arg;

	s->result = fd_write(s->fd, data, sizeof(data));
	fd_close(s->fd);
	return NULL;
}

THREAD_TEST(a_writer_sleeps_until_everything_is_taken)
{
	static char got[sizeof(data)];
	struct side side;
	struct thread *t;
	size_t n = 0;
	ssize_t part;
	int fds[2];

	fill_data();
	CHECK_EQ(pipe_open(fds, 0), 0);
	side.fd = fds[1];
	t = thread_create(NULL, write_much, &side);
	CHECK(t);
	while ((part = fd_read(fds[0], got + n, 777)) > 0)
		n += (size_t)part;
	CHECK_EQ(part, 0);
	thread_join(t, NULL);
	CHECK_EQ(side.result, sizeof(data));
	CHECK_EQ(n, sizeof(data));
	CHECK(memcmp(got, data, n) == 0);
	fd_close(fds[0]);
}

static void *write_late(void *arg)
{
	struct side *s = arg;

	thread_sleep_until(clock_ns() + 5 * NS_PER_MS);
	s->result = fd_write(s->fd, "now", 3);
	return NULL;
}

THREAD_TEST(select_wakes_when_the_other_end_writes)
{
	struct side side;
	struct thread *t;
	fd_set r, w;
	int fds[2], full[2], n = 0;

	CHECK_EQ(pipe_open(fds, 0), 0);
	CHECK_EQ(pipe_open(full, O_NONBLOCK), 0);
	CHECK_EQ(fd_write(full[1], data, CHANNEL_BYTES), CHANNEL_BYTES);
	side.fd = fds[1];
	t = thread_create(NULL, write_late, &side);
	CHECK(t);
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(fds[0], &r);
	FD_SET(full[1], &w);
	CHECK_EQ(poll_select(full[1] + 1, &r, &w, NULL, clock_ns() + NS_PER_S), 1);
	CHECK(FD_ISSET(fds[0], &r) && !FD_ISSET(full[1], &w));
	thread_join(t, NULL);
	CHECK_EQ(fd_ioctl(fds[0], FIONREAD, &n), 0);
	CHECK_EQ(n, 3);
	for (int i = 0; i < 2; i++) {
		fd_close(fds[i]);
		fd_close(full[i]);
	}
}

THREAD_TEST(a_pair_of_sockets_talks_both_ways_and_leaves_nothing)
{
	struct heap_stats before, after;
	struct stat st;
	char buf[4];
	int fds[2];

	CHECK_EQ(pipe_open(fds, 0), 0); /* the table of descriptors is there now */
	fd_close(fds[0]);
	fd_close(fds[1]);
	heap_get_stats(kernel_heap, &before);
	CHECK_EQ(pipe_socket_pair(AF_INET, SOCK_STREAM, 0, fds), -EAFNOSUPPORT);
	CHECK_EQ(pipe_socket_pair(AF_UNIX, SOCK_DGRAM, 0, fds), -EPROTONOSUPPORT);
	CHECK_EQ(pipe_socket_pair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	CHECK_EQ(fd_write(fds[0], "ab", 2), 2);
	CHECK_EQ(fd_write(fds[1], "cd", 2), 2);
	CHECK_EQ(fd_read(fds[0], buf, 4), 2);
	CHECK(memcmp(buf, "cd", 2) == 0);
	CHECK_EQ(fd_stat(fds[0], &st), 0);
	CHECK(S_ISSOCK(st.st_mode));
	fd_close(fds[0]);
	CHECK_EQ(fd_read(fds[1], buf, 4), 2);
	CHECK_EQ(fd_read(fds[1], buf, 4), 0);
	CHECK_EQ(fd_write(fds[1], "x", 1), -EPIPE);
	fd_close(fds[1]);
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
}
