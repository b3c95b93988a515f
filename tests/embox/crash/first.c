/* SPDX-License-Identifier: BSD-2-Clause */
/* What has reported before the crash. */
#include <embox/test.h>

EMBOX_TEST_SUITE("before the crash");

TEST_CASE("a case of the first suite")
{
	test_assert_equal(strlen("abc"), 3);
}
