/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases that run in a kernel thread of the fake machine. */
#ifndef TESTS_FAKE_THREAD_TEST_H
#define TESTS_FAKE_THREAD_TEST_H

#include "tests/fake/fake.h"
#include "tests/test.h"

/** As TEST(); the body runs in the thread "main" and may sleep. */
#define THREAD_TEST(name)                                                                \
	static void thread_##name(void *unused);                                         \
	TEST(name)                                                                       \
	{                                                                                \
		fake_run(thread_##name, NULL);                                           \
	}                                                                                \
	static void thread_##name(void *unused __attribute__((unused)))

#endif
