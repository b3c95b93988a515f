/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of the descriptions of this tree, seen from inside the image. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <embox/test.h>
#include <framework/cmd/api.h>
#include <framework/mod/api.h>
#include <kernel/time/time.h>
#include <util/log.h>

#include <config/domik/test/words/chosen.h>
#include <domik/test/archive.h>
#include <module/domik/test/words/chosen.h>

#include "suite.h"

EMBOX_TEST_SUITE("modules of an image");

static int run(const char *name, int argc)
{
	char word[] = "x";
	char *argv[] = {word, word, NULL};

	return cmd_exec(cmd_lookup(name), argc, argv);
}

TEST_CASE("two commands have the same global names and each its own")
{
	test_assert_equal(run("test-one", 1), 11);
	test_assert_equal(run("test-two", 1), 21);
	test_assert_equal(run("test-one", 1), 12);
	test_assert_equal(run("/bin/test-two", 2), 23);
}

TEST_CASE("a command marked @App has fresh variables each time")
{
	test_assert_equal(run("test-app", 1), 31);
	test_assert_equal(run("test-app", 1), 31);
	test_assert_equal(run("test-one", 1), 13);
}

TEST_CASE("a command has the texts of its annotation")
{
	const struct cmd *cmd = cmd_lookup("test-one");

	test_assert_str_equal(cmd_brief(cmd), "returns \"11\"");
	test_assert_str_equal(
		cmd_details(cmd), "test-one\n\nReturns 11, and 12 the next time.");
}

TEST_CASE("a level of messages is called as its constant is")
{
	test_assert_str_equal(log_prio2str(LOG_ERR), "error");
	test_assert_str_equal(log_prio2str(LOG_INFO), "info");
	test_assert_str_equal(log_prio2str(LOG_DEBUG), "debug");
	test_assert_str_equal(log_prio2str(LOG_NONE), "none");
}

TEST_CASE("options have the values of the configuration, else their own")
{
	test_assert_equal(test_options.number, 42);
	test_assert_str_equal(test_options.text, "two words");
	test_assert_equal(test_options.flag, 0);
	test_assert_equal(test_options.symbol, INT_MAX);
	test_assert_equal(test_options.untouched, 5);
	test_assert_equal(test_options.is_defined, 0);
}

TEST_CASE("an abstract module is its recommended implementation")
{
	test_assert_str_equal(chosen_who(), "the recommended one");
	test_assert_str_equal(
		OPTION_MODULE_STRING_GET(domik__test__words__chosen, who), chosen_who());
}

TEST_CASE("or the implementation that the configuration names")
{
	test_assert_str_equal(implementation_name(), "replaced");
}

TEST_CASE("of an archive only what is called is linked")
{
	test_assert_equal(archive_called(), 7);
	test_assert_equal(archive_n_objects, 1);
}

TEST_CASE("units start by run level and after what they depend on")
{
	test_assert_str_equal(unit_order(), "NEL");
}

TEST_CASE("a module of level 4 is there and not enabled")
{
	const struct mod *m = mod_lookup("domik.test.units.never");

	test_assert_not_null(m);
	test_assert_false(mod_is_running(m));
	test_assert_true(mod_is_running(mod_lookup("domik.test.units.early")));
}

TEST_CASE("a module logs at the level of its last include")
{
	test_assert_equal(spoken_level(), LOG_WARNING);
	test_assert_equal(spoken_evaluate(), 1);
}

TEST_CASE("a file of a module lies in the file tree")
{
	char line[32] = "";
	FILE *f = fopen("/etc/domik-test", "r");

	test_assert_not_null(f);
	test_assert_not_null(fgets(line, sizeof(line), f));
	fclose(f);
	test_assert_str_equal(line, "hello from a module\n");
}

TEST_CASE("the time of day comes in nanoseconds, between two other looks at it")
{
	time_t before = time(NULL);
	struct timespec now = {.tv_nsec = -1};

	getnsofday(&now, NULL);
	test_assert_true(now.tv_sec >= before && now.tv_sec <= time(NULL));
	test_assert_true(now.tv_nsec >= 0 && now.tv_nsec < NSEC_PER_SEC);
}
