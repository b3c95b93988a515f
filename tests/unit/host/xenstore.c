/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The XenStore server as a domain meets it that speaks the protocol by hand: what it
 * refuses, conflicts of both sides' transactions, floods of watches, limits, and a domain
 * that breaks the protocol or does not read.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <xen/io/xs_wire.h>

#include "host/xenstore.h"
#include "kernel/util.h"
#include "tests/fake/raw.h"
#include "tests/fake/said.h"
#include "tests/test.h"

#define HOME "/local/domain/7"

static void quiet(void)
{
	raw_start();
	xenstored_faults = (struct xenstored_faults){0};
	raw_xs_listen();
	raw_n_events = 0;
	said_clear();
}

static const char *value_of(const char *path)
{
	const struct raw_reply *r = raw_xs2(XS_READ, 0, path, NULL);

	return r->type == XS_READ ? r->body : NULL;
}

/* --- what a request must look like -------------------------------------------------- */

TEST(what_is_written_is_read_and_seen_by_the_toolstack)
{
	quiet();
	CHECK_STR(raw_xs_write(0, "data/a", "one"), "ok");
	CHECK_STR(value_of("data/a"), "one");
	CHECK_STR(value_of(HOME "/data/a"), "one");
	CHECK_STR(store_read(HOME "/data/a"), "one");
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/a", NULL), "ok");
	CHECK(store_read(HOME "/data/a") == NULL);
}

TEST(bodies_of_the_wrong_shape_are_refused)
{
	static const struct {
		uint32_t type;
		const char *body;
		size_t n;
	} rows[] = {
		{XS_READ, "", 0},
		{XS_READ, "data", 4}, /* no NUL */
		{XS_READ, "data\0x", 7},
		{XS_DIRECTORY, "data\0\0", 6},
		{XS_DIRECTORY_PART, "data", 5},
		{XS_DIRECTORY_PART,
			"data\0"
			"0\0"
			"1",
			9},
		{XS_GET_PERMS, "data", 4},
		{XS_WRITE, "data/a", 6},
		{XS_MKDIR, "data/a\0b", 9},
		{XS_RM, "data/a", 6},
		{XS_SET_PERMS, "data", 5},
		{XS_SET_PERMS, "data\0n7", 7},
		{XS_WATCH, "data", 5},
		{XS_WATCH, "data\0t", 6},
		{XS_WATCH, "data\0t\0u", 9},
		{XS_UNWATCH, "data", 5},
		{XS_TRANSACTION_END, "", 0},
		{XS_TRANSACTION_END, "X", 2},
		{XS_GET_DOMAIN_PATH, "7", 1},
		{XS_IS_DOMAIN_INTRODUCED, "", 0},
	};

	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct raw_reply *r =
			raw_xs(rows[i].type, 0, rows[i].body, rows[i].n);

		test_row("type %u \"%s\" %zu", rows[i].type, rows[i].body, rows[i].n);
		CHECK_EQ(r->type, XS_ERROR);
		CHECK_STR(r->body, "EINVAL");
	}
	CHECK_EQ(xenstored_get_counts().watches, 0);
}

TEST(paths_that_are_none_are_refused)
{
	static char longer[2060];
	static const char *const paths[] = {"", "//", "/local//domain", "data/", "da ta",
		"data/\x01", "data/\xc3\xa9", "@releaseDomain", "data:x", longer};

	memset(longer, 'p', sizeof(longer) - 1);
	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		test_row("\"%.20s\"", paths[i]);
		CHECK_STR(raw_xs_error(XS_READ, 0, paths[i], NULL), "EINVAL");
		CHECK_STR(raw_xs_write(0, paths[i], "x"), "EINVAL");
		CHECK_STR(raw_xs_error(XS_RM, 0, paths[i], NULL), "EINVAL");
	}
	for (size_t i = 4; i < 2000; i += 100) /* names count in the node above, too */
		longer[i] = '/';
	memcpy(longer, "data", 4);
	longer[2048] =
		'\0'; /* after the domain's own directory: the longest that is one */
	CHECK_STR(raw_xs_write(0, longer, "x"), "ok");
	longer[104] = '\0';
	CHECK_STR(raw_xs_error(XS_RM, 0, longer, NULL), "ok");
}

TEST(unknown_requests_and_those_of_domain_0_are_refused)
{
	static const struct {
		uint32_t type;
		const char *error;
	} rows[] = {
		{XS_CONTROL, "EACCES"},
		{XS_INTRODUCE, "EACCES"},
		{XS_RELEASE, "EACCES"},
		{XS_RESUME, "EACCES"},
		{XS_SET_TARGET, "EACCES"},
		{XS_WATCH_EVENT, "ENOSYS"},
		{XS_ERROR, "ENOSYS"},
		{XS_TYPE_COUNT, "ENOSYS"},
		{20, "ENOSYS"}, /* was XS_RESTRICT */
		{0xffffffff, "ENOSYS"},
	};

	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("type %u", rows[i].type);
		CHECK_STR(raw_xs_error(rows[i].type, 0, "x", NULL), rows[i].error);
	}
}

TEST(every_reply_carries_the_ids_of_its_request)
{
	struct xsd_sockmsg head = {.type = XS_READ, .req_id = 0xdeadbeef, .len = 5}, in;
	struct xenstore_domain_interface *ring;

	quiet();
	ring = raw_xs_ring();
	raw_xs_put(&head, sizeof(head));
	raw_xs_put("data", 5);
	raw_send(raw_xs_port());
	for (size_t i = 0; i < sizeof(in); i++)
		((char *)&in)[i] = ring->rsp[MASK_XENSTORE_IDX(ring->rsp_cons++)];
	CHECK_EQ(in.type, XS_READ);
	CHECK_EQ(in.req_id, 0xdeadbeef);
	CHECK_EQ(in.len, 0);
	CHECK(raw_take_event(raw_xs_port()));
}

TEST(domains_are_known_by_number)
{
	quiet();
	CHECK_STR(raw_xs2(XS_GET_DOMAIN_PATH, 0, "7", NULL)->body, HOME);
	CHECK_STR(raw_xs2(XS_GET_DOMAIN_PATH, 0, "0", NULL)->body, "/local/domain/0");
	CHECK_STR(raw_xs2(XS_IS_DOMAIN_INTRODUCED, 0, "7", NULL)->body, "T");
	CHECK_STR(raw_xs2(XS_IS_DOMAIN_INTRODUCED, 0, "12", NULL)->body, "F");
}

/* --- rights ------------------------------------------------------------------------- */

TEST(the_domain_writes_only_what_is_its_own)
{
	quiet();
	CHECK_STR(raw_xs_write(0, "domid", "8"), "EACCES");
	CHECK_STR(raw_xs_write(0, "new", "x"), "EACCES");
	CHECK_STR(raw_xs_write(0, "/tool/x", "x"), "EACCES");
	CHECK_STR(raw_xs_write(0, "/", "x"), "EACCES");
	CHECK_STR(raw_xs_error(XS_RM, 0, "/", NULL), "EACCES");
	CHECK_STR(raw_xs_error(XS_RM, 0, "/local", NULL), "EACCES");
	CHECK_STR(raw_xs_error(XS_MKDIR, 0, "/vm", NULL), "EACCES");
	CHECK_STR(raw_xs_error(XS_DIRECTORY, 0, "/local/domain", NULL), "EACCES");
	CHECK_STR(raw_xs_error(XS_READ, 0, "domid", NULL), "ok");
	CHECK_STR(raw_xs_error(XS_SET_PERMS, 0, "domid", "n7"), "EACCES");
}

TEST(what_is_hidden_does_not_tell_whether_it_is_there)
{
	quiet();
	store_write("/local/domain/0/secret", "s");
	CHECK_STR(raw_xs_error(XS_READ, 0, "/local/domain/0/secret", NULL), "EACCES");
	CHECK_STR(raw_xs_error(XS_READ, 0, "/local/domain/0/nothing", NULL), "EACCES");
	CHECK_STR(raw_xs_error(XS_READ, 0, "data/nothing", NULL), "ENOENT");
	store_rm("/local/domain/0/secret");
}

TEST(a_node_given_to_others_is_theirs_and_ours_not_to_give_away)
{
	quiet();
	CHECK_STR(raw_xs_write(0, "data/p", "x"), "ok");
	CHECK_STR(raw_xs_error(XS_SET_PERMS, 0, "data/p", "n0"), "EPERM");
	CHECK_STR(raw_xs_error(XS_SET_PERMS, 0, "data/p", "n9"),
		"ENOENT"); /* no such domain */
	CHECK_STR(raw_xs_error(XS_SET_PERMS, 0, "data/p", "r7"), "ok");
	CHECK_STR(raw_xs2(XS_GET_PERMS, 0, "data/p", NULL)->body, "r7");
	store_set_perms(HOME "/data/p", "n3 r7");
	CHECK_STR(value_of("data/p"), "x");
	CHECK_STR(raw_xs_write(0, "data/p", "y"), "EACCES");
	store_set_perms(HOME "/data/p", "n3 b7");
	CHECK_STR(raw_xs_write(0, "data/p", "y"), "ok");
	store_set_perms(HOME "/data/p", "n3");
	CHECK(value_of("data/p") == NULL);
	store_rm(HOME "/data/p");
}

TEST(permissions_that_are_none_are_refused)
{
	static const char *const perms[] = {"", "7", "x7", "n", "n7x", "n-1", "n99999"};
	const char six[] = "data/p\0n7\0r1\0r2\0r3\0r4\0r5";
	const struct raw_reply *r;

	quiet();
	CHECK_STR(raw_xs_write(0, "data/p", "x"), "ok");
	for (size_t i = 0; i < ARRAY_SIZE(perms); i++) {
		test_row("\"%s\"", perms[i]);
		CHECK_STR(raw_xs_error(XS_SET_PERMS, 0, "data/p", perms[i]), "EINVAL");
	}
	r = raw_xs(XS_SET_PERMS, 0, six, sizeof(six)); /* five are allowed */
	CHECK_STR(r->body, "ENOSPC");
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/p", NULL), "ok");
}

/* --- transactions ------------------------------------------------------------------- */

/* The toolstack's side, through the same protocol. */
static const char *ask(uint32_t type, uint32_t tx, const char *first, const char *rest)
{
	char body[256];
	size_t n = (size_t)snprintf(body, sizeof(body), "%s", first) + 1, reply_bytes;
	const char *reply;
	bool is_write = type == XS_WRITE;

	if (rest)
		n += (size_t)snprintf(body + n, sizeof(body) - n, "%s", rest) + !is_write;
	xenstored_ask(type, tx, body, n, &reply, &reply_bytes);
	return reply;
}

TEST(of_two_transactions_that_touch_the_same_the_later_conflicts)
{
	uint32_t ours, theirs;

	quiet();
	ours = raw_xs_begin();
	theirs = (uint32_t)atoi(ask(XS_TRANSACTION_START, 0, "", NULL));
	CHECK(ours && theirs && ours != theirs);
	CHECK_STR(raw_xs_write(ours, "data/t", "ours"), "ok");
	CHECK_STR(ask(XS_WRITE, theirs, HOME "/data/t", "theirs"), "OK");
	CHECK_STR(ask(XS_TRANSACTION_END, theirs, "T", NULL), "OK");
	CHECK_STR(raw_xs_end(ours, true), "EAGAIN");
	CHECK_STR(value_of("data/t"), "theirs");
	store_rm(HOME "/data/t");
}

TEST(the_toolstacks_transaction_conflicts_with_ours_too)
{
	uint32_t theirs;

	quiet();
	theirs = (uint32_t)atoi(ask(XS_TRANSACTION_START, 0, "", NULL));
	CHECK(strlen(ask(XS_READ, theirs, HOME "/data", NULL)) == 0);
	CHECK_STR(ask(XS_WRITE, theirs, HOME "/control/x", "1"), "OK");
	CHECK_STR(raw_xs_write(0, "data", "changed"), "ok"); /* what it has read */
	CHECK_STR(ask(XS_TRANSACTION_END, theirs, "T", NULL), "EAGAIN");
	CHECK(store_read(HOME "/control/x") == NULL);
	CHECK_STR(raw_xs_write(0, "data", ""), "ok");
}

TEST(what_a_transaction_has_read_counts)
{
	static const struct {
		uint32_t type;
		const char *path, *change;
		const char *end;
	} rows[] = {
		{XS_READ, "data/r", HOME "/data/r", "EAGAIN"},
		{XS_READ, "data/r", HOME "/data/other", "ok"},
		{XS_READ, "data/absent", HOME "/data/absent", "EAGAIN"},
		{XS_DIRECTORY, "data", HOME "/data/new",
			"EAGAIN"}, /* a name more in it */
		{XS_DIRECTORY, "data/r", HOME "/data/new2", "ok"},
		{XS_GET_PERMS, "data/r", HOME "/data/r", "EAGAIN"},
	};

	quiet();
	store_write(HOME "/data/r", "1");
	store_write(HOME "/data/other", "1");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t tx = raw_xs_begin();

		test_row("%zu", i);
		raw_xs2(rows[i].type, tx, rows[i].path, NULL);
		CHECK_STR(raw_xs_write(tx, "data/r/w", "x"), "ok");
		store_write(rows[i].change, "2");
		if (i == 0 || i == 5) /* it is the parent of what is written, too */
			CHECK_STR(raw_xs_end(tx, true), "EAGAIN");
		else
			CHECK_STR(raw_xs_end(tx, true), rows[i].end);
	}
	store_rm(HOME "/data/r");
	store_rm(HOME "/data/other");
	store_rm(HOME "/data/absent");
	store_rm(HOME "/data/new");
	store_rm(HOME "/data/new2");
}

TEST(a_removed_tree_conflicts_with_who_has_looked_into_it)
{
	uint32_t tx;

	quiet();
	store_write(HOME "/data/tree/leaf", "x");
	tx = raw_xs_begin();
	CHECK_STR(raw_xs2(XS_READ, tx, "data/tree/leaf", NULL)->body, "x");
	CHECK_STR(raw_xs_write(tx, "data/mine", "x"), "ok");
	store_rm(HOME "/data/tree");
	CHECK_STR(raw_xs2(XS_READ, tx, "data/tree/leaf", NULL)->body,
		"x"); /* its own view */
	CHECK_STR(raw_xs_end(tx, true), "EAGAIN");
	CHECK(store_read(HOME "/data/mine") == NULL);
}

TEST(every_nth_commit_conflicts_when_asked_for)
{
	unsigned conflicts = 0;

	quiet();
	xenstored_faults.conflict_every = 3;
	for (int i = 0; i < 9; i++) {
		uint32_t tx = raw_xs_begin();

		CHECK_STR(raw_xs_write(tx, "data/n", "x"), "ok");
		conflicts += strcmp(raw_xs_end(tx, true), "EAGAIN") == 0;
	}
	CHECK_EQ(conflicts, 3);
	CHECK_EQ(xenstored_get_counts().transactions, 0);
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/n", NULL), "ok");
}

TEST(ids_of_no_transaction_are_refused)
{
	uint32_t tx;

	quiet();
	tx = raw_xs_begin();
	CHECK_STR(raw_xs_error(XS_READ, tx + 100, "data", NULL), "ENOENT");
	CHECK_STR(raw_xs_end(tx + 100, true), "ENOENT");
	CHECK_STR(raw_xs_end(0, true), "ENOENT");
	CHECK_STR(raw_xs_error(XS_TRANSACTION_START, tx, "", NULL), "EBUSY");
	CHECK_STR(raw_xs_end(tx, false), "ok");
	CHECK_STR(raw_xs_end(tx, false), "ENOENT");
}

TEST(events_of_a_transaction_come_with_its_commit_each_once)
{
	uint32_t tx;

	quiet();
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", "t"), "ok");
	raw_xs_listen();
	raw_n_events = 0;
	tx = raw_xs_begin();
	for (int i = 0; i < 50; i++)
		CHECK_STR(raw_xs_write(tx, "data/w", "x"), "ok");
	CHECK_EQ(raw_n_events, 0);
	CHECK_STR(raw_xs_end(tx, true), "ok");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 1);
	tx = raw_xs_begin();
	CHECK_STR(raw_xs_error(XS_RM, tx, "data/w", NULL), "ok");
	CHECK_STR(raw_xs_end(tx, false), "ok");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 1);
	CHECK_STR(raw_xs_error(XS_UNWATCH, 0, "data", "t"), "ok");
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/w", NULL), "ok");
}

/* --- limits ------------------------------------------------------------------------- */

TEST(a_node_holds_so_much_and_no_more)
{
	static char text[2100];

	quiet();
	memset(text, 'x', 2016);
	CHECK_STR(raw_xs_write(0, "data/v", text), "ENOSPC");
	text[2015] = '\0'; /* and 24 + 8 that the real server counts */
	CHECK_STR(raw_xs_write(0, "data/v", text), "ok");
	CHECK_STR(raw_xs_write(0, "data/v/child", "x"),
		"ENOSPC"); /* its name counts, too */
	CHECK_STR(raw_xs_write(0, "data/v", ""), "ok");
	CHECK_STR(raw_xs_write(0, "data/v/child", "x"), "ok");
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/v", NULL), "ok");
}

static unsigned n_lines;

static void count_line(void *arg, unsigned depth, const char *name, const char *value,
	size_t value_bytes)
{
	(void)value;
	(void)value_bytes;
	n_lines++;
	if (depth == 1 && strcmp(name, "domid") == 0)
		*(bool *)arg = true;
}

static unsigned fill(uint32_t tx, unsigned dirs, char *error)
{
	unsigned n = 0;

	for (strcpy(error, "ok"); n < 2000; n++) {
		char path[64];
		const char *said;

		snprintf(path, sizeof(path), "data/q/%u/%u", n % dirs, n);
		said = raw_xs_write(tx, path, "x");
		if (strcmp(said, "ok") != 0) {
			strcpy(error, said);
			break;
		}
	}
	return n;
}

TEST(a_domain_owns_so_many_nodes_in_transactions_too)
{
	char error[32];
	uint32_t tx;

	quiet();
	CHECK(fill(0, 10, error) > 900);
	CHECK_STR(error, "ENOSPC");
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/q", NULL), "ok");
	tx = raw_xs_begin();
	CHECK(fill(tx, 10, error) > 900);
	CHECK_STR(error, "ENOSPC");
	CHECK_STR(raw_xs_end(tx, false), "ok");
}

TEST(a_tree_may_be_as_deep_as_a_path_is_long)
{
	char path[2100] = "data", deepest[2200];

	quiet();
	for (unsigned i = 0; i < 980; i++)
		strcat(path, "/d");
	CHECK_STR(raw_xs_write(0, path, "deep"), "ok");
	snprintf(deepest, sizeof(deepest), HOME "/%s", path);
	CHECK_STR(store_read(deepest), "deep");
	n_lines = 0;
	store_dump(HOME "/data", count_line, &(bool){false});
	CHECK_EQ(n_lines, 981);
	CHECK_STR(raw_xs_error(XS_WATCH, 0, path, "deep"), "ok");
	raw_xs_listen();
	raw_n_events = 0;
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/d", NULL), "ok");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 1);
	CHECK(store_read(deepest) == NULL);
	CHECK_STR(raw_xs_error(XS_RESET_WATCHES, 0, "", NULL), "ok");
}

TEST(two_transactions_together_stay_within_the_limit)
{
	char error[32];
	uint32_t a, b;
	unsigned n;

	quiet();
	store_write(HOME "/data/one", "x"); /* so that they have no parent in common */
	store_write(HOME "/data/two", "x");
	a = raw_xs_begin();
	b = raw_xs_begin();
	for (n = 0; n < 600; n++) {
		char path[64];

		snprintf(path, sizeof(path), "data/one/%u/%u", n % 10, n);
		CHECK_STR(raw_xs_write(a, path, "x"), "ok");
		snprintf(path, sizeof(path), "data/two/%u/%u", n % 10, n);
		CHECK_STR(raw_xs_write(b, path, "x"), "ok");
	}
	CHECK_STR(raw_xs_end(a, true), "ok");
	CHECK_STR(raw_xs_end(b, true), "ENOSPC");
	store_rm(HOME "/data/one");
	store_rm(HOME "/data/two");
	CHECK(fill(0, 10, error) > 900);
	store_rm(HOME "/data/q");
}

TEST(a_transaction_may_look_at_so_much)
{
	const char *said = "ok";
	uint32_t tx;
	unsigned n = 0;

	quiet();
	tx = raw_xs_begin();
	while (n < 3000 && strcmp(said, "ENOSPC") != 0) {
		char path[64];

		snprintf(path, sizeof(path), "data/none-%u", n++);
		said = raw_xs_error(XS_READ, tx, path, NULL);
	}
	CHECK(n > 1000 && n < 1100);
	CHECK_STR(raw_xs_end(tx, true), "ok");
}

TEST(transactions_and_watches_are_counted)
{
	uint32_t tx[XENSTORED_TRANSACTIONS_MAX];
	char token[16];

	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(tx); i++)
		CHECK((tx[i] = raw_xs_begin()) != 0);
	CHECK_EQ(raw_xs_begin(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(tx); i++)
		CHECK_STR(raw_xs_end(tx[i], false), "ok");
	for (unsigned i = 0; i < XENSTORED_WATCHES_MAX; i++) {
		snprintf(token, sizeof(token), "%u", i);
		CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", token), "ok");
	}
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", "one more"), "E2BIG");
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", "0"), "EEXIST");
	CHECK_STR(raw_xs_error(XS_RESET_WATCHES, 0, "", NULL), "ok");
	CHECK_EQ(xenstored_get_counts().watches, 0);
	CHECK_STR(raw_xs_error(XS_UNWATCH, 0, "data", "0"), "ENOENT");
}

/* --- large replies ------------------------------------------------------------------ */

TEST(a_directory_too_large_for_a_reply_is_read_in_parts)
{
	char offset[16] = "0", names[16384];
	size_t total = 0;
	unsigned parts = 0;

	quiet();
	for (int i = 0; i < 400; i++) {
		char path[80];

		snprintf(path, sizeof(path), HOME "/data/big/a-rather-long-name-%d",
			1000 + i);
		store_write(path, "x");
	}
	CHECK_STR(raw_xs_error(XS_DIRECTORY, 0, "data/big", NULL), "E2BIG");
	for (bool last = false; !last; parts++) {
		const struct raw_reply *r =
			raw_xs2(XS_DIRECTORY_PART, 0, "data/big", offset);
		size_t skip = strlen(r->body) + 1, n;

		CHECK_EQ(r->type, XS_DIRECTORY_PART);
		last = r->body[r->n - 1] == '\0' && r->body[r->n - 2] == '\0';
		n = r->n - skip - last;
		memcpy(names + total, r->body + skip, n);
		total += n;
		snprintf(offset, sizeof(offset), "%zu", total);
	}
	CHECK_EQ(total, 400 * 24);
	CHECK_EQ(parts, 3);
	CHECK_STR(names, "a-rather-long-name-1000");
	CHECK_STR(names + total - 24, "a-rather-long-name-1399");
	CHECK_EQ(raw_xs2(XS_DIRECTORY_PART, 0, "data/big", "99999999")->type,
		XS_DIRECTORY_PART); /* beyond the end: empty */
	store_rm(HOME "/data/big");
}

/* --- watches ------------------------------------------------------------------------ */

TEST(a_watch_on_what_happens_to_domains_has_its_first_event)
{
	quiet();
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "@releaseDomain", "t"), "ok");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 1);
	CHECK_STR(raw_last_path, "@releaseDomain");
	CHECK_STR(raw_last_token, "t");
	CHECK_STR(raw_xs_error(XS_UNWATCH, 0, "@releaseDomain", "t"), "ok");
}

TEST(a_domain_does_not_hear_of_what_it_may_not_read)
{
	quiet();
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "/local/domain/0", "t"), "ok");
	raw_xs_listen();
	raw_n_events = 0;
	store_write("/local/domain/0/secret", "1");
	store_write("/local/domain/0/open", "1");
	store_set_perms("/local/domain/0/open", "n0 r7");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 0); /* it could not be read when it was written */
	store_write("/local/domain/0/open", "2");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 1);
	store_rm("/local/domain/0/secret");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 1);
	store_rm("/local/domain/0/open");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 2);
	CHECK_STR(raw_xs_error(XS_UNWATCH, 0, "/local/domain/0", "t"), "ok");
}

TEST(removing_a_tree_tells_watches_inside_it_and_above_once_each)
{
	quiet();
	store_write(HOME "/data/x/y/z", "1");
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", "above"), "ok");
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "data/x/y", "inside"), "ok");
	raw_xs_listen();
	raw_n_events = 0;
	store_rm(HOME "/data/x");
	raw_xs_listen();
	CHECK_EQ(raw_n_events, 2);
	CHECK_STR(raw_xs_error(XS_RESET_WATCHES, 0, "", NULL), "ok");
}

TEST(a_storm_of_changes_is_heard_to_its_end)
{
	unsigned merged;

	quiet();
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", "t"), "ok");
	raw_xs_listen();
	raw_n_events = 0;
	merged = xenstored_get_counts().events_merged;
	for (int i = 0; i < 20000; i++) {
		char path[64];

		snprintf(path, sizeof(path), HOME "/data/s%d", i % 500);
		store_write(path, "%d", i);
	}
	raw_xs_listen();
	CHECK(raw_n_events >= 500 && raw_n_events < 600);
	CHECK(xenstored_get_counts().events_merged - merged > 19000);
	CHECK_EQ(xenstored_get_counts().events_lost, 0);
	for (int i = 0; i < 500; i++) {
		char path[64];

		snprintf(path, sizeof(path), HOME "/data/s%d", i);
		store_rm(path);
	}
	CHECK_STR(raw_xs_error(XS_RESET_WATCHES, 0, "", NULL), "ok");
	raw_xs_listen();
}

TEST(events_beyond_all_measure_are_lost_and_the_server_stays_small)
{
	quiet();
	for (int i = 0; i < 100; i++) {
		char token[16];

		snprintf(token, sizeof(token), "token-%d", i);
		CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", token), "ok");
	}
	raw_xs_listen();
	for (int i = 0; i < 200; i++) { /* 20,000 different events, none is read */
		char path[64];

		snprintf(path, sizeof(path), HOME "/data/f%d", i);
		store_write(path, "x");
	}
	raw_settle();
	CHECK(xenstored_get_counts().events_lost > 10000);
	CHECK(xenstored_get_counts().waiting_bytes < (1 << 20));
	CHECK(strstr(said_refused(), "more are lost"));
	raw_xs_listen();
	CHECK_EQ(xenstored_get_counts().waiting_bytes, 0);
	CHECK_STR(raw_xs_error(XS_RESET_WATCHES, 0, "", NULL), "ok");
	for (int i = 0; i < 200; i++) {
		char path[64];

		snprintf(path, sizeof(path), HOME "/data/f%d", i);
		store_rm(path);
	}
	CHECK_STR(value_of("domid"), "7"); /* all is well */
}

/* --- a domain that does not read, or breaks the protocol ---------------------------- */

TEST(requests_are_left_in_the_ring_while_nobody_reads_the_replies)
{
	static char text[2000];
	size_t most = 0;

	quiet();
	memset(text, 'x', sizeof(text) - 1);
	CHECK_STR(raw_xs_write(0, "data/l", text), "ok");
	for (int i = 0; i < 2000; i++) {
		struct xsd_sockmsg head = {.type = XS_READ, .len = 7};
		struct xenstore_domain_interface *ring = raw_xs_ring();

		if (ring->req_prod - ring->req_cons > XENSTORE_RING_SIZE - 23) {
			raw_send(raw_xs_port());
			continue;
		}
		raw_xs_put(&head, sizeof(head));
		raw_xs_put("data/l", 7);
		raw_send(raw_xs_port());
		if (xenstored_get_counts().waiting_bytes > most)
			most = xenstored_get_counts().waiting_bytes;
	}
	CHECK(most > 60000 && most < 70000);
	raw_xs_listen(); /* reads it all, and the rest is done */
	CHECK_EQ(xenstored_get_counts().waiting_bytes, 0);
	CHECK_EQ(raw_xs_ring()->req_prod, raw_xs_ring()->req_cons);
	CHECK_STR(raw_xs_error(XS_RM, 0, "data/l", NULL), "ok");
}

static void reconnect(void)
{
	struct xenstore_domain_interface *ring = raw_xs_ring();

	xenstored_offer_reconnect(true);
	ring->connection = XENSTORE_RECONNECT;
	raw_send(raw_xs_port());
}

TEST(a_message_too_long_ends_the_connection_with_its_reason)
{
	static const uint32_t lengths[] = {4097, 0x7fffffff, 0xffffffff};

	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct xsd_sockmsg head = {.type = XS_WRITE, .len = lengths[i]};

		test_row("%u", lengths[i]);
		CHECK_STR(raw_xs_error(XS_WATCH, 0, "data", "t"), "ok");
		CHECK(raw_xs_begin() != 0);
		raw_xs_put(&head, sizeof(head));
		raw_send(raw_xs_port());
		CHECK_EQ(raw_xs_ring()->error, XENSTORE_ERROR_PROTO);
		CHECK(strstr(said_refused(), "ignored from now on: a message longer"));
		CHECK(xenstored_get_counts().ignored);
		CHECK_EQ(xenstored_get_counts().watches, 0); /* all is let go of */
		CHECK_EQ(xenstored_get_counts().transactions, 0);
		CHECK_STR(raw_xs_error(XS_READ, 0, "data", NULL), "silence");
		reconnect();
		CHECK_EQ(raw_xs_ring()->connection, XENSTORE_CONNECTED);
		CHECK_EQ(raw_xs_ring()->error, XENSTORE_ERROR_NONE);
		CHECK_STR(raw_xs_error(XS_READ, 0, "data", NULL), "ok");
	}
}

TEST(indices_beyond_the_ring_end_the_connection)
{
	quiet();
	raw_xs_ring()->req_prod = raw_xs_ring()->req_cons + 1025;
	raw_send(raw_xs_port());
	CHECK_EQ(raw_xs_ring()->error, XENSTORE_ERROR_RINGIDX);
	reconnect();
	raw_xs_ring()->rsp_cons = raw_xs_ring()->rsp_prod + 1;
	raw_send(raw_xs_port());
	CHECK_EQ(raw_xs_ring()->error, XENSTORE_ERROR_RINGIDX);
	reconnect();
	CHECK_STR(value_of("domid"), "7");
}

TEST(both_indices_may_wrap_around)
{
	struct xenstore_domain_interface *ring;

	quiet();
	ring = raw_xs_ring();
	ring->req_cons = ring->req_prod = 0xfffffff0u;
	ring->rsp_cons = ring->rsp_prod = 0xffffffe0u;
	for (int i = 0; i < 10; i++)
		CHECK_STR(value_of("domid"), "7");
	CHECK(ring->req_prod < 1000 && ring->rsp_prod < 1000);
}

TEST(random_bytes_do_no_harm)
{
	unsigned long seed = 7;

	quiet();
	for (int round = 0; round < 200; round++) {
		uint8_t bytes[900];

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			bytes[i] = (uint8_t)(seed >> 40);
		}
		if (round % 2) { /* a head that may be one, for whatever follows */
			struct xsd_sockmsg head = {.type = bytes[0] % 24,
				.tx_id = bytes[1] % 4,
				.len = bytes[2]};

			memcpy(bytes, &head, sizeof(head));
		}
		raw_xs_put(bytes, 16 + (bytes[3] % 2 ? bytes[8] : 100));
		raw_send(raw_xs_port());
		raw_xs_ring()->rsp_cons = raw_xs_ring()->rsp_prod;
		if (xenstored_get_counts().ignored || round % 20 == 19)
			reconnect();
	}
	reconnect();
	CHECK_STR(value_of("domid"), "7");
}

/* --- the toolstack's view ----------------------------------------------------------- */

TEST(the_tree_can_be_walked)
{
	bool seen = false;

	quiet();
	n_lines = 0;
	store_dump(HOME, count_line, &seen);
	CHECK(seen && n_lines > 6);
	n_lines = 0;
	store_dump("/", count_line, &seen);
	CHECK(n_lines > 9);
	store_dump("/nowhere", count_line, &seen);
}

TEST(the_toolstack_is_not_bound_by_limits)
{
	static char text[2040];
	const char *reply;
	char body[3000];
	size_t n;

	quiet();
	memset(text, 'x', sizeof(text) - 1);
	n = (size_t)snprintf(body, sizeof(body), HOME "/data/huge%c%s", 0, text);
	CHECK_EQ(xenstored_ask(XS_WRITE, 0, body, n, &reply, &n), XS_WRITE);
	CHECK_STR(ask(XS_SET_PERMS, 0, HOME "/data/huge", "n0"), "OK");
	CHECK_STR(ask(XS_CONTROL, 0, "check", NULL), "ENOSYS");
	CHECK(value_of("data/huge") == NULL);
	CHECK_STR(ask(XS_RM, 0, HOME "/data/huge", NULL), "OK");
	CHECK_STR(ask(XS_RM, 0, "/", NULL), "EINVAL");
}

TEST(the_toolstack_may_err)
{
	static const char *const paths[] = {
		"", "data", "relative/x", "/a//b", "/a/", "@x"};
	static char text[6000];

	quiet();
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		said_clear();
		test_row("\"%s\"", paths[i]);
		store_write(paths[i], "x");
		store_set_perms(paths[i], "n0");
		store_rm(paths[i]);
		CHECK(strstr(said_refused(), "is no path"));
	}
	store_rm("/");
	CHECK_STR(value_of("domid"), "7");
	memset(text, 'x', sizeof(text) - 1);
	store_write(HOME "/data/long", "%s", text); /* more than a reply can hold */
	CHECK_STR(raw_xs_error(XS_READ, 0, "data/long", NULL), "E2BIG");
	store_rm(HOME "/data/long");
}
