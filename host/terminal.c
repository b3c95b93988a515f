/* SPDX-License-Identifier: BSD-2-Clause */
/* stdin and stdout as the domain's console: terminal.h says how they behave. */
#include "host/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "host/lean_syscall.h"
#include "host/loop.h"
#include "host/stats.h"

#define OUT_BYTES  65536u
#define HOLD_BYTES (OUT_BYTES - 4096u) /* the console's ring may still come */
#define PIECE      4096u               /* what a descriptor takes that is ready */

static size_t (*to_domain)(const char *text, size_t bytes);
static void (*hold_domain)(bool on);

static struct termios saved;
static volatile bool raw;

static char out[OUT_BYTES];
static size_t n_out;
static bool held;

static char in[256]; /* typed, and not yet taken by the domain */
static size_t n_in;
static bool in_ended;
static int in_index, out_index;

/* --- the mode ----------------------------------------------------------------------- */

static void make_raw(void)
{
	struct termios t;

	if (tcgetattr(0, &saved) < 0 || tcgetpgrp(0) != getpgrp())
		return; /* no terminal, or another program's for now */
	t = saved;
	t.c_lflag &= (tcflag_t) ~(ICANON | ECHO); /* ISIG stays: Ctrl-C is ours */
	t.c_iflag &= (tcflag_t)~ICRNL;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	raw = tcsetattr(0, TCSANOW, &t) == 0;
}

static void restore(void)
{
	if (raw)
		tcsetattr(0, TCSANOW, &saved);
	raw = false;
}

/* The kernel's own structure is a beginning of the library's. */
void terminal_restore_at_once(void)
{
	if (raw)
		lean_syscall3(SYS_ioctl, 0, TCSETS, (uint64_t)&saved);
}

/* --- out ---------------------------------------------------------------------------- */

static bool writable(void)
{
	struct pollfd p = {.fd = 1, .events = POLLOUT};

	return poll(&p, 1, 0) == 1;
}

static void hold_if_full(void)
{
	bool full = n_out > HOLD_BYTES;

	if (full == held || !hold_domain)
		return;
	held = full;
	hold_domain(full);
}

static void write_out(void)
{
	while (n_out && writable()) {
		ssize_t n = write(1, out, n_out < PIECE ? n_out : PIECE);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			break;
		if (n <= 0)
			n = (ssize_t)n_out; /* nobody reads any more */
		n_out -= (size_t)n;
		memmove(out, out + n, n_out);
	}
	hold_if_full();
}

void terminal_print(void *arg, const char *text, size_t bytes)
{
	(void)arg;
	if (!stats.first_byte_ns && bytes)
		stats.first_byte_ns = stats_clock_ns();
	stats.console_out_bytes += bytes;
	if (bytes > OUT_BYTES - n_out)
		bytes = OUT_BYTES - n_out;
	memcpy(out + n_out, text, bytes);
	n_out += bytes;
	write_out();
}

/* --- in ----------------------------------------------------------------------------- */

static void pass_in(void)
{
	size_t taken = n_in ? to_domain(in, n_in) : 0;

	stats.console_in_bytes += taken;
	n_in -= taken;
	memmove(in, in + taken, n_in);
}

static void read_in(void)
{
	ssize_t n = read(0, in + n_in, sizeof(in) - n_in);

	if (n > 0)
		n_in += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		in_ended = true;
	pass_in();
}

/* --- the loop ----------------------------------------------------------------------- */

static void prepare(struct loop_source *s)
{
	(void)s;
	if (n_in) {
		pass_in();
		if (n_in)
			loop_within(10000000);
	}
	in_index = in_ended || n_in == sizeof(in) ? -1 : loop_want(0, POLLIN);
	out_index = n_out ? loop_want(1, POLLOUT) : -1;
}

static void work(struct loop_source *s)
{
	(void)s;
	if (loop_ready(in_index) & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
		read_in();
	if (loop_ready(out_index))
		write_out();
}

static struct loop_source source = {.prepare = prepare, .work = work};

void terminal_start(size_t (*type)(const char *text, size_t bytes), void (*hold)(bool on))
{
	to_domain = type;
	hold_domain = hold;
	make_raw();
	atexit(restore);
	loop_add(&source);
}

void terminal_stop(void)
{
	loop_remove(&source);
	hold_domain = NULL;
	for (unsigned i = 0; n_out && i < 100; i++) {
		struct pollfd p = {.fd = 1, .events = POLLOUT};

		write_out();
		if (n_out)
			poll(&p, 1, 10); /* a second at most */
	}
	restore();
}
