/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: keys in, lines and echo out; pseudo terminals and the console. */
#define _GNU_SOURCE /* XTABS */
#include "libc-glue/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/fd.h"
#include "libc-glue/ldisc.h"
#include "libc-glue/poll.h"
#include "libc-glue/process.h"
#include "libc-glue/pty.h"
#include "tests/fake/thread_test.h"
#include "tests/unit/libc-glue/console.h"

/* The processes of this machine: what was signalled last. */
static int signalled_pid, last_signal, n_signals;

int process_signal(int pid, int sig);

int process_signal(int pid, int sig)
{
	signalled_pid = pid;
	last_signal = sig;
	n_signals++;
	return 0;
}

/* --- the line discipline alone ----------------------------------------------------------------------------------------- */

static char screen[8192];
static size_t n_screen;

static void show(struct ldisc *l, const char *text, size_t len)
{
	(void)l;
	if (len > sizeof(screen) - 1 - n_screen)
		len = sizeof(screen) - 1 - n_screen;
	memcpy(screen + n_screen, text, len);
	n_screen += len;
	screen[n_screen] = '\0';
}

static struct ldisc line;

static void start(void)
{
	ldisc_init(&line, show);
	n_screen = 0;
	screen[0] = '\0';
}

static int type(const char *keys)
{
	int sig = 0;

	while (*keys)
		sig |= ldisc_input(&line, *keys++);
	return sig;
}

/* What one read gets, as text; "" at an end of file, NULL when nothing is ready. */
static const char *line_read(size_t len)
{
	static char buf[LDISC_BYTES + 1];
	ssize_t n = ldisc_read(&line, buf, len);

	if (n < 0)
		return NULL;
	buf[n] = '\0';
	return buf;
}

TEST(keys_become_lines_with_echo)
{
	static const struct {
		const char *keys, *read, *echo;
	} rows[] = {
		{"ab", NULL, "ab"},
		{"ab\r", "ab\n", "ab\r\n"},
		{"ab\x7f"
		 "c\r",
			"ac\n", "ab\b \bc\r\n"},
		{"ab\bc\r", "ac\n", "ab\b \bc\r\n"},
		{"\x7f\x7f"
		 "a\r",
			"a\n", "a\r\n"},
		{"ab\x15"
		 "c\r",
			"c\n", "ab\b \b\b \bc\r\n"},
		{"one two\x17\r", "one \n", "one two\b \b\b \b\b \b\r\n"},
		{"\x01\x7f\r", "\n", "^A\b \b\b \b\r\n"},
		{"a\t\x7f\r", "a\n", "a\t\b \b\b \b\b \b\b \b\b \b\b \b\b \b\r\n"},
		{"\xc3\xa9\x7f\r", "\n", "\xc3\xa9\b \b\r\n"},
		{"\x16\x03\r", "\x03\n", "^C\r\n"},
		{"a\x04", "a", "a"},
		{"\x04", "", ""},
		{"ab\x12\r", "ab\n", "ab^R\r\nab\r\n"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got;

		test_row("row %zu", i);
		start();
		CHECK_EQ(type(rows[i].keys), 0);
		got = line_read(LDISC_BYTES);
		CHECK((got != NULL) == (rows[i].read != NULL));
		if (got)
			CHECK_STR(got, rows[i].read);
		CHECK_STR(screen, rows[i].echo);
	}
}

TEST(a_read_gets_one_line_or_the_part_that_fits)
{
	start();
	type("first\rsecond\r");
	CHECK_STR(line_read(3), "fir");
	CHECK_STR(line_read(100), "st\n");
	CHECK_STR(line_read(100), "second\n");
	CHECK(!line_read(100));
	type("abc\x04");
	CHECK_STR(line_read(3), "abc"); /* the end of file only sent it */
	CHECK(!line_read(3));
	type("abc\x04\x04");
	CHECK_STR(line_read(3), "abc");
	CHECK_STR(line_read(3), "");
}

TEST(keys_for_signals_send_them_and_forget_the_line)
{
	start();
	CHECK_EQ(type("abc"), 0);
	CHECK_EQ(type("\x03"), SIGINT);
	CHECK_EQ(type("d\r"), 0);
	CHECK_STR(line_read(100), "d\n");
	CHECK_STR(screen, "abc^Cd\r\n");
	CHECK_EQ(type("\x1c"), SIGQUIT);
	CHECK_EQ(type("\x1a"), SIGTSTP);
	line.set.c_lflag |= NOFLSH;
	type("ab\x03"
	     "c\r");
	CHECK_STR(line_read(100), "abc\n");
	line.set.c_lflag &= ~(tcflag_t)ISIG;
	CHECK_EQ(type("\x03\r"), 0);
	CHECK_STR(line_read(100), "\x03\n");
}

TEST(without_canonical_mode_every_key_counts)
{
	struct termios set;

	start();
	type("half");
	set = line.set;
	set.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	ldisc_set(&line, &set, false);
	CHECK_STR(line_read(100), "half"); /* what was edited is input now */
	type("\x7f\x15\x04\r");
	CHECK(ldisc_readable(&line, 4) && !ldisc_readable(&line, 5));
	CHECK_STR(line_read(100), "\x7f\x15\x04\n");
	CHECK_STR(screen, "half");
	type("gone");
	ldisc_set(&line, &set, true);
	CHECK(!line_read(100));
}

TEST(a_line_that_is_too_long_can_still_be_sent)
{
	start();
	for (int i = 0; i < 2 * LDISC_BYTES; i++)
		type("x");
	CHECK(screen[n_screen - 1] == '\a');
	type("\r");
	CHECK_EQ(strlen(line_read(2 * LDISC_BYTES)), LDISC_BYTES);
	type("next\r");
	CHECK_STR(line_read(100), "next\n");
}

TEST(output_gets_its_line_ends_and_tabs)
{
	start();
	ldisc_output(&line, "a\nb", 3);
	CHECK_STR(screen, "a\r\nb");
	line.set.c_oflag |= XTABS;
	ldisc_output(&line, "\tc", 2);
	CHECK_STR(screen, "a\r\nb       c");
	line.set.c_oflag = 0;
	ldisc_output(&line, "\n", 1);
	CHECK_STR(screen, "a\r\nb       c\n");
}

/* --- pseudo terminals ----------------------------------------------------------------------------------------------------- */

static const char *fd_text(int fd, size_t len)
{
	static char buf[512];
	ssize_t n = fd_read(fd, buf, len < sizeof(buf) ? len : sizeof(buf) - 1);

	if (n < 0)
		return NULL;
	buf[n] = '\0';
	return buf;
}

static unsigned events_of(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLOUT};

	poll_wait(&p, 1, 0);
	return (unsigned)p.revents;
}

THREAD_TEST(a_pty_joins_a_server_and_a_program)
{
	struct winsize size = {.ws_row = 50, .ws_col = 132};
	int fds[2], n = 0;

	CHECK_EQ(pty_open(fds, O_NONBLOCK), 0);
	CHECK_EQ(fd_isatty(fds[1]), 1);
	CHECK_EQ(events_of(fds[1]), POLLOUT);
	CHECK_EQ(fd_write(fds[0], "abc", 3), 3);
	CHECK(!fd_text(fds[1], 100)); /* no line yet */
	CHECK_EQ(fd_write(fds[0], "d\n", 2), 2);
	CHECK_EQ(events_of(fds[1]), POLLIN | POLLOUT);
	CHECK_EQ(fd_ioctl(fds[1], FIONREAD, &n), 0);
	CHECK_EQ(n, 5);
	CHECK_STR(fd_text(fds[1], 100), "abcd\n");
	CHECK_EQ(fd_write(fds[1], "> ", 2), 2);
	CHECK_EQ(events_of(fds[0]), POLLIN | POLLOUT);
	CHECK_STR(fd_text(fds[0], 100), "abcd\r\n> ");
	CHECK_EQ(fd_ioctl(fds[0], TIOCSWINSZ, &size), 0);
	size.ws_col = 0;
	CHECK_EQ(fd_ioctl(fds[1], TIOCGWINSZ, &size), 0);
	CHECK_EQ(size.ws_col, 132);
	fd_close(fds[1]);
	CHECK(events_of(fds[0]) & POLLHUP);
	CHECK_STR(fd_text(fds[0], 100), "");
	CHECK_EQ(fd_write(fds[0], "x", 1), -EIO);
	fd_close(fds[0]);
}

THREAD_TEST(control_c_on_a_pty_reaches_the_foreground_process)
{
	int fds[2], pid = 42;

	n_signals = 0;
	CHECK_EQ(pty_open(fds, O_NONBLOCK), 0);
	CHECK_EQ(fd_write(fds[0], "\x03", 1), 1);
	CHECK_EQ(n_signals, 0); /* nobody is in the foreground */
	CHECK_EQ(fd_ioctl(fds[1], TIOCSPGRP, &pid), 0);
	CHECK_EQ(fd_write(fds[0], "a\x03\x03z\n", 5), 5);
	CHECK(n_signals == 2 && signalled_pid == 42 && last_signal == SIGINT);
	CHECK_STR(fd_text(fds[1], 100), "z\n");
	fd_close(fds[0]);
	CHECK(n_signals == 3 && last_signal == SIGHUP);
	CHECK_STR(fd_text(fds[1], 100), "");
	CHECK_EQ(fd_write(fds[1], "x", 1), -EIO);
	fd_close(fds[1]);
}

static void *write_pages(void *arg)
{
	static char text[20000];

	memset(text, 'p', sizeof(text));
	fd_write(*(int *)arg, text, sizeof(text));
	fd_close(*(int *)arg);
	return NULL;
}

THREAD_TEST(a_program_waits_for_a_slow_screen)
{
	struct heap_stats before, after;
	struct thread *t;
	size_t n = 0;
	ssize_t part;
	char buf[333];
	int fds[2];

	heap_get_stats(kernel_heap, &before);
	CHECK_EQ(pty_open(fds, 0), 0);
	t = thread_create(NULL, write_pages, &fds[1]);
	CHECK(t);
	while ((part = fd_read(fds[0], buf, sizeof(buf))) > 0)
		n += (size_t)part;
	thread_join(t, NULL);
	CHECK_EQ(n, 20000);
	fd_close(fds[0]);
	heap_get_stats(kernel_heap, &after);
	CHECK(after.blocks <= before.blocks + 1); /* the table of descriptors */
}

THREAD_TEST(vmin_and_vtime_end_a_read)
{
	struct termios set;
	uint64_t began;
	int fds[2];
	char c;

	CHECK_EQ(pty_open(fds, 0), 0);
	CHECK_EQ(fd_ioctl(fds[1], TCGETS, &set), 0);
	set.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	set.c_cc[VMIN] = 0;
	set.c_cc[VTIME] = 0;
	CHECK_EQ(fd_ioctl(fds[1], TCSETS, &set), 0);
	CHECK_EQ(fd_read(fds[1], &c, 1), 0);
	set.c_cc[VTIME] = 1;
	CHECK_EQ(fd_ioctl(fds[1], TCSETS, &set), 0);
	began = clock_ns();
	CHECK_EQ(fd_read(fds[1], &c, 1), 0);
	CHECK(clock_ns() - began >= NS_PER_S / 10);
	set.c_cc[VMIN] = 5;
	CHECK_EQ(fd_ioctl(fds[1], TCSETS, &set), 0);
	CHECK_EQ(fd_write(fds[0], "abc", 3), 3);
	CHECK_STR(fd_text(fds[1], 100), "abc"); /* the pause after c was too long */
	fd_close(fds[0]);
	fd_close(fds[1]);
}

THREAD_TEST(stopped_output_waits_for_its_start)
{
	int fds[2];

	CHECK_EQ(pty_open(fds, O_NONBLOCK), 0);
	CHECK_EQ(fd_write(fds[0], "\x13", 1), 1);
	CHECK_EQ(fd_write(fds[1], "x", 1), -EAGAIN);
	CHECK_EQ(events_of(fds[1]), 0);
	CHECK_EQ(fd_write(fds[0], "\x11", 1), 1);
	CHECK_EQ(fd_write(fds[1], "x", 1), 1);
	CHECK_STR(fd_text(fds[0], 100), "x");
	fd_close(fds[0]);
	fd_close(fds[1]);
}

/* --- the console --------------------------------------------------------------------------------------------------------- */

THREAD_TEST(the_console_is_a_terminal_of_the_first_process)
{
	int n = 0;

	CHECK_EQ(process_start(), 0);
	CHECK_EQ(tty_console_start(), 0);
	test_console_output();
	tty_set_foreground(tty_console(), 7);
	test_console_type("hellp\x7fo\r\x03");
	thread_sleep_until(clock_ns() + NS_PER_MS);
	CHECK_STR(test_console_output(), "hellp\b \bo\n^C"); /* the driver makes CR LF */
	CHECK(signalled_pid == 7 && last_signal == SIGINT);
	CHECK_EQ(fd_ioctl(0, FIONREAD, &n), 0);
	CHECK_EQ(n, 0); /* Ctrl-C forgot it */
	test_console_type("yes\r");
	CHECK_STR(fd_text(0, 100), "yes\n");
	CHECK_EQ(fd_write(1, "out\n", 4), 4);
	CHECK_STR(test_console_output(), "yes\nout\n");
	fd_table_destroy(&process_self()->fds);
}
