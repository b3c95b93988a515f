/* SPDX-License-Identifier: BSD-2-Clause */
/* A module that is a suite of tests, one of which fails. */
#define __EMBUILD_MOD__ made_up__suite

#include <embox/test.h>

#include "tests/unit/embox/modules.h"

char suite_steps[64];
int suite_fixture_result;

TEST_SETUP(before_each);
TEST_TEARDOWN(after_each);

EMBOX_TEST_SUITE("a made-up suite");

TEST_SETUP_SUITE(before_all);

static void step(char c)
{
	size_t n = strlen(suite_steps);

	suite_steps[n] = c;
	suite_steps[n + 1] = '\0';
}

TEST_CASE("what holds, passes")
{
	static const char text[] = "abc";

	step('1');
	test_assert(text);
	test_assert_true(1);
	test_assert_false(0);
	test_assert_zero(0ull);
	test_assert_not_zero(1ull << 40);
	test_assert_null(NULL);
	test_assert_not_null(text);
	test_assert_equal(1 + 1, 2);
	test_assert_not_equal(1, 2);
	test_assert_str_equal(text, "abc");
	test_assert_str_not_equal(text, "abd");
	test_assert_strn_equal(text, "abd", 2);
	test_assert_strn_not_equal(text, "abd", 3);
	test_assert_mem_equal(text, "abd", 2);
	test_assert_mem_not_equal(text, "abd", 3);
	test_emit('x');
	test_emit('y');
	test_assert_emitted("xy");
}

TEST_CASE("what fails, ends there")
{
	step('2');
	test_assert_equal(2 + 2, 5);
	step('X');
}

TEST_CASE()
{
	TEST_EMIT_BUFFER_DEF(small, 2);

	step('3');
	test_assert_emitted("");
	test_emit_into(&small, 'a');
	test_emit_into(&small, 'b');
	test_assert(test_emit_buffer_full(&small));
	test_emit_into(&small, 'c');
	test_emit_into(&small, 'd');
	test_assert(test_emit_buffer_overflown(&small));
	test_assert_str_equal(test_get_emitted_into(&small), "ab");
	test_emit_buffer_reset(&small);
	test_assert_str_equal(test_get_emitted_into(&small), "");
}

static int before_all(void)
{
	step('A');
	return suite_fixture_result;
}

static int before_each(void)
{
	step('(');
	return 0;
}

static int after_each(void)
{
	step(')');
	return 0;
}
