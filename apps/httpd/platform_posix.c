/* SPDX-License-Identifier: BSD-2-Clause */
/* Running as a process among others: ends by SIGINT and SIGTERM, lives through SIGPIPE. */
#include "apps/httpd/platform.h"

#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>

const struct platform platform = {
	.port = 8080,
	.root = ".",
	.no_files_hint = "name a directory that has some: -r DIR",
};

static volatile sig_atomic_t must_stop;

static void on_signal(int number)
{
	(void)number;
	must_stop = 1;
}

/* Two descriptors a connection, socket and file. As many as the limit allows is all that we can ask. */
static void raise_descriptor_limit(unsigned max_conns)
{
	rlim_t wanted = (rlim_t)max_conns * 2 + 32;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(
		RLIMIT_NOFILE, &limit); /* then accept() tells when it is too few */
}

void platform_prepare(unsigned max_conns)
{
	struct sigaction stop = {.sa_handler = on_signal};

	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	raise_descriptor_limit(max_conns);
}

bool platform_must_stop(void)
{
	return must_stop;
}

bool platform_boot_time(uint64_t *elapsed_ns, uint64_t *busy_ns)
{
	*elapsed_ns = *busy_ns = 0;
	return false;
}
