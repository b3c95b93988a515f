/* SPDX-License-Identifier: BSD-2-Clause */
/* Modules, run levels, commands, logs and suites, with a table as the reader writes it. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <cmd/cmdline.h>
#include <cmd/shell.h>
#include <framework/cmd/api.h>
#include <framework/mod/api.h>
#include <framework/mod/runlevel.h>
#include <framework/test/api.h>
#include <mem/misc/pool.h>
#include <util/log_print.h>

#include "embox/suites.h"
#include "tests/fake/fake.h"
#include "tests/test.h"
#include "tests/unit/embox/modules.h"

extern const struct embox_unit __unit__made_up__lib__unit __attribute__((weak));
extern const struct embox_unit __unit__made_up__talker __attribute__((weak));
extern const struct test_suite __test_suite__made_up__suite __attribute__((weak));
extern struct mod __mod__made_up__empty;

static const struct test_case *const volatile no_cases[] = {NULL};
static const struct test_suite empty_suite = {
	.cases = no_cases, .mod = &__mod__made_up__empty};

/* A row each */
/* clang-format off */
struct mod __mod__made_up__lib__unit = {.pkg_name = "made_up.lib",
	.mod_name = "unit",
	.runlevel = 1,
	.unit = &__unit__made_up__lib__unit};
struct mod __mod__made_up__empty = {.pkg_name = "made_up",
	.mod_name = "empty",
	.runlevel = 2,
	.suite = &empty_suite};
struct mod __mod__made_up__suite = {.pkg_name = "made_up",
	.mod_name = "suite",
	.runlevel = 2,
	.suite = &__test_suite__made_up__suite};
struct mod __mod__made_up__talker = {.pkg_name = "made_up",
	.mod_name = "talker",
	.runlevel = 2,
	.unit = &__unit__made_up__talker};
struct mod __mod__made_up__spare = {
	.pkg_name = "made_up", .mod_name = "spare", .runlevel = 4};
/* clang-format on */

struct mod *const embox_mods[] = {
	&__mod__made_up__lib__unit,
	&__mod__made_up__empty,
	&__mod__made_up__suite,
	&__mod__made_up__talker,
	&__mod__made_up__spare,
};
const unsigned embox_mods_n = 5;

struct mod_logger __mod_logger__made_up__talker = {"talker", 4};
const struct cmd_desc __mod_cmd__made_up__lib__unit = {"count", "counts", "COUNT(1)"};
static const struct cmd_desc talk_desc = {"talk", "talks", "TALK(1)"};
static const struct cmd_desc spare_desc = {"spare", "is there", ""};

static int say_argc(int argc, char **argv)
{
	return argv[argc] ? -1 : argc;
}

ARRAY_SPREAD_ADD(__cmd_registry, {say_argc, &talk_desc, &__mod__made_up__talker});
ARRAY_SPREAD_ADD(__cmd_registry, {say_argc, &spare_desc, &__mod__made_up__spare});

static int last_line_length;

static int shell_line(const char *line)
{
	last_line_length = (int)strlen(line);
	return -ENOENT;
}

SHELL_DEF({.name = "sh", .exec = shell_line});

struct aligned {
	char bytes[48];
} __attribute__((aligned(1)));

ARRAY_SPREAD_DEF(static const struct aligned, large_elements);
ARRAY_SPREAD_ADD(large_elements, {"one"}, {"two"});
ARRAY_SPREAD_ADD(large_elements, {"three"});
ARRAY_SPREAD_DEF_TERMINATED(const char *const, texts, NULL);
ARRAY_SPREAD_ADD(texts, "a", "b");
ARRAY_SPREAD_ADD(texts, "c");

/* Everything off, and quiet. */
static void reset(void)
{
	for (unsigned i = 0; i < embox_mods_n; i++)
		embox_mods[i]->stat = 0;
	unit_result = 0;
	suite_fixture_result = 0;
	suite_steps[0] = '\0';
	runlevel_set(-1);
	unit_inits = 0;
	unit_finis = 0;
	fake_console_clear();
}

/* The suite's cases report on standard output, where this program's verdicts are. */
static int run_quietly(int (*fn)(void))
{
	int kept = dup(1), result;

	fflush(stdout);
	freopen("/dev/null", "w", stdout);
	result = fn();
	fflush(stdout);
	dup2(kept, 1);
	close(kept);
	return result;
}

static int all_levels(void)
{
	return runlevel_set(3);
}

static int whole_suite(void)
{
	return test_suite_run(__mod__made_up__suite.suite);
}

TEST(spread_arrays_have_all_elements_in_order_without_gaps)
{
	const struct aligned *element;
	const char *text;
	char all[16] = "";

	CHECK_EQ(ARRAY_SPREAD_SIZE(large_elements), 3);
	array_spread_foreach_ptr(element, large_elements) strncat(all, element->bytes, 1);
	CHECK_STR(all, "ott");
	CHECK_EQ(ARRAY_SPREAD_SIZE(texts), 4);
	CHECK_EQ(ARRAY_SPREAD_SIZE_IGNORE_TERMINATING(texts), 3);
	array_spread_nullterm_foreach(text, texts) strcat(all, text);
	CHECK_STR(all, "ottabc");
	array_spread_foreach_reverse(text, texts) strcat(all, text ? text : "0");
	CHECK_STR(all, "ottabc0cba");
}

TEST(plain_arrays_have_loops)
{
	static const int numbers[] = {1, 2, 3, 0};
	const int *p;
	int n, sum = 0;

	array_foreach(n, numbers, 3) sum += n;
	array_nullterm_foreach(n, numbers) sum += 10 * n;
	array_range_foreach_ptr(p, numbers, numbers + 2) sum += 100 * *p;
	CHECK_EQ(sum, 366);
}

TEST(the_levels_enable_modules_in_order_and_say_so)
{
	reset();
	CHECK_EQ(runlevel_set(1), 0);
	CHECK(mod_is_running(&__mod__made_up__lib__unit));
	CHECK(!mod_is_running(&__mod__made_up__talker));
	CHECK(strstr(fake_console(), "mod: initializing made_up.lib.unit\n"));
	CHECK_EQ(run_quietly(all_levels), 0);
	CHECK_EQ(unit_inits, 1);
	CHECK(mod_is_running(&__mod__made_up__talker));
	CHECK(!mod_is_running(&__mod__made_up__spare));
	CHECK_EQ(mod_enable(&__mod__made_up__spare), 0);
	CHECK(mod_is_running(&__mod__made_up__spare));
	CHECK_EQ(runlevel_set(5), -EINVAL);
}

TEST(going_down_disables_in_the_opposite_order)
{
	reset();
	run_quietly(all_levels);
	CHECK_EQ(runlevel_set(0), 0);
	CHECK_EQ(unit_finis, 1);
	CHECK(!mod_is_running(&__mod__made_up__lib__unit));
	CHECK_EQ(runlevel_get(), 0);
}

TEST(a_unit_that_fails_ends_its_level_with_a_line)
{
	reset();
	unit_result = -ENODEV;
	CHECK_EQ(run_quietly(all_levels), -ENODEV);
	CHECK_EQ(runlevel_get(), 0);
	CHECK_EQ(__mod__made_up__lib__unit.stat, MOD_STAT_FAILED);
	CHECK(!mod_is_running(&__mod__made_up__talker));
	CHECK(strstr(fake_console(), "made_up.lib.unit does not start (error 19)"));
	CHECK(strstr(fake_console(), "2 modules up to run level 3 stay disabled"));
}

TEST(a_suite_that_fails_keeps_nothing_else_back)
{
	reset();
	CHECK_EQ(run_quietly(all_levels), 0);
	CHECK_EQ(__mod__made_up__suite.stat, MOD_STAT_FAILED);
	CHECK(mod_is_running(&__mod__made_up__talker));
}

TEST(a_fini_that_fails_leaves_the_module_enabled)
{
	reset();
	CHECK_EQ(mod_enable(&__mod__made_up__lib__unit), 0);
	CHECK_EQ(mod_enable(&__mod__made_up__lib__unit), 0);
	CHECK_EQ(unit_inits, 1);
	unit_result = -EBUSY;
	CHECK_EQ(mod_disable(&__mod__made_up__lib__unit), -EBUSY);
	CHECK(mod_is_running(&__mod__made_up__lib__unit));
	CHECK_EQ(mod_enable(NULL), -EINVAL);
	CHECK_EQ(mod_disable(NULL), -EINVAL);
	CHECK(!mod_is_running(NULL));
}

TEST(modules_are_found_by_their_full_names)
{
	CHECK(mod_lookup("made_up.lib.unit") == &__mod__made_up__lib__unit);
	CHECK(mod_lookup("made_up.talker") == &__mod__made_up__talker);
	CHECK(mod_lookup("unit") == NULL);
	CHECK(mod_lookup("made_up.libxunit") == NULL);
	CHECK(mod_lookup("") == NULL);
}

TEST(commands_are_found_by_name_also_below_bin)
{
	const struct cmd *cmd;
	int n = 0;

	cmd_foreach(cmd) n++;
	CHECK_EQ(n, 3);
	CHECK(cmd_lookup("talk") &&
		cmd2mod(cmd_lookup("talk")) == &__mod__made_up__talker);
	CHECK(cmd_lookup("/bin/talk") == cmd_lookup("talk"));
	CHECK(cmd_lookup("/bin//bin/talk") == NULL);
	CHECK(cmd_lookup("tal") == NULL);
	CHECK_STR(cmd_brief(cmd_lookup("count")), "counts");
	CHECK_STR(cmd_details(cmd_lookup("count")), "COUNT(1)");
}

TEST(a_command_runs_only_when_its_module_is_enabled)
{
	char *argv[] = {"x", "y", NULL};

	reset();
	CHECK_EQ(cmd_exec(cmd_lookup("talk"), 2, argv), -ENOENT);
	mod_enable(&__mod__made_up__talker);
	CHECK_EQ(cmd_exec(cmd_lookup("talk"), 2, argv), 2);
	CHECK_EQ(cmd_exec(NULL, 2, argv), -EINVAL);
}

TEST(each_run_of_a_command_finds_getopt_at_the_start)
{
	reset();
	mod_enable(&__mod__made_up__lib__unit);
	for (int i = 0; i < 3; i++) {
		char *argv[] = {"count", "-x", "-xx", "a", NULL};

		CHECK_EQ(cmd_exec(cmd_lookup("count"), 4, argv), 3);
	}
}

TEST(messages_pass_up_to_the_level_of_their_module)
{
	reset();
	n_evaluated = 0;
	__mod_logger__made_up__talker.level = 4; /* LOG_WARNING */
	talk();
	CHECK_STR(fake_console(),
		"[emerg] (talker) one\n[alert] (talker) two\n[crit] (talker) three\n"
		"[error] (talker) four 4\n[warning] (talker) five V\n");
	fake_console_clear();
	__mod_logger__made_up__talker.level = -1; /* LOG_NONE */
	talk();
	talk_garbage();
	CHECK_STR(fake_console(), "");
	CHECK_EQ(n_evaluated, 0);
	__mod_logger__made_up__talker.level = 7; /* LOG_DEBUG */
	talk();
	CHECK(strstr(fake_console(), "[debug] (talker) eight 1\n"));
}

TEST(a_module_without_the_option_says_nothing_and_computes_nothing)
{
	reset();
	n_evaluated = 0;
	keep_quiet();
	CHECK_EQ(n_evaluated, 0);
	CHECK_STR(fake_console(), "");
}

TEST(a_line_can_be_said_in_parts)
{
	reset();
	__mod_logger__made_up__talker.level = 4;
	talk_parts();
	CHECK_STR(fake_console(), "[error] (talker) a=1 b=2 c=3\n");
}

TEST(a_message_that_is_too_long_is_cut)
{
	char text[1000];
	size_t len;

	reset();
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	mod_log_print(&__mod_logger__made_up__talker, MOD_LOG_BEGIN | MOD_LOG_END, 3,
		"%s", text);
	len = strlen(fake_console());
	CHECK(len > 300 && len < 500);
	CHECK_EQ(fake_console()[len - 1], '\n');
}

static int in_thread_result;

static void suite_in_thread(void *arg)
{
	(void)arg;
	in_thread_result = run_quietly(whole_suite);
}

TEST(a_suite_runs_fixtures_and_cases_in_the_order_of_its_source)
{
	reset();
	fake_run(suite_in_thread, NULL);
	CHECK_EQ(in_thread_result, 1);
	CHECK_STR(suite_steps, "A(1)(2)(3)");
	CHECK_STR(test_name(__mod__made_up__suite.suite), "suite");
	CHECK_STR(test_package(__mod__made_up__suite.suite), "made_up");
	CHECK(test_lookup("suite") == __mod__made_up__suite.suite);
	CHECK(test_lookup("talker") == NULL);
	CHECK_EQ(test_suite_run(NULL), -EINVAL);
}

TEST(a_fixture_that_fails_ends_the_suite)
{
	reset();
	suite_fixture_result = -1;
	fake_run(suite_in_thread, NULL);
	CHECK_EQ(in_thread_result, -EINTR);
	CHECK_STR(suite_steps, "A");
}

static void suite_in_thread_loudly(void *arg)
{
	(void)arg;
	whole_suite();
}

TEST(each_case_reports_its_verdict_and_where_it_failed)
{
	char text[4096];
	FILE *out = tmpfile();
	int kept = dup(1);

	reset();
	fflush(stdout);
	dup2(fileno(out), 1);
	fake_run(suite_in_thread_loudly, NULL);
	fflush(stdout);
	dup2(kept, 1);
	close(kept);
	rewind(out);
	text[fread(text, 1, sizeof(text) - 1, out)] = '\0';
	fclose(out);
	CHECK(strstr(text, "T suite.what_holds_passes ok\n"));
	CHECK(strstr(text,
		"T suite.what_fails_ends_there fail test_assert_equal(2 + 2, 5) at "));
	CHECK(strstr(text, "testing \"a made-up suite\": 1/3 failures\n"));
	CHECK(strstr(text, "\nT suite.end fail\n"));
	CHECK(strstr(text, "T suite.line_"));
}

/* Does the suite run, when the command line has suites=VALUE? 1, 0, or an error. */
static int runs_with(const char *value)
{
	int result;

	reset();
	result = suites_choose(value);
	if (result == 0)
		result = run_quietly(all_levels);
	return result == 0 ? suite_steps[0] != '\0' : result;
}

TEST(the_command_line_chooses_suites_by_full_name_or_by_what_comes_before)
{
	CHECK_EQ(runs_with("made_up.talker"), -EINVAL);
	CHECK_EQ(runs_with("suite"), -EINVAL);
	CHECK_EQ(runs_with("after:"), -EINVAL);
	CHECK_EQ(runs_with("after:made_up.suite"), 0);
	CHECK(mod_is_running(&__mod__made_up__suite));
	CHECK(mod_is_running(&__mod__made_up__talker));
	CHECK_EQ(runs_with("made_up.suite"), 1);
	CHECK_EQ(runs_with("made_up.empty"), 0);
	CHECK_EQ(runs_with("after:made_up.empty"), 1);
}

TEST(lines_are_split_into_words_in_place)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"httpd -p 80", "httpd|-p|80|"},
		{"  a\t b ", "a|b|"},
		{"a 'b  c' \"d e\"", "a|b  c|d e|"},
		{"a '\\\"' \"\\\" \\\\ \\$ \\n\"", "a|\\\"|\" \\ $ \\n|"},
		{"a''b \"\"", "ab||"},
		{"a 'b c", "a|b c|"},
		{"", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char line[64], *argv[34], words[64] = "";
		int argc;

		test_row("%s", rows[i].line);
		strcpy(line, rows[i].line);
		argc = cmdline_tokenize(line, argv);
		for (int j = 0; j < argc; j++) {
			strcat(words, argv[j]);
			strcat(words, "|");
		}
		CHECK_STR(words, rows[i].words);
		CHECK(argv[argc] == NULL);
	}
}

TEST(shells_are_found_and_called)
{
	CHECK(shell_lookup("sh") == shell_any());
	CHECK(shell_lookup("tish") == NULL);
	CHECK_EQ(shell_exec(shell_any(), "abc"), -ENOENT);
	CHECK_EQ(last_line_length, 3);
	CHECK_EQ(shell_run(shell_any()), -ENOSYS);
	CHECK_EQ(shell_exec(NULL, ""), -EINVAL);
}

typedef char five_bytes[5];
POOL_DEF(three, five_bytes, 3);

TEST(a_pool_hands_out_each_object_once_and_again_after_it_came_back)
{
	char *objects[3];

	for (int i = 0; i < 3; i++) {
		objects[i] = pool_alloc(&three);
		CHECK(objects[i] && pool_belong(&three, objects[i]));
		CHECK(!pool_belong(&three, objects[i] + 1));
		CHECK(i == 0 || objects[i] != objects[i - 1]);
	}
	CHECK(pool_alloc(&three) == NULL);
	CHECK(!pool_belong(&three, objects));
	pool_free(&three, objects[1]);
	CHECK(pool_alloc(&three) == objects[1]);
	CHECK(pool_alloc(&three) == NULL);
}
