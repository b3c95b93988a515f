/* SPDX-License-Identifier: BSD-2-Clause */
/* Gathers and writes the lines of the access log. */
#include "apps/httpd/access_log.h"

#include <arpa/inet.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "apps/httpd/date.h"
#include "apps/httpd/limits.h"
#include "apps/httpd/loop.h"
#include "apps/httpd/out.h"

enum { LINE_MAX_BYTES = 1024, SHOWN_BYTES = 200 /* of a request line */ };

static enum access_log_mode mode = ACCESS_LOG_ON;
static char text[4096];
static struct out gathered = {.buf = text, .size = sizeof(text)};
static int64_t second;      /* that the two below are about */
static unsigned n_lines;    /* written in it */
static unsigned n_left_out; /* and not written */

void access_log_set_mode(enum access_log_mode m)
{
	mode = m;
}

bool access_log_is_on(void)
{
	return mode != ACCESS_LOG_OFF;
}

void access_log_flush(void)
{
	size_t done = 0;

	while (done < gathered.len) {
		ssize_t n = write(STDOUT_FILENO, text + done, gathered.len - done);

		if (n <= 0)
			break; /* nowhere to complain: the lines are lost */
		done += (size_t)n;
	}
	gathered.len = 0;
	gathered.full = false;
}

static void begin_line(void)
{
	if (out_room(&gathered) < LINE_MAX_BYTES)
		access_log_flush();
}

/* Whether this line may be written; tells of the ones left out when their second is over. */
static bool admit_line(void)
{
	if (loop_wall_s() != second) {
		second = loop_wall_s();
		n_lines = 0;
		if (n_left_out) {
			begin_line();
			out_text(&gathered, "httpd: log: ");
			out_uint(&gathered, n_left_out);
			out_text(&gathered, " lines left out (-l all writes them)\n");
			n_left_out = 0;
		}
	}
	if (mode == ACCESS_LOG_ON && n_lines == LIMIT_LOG_LINES) {
		n_left_out++;
		return false;
	}
	n_lines++;
	return true;
}

static void put_peer(const struct in6_addr *peer)
{
	char name[INET6_ADDRSTRLEN] = "-";

	if (IN6_IS_ADDR_V4MAPPED(peer))
		inet_ntop(AF_INET, &peer->s6_addr[12], name, sizeof(name));
	else
		inet_ntop(AF_INET6, peer, name, sizeof(name));
	out_slice(&gathered, (struct slice){name, strlen(name)});
}

static uint64_t elapsed_us(uint64_t start_us)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000 - start_us;
}

void access_log_write(const struct in6_addr *peer, struct slice line, int status,
	uint64_t bytes, uint64_t start_us)
{
	char date[DATE_LOG_LEN];

	if (mode == ACCESS_LOG_OFF || !admit_line())
		return;
	begin_line();
	date_format_log(date, loop_wall_s());
	put_peer(peer);
	out_text(&gathered, " - - [");
	out_slice(&gathered, (struct slice){date, sizeof(date)});
	out_text(&gathered, "] \"");
	if (line.len > SHOWN_BYTES)
		line.len = SHOWN_BYTES;
	out_log_escaped(&gathered, line);
	out_text(&gathered, "\" ");
	out_uint(&gathered, (unsigned)status);
	out_text(&gathered, " ");
	out_uint(&gathered, bytes);
	out_text(&gathered, " ");
	out_uint(&gathered, elapsed_us(start_us));
	out_text(&gathered, "\n");
}
