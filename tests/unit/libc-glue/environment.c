/* SPDX-License-Identifier: BSD-2-Clause */
/* The environment of a process, and getopt(): under names of their own beside the host's. */
#include "tests/test.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "libc-glue/task.h"

char *our_getenv(const char *name);
int our_setenv(const char *name, const char *value, int overwrite);
int our_putenv(char *entry);
int our_unsetenv(const char *name);
int our_clearenv(void);
int our_getopt(int argc, char *const argv[], const char *options);
int our_getopt_long(int argc, char *const argv[], const char *options,
	const struct option *longs, int *index);
int our_getopt_long_only(int argc, char *const argv[], const char *options,
	const struct option *longs, int *index);

char **our_environ;
char *our_optarg;
int our_optind, our_opterr, our_optopt, getopt_at;

/* What libc.process has of the calling process. */
static struct task task;

struct task *task_self(void)
{
	return &task;
}

static void begin(void)
{
	static char a[] = "A=1", b[] = "BB=2";
	static char *image[] = {a, b, NULL}; /* not of the heap, as after exec() */

	our_environ = image;
	task.environ_is_ours = false;
}

/* Strings that were replaced stay until the process ends: here they go with the case. */
static void end(char **strings, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		free(strings[i]);
	if (task.environ_is_ours)
		free(our_environ);
}

TEST(names_are_found_whole)
{
	begin();
	CHECK_STR(our_getenv("A"), "1");
	CHECK_STR(our_getenv("BB"), "2");
	CHECK(!our_getenv("B") && !our_getenv("AA") && !our_getenv("A=1"));
}

TEST(what_putenv_was_given_may_be_used_again)
{
	char buf[16] = "NEW=one", *kept;

	begin();
	CHECK_EQ(our_putenv(buf), 0);
	strcpy(buf, "NEW=xxx");
	CHECK_STR(our_getenv("NEW"), "one");
	CHECK_STR(our_getenv("A"), "1");
	kept = our_environ[2];
	CHECK(!our_environ[3]);
	end(&kept, 1);
}

TEST(values_are_replaced_only_when_they_may)
{
	char *old[2];

	begin();
	CHECK_EQ(our_setenv("A", "x", 0), 0);
	CHECK_STR(our_getenv("A"), "1");
	CHECK_EQ(our_setenv("C", "3", 0), 0);
	old[0] = our_environ[2];
	CHECK_EQ(our_setenv("C", "33", 1), 0);
	CHECK_STR(our_getenv("C"), "33");
	old[1] = our_environ[2];
	end(old, 2);
}

TEST(names_are_taken_away)
{
	begin();
	CHECK_EQ(our_unsetenv("A"), 0);
	CHECK(!our_getenv("A"));
	CHECK_STR(our_getenv("BB"), "2");
	CHECK_EQ(our_unsetenv("nothing"), 0);
	end(NULL, 0);
}

TEST(a_cleared_environment_is_none_and_may_be_filled_again)
{
	char *kept;

	begin();
	CHECK_EQ(our_clearenv(), 0);
	CHECK(!our_environ);
	CHECK_EQ(our_clearenv(), 0);
	CHECK(!our_getenv("A"));
	CHECK_EQ(our_unsetenv("A"), 0);
	CHECK_EQ(our_setenv("A", "2", 1), 0);
	CHECK_STR(our_getenv("A"), "2");
	CHECK(!our_environ[1]);
	kept = our_environ[0];
	CHECK_EQ(our_clearenv(), 0);
	CHECK(!our_environ);
	end(&kept, 1);
}

TEST(names_that_are_none_are_refused)
{
	begin();
	CHECK(our_setenv("", "x", 1) == -1 && errno == EINVAL);
	CHECK(our_setenv("a=b", "x", 1) == -1 && errno == EINVAL);
	CHECK(our_unsetenv("=") == -1 && errno == EINVAL);
}

/* --- getopt ------------------------------------------------------------------------------ */

TEST(options_are_taken_in_every_way_they_are_written)
{
	static const struct {
		const char *words[5], *expected;
		int rest;
	} table[] = {
		{{"p", "-a", "x"}, "a", 2},
		{{"p", "-ab", "v", "x"}, "ab(v)", 3},
		{{"p", "-abv", "x"}, "ab(v)", 2},
		{{"p", "-b", "-a", "x"}, "b(-a)", 3},
		{{"p", "x", "-a"}, "", 1},
		{{"p", "-a", "--", "-a"}, "a", 3},
		{{"p", "-", "-a"}, "", 1},
		{{"p", "-z", "-a"}, "?a", 3},
		{{"p", "-b"}, "?", 2},
		{{"p", "-cv", "-c", "x"}, "c(v)c", 3},
		{{"p"}, "", 1},
	};

	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char out[32] = "";
		int argc = 0, option;

		while (argc < 5 && table[i].words[argc])
			argc++;
		test_row("%u", i);
		our_optind = (int)(i % 2); /* 0 and 1 both mean: from the start */
		getopt_at = 0;
		our_opterr = 0;
		while ((option = our_getopt(
				argc, (char *const *)table[i].words, "ab:c::")) != -1) {
			strncat(out, &(char){(char)option}, 1);
			if (our_optarg) {
				strcat(out, "(");
				strcat(out, our_optarg);
				strcat(out, ")");
			}
		}
		CHECK_STR(out, table[i].expected);
		CHECK_EQ(our_optind, table[i].rest);
	}
}

TEST(a_missing_value_is_told_apart_when_that_is_asked_for)
{
	char *const words[] = {"p", "-b", NULL};

	our_optind = 1;
	getopt_at = 0;
	CHECK_EQ(our_getopt(2, words, ":b:"), ':');
	CHECK_EQ(our_optopt, 'b');
}

static int flag;
static const struct option longs[] = {
	{"all", no_argument, NULL, 'a'},
	{"size", required_argument, NULL, 's'},
	{"sizes", optional_argument, NULL, 'S'},
	{"flag", no_argument, &flag, 7},
	{"x", no_argument, NULL, 'X'},
	{NULL, 0, NULL, 0},
};

struct long_row {
	const char *words[5], *expected;
	int rest;
	bool only;
};

/* What comes of the words: "a" an option, "s(v)" one with a value, "0" a flag. */
static void take_all(const struct long_row *row, char *out)
{
	int argc = 0, option, index = -1;

	while (argc < 5 && row->words[argc])
		argc++;
	for (;;) {
		option = (row->only ? our_getopt_long_only : our_getopt_long)(
			argc, (char *const *)row->words, "+ab:", longs, &index);
		if (option == -1)
			return;
		strncat(out, &(char){option ? (char)option : '0'}, 1);
		if (our_optarg) {
			strcat(out, "(");
			strcat(out, our_optarg);
			strcat(out, ")");
		}
	}
}

TEST(long_options_are_taken_in_every_way_they_are_written)
{
	static const struct long_row table[] = {
		{{"p", "--all", "-b", "v", "--all"}, "ab(v)a", 5, false},
		{{"p", "--size", "v", "x"}, "s(v)", 3, false},
		{{"p", "--size=v", "--size=", "x"}, "s(v)s()", 3, false},
		{{"p", "--sizes", "v"}, "S", 2, false},
		{{"p", "--sizes=v"}, "S(v)", 2, false},
		{{"p", "--al", "--f"}, "a0", 3, false},
		{{"p", "--siz=v", "--all"}, "?a", 3, false}, /* size or sizes */
		{{"p", "--none", "--all=v", "-a"}, "??a", 4, false},
		{{"p", "--size"}, "?", 2, false},
		{{"p", "-ab", "v", "--", "--all"}, "ab(v)", 4, false},
		{{"p", "x", "--all"}, "", 1, false},
		{{"p", "-all"}, "a??", 2, false},
		{{"p", "-all", "-size=v", "--x"}, "as(v)X", 4, true},
		{{"p", "-a", "-x", "-b", "v"}, "aXb(v)", 5, true},
		{{"p", "-abv", "-zz", "-"}, "ab(v)?", 3, true},
		{{"p"}, "", 1, false},
	};

	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char out[32] = "";

		test_row("%u", i);
		our_optind = (int)(i % 2);
		getopt_at = 0;
		our_opterr = 0;
		take_all(&table[i], out);
		CHECK_STR(out, table[i].expected);
		CHECK_EQ(our_optind, table[i].rest);
	}
}

TEST(a_long_option_tells_its_number_its_flag_and_what_is_missing)
{
	char *const words[] = {"p", "--flag", "--size", NULL};
	int index = -1;

	our_optind = 1;
	getopt_at = 0;
	flag = 0;
	CHECK_EQ(our_getopt_long(3, words, ":", longs, &index), 0);
	CHECK_EQ(flag, 7);
	CHECK_EQ(index, 3);
	CHECK_EQ(our_optopt, 0);
	CHECK_EQ(our_getopt_long(3, words, ":", longs, NULL), ':');
	CHECK_EQ(our_optopt, 's');
	CHECK_EQ(our_optind, 3);
	CHECK_EQ(our_getopt_long(3, words, ":", longs, NULL), -1);
}
