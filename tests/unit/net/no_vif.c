/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A domain without a network: the boot goes on, says what is missing, and takes a vif
 * that comes later.
 */
#include <errno.h>

#include "kernel/timer.h"
#include "net/net.h"
#include "tests/fake/domain_test.h"
#include "tests/fake/wire.h"

static void boot(void)
{
	wire_boot();
}

DOMAIN_TEST(without_a_vif_the_boot_goes_on_and_says_what_to_add)
{
	uint64_t start = clock_ns();

	CHECK_EQ(net_start(), 0);
	CHECK(clock_ns() - start < NS_PER_S); /* there is nothing to wait for */
	CHECK(strstr(fake_console(), "no network interface: add vif="));
	CHECK_EQ(net_wait_up(clock_ns() + NS_PER_S), -ETIMEDOUT);
}

DOMAIN_TEST(a_vif_that_is_attached_later_is_used)
{
	wire_attach(0, &(struct wire_options){.ip = "10.0.0.2/16"});
	CHECK_EQ(net_wait_up(clock_ns() + NS_PER_S), 0);
	CHECK(strstr(fake_console(), "connected (split, sg, csum), 10.0.0.2/16"));
}
