/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/module.c: order, failures, and what a failure leaves out. */
#include "kernel/module.h"

#include <errno.h>

#include "kernel/log.h"
#include "tests/fake/fake.h"
#include "tests/test.h"

static char order[32];
static int result_of[5]; /* what each start function returns now */

static int started(int i)
{
	size_t n = strlen(order);

	order[n] = (char)('a' + i);
	order[n + 1] = '\0';
	return result_of[i];
}

static int start_a(void)
{
	return started(0);
}

static int start_b(void)
{
	return started(1);
}

static int start_c(void)
{
	return started(2);
}

static int start_d(void)
{
	return started(3);
}

static int start_e(void)
{
	return started(4);
}

/* e needs c and d; c needs a; d needs b. */
const struct module modtab[] = {
	{"a", start_a, NULL, 0, NULL},
	{"b", start_b, NULL, 0, NULL},
	{"c", start_c, (const unsigned char[]){0}, 1, NULL},
	{"d", start_d, (const unsigned char[]){1}, 1, NULL},
	{"e", start_e, (const unsigned char[]){2, 3}, 2, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
const unsigned modtab_n = 5;
const char image_name[] = "x";

static int start_with_failure(int i, int result)
{
	memset(result_of, 0, sizeof(result_of));
	result_of[i] = result;
	order[0] = '\0';
	fake_console_clear();
	return module_start_all();
}

TEST(all_start_in_the_order_of_the_table)
{
	CHECK_EQ(start_with_failure(0, 0), 0);
	CHECK_STR(order, "abcde");
	CHECK_STR(fake_console(), "");
}

TEST(a_failure_leaves_out_what_needs_it_and_nothing_else)
{
	CHECK_EQ(start_with_failure(1, -EIO), -EIO);
	CHECK_STR(order, "abc");
	CHECK(strstr(fake_console(), "b does not start"));
	CHECK(strstr(fake_console(), "d is left out: it needs b\n"));
	CHECK(strstr(fake_console(), "e is left out: it needs d\n"));
}

TEST(a_positive_result_is_a_success)
{
	CHECK_EQ(start_with_failure(2, 7), 0);
	CHECK_STR(order, "abcde");
}

TEST(the_time_of_each_start_is_a_debug_line)
{
	CHECK_EQ(log_set_level("module:debug"), 0);
	CHECK_EQ(start_with_failure(0, 0), 0);
	log_set_level("module:info");
	CHECK(strstr(fake_console(), "module: c started in 0 us\n"));
}
