/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ctrl-C. The handler may interrupt the guest, whose thread pointer is then in the
 * processor: it is lean code (lean.h) that makes system calls and nothing else, so that
 * the second Ctrl-C ends the process whatever guest and host are doing.
 */
#define _GNU_SOURCE
#include "host/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host/lean_syscall.h"
#include "host/loop.h"
#include "host/say.h"
#include "host/status.h"
#include "host/terminal.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static volatile sig_atomic_t asked;
static int fd = -1, index_in_loop;
static void (*ask_domain)(void);

static void came(int sig)
{
	static const char bye[] = "\ndomik-host: ended at once\n";
	static const uint64_t one = 1;

	if (sig == SIGQUIT || asked++) {
		terminal_restore_at_once();
		lean_syscall3(SYS_write, 2, (uint64_t)bye, sizeof(bye) - 1);
		lean_syscall3(SYS_exit_group, STATUS_INTERRUPTED, 0, 0);
	}
	lean_syscall3(SYS_write, (uint64_t)fd, (uint64_t)&one, sizeof(one));
}

static void prepare(struct loop_source *s)
{
	(void)s;
	index_in_loop = loop_want(fd, POLLIN);
}

static void work(struct loop_source *s)
{
	uint64_t n;

	(void)s;
	if (loop_ready(index_in_loop) & POLLIN && read(fd, &n, sizeof(n)) == sizeof(n))
		ask_domain();
}

int interrupt_start(void (*ask)(void))
{
	static struct loop_source source = {.prepare = prepare, .work = work};
	struct sigaction sa = {.sa_handler = came, .sa_flags = SA_ONSTACK};

	ask_domain = ask;
	fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (fd < 0) {
		host_say("no descriptor for signals: %s", strerror(errno));
		return STATUS_HOST;
	}
	loop_add(&source);
	/* The handler may interrupt the guest: the timer would take its registers for the
	 * guest's. */
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGALRM);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&sa.sa_mask, signals[i]);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	return 0;
}
