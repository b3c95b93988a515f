/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interfaces of Xen, used on real Xen: event channels, grants, XenStore. One domain
 * that talks to itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/heap.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/test.h"
#include "xen/clock.h"
#include "xen/console.h"
#include "xen/evtchn.h"
#include "xen/grant.h"
#include "xen/xenstore.h"

#define NT XS_NO_TRANSACTION

/* --- event channels ----------------------------------------------------- */

static unsigned n_hits[4096];

static void hit(evtchn_port_nr port, void *arg)
{
	(void)arg;
	n_hits[port]++;
}

/* A pair of ports, both ours, connected to each other. Returns 0 or -errno. */
static int pair_open(int pair[2])
{
	uint16_t self = (uint16_t)xenstore_domid();

	pair[0] = evtchn_alloc_unbound(self, hit, NULL);
	if (pair[0] < 0)
		return pair[0];
	pair[1] = evtchn_bind_interdomain(self, (evtchn_port_nr)pair[0], hit, NULL);
	if (pair[1] < 0) {
		evtchn_close((evtchn_port_nr)pair[0]);
		return pair[1];
	}
	evtchn_unmask((evtchn_port_nr)pair[0]);
	evtchn_unmask((evtchn_port_nr)pair[1]);
	return 0;
}

static void pair_close(const int pair[2])
{
	evtchn_close((evtchn_port_nr)pair[0]);
	evtchn_close((evtchn_port_nr)pair[1]);
}

TEST(every_port_that_Xen_gives_delivers_to_its_handler)
{
	static int pairs[2048][2];
	struct evtchn_stats before, after;
	int n = 0, err = 0, highest = 0;

	evtchn_get_stats(&before);
	while (n < 2048 && !(err = pair_open(pairs[n])))
		n++;
	CHECK(err == 0 || err == -ENOSPC);
	CHECK(n >= 500);
	for (int i = 0; i < n; i++) {
		for (int end = 0; end < 2; end++) {
			int from = pairs[i][end], to = pairs[i][!end];
			unsigned was = n_hits[to];

			test_row("from port %d to %d", from, to);
			CHECK_EQ(evtchn_send((evtchn_port_nr)from), 0);
			CHECK_EQ(n_hits[to], was + 1);
			highest = to > highest ? to : highest;
		}
	}
	test_row("highest port %d", highest);
	CHECK(highest >= 1023 || err == -ENOSPC);
	while (n > 0)
		pair_close(pairs[--n]);
	evtchn_get_stats(&after);
	CHECK_EQ(after.ports, before.ports);
	CHECK_EQ(after.spurious, before.spurious);
}

TEST(a_masked_port_keeps_its_event)
{
	int pair[2];
	unsigned was;

	CHECK_EQ(pair_open(pair), 0);
	was = n_hits[pair[1]];
	evtchn_mask((evtchn_port_nr)pair[1]);
	CHECK_EQ(evtchn_send((evtchn_port_nr)pair[0]), 0);
	CHECK_EQ(n_hits[pair[1]], was);
	CHECK(evtchn_pending((evtchn_port_nr)pair[1]));
	evtchn_unmask((evtchn_port_nr)pair[1]);
	CHECK_EQ(n_hits[pair[1]], was + 1);
	pair_close(pair);
}

TEST(refusals_of_Xen_come_in_our_numbers)
{
	CHECK_EQ(evtchn_bind_interdomain((uint16_t)xenstore_domid(), 4000, hit, NULL),
		-EINVAL);
	CHECK_EQ(evtchn_bind_virq(999, hit, NULL), -EINVAL);
	CHECK_EQ(evtchn_send(4000), -EINVAL);
	CHECK_EQ(evtchn_bind_virq(0, hit, NULL), -EEXIST); /* the timer has it */
}

/* --- grants ------------------------------------------------------------- */

TEST(every_reference_up_to_the_limit_of_Xen_can_be_given_and_taken_back)
{
	struct grant_stats before, full, after;
	void *page = page_alloc(1);
	unsigned n = 0;
	int *refs, ref = 0;

	CHECK(page != NULL);
	grant_get_stats(&before);
	refs = malloc(before.max * sizeof(*refs));
	CHECK(refs != NULL);
	while (n < before.max && (ref = grant_access(0, ptr_to_mfn(page), GRANT_RO)) >= 0)
		refs[n++] = ref;
	grant_get_stats(&full);
	CHECK_EQ(ref, -ENOSPC);
	CHECK_EQ(full.capacity, full.max);
	CHECK_EQ(full.in_use, full.max - 8); /* the reserved ones */
	CHECK_EQ(before.in_use + n, full.in_use);
	for (unsigned i = 0; i < n; i++) {
		test_row("reference %d", refs[i]);
		CHECK(refs[i] >= 8);
		CHECK_EQ(grant_end((uint32_t)refs[i]), 0);
	}
	grant_get_stats(&after);
	CHECK_EQ(after.in_use, before.in_use);
	CHECK_EQ(after.quarantined, 0);
	free(refs);
	page_free(page, 1);
}

/* --- XenStore ----------------------------------------------------------- */

static char value[4200];

static const char *read_value(xs_transaction t, const char *path)
{
	int len = xenstore_read_buf(t, path, value, sizeof(value));

	return len >= 0 ? value : "(error)";
}

static int write_text(xs_transaction t, const char *path, const char *text)
{
	return xenstore_write(t, path, text, strlen(text));
}

TEST(values_are_written_read_and_removed)
{
	static char long_text[2001];

	memset(long_text, 'v', sizeof(long_text) - 1);
	CHECK_EQ(write_text(NT, "data/a/b", "hello"), 0);
	CHECK_STR(read_value(NT, "data/a/b"), "hello");
	CHECK_EQ(write_text(NT, "data/a/b", long_text), 0); /* longer than the ring */
	CHECK_STR(read_value(NT, "data/a/b"), long_text);
	CHECK_EQ(write_text(NT, "data/a/b", ""), 0);
	CHECK_STR(read_value(NT, "data/a/b"), "");
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
	CHECK_EQ(xenstore_read_buf(NT, "data/a/b", value, sizeof(value)), -ENOENT);
}

TEST(error_replies_come_through)
{
	static char long_text[2100];
	xs_transaction t;
	char **names;
	size_t n;

	memset(long_text, 'v', sizeof(long_text));
	CHECK_EQ(xenstore_read_buf(NT, "data/none", value, sizeof(value)), -ENOENT);
	CHECK_EQ(xenstore_read_buf(NT, "/local/domain/0/libxl", value, sizeof(value)),
		-EACCES);
	CHECK_EQ(xenstore_read_buf(NT, "data//x", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_read_buf(NT, "data/", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_read_buf(NT, "", value, sizeof(value)), -EINVAL);
	CHECK_EQ(write_text(NT, "/tool/x", "y"), -EACCES);
	CHECK_EQ(write_text(NT, "domid", "1"), -EACCES);
	CHECK_EQ(xenstore_write(NT, "data/a", long_text, sizeof(long_text)), -ENOSPC);
	/* A node's record has 24 bytes, and 8 for each permission, besides its value. */
	CHECK_EQ(xenstore_write(NT, "data/a", long_text, 2016), -ENOSPC);
	CHECK_EQ(xenstore_write(NT, "data/a", long_text, 2015), 0);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
	CHECK_EQ(xenstore_rm(NT, "no/such/parent"), -EACCES);
	CHECK_EQ(xenstore_rm(NT, "data/no/such/parent"), -ENOENT);
	CHECK_EQ(xenstore_read_buf(NT, "data:x", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_read_buf(NT, "@releaseDomain", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_directory(NT, "data/none", &names, &n), -ENOENT);
	CHECK_EQ(xenstore_set_perms(NT, "data", (const char *const[]){"x1"}, 1), -EINVAL);
	CHECK_EQ(xenstore_transaction_end(4711, true), -ENOENT);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(xenstore_transaction_end(t, false), 0);
	CHECK_EQ(xenstore_read_buf(t, "data", value, sizeof(value)), -ENOENT);
}

/* The job has made it: a domain may not make directories of that size. */
TEST(a_directory_beyond_4096_bytes_is_listed)
{
	char **names;
	size_t n;

	CHECK_EQ(xenstore_directory(NT, "data/big", &names, &n), 0);
	CHECK_EQ(n, 400);
	for (size_t k = 0; k < n; k++)
		CHECK_EQ(strlen(names[k]), 23);
	kfree(names);
}

TEST(directories_are_made_listed_and_removed)
{
	char **names;
	size_t n;

	CHECK_EQ(xenstore_mkdir(NT, "data/d"), 0);
	CHECK_EQ(xenstore_directory(NT, "data/d", &names, &n), 0);
	CHECK_EQ(n, 0);
	kfree(names);
	CHECK_EQ(xenstore_mkdir(NT, "data/d/one"), 0);
	CHECK_EQ(xenstore_mkdir(NT, "data/d/two"), 0);
	CHECK_EQ(xenstore_directory(NT, "data/d", &names, &n), 0);
	CHECK_EQ(n, 2);
	CHECK_STR(names[0], "one");
	CHECK_STR(names[1], "two");
	kfree(names);
	CHECK_EQ(xenstore_rm(NT, "data/d"), 0);
	CHECK_EQ(xenstore_directory(NT, "data/d", &names, &n), -ENOENT);
}

TEST(permissions_are_read_and_written)
{
	char owner[12], **perms;
	const char *wanted[2] = {owner, "r0"};
	size_t n;

	snprintf(owner, sizeof(owner), "n%d", xenstore_domid());
	CHECK_EQ(write_text(NT, "data/p", "x"), 0);
	CHECK_EQ(xenstore_set_perms(NT, "data/p", wanted, 2), 0);
	CHECK_EQ(xenstore_get_perms(NT, "data/p", &perms, &n), 0);
	CHECK_EQ(n, 2);
	CHECK_STR(perms[0], owner);
	CHECK_STR(perms[1], "r0");
	kfree(perms);
	CHECK_EQ(xenstore_rm(NT, "data/p"), 0);
}

TEST(a_transaction_is_seen_when_committed_and_conflicts_are_told)
{
	xs_transaction t;

	CHECK_EQ(write_text(NT, "data/t", "old"), 0);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/t", "new"), 0);
	CHECK_STR(read_value(NT, "data/t"), "old");
	CHECK_EQ(xenstore_transaction_end(t, true), 0);
	CHECK_STR(read_value(NT, "data/t"), "new");

	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_STR(read_value(t, "data/t"), "new");
	CHECK_EQ(write_text(NT, "data/t", "meanwhile"), 0);
	CHECK_EQ(write_text(t, "data/t", "too late"), 0);
	CHECK_EQ(xenstore_transaction_end(t, true), -EAGAIN);
	CHECK_STR(read_value(NT, "data/t"), "meanwhile");

	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/t", "thrown away"), 0);
	CHECK_EQ(xenstore_transaction_end(t, false), 0);
	CHECK_STR(read_value(NT, "data/t"), "meanwhile");
	CHECK_EQ(xenstore_rm(NT, "data/t"), 0);
}

static unsigned runs;

/* Count in a transaction; the first run of three is disturbed from outside of it. */
static int add_one(xs_transaction t, void *arg)
{
	unsigned long n;
	int err = xenstore_read_uint(t, "data/n", &n);

	if (runs++ % 3 == 0 && !err)
		err = xenstore_printf(NT, "data/n", "%lu", n);
	(void)arg;
	return err ? err : xenstore_printf(t, "data/n", "%lu", n + 1);
}

TEST(transact_tries_again_after_a_conflict)
{
	CHECK_EQ(write_text(NT, "data/n", "0"), 0);
	runs = 0;
	for (int i = 0; i < 10; i++)
		CHECK_EQ(xenstore_transact(add_one, NULL), 0);
	CHECK_STR(read_value(NT, "data/n"), "10");
	CHECK_EQ(runs, 15); /* five of the ten began disturbed */
	CHECK_EQ(xenstore_rm(NT, "data/n"), 0);
}

static unsigned n_done;

static int count_up(xs_transaction t, void *arg)
{
	unsigned long n;
	int err = xenstore_read_uint(t, arg, &n);

	return err ? err : xenstore_printf(t, arg, "%lu", n + 1);
}

static void *worker(void *arg)
{
	unsigned id = *(const unsigned *)arg;

	for (unsigned i = 0; i < 20; i++) {
		char path[32];
		unsigned long got;

		snprintf(path, sizeof(path), "data/w/%u", id);
		if (xenstore_printf(NT, path, "%u", i) ||
			xenstore_read_uint(NT, path, &got) || got != i ||
			xenstore_transact(count_up, "data/n"))
			return NULL;
	}
	n_done++;
	return NULL;
}

TEST(eight_threads_share_the_ring)
{
	struct thread *threads[8];
	unsigned ids[8];

	CHECK_EQ(write_text(NT, "data/n", "0"), 0);
	n_done = 0;
	for (unsigned i = 0; i < 8; i++) {
		ids[i] = i;
		threads[i] = thread_create(NULL, worker, &ids[i]);
		CHECK(threads[i] != NULL);
	}
	for (unsigned i = 0; i < 8; i++)
		thread_join(threads[i], NULL);
	CHECK_EQ(n_done, 8);
	CHECK_STR(read_value(NT, "data/n"), "160");
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/n"), 0);
}

static struct sem fired;
static char fired_path[64];

static void on_change(struct xenstore_watch *w, const char *path)
{
	(void)w;
	snprintf(fired_path, sizeof(fired_path), "%s", path);
	sem_up(&fired);
}

TEST(watches_fire_when_set_and_at_changes_below)
{
	static struct xenstore_watch w = {.path = "data/w", .changed = on_change};

	sem_setup(&fired, 0);
	CHECK_EQ(xenstore_watch_add(&w), 0);
	CHECK_EQ(sem_down_until(&fired, clock_ns() + 5 * NS_PER_S), 0);
	CHECK_STR(fired_path, "data/w");
	CHECK_EQ(write_text(NT, "data/w/deep/er", "x"), 0);
	CHECK_EQ(sem_down_until(&fired, clock_ns() + 5 * NS_PER_S), 0);
	CHECK_STR(fired_path, "data/w/deep/er");
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	CHECK_EQ(sem_down_until(&fired, clock_ns() + 5 * NS_PER_S), 0);
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(write_text(NT, "data/w", "x"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	CHECK(!sem_try_down(&fired));
}

/* --- time and what is left ---------------------------------------------- */

#define APART_NS (4 * NS_PER_MS) /* of two clocks that are read together */

/* The host may take the processor between the two: then again. */
static uint64_t wall_ahead_ns(void)
{
	uint64_t mono, wall, limit_ns = clock_ns() + 10 * NS_PER_S;

	do {
		mono = clock_ns();
		wall = clock_wall_ns();
	} while (clock_ns() - mono >= APART_NS && mono < limit_ns);
	return wall - mono;
}

TEST(the_wall_clock_is_the_hosts_and_goes_with_the_monotonic_one)
{
	uint64_t before = wall_ahead_ns(), moved;

	CHECK((before + clock_ns()) / NS_PER_S > 1600000000); /* 2020 */
	thread_sleep_until(clock_ns() + 50 * NS_PER_MS);
	moved = wall_ahead_ns() - before;
	CHECK(moved + APART_NS < 2 * APART_NS);
}

static uint64_t all_states_ns(const struct clock_runstate *r)
{
	return r->running_ns + r->runnable_ns + r->blocked_ns + r->offline_ns;
}

/* On a busy machine Xen lets the domain wait, too, so how long it was blocked is not known. */
TEST(run_states_add_up)
{
	struct clock_runstate before, after;

	CHECK_EQ(clock_get_runstate(&before), 0);
	CHECK(before.running_ns > 0);
	thread_sleep_until(clock_ns() + 50 * NS_PER_MS);
	CHECK_EQ(clock_get_runstate(&after), 0);
	CHECK(after.blocked_ns > before.blocked_ns);
	CHECK(all_states_ns(&after) - all_states_ns(&before) >= 40 * NS_PER_MS);
}

TEST(nothing_is_left_behind)
{
	struct heap_stats before, after;
	struct page_stats pages_before, pages_after;
	struct xenstore_stats xs;

	heap_get_stats(kernel_heap, &before);
	page_get_stats(&pages_before);
	for (int i = 0; i < 20; i++) {
		static struct xenstore_watch w = {.path = "data/w", .changed = on_change};
		int pair[2];

		CHECK_EQ(xenstore_watch_add(&w), 0);
		CHECK_EQ(write_text(NT, "data/w", "x"), 0);
		CHECK_EQ(xenstore_watch_remove(&w), 0);
		CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
		CHECK_EQ(pair_open(pair), 0);
		pair_close(pair);
	}
	heap_get_stats(kernel_heap, &after);
	page_get_stats(&pages_after);
	CHECK_EQ(after.blocks, before.blocks);
	CHECK_EQ(after.used_bytes, before.used_bytes);
	CHECK_EQ(pages_after.free, pages_before.free);
	xenstore_get_stats(&xs);
	CHECK_EQ(xs.timeouts, 0);
	CHECK_EQ(xs.requests, xs.replies);
	CHECK_EQ(xs.dropped, 0);
}
