/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/log.c: lines, levels, sinks. */
#define LOG_MODULE "logtest"
#include "kernel/log.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/util.h"
#include "tests/fake/fake.h"
#include "tests/test.h"

TEST(a_line_has_its_module_and_one_newline)
{
	fake_console_clear();
	log_info("vif%u %s", 3u, "up");
	log_error("no %s", "vif");
	log_warn("slow");
	CHECK_STR(fake_console(),
		"logtest: vif3 up\nlogtest: error: no vif\nlogtest: warning: slow\n");
}

TEST(debug_lines_come_only_when_asked_for)
{
	fake_console_clear();
	log_debug("no");
	CHECK_EQ(log_set_level("logtest:debug"), 0);
	log_debug("yes");
	log_line(LOG_DEBUG, "other", "no");
	CHECK_EQ(log_set_level("logtest:error"), 0);
	log_warn("no");
	CHECK_EQ(log_set_level("debug"), 0);
	log_line(LOG_DEBUG, "other", "yes");
	log_info("no");
	CHECK_EQ(log_set_level("info"), 0);
	CHECK_EQ(log_set_level("logtest:info"), 0);
	CHECK_STR(fake_console(), "logtest: yes\nother: yes\n");
}

TEST(bad_levels_are_refused)
{
	static const char *const bad[] = {"", "loud", "DEBUG", "debug ", ":debug",
		"net:", "net:loud", "net:debug:", "a-name-of-16-byte:debug",
		"error:error:error"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		test_row("%s", bad[i]);
		CHECK_EQ(log_set_level(bad[i]), -EINVAL);
	}
}

TEST(a_long_line_ends_in_dots_and_a_newline)
{
	char text[2000];
	size_t n;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	fake_console_clear();
	log_info("%s", text);
	n = strlen(fake_console());
	CHECK_EQ(n, 512);
	CHECK_STR(fake_console() + n - 5, "x...\n");
}

static unsigned n_writes;
static char sunk[64];

static void sink(const char *text, size_t len_bytes)
{
	n_writes++;
	snprintf(sunk, sizeof(sunk), "%.*s", (int)len_bytes, text);
}

TEST(each_line_is_one_write_to_the_sink)
{
	fake_console_clear();
	n_writes = 0;
	log_set_sink(sink);
	log_info("%s %d %s", "a", 1, "b");
	log_set_sink(NULL);
	CHECK_EQ(n_writes, 1);
	CHECK_STR(sunk, "logtest: a 1 b\n");
	log_puts("back", 4);
	CHECK_STR(fake_console(), "back");
}

TEST(too_many_modules_with_levels_are_refused)
{
	char spec[32];

	for (int i = 0; i < 100; i++) {
		snprintf(spec, sizeof(spec), "m%d:info", i);
		if (log_set_level(spec) < 0)
			break;
	}
	CHECK_EQ(log_set_level("one-more:info"), -ENOSPC);
	CHECK_EQ(log_set_level("m0:debug"), 0);
}
