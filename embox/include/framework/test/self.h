/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file of tests:
 *
 *     EMBOX_TEST_SUITE("what is tested");
 *     TEST_SETUP(prepare);                   each optional, before or after the suite
 *     TEST_CASE("what it should do") { test_assert_equal(f(), 1); }
 *     static int prepare(void) { return 0; }
 */
#ifndef FRAMEWORK_TEST_SELF_H
#define FRAMEWORK_TEST_SELF_H

#include <stddef.h>
#include <sys/cdefs.h>

#include <framework/mod/options.h>
#include <framework/mod/self.h>
#include <framework/test/api.h>
#include <framework/test/types.h>
#include <lib/libds/array.h>
#include <util/location.h>
#include <util/macro.h>

/* The cases of one module, whichever of its files they are in. */
#define TEST_CASES MACRO_CONCAT(__test_cases__, __EMBUILD_MOD__)

#ifdef __EMBUILD_MOD__
ARRAY_SPREAD_DECLARE(const struct test_case *const, TEST_CASES);

static inline const struct mod *test_mod_self(void)
{
	return &__MOD(__EMBUILD_MOD__);
}
#endif

/*
 * A variable per fixture function. Without an initialiser these are tentative
 * definitions, NULL unless TEST_SETUP() and the like define them elsewhere in the file.
 */
typedef int (*test_fixture_fn)(void);
static test_fixture_fn const fixture_of_suite_setup __attribute__((unused));
static test_fixture_fn const fixture_of_suite_teardown __attribute__((unused));
static test_fixture_fn const fixture_of_case_setup __attribute__((unused));
static test_fixture_fn const fixture_of_case_teardown __attribute__((unused));

#define TEST_FIXTURE(variable, fn)                                                       \
	static int fn(void);                                                             \
	static test_fixture_fn const variable = fn
#define TEST_SETUP_SUITE(fn)    TEST_FIXTURE(fixture_of_suite_setup, fn)
#define TEST_TEARDOWN_SUITE(fn) TEST_FIXTURE(fixture_of_suite_teardown, fn)
#define TEST_SETUP(fn)          TEST_FIXTURE(fixture_of_case_setup, fn)
#define TEST_TEARDOWN(fn)       TEST_FIXTURE(fixture_of_case_teardown, fn)

#define EMBOX_TEST_SUITE(about)                                                          \
	ARRAY_SPREAD_DEF_TERMINATED(const struct test_case *const, TEST_CASES, NULL);    \
	extern const struct test_suite __MOD_SUITE(__EMBUILD_MOD__);                     \
	const struct test_suite __MOD_SUITE(__EMBUILD_MOD__) = {                         \
		.cases = TEST_CASES,                                                     \
		.description = "" about,                                                 \
		.mod = &__MOD(__EMBUILD_MOD__),                                          \
		.suite_fixture = {&fixture_of_suite_setup, &fixture_of_suite_teardown},  \
		.case_fixture = {&fixture_of_case_setup, &fixture_of_case_teardown},     \
	}

#define TEST_CASE(about)                                                                 \
	TEST_CASE_NAMED("" about, MACRO_GUARD(test_case), MACRO_GUARD(test_case_run))
#define TEST_CASE_NAMED(about, object, fn)                                               \
	static void fn(void);                                                            \
	static const struct test_case object = {                                         \
		.run = fn, .description = about, .location = LOCATION_INIT};             \
	ARRAY_SPREAD_ADD(TEST_CASES, &object);                                           \
	static void fn(void)

#endif
