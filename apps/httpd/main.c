/* SPDX-License-Identifier: BSD-2-Clause */
/* httpd: serves the files below a directory by HTTP. Reads its options, listens, runs the loop. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/httpd/access_log.h"
#include "apps/httpd/conn.h"
#include "apps/httpd/document.h"
#include "apps/httpd/limits.h"
#include "apps/httpd/listen.h"
#include "apps/httpd/listing.h"
#include "apps/httpd/loop.h"
#include "apps/httpd/platform.h"
#include "apps/httpd/reply.h"

enum { EXIT_USAGE = 2 };

struct options {
	const char *address;
	const char *root;
	unsigned port, idle_s, max_conns;
	enum access_log_mode log;
	bool listings;
};

static int fail(int status, const char *what, const char *value, const char *remedy)
{
	fprintf(stderr, "httpd: %s%s: %s\n", what, value, remedy);
	return status;
}

static int usage(const char *what, const char *value)
{
	return fail(EXIT_USAGE, what, value,
		"the options are -p PORT -a ADDRESS -r ROOT -t IDLE_SECONDS -c "
		"MAX_CONNECTIONS "
		"-l on|off|all -i");
}

static bool parse_number(const char *text, unsigned min, unsigned max, unsigned *value)
{
	uint64_t n;

	if (!slice_to_u64((struct slice){text, strlen(text)}, &n) || n < min || n > max)
		return false;
	*value = (unsigned)n;
	return true;
}

static bool parse_log_mode(const char *text, enum access_log_mode *mode)
{
	static const char *const names[] = {[ACCESS_LOG_OFF] = "off",
		[ACCESS_LOG_ON] = "on",
		[ACCESS_LOG_ALL] = "all"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*mode = (enum access_log_mode)i;
			return true;
		}
	}
	return false;
}

/* Returns whether there is such an option with such a value. */
static bool set_option(struct options *o, char name, const char *value)
{
	switch (name) {
	case 'p':
		return parse_number(value, 0, 65535, &o->port);
	case 'a':
		o->address = value;
		return true;
	case 'r':
		o->root = value;
		return true;
	case 't':
		return parse_number(value, 1, 86400, &o->idle_s);
	case 'c':
		return parse_number(value, 1, 1000000, &o->max_conns);
	case 'l':
		return parse_log_mode(value, &o->log);
	default:
		return false;
	}
}

static int parse_options(struct options *o, int argc, char **argv)
{
	*o = (struct options){
		.root = platform.root,
		.port = platform.port,
		.idle_s = 60,
		.max_conns = 4096,
		.log = ACCESS_LOG_ON,
	};
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (strcmp(word, "-i") == 0) {
			o->listings = true;
			continue;
		}
		if (word[0] != '-' || !word[1] || word[2] || !strchr("partcl", word[1]))
			return usage("unknown option ", word);
		if (i + 1 == argc)
			return usage("no value for option ", word);
		if (!set_option(o, word[1], argv[++i]))
			return usage("bad value for an option: ", argv[i]);
	}
	return 0;
}

static int start_listening(const struct options *o)
{
	int port = listen_start(o->address, o->port, o->max_conns);
	char number[8];

	if (port >= 0)
		return port;
	snprintf(number, sizeof(number), "%u", o->port);
	if (port == -EADDRINUSE)
		fail(1, "another program listens on port ", number,
			"choose another with -p PORT");
	else if (port == -EACCES)
		fail(1, "may not listen on port ", number,
			"choose one above 1023 with -p PORT");
	else if (port == -EINVAL || port == -EADDRNOTAVAIL)
		fail(1, "not an address of this machine: ", o->address ? o->address : "",
			"leave -a out to listen on all");
	else
		fail(1, "cannot listen on port ", number, strerror(-port));
	return -1;
}

static void announce_boot_time(void)
{
	uint64_t elapsed_ns, busy_ns;
	unsigned elapsed_us, busy_us;

	if (!platform_boot_time(&elapsed_ns, &busy_ns))
		return;
	elapsed_us = (unsigned)(elapsed_ns / 1000);
	busy_us = (unsigned)(busy_ns / 1000);
	printf(", %u.%03u ms after the start, %u.%03u ms of them busy", elapsed_us / 1000,
		elapsed_us % 1000, busy_us / 1000, busy_us % 1000);
}

static void announce(int port)
{
	unsigned n_files = listing_count_files();

	printf("httpd: listening on port %d, %u%s file%s", port, n_files,
		n_files == LIMIT_COUNTED_FILES ? " or more" : "",
		n_files == 1 ? "" : "s");
	announce_boot_time();
	printf("\n");
	if (n_files == 0)
		printf("httpd: no files to serve: %s\n", platform.no_files_hint);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct options o;
	int status = parse_options(&o, argc, argv);
	int port, error;

	if (status)
		return status;
	if (document_set_root(o.root))
		return fail(1, "cannot serve ", o.root, "name a directory with -r ROOT");
	platform_prepare(o.max_conns);
	access_log_set_mode(o.log);
	reply_allow_listings(o.listings);
	error = loop_init();
	if (error)
		return fail(1, "cannot wait for connections", "", strerror(-error));
	loop_set_duration(TIMER_IDLE, o.idle_s * 1000);
	port = start_listening(&o);
	if (port < 0)
		return 1;
	announce(port);
	error = loop_run(access_log_flush, platform_must_stop);
	conn_close_all();
	listen_stop();
	access_log_flush();
	return error ? fail(1, "cannot wait for connections", "", strerror(-error)) : 0;
}
