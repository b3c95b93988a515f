/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors, poll, select and epoll, over files that a test makes ready by hand. */
#include "libc-glue/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/epoll.h"
#include "libc-glue/poll.h"
#include "libc-glue/process.h"
#include "tests/fake/fake.h"
#include "tests/fake/thread_test.h"
#include "tests/unit/libc-glue/console.h"

/* --- a file whose readiness is a variable ------------------------------------------------------------------------------ */

struct probe {
	struct file file;
	unsigned events;
	unsigned looks; /* times it was asked */
	size_t takes;   /* bytes that one write takes */
	char written[64];
	size_t n_written;
};

static unsigned n_probes;

static unsigned probe_poll(struct file *f)
{
	struct probe *p = container_of(f, struct probe, file);

	p->looks++;
	return p->events;
}

static ssize_t probe_read(struct file *f, void *buf, size_t len)
{
	(void)f;
	memset(buf, 'r', len < 3 ? len : 3);
	return len < 3 ? (ssize_t)len : 3;
}

static ssize_t probe_write(struct file *f, const void *buf, size_t len)
{
	struct probe *p = container_of(f, struct probe, file);
	size_t n = len < p->takes ? len : p->takes;

	memcpy(p->written + p->n_written, buf, n);
	p->n_written += n;
	p->takes -= n;
	return n || !len ? (ssize_t)n : -EAGAIN;
}

static void probe_close(struct file *f)
{
	n_probes--;
	kfree(container_of(f, struct probe, file));
}

static const struct file_ops probe_ops = {
	.kind = "probe",
	.read = probe_read,
	.write = probe_write,
	.poll = probe_poll,
	.close = probe_close,
};

static struct probe *probe_open(int *fd)
{
	struct probe *p = kzalloc(sizeof(*p));

	n_probes++;
	file_init(&p->file, &probe_ops, O_RDWR);
	*fd = fd_install(&p->file, 0, false);
	return p;
}

static void probe_set(struct probe *p, unsigned events)
{
	p->events = events;
	file_notify(&p->file, events);
}

/* Each case starts with the console as 0, 1, 2 and ends so. */
static void start(void)
{
	if (fd_count() == 0)
		process_start();
}

static void finish(void)
{
	EXPECT(n_probes == 0);
	EXPECT(fd_count() == 3);
	fd_table_destroy(&process_self()->fds);
}

/* Sets a probe ready from another thread, later. */
struct later {
	struct probe *probe;
	unsigned events;
};

static void *set_later(void *arg)
{
	struct later *l = arg;

	thread_sleep_until(clock_ns() + NS_PER_MS);
	probe_set(l->probe, l->events);
	return NULL;
}

static void make_ready_later(struct later *l)
{
	thread_detach(thread_create(NULL, set_later, l));
}

/* --- the table -------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(a_copied_table_shares_the_files_and_exec_closes_its_own)
{
	struct fd_table copy;
	struct file *console;
	unsigned refs;
	int fd;

	start();
	fd = fd_dup(0, 0, true);
	console = fd_get(0);
	refs = console->refs;
	CHECK_EQ(fd_table_copy(&copy, &process_self()->fds), 0);
	CHECK(copy.n_open == 4 && copy.slots[0].file == console);
	CHECK(copy.slots[fd].close_on_exec && !copy.slots[0].close_on_exec);
	CHECK_EQ(console->refs, refs + 4);
	fd_table_exec(&copy);
	CHECK_EQ(copy.n_open, 3);
	CHECK(!copy.slots[fd].file && copy.slots[0].file == console);
	CHECK_EQ(fd_count(), 4);
	fd_table_destroy(&copy);
	CHECK_EQ(console->refs, refs);
	file_put(console);
	fd_close(fd);
	finish();
}

THREAD_TEST(the_lowest_free_number_is_given)
{
	int a, b, c;

	start();
	probe_open(&a);
	probe_open(&b);
	probe_open(&c);
	CHECK(a == 3 && b == 4 && c == 5);
	fd_close(a);
	fd_close(b);
	fd_close(c);
	finish();
}

THREAD_TEST(a_number_just_closed_is_not_given_out_again_at_once)
{
	int fd[6], again;

	start();
	for (int i = 0; i < 6; i++)
		probe_open(&fd[i]);
	fd_close(fd[1]);
	probe_open(&again);
	CHECK_EQ(again, 9);
	CHECK_EQ(fd_close(fd[1]), -EBADF);
	fd_close(again);
	for (int i = 2; i < 5; i++)
		fd_close(fd[i]);
	probe_open(&again); /* fd[1] is no longer among the last four */
	CHECK_EQ(again, fd[1]);
	fd_close(again);
	fd_close(fd[0]);
	fd_close(fd[5]);
	finish();
}

THREAD_TEST(standard_input_is_reopened_under_its_number)
{
	int fd;

	start();
	fd_close(0);
	probe_open(&fd);
	CHECK_EQ(fd, 0);
	CHECK_EQ(fd_dup2(1, 0, false), 0);
	finish();
}

THREAD_TEST(wrong_numbers_are_bad_descriptors)
{
	static const int wrong[] = {-1, 3, 1000, FD_MAX, 0x7fffffff, -0x7fffffff - 1};
	struct stat st;
	char c;

	start();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int fd = wrong[i];

		test_row("%d", fd);
		CHECK_EQ(fd_read(fd, &c, 1), -EBADF);
		CHECK_EQ(fd_write(fd, &c, 1), -EBADF);
		CHECK_EQ(fd_close(fd), -EBADF);
		CHECK_EQ(fd_seek(fd, 0, 0), -EBADF);
		CHECK_EQ(fd_stat(fd, &st), -EBADF);
		CHECK_EQ(fd_dup(fd, 0, false), -EBADF);
		CHECK_EQ(fd_dup2(fd, 5, false), -EBADF);
		CHECK_EQ(fd_fcntl(fd, F_GETFD, 0), -EBADF);
		CHECK_EQ(fd_fcntl(fd, F_GETFL, 0), -EBADF);
		CHECK_EQ(fd_ioctl(fd, FIONREAD, &c), -EBADF);
		CHECK_EQ(fd_isatty(fd), -EBADF);
	}
	CHECK_EQ(fd_dup2(1, -1, false), -EBADF);
	CHECK_EQ(fd_dup2(1, FD_MAX, false), -EBADF);
	CHECK_EQ(fd_fcntl(1, F_DUPFD, -1), -EINVAL);
	CHECK_EQ(fd_fcntl(1, F_DUPFD, FD_MAX), -EINVAL);
	CHECK_EQ(fd_fcntl(1, 999, 0), -EINVAL);
	finish();
}

THREAD_TEST(a_file_closes_with_its_last_number)
{
	int a, b;

	start();
	probe_open(&a);
	b = fd_dup(a, 0, false);
	CHECK(b > a);
	fd_close(a);
	CHECK_EQ(n_probes, 1);
	CHECK_EQ(fd_dup2(b, 20, false), 20);
	CHECK_EQ(fd_dup2(20, 20, false), 20);
	fd_close(b);
	CHECK_EQ(n_probes, 1);
	CHECK_EQ(fd_dup2(1, 20, false), 20);
	CHECK_EQ(n_probes, 0);
	fd_close(20);
	finish();
}

THREAD_TEST(flags_belong_to_number_or_file_as_posix_has_it)
{
	int a, b;

	start();
	probe_open(&a);
	b = fd_fcntl(a, F_DUPFD_CLOEXEC, 10);
	CHECK_EQ(b, 10);
	CHECK_EQ(fd_fcntl(b, F_GETFD, 0), FD_CLOEXEC);
	CHECK_EQ(fd_fcntl(a, F_GETFD, 0), 0);
	CHECK_EQ(fd_fcntl(a, F_SETFD, FD_CLOEXEC), 0);
	CHECK_EQ(fd_fcntl(a, F_GETFD, 0), FD_CLOEXEC);
	CHECK_EQ(fd_fcntl(a, F_SETFL, O_NONBLOCK | O_WRONLY), 0);
	CHECK_EQ(fd_fcntl(b, F_GETFL, 0), O_NONBLOCK | O_RDWR);
	CHECK_EQ(fd_ioctl(b, FIONBIO, &(int){0}), 0);
	CHECK_EQ(fd_fcntl(a, F_GETFL, 0), O_RDWR);
	fd_close(a);
	fd_close(b);
	finish();
}

THREAD_TEST(thousands_of_descriptors_fit_and_then_the_table_says_so)
{
	int fd = 0, n = 0;

	start();
	while ((fd = fd_dup(1, 0, false)) >= 0)
		n++;
	CHECK_EQ(fd, -EMFILE);
	CHECK_EQ(n, FD_MAX - 3);
	for (fd = 3; fd < FD_MAX; fd++)
		fd_close(fd);
	finish();
}

THREAD_TEST(vectors_are_written_until_the_file_takes_no_more)
{
	struct iovec iov[3] = {{"ab", 2}, {"", 0}, {"cdef", 4}};
	struct iovec huge[2] = {{"a", SIZE_MAX / 4 + 1}, {"b", SIZE_MAX / 4 + 1}};
	char in[4], in2[4];
	struct iovec to[2] = {{in, 3}, {in2, 4}};
	struct probe *p;
	int fd;

	start();
	p = probe_open(&fd);
	p->takes = 5;
	CHECK_EQ(fd_writev(fd, iov, 3), 5);
	EXPECT(memcmp(p->written, "abcde", 5) == 0);
	CHECK_EQ(fd_writev(fd, iov, 3), -EAGAIN);
	CHECK_EQ(fd_writev(fd, huge, 2), -EINVAL);
	CHECK_EQ(fd_writev(fd, iov, -1), -EINVAL);
	CHECK_EQ(fd_writev(fd, iov, FD_IOV_MAX + 1), -EINVAL);
	CHECK_EQ(fd_readv(fd, to, 2), 6);
	CHECK_EQ(fd_seek(fd, 0, 0), -ESPIPE);
	CHECK_EQ(fd_pread(fd, in, 1, 0), -ESPIPE);
	fd_close(fd);
	finish();
}

/* --- the console ---------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(the_console_is_read_and_written)
{
	char buf[16];
	int n;

	start();
	CHECK_EQ(fd_write(1, "hello\n", 6), 6);
	CHECK_STR(test_console_output(), "hello\n");
	CHECK_EQ(fd_isatty(0), 1);
	fd_fcntl(0, F_SETFL, O_NONBLOCK);
	CHECK_EQ(fd_read(0, buf, 16), -EAGAIN);
	test_console_type("ab\r");
	CHECK_EQ(fd_ioctl(0, FIONREAD, &n), 0);
	CHECK_EQ(n, 3);
	CHECK_EQ(fd_read(0, buf, 2), 2);
	CHECK_EQ(fd_read(0, buf + 2, 14), 1);
	EXPECT(memcmp(buf, "ab\n", 3) == 0);
	fd_fcntl(0, F_SETFL, 0);
	finish();
}

static void *type_later(void *arg)
{
	(void)arg;
	thread_sleep_until(clock_ns() + NS_PER_MS);
	test_console_type("x");
	return NULL;
}

THREAD_TEST(a_reader_of_the_console_sleeps_until_a_key_comes)
{
	struct pollfd p = {.fd = 0, .events = POLLIN};
	char c;

	start();
	thread_detach(thread_create(NULL, type_later, NULL));
	CHECK_EQ(fd_read(0, &c, 1), 1);
	EXPECT(c == 'x');
	thread_detach(thread_create(NULL, type_later, NULL));
	CHECK_EQ(poll_wait(&p, 1, TIME_FOREVER), 1);
	EXPECT(p.revents == POLLIN);
	CHECK_EQ(fd_read(0, &c, 1), 1);
	finish();
}

/* --- poll and select --------------------------------------------------------------------------------------------------------------- */

THREAD_TEST(poll_tells_what_is_ready_without_sleeping)
{
	struct pollfd p[4] = {{.events = POLLIN}, {.events = POLLOUT},
		{.fd = -1, .events = POLLIN}, {.fd = 77, .events = POLLIN}};
	struct probe *a, *b;

	start();
	a = probe_open(&p[0].fd);
	b = probe_open(&p[1].fd);
	a->events = POLLIN | POLLOUT;
	b->events = POLLIN | POLLHUP;
	CHECK_EQ(poll_wait(p, 4, TIME_FOREVER), 3);
	EXPECT(p[0].revents == POLLIN);
	EXPECT(p[1].revents == POLLHUP);
	EXPECT(p[2].revents == 0);
	EXPECT(p[3].revents == POLLNVAL);
	EXPECT(list_empty(&a->file.waiters) && list_empty(&b->file.waiters));
	fd_close(p[0].fd);
	fd_close(p[1].fd);
	finish();
}

THREAD_TEST(poll_waits_for_its_deadline_and_no_longer)
{
	struct pollfd p = {.events = POLLIN};
	uint64_t from;
	struct probe *a;

	start();
	a = probe_open(&p.fd);
	a->events = POLLOUT;
	from = clock_ns();
	CHECK_EQ(poll_wait(&p, 1, 0), 0);
	CHECK(clock_ns() - from < NS_PER_MS);
	CHECK_EQ(poll_wait(&p, 1, from + 20 * NS_PER_MS), 0);
	CHECK(clock_ns() - from >= 20 * NS_PER_MS && clock_ns() - from < 21 * NS_PER_MS);
	CHECK_EQ(poll_wait(NULL, 0, clock_ns() + NS_PER_MS), 0);
	EXPECT(list_empty(&a->file.waiters));
	fd_close(p.fd);
	finish();
}

THREAD_TEST(poll_sleeps_through_what_was_not_asked_for)
{
	struct pollfd p = {.events = POLLIN};
	struct later out, in;
	struct probe *a;
	unsigned looks;

	start();
	a = probe_open(&p.fd);
	out = (struct later){a, POLLOUT};
	in = (struct later){a, POLLIN};
	make_ready_later(&out);
	CHECK_EQ(poll_wait(&p, 1, clock_ns() + 5 * NS_PER_MS), 0);
	looks = a->looks;
	EXPECT(looks <= 4); /* no loop */
	make_ready_later(&in);
	CHECK_EQ(poll_wait(&p, 1, TIME_FOREVER), 1);
	EXPECT(a->looks <= looks + 3);
	fd_close(p.fd);
	finish();
}

THREAD_TEST(poll_takes_hundreds_of_files)
{
	enum { N = 300 };
	static struct pollfd p[N];
	static struct probe *probes[N];
	struct later last;

	start();
	for (int i = 0; i < N; i++) {
		probes[i] = probe_open(&p[i].fd);
		p[i].events = POLLIN;
	}
	last = (struct later){probes[N - 1], POLLIN};
	make_ready_later(&last);
	CHECK_EQ(poll_wait(p, N, TIME_FOREVER), 1);
	EXPECT(p[N - 1].revents == POLLIN && p[0].revents == 0);
	for (int i = 0; i < N; i++)
		fd_close(p[i].fd);
	finish();
}

THREAD_TEST(a_file_closed_under_poll_does_not_hurt)
{
	struct pollfd p = {.events = POLLIN};

	start();
	probe_open(&p.fd);
	CHECK_EQ(fd_close(p.fd), 0);
	CHECK_EQ(poll_wait(&p, 1, TIME_FOREVER), 1);
	EXPECT(p.revents == POLLNVAL);
	finish();
}

THREAD_TEST(select_leaves_only_the_true_bits)
{
	fd_set r, w, e;
	struct probe *a, *b;
	int fa, fb;

	start();
	a = probe_open(&fa);
	b = probe_open(&fb);
	a->events = POLLIN;
	b->events = POLLOUT | POLLHUP;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&e);
	FD_SET(fa, &r);
	FD_SET(fa, &w);
	FD_SET(fa, &e);
	FD_SET(fb, &r);
	FD_SET(fb, &w);
	CHECK_EQ(poll_select(fb + 1, &r, &w, &e, TIME_FOREVER), 3);
	EXPECT(FD_ISSET(fa, &r) && !FD_ISSET(fa, &w) && !FD_ISSET(fa, &e));
	EXPECT(FD_ISSET(fb, &r) && FD_ISSET(fb, &w));
	a->events = 0;
	FD_ZERO(&r);
	FD_SET(fa, &r);
	CHECK_EQ(poll_select(fa + 1, &r, NULL, NULL, 0), 0);
	EXPECT(!FD_ISSET(fa, &r));
	FD_SET(99, &r);
	CHECK_EQ(poll_select(100, &r, NULL, NULL, 0), -EBADF);
	CHECK_EQ(poll_select(-1, NULL, NULL, NULL, 0), -EINVAL);
	CHECK_EQ(poll_select(FD_SETSIZE + 1, NULL, NULL, NULL, 0), -EINVAL);
	CHECK_EQ(poll_select(0, NULL, NULL, NULL, 0), 0);
	fd_close(fa);
	fd_close(fb);
	finish();
}

/* --- epoll ------------------------------------------------------------------------------------------------------------------------- */

static int epoll_add(int ep, int fd, uint32_t events, int mark)
{
	struct epoll_event e = {.events = events, .data = {.fd = mark}};

	return epoll_change(ep, EPOLL_CTL_ADD, fd, &e);
}

THREAD_TEST(epoll_tells_the_same_again_until_it_is_over)
{
	struct epoll_event e[4];
	struct probe *a;
	int ep, fd;

	start();
	ep = epoll_open(0);
	a = probe_open(&fd);
	CHECK_EQ(epoll_add(ep, fd, EPOLLIN, 42), 0);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 0);
	probe_set(a, POLLIN);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 1);
	EXPECT(e[0].data.fd == 42 && e[0].events == EPOLLIN);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 1);
	a->events = 0;
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 0);
	fd_close(fd);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_by_edge_tells_once_per_change)
{
	struct epoll_event e[4];
	struct probe *a;
	int ep, fd;

	start();
	ep = epoll_open(0);
	a = probe_open(&fd);
	a->events = POLLIN;
	CHECK_EQ(epoll_add(ep, fd, EPOLLIN | EPOLLET, 1), 0);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 1);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 0);
	probe_set(a, POLLIN);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 1);
	fd_close(fd);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_once_is_armed_again_by_mod)
{
	struct epoll_event e[4],
		again = {.events = EPOLLOUT | EPOLLONESHOT, .data = {.fd = 2}};
	struct probe *a;
	int ep, fd;

	start();
	ep = epoll_open(EPOLL_CLOEXEC);
	CHECK_EQ(fd_fcntl(ep, F_GETFD, 0), FD_CLOEXEC);
	a = probe_open(&fd);
	a->events = POLLIN | POLLOUT;
	epoll_add(ep, fd, EPOLLIN | EPOLLONESHOT, 1);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 1);
	probe_set(a, POLLIN | POLLOUT);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 0);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_MOD, fd, &again), 0);
	CHECK_EQ(epoll_collect(ep, e, 4, 0), 1);
	EXPECT(e[0].events == EPOLLOUT && e[0].data.fd == 2);
	fd_close(fd);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_always_tells_of_hang_ups)
{
	struct epoll_event e;
	struct probe *a;
	int ep, fd;

	start();
	ep = epoll_open(0);
	a = probe_open(&fd);
	epoll_add(ep, fd, 0, 1);
	probe_set(a, POLLIN | POLLHUP);
	CHECK_EQ(epoll_collect(ep, &e, 1, 0), 1);
	EXPECT(e.events == EPOLLHUP);
	fd_close(fd);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_looks_only_at_what_changed)
{
	enum { N = 1000 };
	static struct probe *probes[N];
	struct epoll_event e[8];
	unsigned looks = 0;
	int ep, fd[N];

	start();
	ep = epoll_open(0);
	for (int i = 0; i < N; i++) {
		probes[i] = probe_open(&fd[i]);
		epoll_add(ep, fd[i], EPOLLIN, i);
		probes[i]->looks = 0;
	}
	probe_set(probes[500], POLLIN);
	probe_set(probes[7], POLLIN);
	CHECK_EQ(epoll_collect(ep, e, 8, 0), 2);
	EXPECT(e[0].data.fd == 500 && e[1].data.fd == 7);
	for (int i = 0; i < N; i++)
		looks += probes[i]->looks;
	CHECK_EQ(looks, 2);
	for (int i = 0; i < N; i++)
		fd_close(fd[i]);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_is_fair_when_more_is_ready_than_fits)
{
	struct epoll_event e[2];
	struct probe *probes[5];
	unsigned seen = 0;
	int ep, fd[5];

	start();
	ep = epoll_open(0);
	for (int i = 0; i < 5; i++) {
		probes[i] = probe_open(&fd[i]);
		epoll_add(ep, fd[i], EPOLLIN, i);
		probe_set(probes[i], POLLIN);
	}
	for (int round = 0; round < 3; round++) {
		CHECK_EQ(epoll_collect(ep, e, 2, 0), 2);
		seen |= 1u << e[0].data.fd | 1u << e[1].data.fd;
	}
	CHECK_EQ(seen, 31);
	for (int i = 0; i < 5; i++)
		fd_close(fd[i]);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_sleeps_until_something_happens)
{
	struct epoll_event e;
	struct later l;
	uint64_t from;
	int ep, fd;

	start();
	ep = epoll_open(0);
	l = (struct later){probe_open(&fd), POLLIN};
	epoll_add(ep, fd, EPOLLIN, 1);
	from = clock_ns();
	CHECK_EQ(epoll_collect(ep, &e, 1, from + 3 * NS_PER_MS), 0);
	CHECK(clock_ns() - from >= 3 * NS_PER_MS);
	make_ready_later(&l);
	CHECK_EQ(epoll_collect(ep, &e, 1, TIME_FOREVER), 1);
	fd_close(fd);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_forgets_a_file_with_its_last_descriptor)
{
	struct epoll_event e;
	struct probe *a;
	int ep, fd, second;

	start();
	ep = epoll_open(0);
	a = probe_open(&fd);
	second = fd_dup(fd, 0, false);
	epoll_add(ep, fd, EPOLLIN, 1);
	probe_set(a, POLLIN);
	fd_close(fd);
	CHECK_EQ(epoll_collect(ep, &e, 1, 0), 1); /* the file is still open */
	fd_close(second);
	CHECK_EQ(epoll_collect(ep, &e, 1, 0), 0);
	fd_close(ep);
	finish();
}

THREAD_TEST(epoll_itself_can_be_polled)
{
	struct pollfd p = {.events = POLLIN};
	struct probe *a;
	int fd;

	start();
	p.fd = epoll_open(0);
	a = probe_open(&fd);
	epoll_add(p.fd, fd, EPOLLIN, 1);
	CHECK_EQ(poll_wait(&p, 1, 0), 0);
	probe_set(a, POLLIN);
	CHECK_EQ(poll_wait(&p, 1, 0), 1);
	fd_close(p.fd);
	EXPECT(list_empty(&a->file.waiters) && list_empty(&a->file.epolls));
	fd_close(fd);
	finish();
}

THREAD_TEST(epoll_refuses_what_makes_no_sense)
{
	struct epoll_event e = {.events = EPOLLIN};
	int ep, fd, second;

	start();
	ep = epoll_open(0);
	second = epoll_open(0);
	probe_open(&fd);
	CHECK_EQ(epoll_open(1), -EINVAL);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_MOD, fd, &e), -ENOENT);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_DEL, fd, NULL), -ENOENT);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_ADD, fd, &e), 0);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_ADD, fd, &e), -EEXIST);
	CHECK_EQ(epoll_change(ep, 99, fd, &e), -EINVAL);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_ADD, second, &e), -EINVAL);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_ADD, ep, &e), -EINVAL);
	CHECK_EQ(epoll_change(fd, EPOLL_CTL_ADD, fd, &e), -EINVAL);
	CHECK_EQ(epoll_change(77, EPOLL_CTL_ADD, fd, &e), -EBADF);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_ADD, 77, &e), -EBADF);
	CHECK_EQ(epoll_collect(ep, &e, 0, 0), -EINVAL);
	CHECK_EQ(epoll_collect(fd, &e, 1, 0), -EINVAL);
	CHECK_EQ(epoll_collect(77, &e, 1, 0), -EBADF);
	CHECK_EQ(epoll_change(ep, EPOLL_CTL_DEL, fd, NULL), 0);
	fd_close(fd);
	fd_close(ep);
	fd_close(second);
	finish();
}
