/* SPDX-License-Identifier: BSD-2-Clause */
/* What would come after the crash. */
#include <embox/test.h>

EMBOX_TEST_SUITE("after the crash");

TEST_CASE("a case of the last suite")
{
	test_assert_str_equal("abc", "abc");
}
