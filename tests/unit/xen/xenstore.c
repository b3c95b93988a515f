/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XenStore client against a model of xenstored: every operation, every error, and a
 * server that misbehaves.
 */
#include "xen/xenstore.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xen/io/xs_wire.h>

#include "arch/arch.h"
#include "kernel/heap.h"
#include "kernel/sync.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/fake/domain_test.h"
#include "host/peer.h"
#include "host/xenstore.h"
#include "xen/clock.h"
#include "xen/evtchn.h"

#define HOME "/local/domain/7"
#define NT   XS_NO_TRANSACTION

static void boot(void)
{
	static bool done;

	memset(&xenstored_faults, 0, sizeof(xenstored_faults));
	peers_set_when(PEERS_AT_ONCE);
	if (done)
		return;
	done = true;
	domain_start();
	CHECK_EQ(evtchn_start(), 0);
	CHECK_EQ(clock_start(), 0);
	CHECK_EQ(xenstore_start(), 0);
}

static char value[8192]; /* the last one read */

static const char *read_value(xs_transaction t, const char *path)
{
	int len = xenstore_read_buf(t, path, value, sizeof(value));

	return len >= 0 ? value : NULL;
}

static int write_text(xs_transaction t, const char *path, const char *text)
{
	return xenstore_write(t, path, text, strlen(text));
}

/* --- the operations ----------------------------------------------------- */

DOMAIN_TEST(what_is_written_is_read_back)
{
	static const char *const rows[] = {"x", "", "a b\nc", "0123456789"};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("\"%s\"", rows[i]);
		CHECK_EQ(write_text(NT, "data/a", rows[i]), 0);
		CHECK(read_value(NT, "data/a") != NULL);
		CHECK_STR(value, rows[i]);
		CHECK_STR(store_read(HOME "/data/a"), rows[i]); /* no NUL is stored */
	}
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(a_read_gives_a_heap_copy_and_its_length)
{
	char *copy;
	size_t len;

	CHECK_EQ(xenstore_write(NT, "data/a", "a\0b", 3), 0);
	CHECK_EQ(xenstore_read(NT, "data/a", &copy, &len), 0);
	CHECK_EQ(len, 3);
	CHECK_EQ(memcmp(copy, "a\0b", 4), 0);
	kfree(copy);
	CHECK_EQ(xenstore_read(NT, "data/a", &copy, NULL), 0);
	kfree(copy);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(a_value_that_does_not_fit_the_buffer_is_an_error)
{
	char small[4];

	CHECK_EQ(write_text(NT, "data/a", "1234"), 0);
	CHECK_EQ(xenstore_read_buf(NT, "data/a", small, sizeof(small)), -ERANGE);
	CHECK_EQ(write_text(NT, "data/a", "123"), 0);
	CHECK_EQ(xenstore_read_buf(NT, "data/a", small, sizeof(small)), 3);
	CHECK_STR(small, "123");
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(numbers_are_read_strictly)
{
	static const struct {
		const char *text;
		int err;
		unsigned long n;
	} rows[] = {
		{"0", 0, 0},
		{"7", 0, 7},
		{"4294967295", 0, 4294967295},
		{"4294967296", -EINVAL, 0},
		{"99999999999999999999", -EINVAL, 0},
		{"", -EINVAL, 0},
		{"-1", -EINVAL, 0},
		{"1 ", -EINVAL, 0},
		{" 1", -EINVAL, 0},
		{"0x10", -EINVAL, 0},
		{"12a", -EINVAL, 0},
		{"000000000000000000000000", -EINVAL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned long n = 0;

		test_row("\"%s\"", rows[i].text);
		CHECK_EQ(write_text(NT, "data/n", rows[i].text), 0);
		CHECK_EQ(xenstore_read_uint(NT, "data/n", &n), rows[i].err);
		CHECK_EQ(n, rows[i].n);
	}
	CHECK_EQ(xenstore_write(NT, "data/n", "1\0", 2), 0);
	CHECK_EQ(xenstore_read_uint(NT, "data/n", &(unsigned long){0}), -EINVAL);
	CHECK_EQ(xenstore_rm(NT, "data/n"), 0);
}

DOMAIN_TEST(formatted_values_are_written)
{
	static char long_text[300];

	CHECK_EQ(xenstore_printf(NT, "data/a", "%s-%u", "ref", 17u), 0);
	CHECK_STR(read_value(NT, "data/a"), "ref-17");
	memset(long_text, 'x', sizeof(long_text) - 1);
	CHECK_EQ(xenstore_printf(NT, "data/a", "%s", long_text), -ERANGE);
	CHECK_STR(read_value(NT, "data/a"), "ref-17");
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(directories_are_made_listed_and_removed)
{
	char **names;
	size_t n;

	CHECK_EQ(xenstore_mkdir(NT, "data/d"), 0);
	CHECK_EQ(xenstore_mkdir(NT, "data/d"), 0); /* there already: good */
	CHECK_EQ(xenstore_directory(NT, "data/d", &names, &n), 0);
	CHECK_EQ(n, 0);
	kfree(names);
	CHECK_EQ(write_text(NT, "data/d/one", "1"), 0);
	CHECK_EQ(write_text(NT, "data/d/two/deep", "2"), 0);
	CHECK_EQ(xenstore_directory(NT, "data/d", &names, &n), 0);
	CHECK_EQ(n, 2);
	CHECK_STR(names[0], "one");
	CHECK_STR(names[1], "two");
	kfree(names);
	CHECK_EQ(xenstore_rm(NT, "data/d"), 0);
	CHECK(store_read(HOME "/data/d/two/deep") == NULL);
	CHECK_EQ(xenstore_directory(NT, "data/d", &names, &n), -ENOENT);
	CHECK_EQ(xenstore_rm(NT, "data/d"), 0); /* gone already: good */
}

/* Children enough for a list of more than 4096 bytes. */
static void make_children(const char *dir, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char path[80];

		snprintf(path, sizeof(path), "%s/a-rather-long-name-%04u", dir, i);
		store_write(path, "%u", i);
	}
}

DOMAIN_TEST(a_directory_beyond_4096_bytes_is_read_in_parts)
{
	static const unsigned sizes[] = {
		169, 170, 171, 172, 400, 1000}; /* 24 bytes a name: 4096 at 170.7 */

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		char **names, expected[40];
		size_t n;

		test_row("%u children", sizes[i]);
		make_children(HOME "/data/big", sizes[i]);
		CHECK_EQ(xenstore_directory(NT, "data/big", &names, &n), 0);
		CHECK_EQ(n, sizes[i]);
		snprintf(expected, sizeof(expected), "a-rather-long-name-%04u",
			sizes[i] - 1);
		CHECK_STR(names[0], "a-rather-long-name-0000");
		CHECK_STR(names[n - 1], expected);
		kfree(names);
		store_rm(HOME "/data/big");
	}
}

/* Adds a child whenever the domain has read another part. */
static unsigned growths;

static void *grow(void *arg)
{
	(void)arg;
	for (; growths > 0; growths--) {
		char path[80];

		thread_sleep_until(clock_ns() + 1);
		snprintf(path, sizeof(path), HOME "/data/big/another-rather-long-name-%u",
			growths);
		store_write(path, "x");
	}
	return NULL;
}

DOMAIN_TEST(a_directory_that_changes_between_two_parts_is_read_again)
{
	const struct thread_attr attr = {.name = "grow", .priority = THREAD_PRIO_MAX};
	struct thread *t;
	char **names;
	size_t n;

	make_children(HOME "/data/big", 400);
	peers_set_when(PEERS_WHEN_IDLE);
	growths = 3;
	t = thread_create(&attr, grow, NULL);
	CHECK(t != NULL);
	CHECK_EQ(xenstore_directory(NT, "data/big", &names, &n), 0);
	thread_join(t, NULL);
	CHECK(n >= 400 && n <= 403);
	kfree(names);
	store_rm(HOME "/data/big");
}

DOMAIN_TEST(a_server_without_parts_says_so)
{
	char **names;
	size_t n;

	make_children(HOME "/data/big", 400);
	xenstored_faults.no_directory_part = true;
	CHECK_EQ(xenstore_directory(NT, "data/big", &names, &n), -ENOSYS);
	store_rm(HOME "/data/big");
}

DOMAIN_TEST(permissions_are_read_and_written)
{
	static const char *const wanted[] = {"n7", "r0", "b3"};
	char **perms;
	size_t n;

	CHECK_EQ(write_text(NT, "data/p", "x"), 0);
	CHECK_EQ(xenstore_get_perms(NT, "data/p", &perms, &n), 0);
	CHECK_EQ(n, 1);
	CHECK_STR(perms[0], "n7");
	kfree(perms);
	CHECK_EQ(xenstore_set_perms(NT, "data/p", wanted, ARRAY_SIZE(wanted)), 0);
	CHECK_EQ(xenstore_get_perms(NT, "data/p", &perms, &n), 0);
	CHECK_EQ(n, 3);
	for (size_t i = 0; i < n; i++)
		CHECK_STR(perms[i], wanted[i]);
	kfree(perms);
	CHECK_EQ(xenstore_set_perms(NT, "data/p", (const char *const[]){"x7"}, 1),
		-EINVAL);
	CHECK_EQ(xenstore_set_perms(NT, "data/p", wanted, 0), -EINVAL);
	CHECK_EQ(xenstore_rm(NT, "data/p"), 0);
}

DOMAIN_TEST(our_domain_id_is_known)
{
	CHECK_EQ(xenstore_domid(), HV_DOMID);
	CHECK_EQ(xenstore_domid(), HV_DOMID); /* from the cache */
}

/* --- sizes -------------------------------------------------------------- */

DOMAIN_TEST(values_up_to_the_quota_pass_the_ring_whole)
{
	static const size_t sizes[] = {
		1, 999, 1000, 1007, 1008, 1009, 1023, 1024, 1025, 2000, 2015};
	static char text[2049];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		test_row("%zu bytes", sizes[i]);
		CHECK_EQ(xenstore_write(NT, "data/v", text, sizes[i]), 0);
		CHECK_EQ(xenstore_read_buf(NT, "data/v", value, sizeof(value)),
			(long long)sizes[i]);
		CHECK_EQ(memcmp(value, text, sizes[i]), 0);
	}
	CHECK_EQ(xenstore_write(NT, "data/v", text, 2016),
		-ENOSPC); /* 32 more are counted */
	CHECK_EQ(xenstore_rm(NT, "data/v"), 0);
}

DOMAIN_TEST(a_request_beyond_the_protocol_is_refused_here)
{
	static char text[5000];

	CHECK_EQ(xenstore_write(NT, "data/v", text, 4096), -E2BIG);
	CHECK_EQ(xenstore_write(NT, "data/v", text, SIZE_MAX), -E2BIG);
	memset(text, 'x', 4999);
	CHECK_EQ(xenstore_rm(NT, text), -E2BIG);
	CHECK_EQ(write_text(NT, "data/v", "fine"), 0); /* and the stream is in step */
	CHECK_EQ(xenstore_rm(NT, "data/v"), 0);
}

DOMAIN_TEST(both_streams_may_come_in_single_bytes)
{
	static const unsigned steps[] = {1, 2, 7, 15, 16, 17, 100};
	static char text[1500];

	memset(text, 'y', sizeof(text));
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		test_row("%u bytes at a time", steps[i]);
		xenstored_faults.step_bytes = steps[i];
		CHECK_EQ(xenstore_write(NT, "data/v", text, sizeof(text)), 0);
		CHECK_EQ(xenstore_read_buf(NT, "data/v", value, sizeof(value)),
			(int)sizeof(text));
		CHECK_EQ(memcmp(value, text, sizeof(text)), 0);
	}
	CHECK_EQ(xenstore_rm(NT, "data/v"), 0);
}

/* --- errors ------------------------------------------------------------- */

DOMAIN_TEST(every_error_reply_becomes_an_errno)
{
	static const struct {
		const char *name;
		int err;
	} rows[] = {
		{"EINVAL", -EINVAL},
		{"EACCES", -EACCES},
		{"EEXIST", -EEXIST},
		{"EISDIR", -EISDIR},
		{"ENOENT", -ENOENT},
		{"ENOMEM", -ENOMEM},
		{"ENOSPC", -ENOSPC},
		{"EIO", -EIO},
		{"ENOTEMPTY", -ENOTEMPTY},
		{"ENOSYS", -ENOSYS},
		{"EROFS", -EROFS},
		{"EBUSY", -EBUSY},
		{"EAGAIN", -EAGAIN},
		{"EISCONN", -EISCONN},
		{"E2BIG", -E2BIG},
		{"EPERM", -EPERM},
		{"ENONSENSE", -EIO},
		{"", -EIO},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("%s", rows[i].name);
		xenstored_faults.error = rows[i].name;
		xenstored_faults.error_type = XS_READ;
		xenstored_faults.error_n = 1;
		CHECK_EQ(
			xenstore_read_buf(NT, "data", value, sizeof(value)), rows[i].err);
		CHECK_EQ(xenstore_read_buf(NT, "data", value, sizeof(value)), 0);
	}
}

DOMAIN_TEST(real_reasons_for_errors_come_through)
{
	char **names;
	size_t n;
	xs_transaction t;

	CHECK_EQ(xenstore_read_buf(NT, "data/none", value, sizeof(value)), -ENOENT);
	CHECK_EQ(xenstore_read_buf(NT, "/local/domain/0/secret", value, sizeof(value)),
		-EACCES);
	CHECK_EQ(xenstore_read_buf(NT, "data//x", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_read_buf(NT, "data/", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_read_buf(NT, "da ta", value, sizeof(value)), -EINVAL);
	CHECK_EQ(xenstore_read_buf(NT, "", value, sizeof(value)), -EINVAL);
	CHECK_EQ(write_text(NT, "/tool/x", "y"), -EACCES);
	CHECK_EQ(write_text(NT, "domid", "8"), -EACCES);
	CHECK_EQ(xenstore_mkdir(NT, "/vm"), -EACCES);
	CHECK_EQ(xenstore_rm(NT, "domid"), -EACCES);
	CHECK_EQ(xenstore_rm(NT, "no/such/parent"), -EACCES); /* not ours to write */
	CHECK_EQ(xenstore_rm(NT, "data/no/such/parent"), -ENOENT);
	CHECK_EQ(xenstore_directory(NT, "data/none", &names, &n), -ENOENT);
	CHECK_EQ(xenstore_get_perms(NT, "data/none", &names, &n), -ENOENT);
	CHECK_EQ(
		xenstore_set_perms(NT, "domid", (const char *const[]){"n7"}, 1), -EACCES);
	CHECK_EQ(xenstore_read_buf(4711, "data", value, sizeof(value)), -ENOENT);
	CHECK_EQ(xenstore_transaction_end(4711, true), -ENOENT);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(xenstore_transaction_end(t, false), 0);
	CHECK_EQ(xenstore_transaction_end(t, false), -ENOENT);
}

DOMAIN_TEST(the_quota_of_names_in_a_directory_is_felt)
{
	int err = 0;
	unsigned n = 0;

	while (!err && n < 1000) {
		char path[80];

		snprintf(path, sizeof(path), "data/q/a-rather-long-name-%04u", n++);
		err = xenstore_mkdir(NT, path);
	}
	CHECK_EQ(err, -ENOSPC);
	CHECK(n > 80 && n < 90); /* of 24 bytes each, in 2048 */
	CHECK_EQ(xenstore_rm(NT, "data/q"), 0);
}

DOMAIN_TEST(the_quota_of_nodes_is_felt)
{
	int err = 0;
	unsigned n = 0;

	while (!err && n < 2000) {
		char path[40];

		snprintf(path, sizeof(path), "data/q/%u/%u", n % 10, n);
		n++;
		err = write_text(NT, path, "x");
	}
	CHECK_EQ(err, -ENOSPC);
	CHECK(n > 900 && n <= XENSTORED_NODES_MAX);
	CHECK_EQ(xenstore_rm(NT, "data/q"), 0);
	CHECK_EQ(write_text(NT, "data/q", "x"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/q"), 0);
}

/* --- transactions ------------------------------------------------------- */

DOMAIN_TEST(a_transaction_is_seen_only_when_committed)
{
	xs_transaction t;

	CHECK_EQ(write_text(NT, "data/t", "old"), 0);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/t", "new"), 0);
	CHECK_STR(read_value(t, "data/t"), "new");
	CHECK_STR(read_value(NT, "data/t"), "old");
	CHECK_EQ(xenstore_transaction_end(t, true), 0);
	CHECK_STR(read_value(NT, "data/t"), "new");
	CHECK_EQ(xenstore_rm(NT, "data/t"), 0);
}

DOMAIN_TEST(an_aborted_transaction_leaves_nothing)
{
	xs_transaction t;

	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/t/deep/er", "x"), 0);
	CHECK_EQ(xenstore_transaction_end(t, false), 0);
	CHECK(store_read(HOME "/data/t") == NULL);
}

DOMAIN_TEST(a_real_conflict_gives_EAGAIN)
{
	xs_transaction t;

	CHECK_EQ(write_text(NT, "data/t", "1"), 0);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_STR(read_value(t, "data/t"), "1");
	store_write(HOME "/data/t", "2");
	CHECK_STR(read_value(t, "data/t"), "1"); /* its own view stays */
	CHECK_EQ(write_text(t, "data/other", "x"), 0);
	CHECK_EQ(xenstore_transaction_end(t, true), -EAGAIN);
	CHECK(store_read(HOME "/data/other") == NULL);
	CHECK_EQ(xenstore_rm(NT, "data/t"), 0);
}

DOMAIN_TEST(a_change_elsewhere_is_no_conflict)
{
	xs_transaction t;

	CHECK_EQ(write_text(NT, "data/t", "1"), 0);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/t", "2"), 0);
	store_write("/local/domain/0/elsewhere", "x");
	CHECK_EQ(xenstore_transaction_end(t, true), 0);
	CHECK_EQ(xenstore_rm(NT, "data/t"), 0);
}

static int runs;

static int add_one(xs_transaction t, void *arg)
{
	unsigned long n;
	int err = xenstore_read_uint(t, "data/n", &n);

	runs++;
	(void)arg;
	return err ? err : xenstore_printf(t, "data/n", "%lu", n + 1);
}

DOMAIN_TEST(transact_tries_again_after_every_conflict)
{
	for (unsigned every = 2; every <= 5; every++) {
		test_row("every %u. conflicts", every);
		xenstored_faults.conflict_every = every;
		CHECK_EQ(write_text(NT, "data/n", "0"), 0);
		runs = 0;
		for (int i = 0; i < 20; i++)
			CHECK_EQ(xenstore_transact(add_one, NULL), 0);
		CHECK_STR(read_value(NT, "data/n"), "20");
		CHECK(runs > 20);
	}
	CHECK_EQ(xenstore_rm(NT, "data/n"), 0);
}

DOMAIN_TEST(transact_gives_up_when_every_commit_conflicts)
{
	xenstored_faults.conflict_every = 1;
	CHECK_EQ(write_text(NT, "data/n", "0"), 0);
	runs = 0;
	CHECK_EQ(xenstore_transact(add_one, NULL), -EAGAIN);
	CHECK_EQ(runs, XENSTORE_RETRIES);
	CHECK_STR(read_value(NT, "data/n"), "0");
	CHECK_EQ(xenstored_get_counts().transactions, 0);
	CHECK_EQ(xenstore_rm(NT, "data/n"), 0);
}

DOMAIN_TEST(transact_aborts_when_its_function_fails)
{
	CHECK_EQ(xenstore_transact(add_one, NULL), -ENOENT); /* data/n is not there */
	CHECK_EQ(xenstored_get_counts().transactions, 0);
}

DOMAIN_TEST(too_many_transactions_are_refused)
{
	xs_transaction t[XENSTORED_TRANSACTIONS_MAX], one_more;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_EQ(xenstore_transaction_start(&t[i]), 0);
	CHECK_EQ(xenstore_transaction_start(&one_more), -ENOSPC);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_EQ(xenstore_transaction_end(t[i], false), 0);
}

/* --- several threads at once -------------------------------------------- */

static unsigned n_finished;

/* Add to a common counter, and keep one of its own. */
static void *worker(void *arg)
{
	const char *mine = arg;

	for (int i = 0; i < 25; i++) {
		char path[40], text[20];

		snprintf(path, sizeof(path), "data/w/%s", mine);
		snprintf(text, sizeof(text), "%s-%d", mine, i);
		if (write_text(NT, path, text) || xenstore_transact(add_one, NULL))
			return NULL;
		if (xenstore_read_buf(NT, path, text, sizeof(text)) < 0 ||
			atoi(strchr(text, '-') + 1) != i)
			return NULL;
		thread_yield();
	}
	n_finished++;
	return NULL;
}

static void run_workers(void)
{
	static const char *const names[] = {
		"ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal"};
	struct thread *threads[ARRAY_SIZE(names)];

	CHECK_EQ(write_text(NT, "data/n", "0"), 0);
	n_finished = 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct thread_attr attr = {
			.name = names[i], .priority = 10 + (int)i % 3};

		threads[i] = thread_create(&attr, worker, (void *)(uintptr_t)names[i]);
		CHECK(threads[i] != NULL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		thread_join(threads[i], NULL);
	CHECK_EQ(n_finished, ARRAY_SIZE(names));
	CHECK_STR(read_value(NT, "data/n"), "200");
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/n"), 0);
}

DOMAIN_TEST(eight_threads_share_the_ring)
{
	run_workers();
}

DOMAIN_TEST(eight_threads_share_the_ring_while_others_wait)
{
	peers_set_when(PEERS_WHEN_IDLE);
	run_workers();
}

DOMAIN_TEST(eight_threads_share_the_ring_in_pieces)
{
	peers_set_when(PEERS_WHEN_IDLE);
	xenstored_faults.step_bytes = 13;
	run_workers();
}

DOMAIN_TEST(eight_threads_share_the_ring_under_random_upcalls)
{
	peers_set_when(PEERS_WHEN_IDLE);
	for (uint64_t seed = 1; seed <= 5 && !test_failed(); seed++) {
		test_row("seed %d", (int)seed);
		fake_inject(7, seed, NULL);
		run_workers();
	}
	fake_inject(0, 0, NULL);
}

/* --- time-outs ---------------------------------------------------------- */

DOMAIN_TEST(without_a_reply_a_request_times_out_and_the_late_reply_is_dropped)
{
	struct xenstore_stats before, after;
	uint64_t start;

	CHECK_EQ(write_text(NT, "data/a", "first"), 0);
	xenstore_get_stats(&before);
	xenstored_faults.silent = true;
	start = clock_ns();
	CHECK_EQ(xenstore_read_buf(NT, "data/a", value, sizeof(value)), -ETIMEDOUT);
	CHECK_EQ(clock_ns() - start, XENSTORE_TIMEOUT_MS * NS_PER_MS);
	xenstored_faults.silent = false;
	CHECK_EQ(write_text(NT, "data/a", "second"),
		0); /* its reply comes after the late one */
	CHECK_STR(read_value(NT, "data/a"), "second");
	xenstore_get_stats(&after);
	CHECK_EQ(after.timeouts, before.timeouts + 1);
	CHECK_EQ(after.dropped, before.dropped + 1);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(a_request_that_was_half_sent_is_finished_after_its_time_out)
{
	static char text[2000];

	memset(text, 'z', sizeof(text));
	xenstored_faults.deaf = true; /* the ring takes 1024 bytes of it */
	CHECK_EQ(xenstore_write(NT, "data/a", text, sizeof(text)), -ETIMEDOUT);
	CHECK_EQ(write_text(NT, "data/b", "stuck"),
		-ETIMEDOUT); /* behind it, never begun */
	xenstored_faults.deaf = false;
	xenstored_kick();
	CHECK_EQ(write_text(NT, "data/c", "fine"), 0);
	CHECK_STR(read_value(NT, "data/c"), "fine");
	CHECK_EQ(xenstore_read_buf(NT, "data/a", value, sizeof(value)), 2000);
	CHECK_EQ(xenstore_read_buf(NT, "data/b", value, sizeof(value)), -ENOENT);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/c"), 0);
}

DOMAIN_TEST(a_transaction_begun_for_nobody_is_ended)
{
	xs_transaction t;

	xenstored_faults.silent = true;
	CHECK_EQ(xenstore_transaction_start(&t), -ETIMEDOUT);
	CHECK_EQ(xenstored_get_counts().transactions, 1);
	xenstored_faults.silent = false;
	xenstored_kick();
	CHECK_EQ(write_text(NT, "data/a", "x"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
	CHECK_EQ(xenstored_get_counts().transactions, 0);
}

/* --- replies that are wrong --------------------------------------------- */

static void send_message(uint32_t type, uint32_t id, const char *body, uint32_t len)
{
	struct xsd_sockmsg head = {.type = type, .req_id = id, .len = len};

	xenstored_send_raw(&head, sizeof(head));
	xenstored_send_raw(body, len);
}

DOMAIN_TEST(messages_for_nobody_are_dropped_and_counted)
{
	static const struct {
		uint32_t type, id;
		const char *body;
		uint32_t len;
	} rows[] = {
		{XS_READ, 0x7fffffff, "hello", 5},
		{XS_READ, 0, "", 0},
		{XS_ERROR, 0x7fffffff, "ENOENT", 7},
		{12345, 99, "x", 1},
		{XS_TRANSACTION_START, 0x7fffffff, "junk", 5},
		{XS_WATCH_EVENT, 0, "", 0},
		{XS_WATCH_EVENT, 0, "path-only", 10},
		{XS_WATCH_EVENT, 0, "no-nul", 6},
		{XS_WATCH_EVENT, 0, "a\0unknown-token", 16},
		{XS_WATCH_EVENT, 0, "a\0token-without-end", 19},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct xenstore_stats before, after;

		test_row("%zu", i);
		xenstore_get_stats(&before);
		send_message(rows[i].type, rows[i].id, rows[i].body, rows[i].len);
		CHECK_EQ(write_text(NT, "data/a", "x"), 0);
		xenstore_get_stats(&after);
		CHECK_EQ(after.dropped, before.dropped + 1);
		CHECK_EQ(after.replies, before.replies + 1);
	}
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(random_messages_in_between_do_no_harm)
{
	static char body[4096];
	uint64_t seed = 7;
	struct heap_stats before, after;

	CHECK_EQ(write_text(NT, "data/a", "x"), 0);
	heap_get_stats(kernel_heap, &before);
	for (int i = 0; i < 300; i++) {
		uint32_t len = (uint32_t)(fake_random(&seed) % (sizeof(body) + 1));

		test_row("message %d", i);
		for (uint32_t k = 0; k < len; k++)
			body[k] = (char)fake_random(&seed);
		send_message((uint32_t)(fake_random(&seed) % (XS_TYPE_COUNT + 3)),
			0x80000000u | (uint32_t)fake_random(&seed), body, len);
		CHECK_STR(read_value(NT, "data/a"), "x");
	}
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
	CHECK_EQ(xenstored_get_counts().transactions, 0);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

DOMAIN_TEST(a_reply_of_the_wrong_type_is_an_error)
{
	xenstored_faults.wrong_type = XS_MKDIR;
	CHECK_EQ(xenstore_read_buf(NT, "data", value, sizeof(value)), -EIO);
	xenstored_faults.wrong_type = 999;
	CHECK_EQ(xenstore_read_buf(NT, "data", value, sizeof(value)), -EIO);
	CHECK_EQ(xenstore_read_buf(NT, "data", value, sizeof(value)), 0);
}

DOMAIN_TEST(without_memory_requests_fail_and_the_stream_stays_in_step)
{
	CHECK_EQ(write_text(NT, "data/a", "x"), 0);
	for (size_t n = 0; n < 2; n++) {
		test_row("%zu blocks", n); /* the request, then the reply */
		fake_fail_blocks_after(n);
		CHECK_EQ(xenstore_read_buf(NT, "data/a", value, sizeof(value)), -ENOMEM);
		fake_fail_blocks_after(SIZE_MAX);
		CHECK_STR(read_value(NT, "data/a"), "x");
	}
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
}

/* --- watches ------------------------------------------------------------ */

static struct {
	unsigned n;
	char last[128];
} heard;

static void hear(struct xenstore_watch *w, const char *path)
{
	CHECK(w->arg == &heard);
	heard.n++;
	snprintf(heard.last, sizeof(heard.last), "%s", path);
}

/* Let the xenbus thread work. */
static void settle(void)
{
	thread_sleep_until(clock_ns() + NS_PER_MS);
}

DOMAIN_TEST(a_watch_fires_when_set_and_at_every_change_below)
{
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear, .arg = &heard};

	heard.n = 0;
	CHECK_EQ(xenstore_watch_add(&w), 0);
	CHECK_EQ(xenstore_watch_add(&w), -EEXIST);
	settle();
	CHECK_EQ(heard.n, 1);
	CHECK_STR(heard.last, "data/w");
	CHECK_EQ(write_text(NT, "data/w/deep/er", "x"), 0);
	settle();
	CHECK_EQ(heard.n, 2);
	CHECK_STR(heard.last, "data/w/deep/er");
	store_write(HOME "/data/w", "from outside");
	settle();
	CHECK_EQ(heard.n, 3);
	CHECK_EQ(write_text(NT, "data/elsewhere", "x"), 0);
	CHECK_EQ(write_text(NT, "data/w2", "x"), 0);
	settle();
	CHECK_EQ(heard.n, 3);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	settle();
	CHECK_EQ(heard.n, 4);
	CHECK_STR(heard.last, "data/w");
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(xenstore_watch_remove(&w), -ENOENT);
	CHECK_EQ(write_text(NT, "data/w", "x"), 0);
	settle();
	CHECK_EQ(heard.n, 4);
	CHECK_EQ(xenstored_get_counts().watches, 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w2"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/elsewhere"), 0);
}

DOMAIN_TEST(absolute_watches_get_absolute_paths)
{
	static struct xenstore_watch w = {
		.path = HOME "/data/w", .changed = hear, .arg = &heard};

	CHECK_EQ(xenstore_watch_add(&w), 0);
	CHECK_EQ(write_text(NT, "data/w/x", "x"), 0);
	settle();
	CHECK_STR(heard.last, HOME "/data/w/x");
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
}

DOMAIN_TEST(a_committed_transaction_fires_an_aborted_one_does_not)
{
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear, .arg = &heard};
	xs_transaction t;

	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	heard.n = 0;
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/w", "x"), 0);
	settle();
	CHECK_EQ(heard.n, 0);
	CHECK_EQ(xenstore_transaction_end(t, false), 0);
	settle();
	CHECK_EQ(heard.n, 0);
	CHECK_EQ(xenstore_transaction_start(&t), 0);
	CHECK_EQ(write_text(t, "data/w", "x"), 0);
	CHECK_EQ(xenstore_transaction_end(t, true), 0);
	settle();
	CHECK_EQ(heard.n, 1);
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
}

DOMAIN_TEST(equal_events_that_wait_are_delivered_once)
{
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear, .arg = &heard};

	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	heard.n = 0;
	store_begin();
	for (int i = 0; i < 10; i++) /* they fit into the ring: all wait at once */
		store_write(HOME "/data/w", "%d", i);
	store_commit();
	settle();
	CHECK_EQ(heard.n, 1);
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
}

static void hear_slowly(struct xenstore_watch *w, const char *path)
{
	hear(w, path);
	thread_sleep_until(clock_ns() + 100 * NS_PER_MS);
}

DOMAIN_TEST(a_flood_of_events_ends_in_one_for_the_watch_itself)
{
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear_slowly, .arg = &heard};
	struct heap_stats before, after;

	heap_get_stats(kernel_heap, &before);
	heard.n = 0;
	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle(); /* its function sleeps now, and we work the ring */
	for (int i = 0; i < 200; i++)
		CHECK_EQ(xenstore_printf(NT, "data/w", "%d", i), 0);
	for (int i = 0; i < 200; i++) {
		char path[40];

		snprintf(path, sizeof(path), "data/w/%d", i);
		CHECK_EQ(write_text(NT, path, "x"), 0);
	}
	thread_sleep_until(clock_ns() + 60 * NS_PER_S);
	CHECK(heard.n > 50 && heard.n < 100);
	CHECK_STR(heard.last, "data/w"); /* look at everything again */
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
}

DOMAIN_TEST(an_event_lost_for_want_of_memory_is_made_up_for)
{
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear, .arg = &heard};

	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	heard.n = 0;
	fake_fail_blocks_after(0);
	store_write(HOME "/data/w/x", "x");
	settle();
	fake_fail_blocks_after(SIZE_MAX);
	CHECK_EQ(heard.n, 1);
	CHECK_STR(heard.last, "data/w");
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	store_rm(HOME "/data/w");
}

/* A watch whose function works with XenStore itself, and removes itself at last. */
static unsigned self_calls;

static void self_work(struct xenstore_watch *w, const char *path)
{
	(void)path;
	self_calls++;
	if (self_calls <= 3)
		CHECK_EQ(xenstore_printf(NT, w->path, "%u", self_calls), 0);
	else
		CHECK_EQ(xenstore_watch_remove(w), 0);
}

DOMAIN_TEST(a_watch_function_may_write_and_remove_its_own_watch)
{
	static struct xenstore_watch w = {.path = "data/self", .changed = self_work};

	self_calls = 0;
	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	CHECK_EQ(self_calls, 4);
	CHECK_STR(read_value(NT, "data/self"), "3");
	CHECK_EQ(xenstored_get_counts().watches, 0);
	CHECK_EQ(xenstore_rm(NT, "data/self"), 0);
}

/* A watch whose function takes long; its remover must wait. */
static bool slow_in, slow_out;

static void slow(struct xenstore_watch *w, const char *path)
{
	(void)w;
	(void)path;
	slow_in = true;
	thread_sleep_until(clock_ns() + 100 * NS_PER_MS);
	slow_out = true;
}

DOMAIN_TEST(removing_a_watch_waits_for_its_function)
{
	static struct xenstore_watch w = {.path = "data/slow", .changed = slow};

	slow_in = slow_out = false;
	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	CHECK(slow_in && !slow_out);
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK(slow_out);
}

DOMAIN_TEST(a_watch_that_is_refused_is_forgotten)
{
	static struct xenstore_watch w = {
		.path = "data//w", .changed = hear, .arg = &heard};

	CHECK_EQ(xenstore_watch_add(&w), -EINVAL);
	CHECK_EQ(xenstore_watch_remove(&w), -ENOENT);
}

DOMAIN_TEST(the_quota_of_watches_is_felt)
{
	static struct xenstore_watch many[XENSTORED_WATCHES_MAX + 1];
	size_t n;

	for (n = 0; n < ARRAY_SIZE(many); n++) {
		many[n] = (struct xenstore_watch){
			.path = "data/w", .changed = hear, .arg = &heard};
		if (xenstore_watch_add(&many[n]))
			break;
	}
	CHECK_EQ(n, XENSTORED_WATCHES_MAX);
	while (n > 0)
		CHECK_EQ(xenstore_watch_remove(&many[--n]), 0);
	CHECK_EQ(xenstored_get_counts().watches, 0);
}

DOMAIN_TEST(a_poked_watch_is_called_without_a_change)
{
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear, .arg = &heard};

	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	heard.n = 0;
	xenstore_watch_poke(&w);
	settle();
	CHECK_EQ(heard.n, 1);
	CHECK_STR(heard.last, "data/w");
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	xenstore_watch_poke(&w); /* not set: harmless */
	settle();
	CHECK_EQ(heard.n, 1);
}

/* --- the connection breaks ---------------------------------------------- */

DOMAIN_TEST(after_too_long_a_message_the_connection_is_made_anew)
{
	static const uint32_t lengths[] = {4097, 0x7fffffff, 0xffffffff};
	static struct xenstore_watch w = {
		.path = "data/w", .changed = hear, .arg = &heard};

	CHECK_EQ(xenstore_watch_add(&w), 0);
	settle();
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct xsd_sockmsg head = {.type = XS_READ, .len = lengths[i]};

		test_row("%u bytes", lengths[i]);
		xenstored_offer_reconnect(true);
		xenstored_send_raw(&head, sizeof(head));
		settle();
		CHECK_EQ(xenstored_get_counts().reconnects, i + 1);
		CHECK_EQ(write_text(NT, "data/a", "x"), 0);
		heard.n = 0;
		CHECK_EQ(write_text(NT, "data/w", "x"), 0); /* the watch was set again */
		settle();
		CHECK(heard.n > 0);
	}
	CHECK_EQ(xenstore_watch_remove(&w), 0);
	CHECK_EQ(xenstored_get_counts().watches, 0);
	CHECK_EQ(xenstore_rm(NT, "data/a"), 0);
	CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
}

DOMAIN_TEST(nothing_is_left_behind)
{
	struct heap_stats before, after;
	unsigned open = hv_ports_open();

	heap_get_stats(kernel_heap, &before);
	for (int i = 0; i < 50; i++) {
		static struct xenstore_watch w = {
			.path = "data/w", .changed = hear, .arg = &heard};

		CHECK_EQ(xenstore_watch_add(&w), 0);
		CHECK_EQ(write_text(NT, "data/w", "x"), 0);
		CHECK_EQ(xenstore_watch_remove(&w), 0);
		CHECK_EQ(xenstore_rm(NT, "data/w"), 0);
	}
	settle();
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
	CHECK_EQ(after.used_bytes, before.used_bytes);
	CHECK_EQ(hv_ports_open(), open);
}

/* Last: there is no XenStore after it. */
static int late_result;

static void *late_reader(void *arg)
{
	(void)arg;
	late_result = xenstore_read_buf(NT, "data", value, sizeof(value));
	return NULL;
}

DOMAIN_TEST(a_connection_that_cannot_be_made_anew_fails_clearly)
{
	struct thread *t;

	xenstored_offer_reconnect(false);
	xenstored_faults.silent = true;
	t = thread_create(NULL, late_reader, NULL);
	CHECK(t != NULL);
	thread_yield();
	xenstored_break_rsp_prod(0x80000000u);
	thread_join(t, NULL);
	CHECK_EQ(late_result, -EIO); /* those who wait */
	CHECK_EQ(write_text(NT, "data/a", "x"),
		-EIO); /* and those who come later, at once */
	CHECK(strstr(fake_console(), "connection broken") != NULL);
}
