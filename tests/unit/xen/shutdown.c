/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control/shutdown: each word of the toolstack, in a transaction, and the end of the
 * domain.
 */
#include "xen/shutdown.h"

#include <errno.h>
#include <xen/io/xs_wire.h>
#include <xen/sched.h>

#include "kernel/sync.h"
#include "kernel/timer.h"
#include "tests/fake/terminal.h"
#include "tests/fake/domain_test.h"
#include "host/xenstore.h"
#include "xen/clock.h"
#include "xen/console.h"
#include "xen/evtchn.h"
#include "xen/xenstore.h"

#define CONTROL "/local/domain/7/control"

static unsigned ended_for;
static struct sem ended;
static char hooks_run[16];

static void hook_a(void)
{
	strcat(hooks_run, "a");
}

static void hook_b(void)
{
	strcat(hooks_run, "b");
}

/* The domain is gone: the thread that ended it never comes back. */
static void on_shutdown(unsigned reason)
{
	ended_for = reason;
	sem_up(&ended);
	thread_sleep_until(TIME_FOREVER);
}

static void boot(void)
{
	static bool done;

	memset(&xenstored_faults, 0, sizeof(xenstored_faults));
	if (done)
		return;
	done = true;
	domain_start();
	sem_setup(&ended, 0);
	domain_on_shutdown(on_shutdown);
	CHECK_EQ(evtchn_start(), 0);
	CHECK_EQ(clock_start(), 0);
	CHECK_EQ(console_start(), 0);
	CHECK_EQ(xenstore_start(), 0);
	CHECK_EQ(shutdown_register_hook(hook_a), 0);
	CHECK_EQ(shutdown_register_hook(hook_b), 0);
	CHECK_EQ(shutdown_start(), 0);
}

static void settle(void)
{
	thread_sleep_until(clock_ns() + NS_PER_MS);
}

DOMAIN_TEST(features_are_announced_but_not_suspend)
{
	CHECK_STR(store_read(CONTROL "/feature-poweroff"), "1");
	CHECK_STR(store_read(CONTROL "/feature-reboot"), "1");
	CHECK_STR(store_read(CONTROL "/feature-suspend"), "");
}

DOMAIN_TEST(an_unknown_word_is_acknowledged_and_logged)
{
	terminal_clear();
	store_write(CONTROL "/shutdown", "dance");
	settle();
	CHECK_STR(store_read(CONTROL "/shutdown"), "");
	CHECK(strstr(terminal_text(), "unknown word in control/shutdown ignored: dance"));
	CHECK(!sem_try_down(&ended));
}

DOMAIN_TEST(a_very_long_word_is_acknowledged_too)
{
	terminal_clear();
	store_write(CONTROL "/shutdown", "%0100d", 1);
	settle();
	CHECK_STR(store_read(CONTROL "/shutdown"), "");
	CHECK(strstr(terminal_text(), "unknown word"));
}

DOMAIN_TEST(suspend_is_refused_at_once)
{
	terminal_clear();
	store_write(CONTROL "/shutdown", "suspend");
	settle();
	CHECK_STR(store_read(CONTROL "/shutdown"), "");
	CHECK(strstr(terminal_text(), "suspend refused"));
	CHECK(!sem_try_down(&ended));
}

DOMAIN_TEST(a_removed_node_is_no_word)
{
	store_rm(CONTROL "/shutdown");
	settle();
	CHECK(store_read(CONTROL "/shutdown") == NULL); /* not brought back by us */
	store_write(CONTROL "/shutdown", "%s", "");
	store_set_perms(CONTROL "/shutdown", "n7");
	settle();
	CHECK(!sem_try_down(&ended));
}

DOMAIN_TEST(an_error_in_between_is_logged_and_the_next_word_is_heard)
{
	xenstored_faults.error = "EIO";
	xenstored_faults.error_type = XS_TRANSACTION_START;
	xenstored_faults.error_n = 1;
	terminal_clear();
	store_write(CONTROL "/shutdown", "dance");
	settle();
	CHECK(strstr(terminal_text(), "cannot read control/shutdown"));
	store_write(CONTROL "/shutdown", "dance");
	settle();
	CHECK(strstr(terminal_text(), "unknown word"));
}

DOMAIN_TEST(there_is_room_for_eight_hooks)
{
	for (int i = 0; i < 6; i++)
		CHECK_EQ(shutdown_register_hook(hook_a), 0);
	CHECK_EQ(shutdown_register_hook(hook_a), -ENOSPC);
}

/* Last: the xenbus thread does not come back from it. */
DOMAIN_TEST(poweroff_runs_the_hooks_in_reverse_even_after_conflicts)
{
	xenstored_faults.conflict_every = 2;
	terminal_clear();
	store_write(CONTROL "/shutdown", "poweroff");
	CHECK_EQ(sem_down_until(&ended, clock_ns() + NS_PER_S), 0);
	CHECK_EQ(ended_for, SHUTDOWN_poweroff);
	CHECK_STR(store_read(CONTROL "/shutdown"), "");
	CHECK_STR(hooks_run, "aaaaaaba"); /* eight, the last registered first */
	CHECK(strstr(terminal_text(), "poweroff asked for by the toolstack"));
}

static void *end_by_ourselves(void *arg)
{
	shutdown_now(*(const enum shutdown_reason *)arg);
	return NULL;
}

DOMAIN_TEST(we_may_end_for_every_reason)
{
	static const struct {
		enum shutdown_reason ours;
		unsigned xen;
	} rows[] = {
		{SHUTDOWN_REASON_POWEROFF, SHUTDOWN_poweroff},
		{SHUTDOWN_REASON_REBOOT, SHUTDOWN_reboot},
		{SHUTDOWN_REASON_HALT, SHUTDOWN_poweroff},
		{SHUTDOWN_REASON_CRASH, SHUTDOWN_crash},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum shutdown_reason reason = rows[i].ours;
		struct thread *t = thread_create(NULL, end_by_ourselves, &reason);

		test_row("%zu", i);
		CHECK(t != NULL);
		thread_detach(t);
		CHECK_EQ(sem_down_until(&ended, clock_ns() + NS_PER_S), 0);
		CHECK_EQ(ended_for, rows[i].xen);
	}
}
