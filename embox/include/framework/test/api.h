/* SPDX-License-Identifier: BSD-2-Clause */
/* The test suites of the image. */
#ifndef FRAMEWORK_TEST_API_H
#define FRAMEWORK_TEST_API_H

#include <framework/mod/api.h>
#include <framework/test/types.h>
#include <lib/libds/array.h>

/* const struct test_suite *t; test_foreach(t) {...} */
#define test_foreach(t) TEST_LOOP(t, MACRO_GUARD(test_mod))
#define TEST_LOOP(t, m)                                                                  \
	for (struct mod *const *m = embox_mods; m < embox_mods + embox_mods_n; m++)      \
		if (!((t) = (*m)->suite)) {                                              \
		} else

static inline const char *test_name(const struct test_suite *t)
{
	return t->mod->mod_name;
}

static inline const char *test_package(const struct test_suite *t)
{
	return t->mod->pkg_name;
}

/**
 * Run all cases of a suite and report each on the console:
 *
 *     T suite.case ok                          or, after Embox's own lines for a failure:
 *     T suite.case fail test_assert(x) at file.c:12
 *
 * and after the last one: T suite.end ok, or fail.
 *
 * Returns how many failed; -EINTR when a fixture failed, which ends the suite; -EINVAL
 * for NULL.
 * Context: thread. Source: own design.
 */
int test_suite_run(const struct test_suite *t);

/** The suite of the module of that name (without its package), or NULL. Context: any. */
const struct test_suite *test_lookup(const char *name);

#endif
