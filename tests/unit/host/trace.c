/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace lines as text and as JSON, and what is said without being asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/say.h"
#include "host/stats.h"
#include "host/trace.h"
#include "tests/test.h"

static char said[8192];

/* What a function writes to stderr. */
static void capture(void (*fn)(void))
{
	FILE *f = tmpfile();
	int old = dup(2);
	size_t n;

	fflush(stderr);
	dup2(fileno(f), 2);
	fn();
	fflush(stderr);
	dup2(old, 2);
	close(old);
	rewind(f);
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	fclose(f);
}

static unsigned computed;

static int compute(void)
{
	computed++;
	return 9;
}

static void trace_one(void)
{
	TRACE(TRACE_GRANTS, "map ref=%d peer=0 ro = %s", compute(), "ok");
}

TEST(a_category_that_is_off_costs_no_argument)
{
	trace_categories = TRACE_ALL & ~TRACE_GRANTS;
	computed = 0;
	capture(trace_one);
	CHECK_STR(said, "");
	CHECK_EQ(computed, 0);
}

TEST(lists_of_categories_are_read)
{
	char bad[20];

	trace_categories = 0;
	CHECK_EQ(trace_enable("grants,net", bad, sizeof(bad)), 0);
	CHECK_EQ(trace_categories, TRACE_GRANTS | TRACE_NET);
	CHECK_EQ(trace_enable("all", bad, sizeof(bad)), 0);
	CHECK_EQ(trace_categories, TRACE_ALL);
	CHECK(trace_enable("grants,nets", bad, sizeof(bad)) < 0);
	CHECK_STR(bad, "nets");
	CHECK(trace_enable("", bad, sizeof(bad)) < 0);
	CHECK(trace_enable("grants,", bad, sizeof(bad)) < 0);
	trace_categories = 0;
}

static unsigned backtrace(uint64_t *rips, unsigned max)
{
	if (max < 2)
		return 0;
	rips[0] = 0x401000;
	rips[1] = 0x402000;
	return 2;
}

static size_t name(uint64_t rip, char *text, size_t bytes)
{
	return rip == 0x401000 ? (size_t)snprintf(text, bytes, "grant_access") : 0;
}

TEST(a_line_is_aligned_and_says_who_asked)
{
	trace_categories = TRACE_GRANTS;
	trace_asker.backtrace = backtrace;
	trace_asker.name = name;
	capture(trace_one);
	CHECK(strstr(said, "  grants      map               ref=9 peer=0 ro "));
	CHECK(strstr(said, " = ok      grant_access < 0x402000\n"));
	trace_asker = (struct trace_asker){0};
	trace_categories = 0;
}

static void trace_odd(void)
{
	TRACE(TRACE_EVENTS, "send");
	TRACE(TRACE_EVENTS, "send = 0");
	TRACE(TRACE_EVENTS, "write /a = b = 0");
}

TEST(json_has_a_line_for_each_object)
{
	FILE *f = tmpfile();
	char *line = NULL, text[4][400] = {{0}};
	size_t room = 0;

	trace_categories = TRACE_EVENTS | TRACE_GRANTS;
	trace_to_json(f, 0);
	capture(trace_odd);
	CHECK_STR(said, "");
	TRACE(TRACE_GRANTS, "say \"a\\b\"\t\xc3 = 0");
	trace_to_json(NULL, 1);
	trace_categories = 0;
	rewind(f);
	for (unsigned i = 0; i < 4; i++) {
		CHECK(getline(&line, &room, f) > 0);
		snprintf(text[i], sizeof(text[i]), "%s", strstr(line, "\"category\""));
	}
	free(line);
	fclose(f);
	EXPECT(strcmp(text[0], "\"category\":\"events\",\"name\":\"send\",\"arguments\":"
			       "\"\"}\n") == 0);
	EXPECT(strcmp(text[1], "\"category\":\"events\",\"name\":\"send\",\"arguments\":"
			       "\"\",\"result\":\"0\"}\n") == 0);
	EXPECT(strcmp(text[2], "\"category\":\"events\",\"name\":\"write\",\"arguments\":"
			       "\"/a = b\",\"result\":\"0\"}\n") == 0);
	EXPECT(strstr(text[3], "\"\\\"a\\\\b\\\"\\u0009\\u00c3\""));
}

static void refuse_often(void)
{
	for (unsigned i = 0; i < 100; i++)
		host_refused("port %u: not open", i);
}

TEST(a_guest_that_is_refused_often_does_not_fill_the_terminal)
{
	capture(refuse_often);
	CHECK(strstr(said, "host: refused port 19: not open\n"));
	CHECK(!strstr(said, "refused port 20"));
	CHECK(strstr(said, "host: more was refused: --trace=hypercalls shows all\n"));
}

static void print_stats(void)
{
	stats = (struct host_stats){.timed = true, .upcalls = 12};
	stats.hypercall[32].calls = 4;
	stats.hypercall[32].ns = 4000;
	stats.hypercall[STATS_HYPERCALLS].calls = 1;
	stats_print(stderr);
}

TEST(statistics_leave_out_what_did_not_happen)
{
	capture(print_stats);
	CHECK(strstr(said, "event_channel_op"));
	CHECK(strstr(said, " 1000\n"));
	CHECK(strstr(said, "others"));
	CHECK(strstr(said, "upcalls"));
	CHECK(!strstr(said, "traps"));
	CHECK(!strstr(said, "mmu_update"));
}

TEST(every_hypercall_has_a_name)
{
	CHECK_STR(hypercall_name(29), "sched_op");
	CHECK_STR(hypercall_name(77), "hypercall 77");
	CHECK_STR(hypercall_name(11), "hypercall 11");
}
