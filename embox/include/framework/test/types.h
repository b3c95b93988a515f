/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests: a suite is a module, which runs its cases when it is enabled. */
#ifndef FRAMEWORK_TEST_TYPES_H
#define FRAMEWORK_TEST_TYPES_H

#include <framework/mod/types.h>
#include <util/location.h>

struct test_case {
	void (*run)(void);
	const char *description;
	struct location location;
};

/* Pointers to variables that hold a function or NULL: see TEST_SETUP(). */
struct test_fixture {
	int (*const *setup)(void);
	int (*const *teardown)(void);
};

struct test_suite {
	const struct test_case *const volatile *cases; /* up to a NULL */
	const char *description;
	const struct mod *mod;
	struct test_fixture suite_fixture; /* around all cases */
	struct test_fixture case_fixture;  /* around each */
};

/* What a failed assertion says. */
struct test_assertion {
	struct location_func location;
	const char *text;
};

#endif
