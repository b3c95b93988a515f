/* SPDX-License-Identifier: BSD-2-Clause */
/* One case that reports, and one that takes the domain with it. */
#include <embox/test.h>

EMBOX_TEST_SUITE("the crash");

TEST_CASE("a case before it")
{
	test_assert_true(1);
}

TEST_CASE("it")
{
	volatile int *volatile nowhere = NULL;

	*nowhere = 1;
}
