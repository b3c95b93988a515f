/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel/cmdline.c: words to their owners, quoting, the app's arguments, and many wrong
 * command lines.
 */
#include "kernel/cmdline.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/log.h"
#include "kernel/module.h"
#include "kernel/util.h"
#include "tests/fake/fake.h"
#include "tests/test.h"

static char seen[2048]; /* what the handlers got: "name(value) name(value)" */

static int note(const char *name, const char *value)
{
	size_t n = strlen(seen);

	if (strcmp(value, "bad") == 0)
		return -EINVAL;
	snprintf(seen + n, sizeof(seen) - n, "%s%s(%s)", n ? " " : "", name, value);
	return 0;
}

static int set_ip(const char *value)
{
	return note("ip", value);
}

static int set_dns(const char *value)
{
	return note("dns", value);
}

static int set_fast(const char *value)
{
	return note("fast", value);
}

static int never_started(void)
{
	return -EIO;
}

static const struct cmdline_word net_words[] = {
	{"ip", set_ip, "ip=ADDR/LEN"},
	{"dns", set_dns, "dns=ADDR"},
	{NULL, NULL, NULL},
};
static const struct cmdline_word app_word[] = {
	{"fast", set_fast, "fast"},
	{NULL, NULL, NULL},
};
const struct module modtab[] = {
	{"xen.console", never_started, NULL, 0, NULL},
	{"net.up", never_started, NULL, 0, net_words},
	{"apps.x", never_started, NULL, 0, app_word},
	{NULL, NULL, NULL, 0, NULL},
};
const unsigned modtab_n = 3;
const char image_name[] = "x";

/* Parse and put the app's arguments after a bar: "name(value)|arg|arg". */
static int parse(const char *text, char *result, size_t len_bytes)
{
	char **argv;
	int error, argc;
	size_t n;

	seen[0] = '\0';
	fake_console_clear();
	error = cmdline_parse(text);
	if (error)
		return error;
	argc = cmdline_argv("x", &argv);
	n = (size_t)snprintf(result, len_bytes, "%s", seen);
	for (int i = 1; i < argc; i++)
		n += (size_t)snprintf(result + n, len_bytes - n, "|%s", argv[i]);
	return argv[argc] == NULL && strcmp(argv[0], "x") == 0 ? 0 : -EIO;
}

TEST(good_command_lines_reach_their_owners)
{
	static const struct {
		const char *text, *result;
	} rows[] = {
		{"", ""},
		{"   \t ", ""},
		{"ip=10.0.0.2/24", "ip(10.0.0.2/24)"},
		{"  ip=1   dns=2  ", "ip(1) dns(2)"},
		{"ip=1 ip=2", "ip(1) ip(2)"},
		{"fast", "fast()"},
		{"fast=", "fast()"},
		{"ip=a=b", "ip(a=b)"},
		{"\"ip=a b\"", "ip(a b)"},
		{"ip=\"a b\"c", "ip(a bc)"},
		{"ip=\"say \\\"hi\\\" \\\\ \\n\"", "ip(say \"hi\" \\ \\n)"},
		{"ip=a\\b", "ip(a\\b)"},
		{"--", ""},
		{"-- a b", "|a|b"},
		{"ip=1 -- ip=2 --", "ip(1)|ip=2|--"},
		{"-- \"two words\" \"\" x\"y\"z", "|two words||xyz"},
		{"log=debug log=net:error", ""},
	};
	char result[256];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("%s", rows[i].text);
		CHECK_EQ(parse(rows[i].text, result, sizeof(result)), 0);
		CHECK_STR(result, rows[i].result);
		CHECK_STR(fake_console(), "");
	}
	log_set_level("info");
}

TEST(wrong_command_lines_are_refused_with_what_is_right)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"pi=10.0.0.2/24", "unknown word \"pi=10.0.0.2/24\""},
		{"pi=1", "known are log= ip= dns= fast="},
		{"IP=1", "unknown word \"IP=1\""},
		{"=", "unknown word \"=\""},
		{"=ip", "unknown word"},
		{"\"\"", "unknown word \"\""},
		{"-", "unknown word \"-\""},
		{"---", "unknown word"},
		{"-v -- x", "unknown word \"-v\""},
		{"ip =1", "unknown word \"=1\""},
		{"ip=bad", "\"ip=bad\" makes no sense; it is ip=ADDR/LEN"},
		{"fast=bad ip=1", "\"fast=bad\" makes no sense; it is fast"},
		{"log=loud", "\"log=loud\" makes no sense; it is log=[MODULE:]LEVEL"},
		{"log", "makes no sense"},
		{"log=", "makes no sense"},
		{"log=:debug", "makes no sense"},
		{"log=net:", "makes no sense"},
		{"log=net:debug:debug", "makes no sense"},
		{"log=a-module-name-that-is-too-long:debug", "makes no sense"},
		{"ip=\"1", "a double quote is not closed: \"ip=1"},
		{"ip=1\" dns=2", "not closed: \"ip=1 dns=2"},
		{"-- \"a b", "not closed: \"a b"},
		{"ip=\"\\\"", "not closed"},
		{"ip=1 \xff\x01", "unknown word"},
	};
	char result[256];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("%s", rows[i].text);
		CHECK_EQ(parse(rows[i].text, result, sizeof(result)), -EINVAL);
		CHECK(strstr(fake_console(), rows[i].says));
		CHECK(strstr(fake_console(), "cmdline: error: "));
	}
}

TEST(every_mistake_of_a_line_is_told)
{
	char result[64];

	CHECK_EQ(parse("one ip=1 two", result, sizeof(result)), -EINVAL);
	CHECK(strstr(fake_console(), "\"one\"") && strstr(fake_console(), "\"two\""));
	CHECK_STR(seen, "ip(1)");
}

TEST(a_line_at_the_limit_works_and_is_warned_of)
{
	char text[CMDLINE_MAX + 1], result[CMDLINE_MAX + 64];

	memset(text, 'a', CMDLINE_MAX);
	memcpy(text, "ip=", 3);
	text[CMDLINE_MAX] = '\0';
	CHECK_EQ(parse(text, result, sizeof(result)), 0);
	CHECK_EQ(strlen(result), CMDLINE_MAX - 3 + strlen("ip()"));
	CHECK(strstr(fake_console(), "1023"));
	text[CMDLINE_MAX - 1] = '\0';
	CHECK_EQ(parse(text, result, sizeof(result)), 0);
	CHECK_STR(fake_console(), "");
}

TEST(the_most_words_that_fit_are_kept)
{
	char text[CMDLINE_MAX + 1];
	char **argv;
	int n = 0;

	n += snprintf(text, sizeof(text), "--");
	while (n + 2 <= CMDLINE_MAX)
		n += snprintf(text + n, sizeof(text) - (size_t)n, " a");
	CHECK_EQ(cmdline_parse(text), 0);
	CHECK_EQ(cmdline_argv("x", &argv), 1 + (CMDLINE_MAX - 2) / 2);
	CHECK_STR(argv[(CMDLINE_MAX - 2) / 2], "a");
}
