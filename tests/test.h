/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A test program is a file of cases; each has a sentence for a name:
 *
 *     #include "tests/test.h"
 *
 *     TEST(a_freed_block_is_handed_out_again)
 *     {
 *             CHECK(block != NULL);
 *             CHECK_EQ(heap_block_size(block), 64);
 *     }
 *
 * tests/test.c has main(): it runs all cases, or those named as arguments, and prints a
 * verdict for each:
 *
 *     T heap.a_freed_block_is_handed_out_again ok
 *
 * The same file works as a native program and as the app of a test image.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdbool.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
	int line;
};

/** Declare a case; the body follows. The section gathers pointers, between which no
 * compiler puts padding. */
#define TEST(name)                                                                       \
	static void case_##name(void);                                                   \
	static const struct test test_case_##name = {#name, case_##name, __LINE__};      \
	static const struct test *const test_entry_##name                                \
		__attribute__((used, section("tests"))) = &test_case_##name;             \
	static void case_##name(void)

/** The case fails unless x holds, and the function (one that returns void) is left. */
#define CHECK(x)                                                                         \
	do {                                                                             \
		if (!(x)) {                                                              \
			test_fail(__FILE__, __LINE__, "%s", #x);                         \
			return;                                                          \
		}                                                                        \
	} while (0)

/** The same, and the function goes on. */
#define EXPECT(x) ((x) ? (void)0 : test_fail(__FILE__, __LINE__, "%s", #x))

/** CHECK for two integers; a failure shows both. */
#define CHECK_EQ(a, b)                                                                   \
	do {                                                                             \
		long long test_a = (long long)(a), test_b = (long long)(b);              \
		if (test_a != test_b) {                                                  \
			test_fail(__FILE__, __LINE__, "%s is %lld, not %lld (%s)", #a,   \
				test_a, test_b, #b);                                     \
			return;                                                          \
		}                                                                        \
	} while (0)

/** CHECK for two strings. */
#define CHECK_STR(a, b)                                                                  \
	do {                                                                             \
		const char *test_a = (a), *test_b = (b);                                 \
		if (strcmp(test_a, test_b) != 0) {                                       \
			test_fail(__FILE__, __LINE__, "%s is \"%s\", not \"%s\"", #a,    \
				test_a, test_b);                                         \
			return;                                                          \
		}                                                                        \
	} while (0)

/** Name the row of a table that is tried now; a failure shows it. Lasts until the next
 * row or the case's end. */
void test_row(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** The case fails: what the macros call. Only the first reason is kept. */
void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** The case cannot be tried here; return from it afterwards. */
void test_skip(const char *why);

/** Has the running case failed? For loops that should stop at the first bad row. */
bool test_failed(void);

#endif
