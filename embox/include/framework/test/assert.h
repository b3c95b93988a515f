/* SPDX-License-Identifier: BSD-2-Clause */
/* Assertions for test cases. One that fails ends the case; never used outside of one. */
#ifndef FRAMEWORK_TEST_ASSERT_H
#define FRAMEWORK_TEST_ASSERT_H

#include <stdint.h>
#include <string.h>

#include <framework/test/emit.h>
#include <framework/test/types.h>
#include <util/location.h>

/**
 * Does not return to the case when ok is 0.
 *
 * @what  constant, stays
 * Context: the thread that runs the case.
 */
void test_assertion_check(int ok, const struct test_assertion *what);

#define TEST_CHECK(ok, what)                                                             \
	test_assertion_check((ok), ({                                                    \
		static const struct test_assertion test_assertion_here = {               \
			.location = LOCATION_FUNC_INIT, .text = what};                   \
		&test_assertion_here;                                                    \
	}))

/* Of a pointer or a number of any width; through a variable, or the compiler has opinions. */
#define TEST_TRUTH(value)                                                                \
	({                                                                               \
		__typeof__((void)0, (value)) test_value_here = (value);                  \
		!!test_value_here;                                                       \
	})

#define test_fail(reason)        TEST_CHECK(0, "test_fail(\"" reason "\")")
#define test_assert_false(value) TEST_CHECK(!(value), "test_assert_false(" #value ")")
#define test_assert_zero(value)  TEST_CHECK(!(value), "test_assert_zero(" #value ")")
#define test_assert_null(value)  TEST_CHECK(!(value), "test_assert_null(" #value ")")
#define test_assert(condition)                                                           \
	TEST_CHECK(TEST_TRUTH(condition), "test_assert(" #condition ")")
#define test_assert_true(value)                                                          \
	TEST_CHECK(TEST_TRUTH(value), "test_assert_true(" #value ")")
#define test_assert_not_zero(value)                                                      \
	TEST_CHECK(TEST_TRUTH(value), "test_assert_not_zero(" #value ")")
#define test_assert_not_null(value)                                                      \
	TEST_CHECK(TEST_TRUTH(value), "test_assert_not_null(" #value ")")

#define test_assert_equal(actual, expected)                                              \
	TEST_CHECK(                                                                      \
		(actual) == (expected), "test_assert_equal(" #actual ", " #expected ")")
#define test_assert_not_equal(actual, expected)                                          \
	TEST_CHECK((actual) != (expected),                                               \
		"test_assert_not_equal(" #actual ", " #expected ")")

#define test_assert_str_equal(actual, expected)                                          \
	TEST_CHECK(strcmp((actual), (expected)) == 0,                                    \
		"test_assert_str_equal(" #actual ", " #expected ")")
#define test_assert_str_not_equal(actual, expected)                                      \
	TEST_CHECK(strcmp((actual), (expected)) != 0,                                    \
		"test_assert_str_not_equal(" #actual ", " #expected ")")
#define test_assert_strn_equal(actual, expected, n)                                      \
	TEST_CHECK(strncmp((actual), (expected), (n)) == 0,                              \
		"test_assert_strn_equal(" #actual ", " #expected ", " #n ")")
#define test_assert_strn_not_equal(actual, expected, n)                                  \
	TEST_CHECK(strncmp((actual), (expected), (n)) != 0,                              \
		"test_assert_strn_not_equal(" #actual ", " #expected ", " #n ")")
#define test_assert_mem_equal(actual, expected, n)                                       \
	TEST_CHECK(memcmp((actual), (expected), (n)) == 0,                               \
		"test_assert_mem_equal(" #actual ", " #expected ", " #n ")")
#define test_assert_mem_not_equal(actual, expected, n)                                   \
	TEST_CHECK(memcmp((actual), (expected), (n)) != 0,                               \
		"test_assert_mem_not_equal(" #actual ", " #expected ", " #n ")")

/* What the case has emitted so far (test_emit()). */
#define test_assert_emitted(expected)                                                    \
	TEST_CHECK(strcmp(test_get_emitted(), (expected)) == 0,                          \
		"test_assert_emitted(" #expected ")")

#endif
