/* SPDX-License-Identifier: BSD-2-Clause */
/* A back end that does not do its part: the boot waits so long and no longer. */
#include <errno.h>

#include "kernel/timer.h"
#include "net/net.h"
#include "tests/fake/domain_test.h"
#include "tests/fake/wire.h"

static void boot(void)
{
	wire_boot();
}

DOMAIN_TEST(a_back_end_that_never_connects_ends_the_wait_with_a_line)
{
	uint64_t start = clock_ns();

	wire_attach(0, &(struct wire_options){.ip = "10.0.0.2", .lame = true});
	CHECK_EQ(net_start(), 0);
	CHECK(clock_ns() - start <= 6 * NS_PER_S);
	CHECK(strstr(fake_console(), "its back end does not connect"));
}

DOMAIN_TEST(and_it_is_used_as_soon_as_it_does)
{
	wire_wake(0);
	CHECK_EQ(net_wait_up(clock_ns() + NS_PER_S), 0);
	CHECK(strstr(fake_console(), "vif0 00:16:3e:00:00:02 connected"));
}
