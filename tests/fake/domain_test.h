/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases that run in a kernel thread over the model of Xen. */
#ifndef TESTS_FAKE_DOMAIN_TEST_H
#define TESTS_FAKE_DOMAIN_TEST_H

#include "tests/fake/domain.h"
#include "tests/fake/thread_test.h"

/**
 * As THREAD_TEST(), after boot(): a function of the file, called before every case, which
 * starts what the cases need the first time.
 */
#define DOMAIN_TEST(name)                                                                \
	static void domain_##name(void);                                                 \
	THREAD_TEST(name)                                                                \
	{                                                                                \
		boot();                                                                  \
		domain_##name();                                                         \
	}                                                                                \
	static void domain_##name(void)

#endif
