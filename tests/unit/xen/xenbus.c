/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenBus against a toolstack and a back end that behave as libxl and Linux' netback do,
 * and against ones that do not.
 */
#include "xen/xenbus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <xen/io/xenbus.h>
#include <xen/io/xs_wire.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "kernel/timer.h"
#include "tests/fake/domain_test.h"
#include "host/peer.h"
#include "host/xenstore.h"
#include "xen/clock.h"
#include "xen/evtchn.h"

#define HOME      "/local/domain/7"
#define N_DEVICES 3

/* --- the toolstack and the back end ------------------------------------- */

static struct end {
	unsigned id;
	uint16_t domid;
	char front[64], back[64];
	bool obeys; /* moves its state as netback does */
	bool stalls_in_initwait;
	struct store_watch watch;
	char watch_path[80];
} ends[N_DEVICES];

static const char *key(const char *dir, const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int state_of(const char *dir)
{
	const char *text = store_read(key(dir, "state"));

	return text ? atoi(text) : -1;
}

static void back_set(struct end *e, int state)
{
	if (state_of(e->back) >= 0 && state_of(e->back) != state)
		store_write(key(e->back, "state"), "%d", state);
}

/* What netback does when it sees a state of ours. */
static void front_changed(struct store_watch *w, const char *path)
{
	struct end *e = w->arg;
	int back = state_of(e->back);

	(void)path;
	if (!e->obeys || back < 0)
		return;
	switch (state_of(e->front)) {
	case XenbusStateInitialising:
		if (back == XenbusStateInitialising || back == XenbusStateClosed ||
			back == XenbusStateConnected)
			back_set(e, XenbusStateInitWait);
		break;
	case XenbusStateConnected:
		if (back == XenbusStateInitWait && !e->stalls_in_initwait)
			back_set(e, XenbusStateConnected);
		break;
	case XenbusStateClosing:
		back_set(e, XenbusStateClosing);
		break;
	case XenbusStateClosed:
		back_set(e, XenbusStateClosed);
		break;
	}
}

/* xl network-attach: all nodes at once. */
static void attach(unsigned id, uint16_t domid)
{
	struct end *e = &ends[id];

	*e = (struct end){.id = id, .domid = domid, .obeys = true};
	snprintf(e->front, sizeof(e->front), HOME "/device/test/%u", id);
	snprintf(e->back, sizeof(e->back), "/local/domain/%u/backend/test/7/%u", domid,
		id);
	store_begin();
	store_write(key(e->back, "online"), "1");
	store_write(key(e->back, "state"), "%d", XenbusStateInitialising);
	store_write(key(e->back, "feature-x"), "17");
	store_set_perms(e->back, "n0 r7");
	store_set_perms(key(e->back, "online"), "n0 r7");
	store_set_perms(key(e->back, "state"), "n0 r7");
	store_set_perms(key(e->back, "feature-x"), "n0 r7");
	store_write(e->front, "%s", "");
	store_set_perms(e->front, "n7 r0");
	store_write(key(e->front, "backend"), "%s", e->back);
	store_write(key(e->front, "backend-id"), "%u", domid);
	store_write(key(e->front, "mac"), "00:16:3e:00:00:%02x", id);
	store_write(key(e->front, "state"), "%d", XenbusStateInitialising);
	for (int i = 0; i < 4; i++) {
		static const char *const keys[] = {
			"backend", "backend-id", "mac", "state"};

		store_set_perms(key(e->front, keys[i]), "n7 r0");
	}
	store_commit();
	snprintf(e->watch_path, sizeof(e->watch_path), HOME "/device/test/%u/state", id);
	e->watch = (struct store_watch){
		.path = e->watch_path, .changed = front_changed, .arg = e};
	store_watch(&e->watch);
}

/* xl network-detach -f, or the end of a polite one: both directories go. */
static void remove_nodes(unsigned id)
{
	struct end *e = &ends[id];

	store_unwatch(&e->watch);
	store_rm(e->front);
	store_rm(e->back);
}

/* The polite half of xl network-detach. */
static void ask_to_go(unsigned id)
{
	store_begin();
	store_write(key(ends[id].back, "online"), "0");
	store_write(key(ends[id].back, "state"), "%d", XenbusStateClosing);
	store_commit();
}

/* Let all threads and peers come to rest. */
static void settle(void)
{
	thread_sleep_until(clock_ns() + 10 * NS_PER_MS);
}

/* --- the driver --------------------------------------------------------- */

static struct seen {
	unsigned probes, connects, connecteds, disconnects, removes;
	uint16_t backend_domid;
	struct xenbus_device *dev;
} seen;
static int probe_result, connect_result;

static int probe(struct xenbus_device *dev)
{
	seen.probes++;
	seen.dev = dev;
	dev->priv = &seen;
	return probe_result;
}

static int connect(struct xenbus_device *dev)
{
	const struct xenbus_key keys[] = {{"ring-ref", "8"}, {"event-channel", "5"}};
	unsigned long feature = 0;

	EXPECT(!dev->linked);
	seen.connects++;
	seen.backend_domid = dev->backend_domid;
	if (xenbus_read_backend_uint(dev, "feature-x", &feature) || feature != 17)
		return -EINVAL;
	if (connect_result)
		return connect_result;
	return xenbus_write_keys(dev, keys, ARRAY_SIZE(keys));
}

static void connected(struct xenbus_device *dev)
{
	CHECK(dev->priv == &seen);
	seen.connecteds++;
}

static void disconnect(struct xenbus_device *dev)
{
	CHECK(dev->priv == &seen);
	seen.disconnects++;
}

static void removed(struct xenbus_device *dev)
{
	CHECK(!dev->linked);
	seen.removes++;
	seen.dev = NULL;
}

static struct xenbus_driver driver = {
	.type = "test",
	.probe = probe,
	.connect = connect,
	.connected = connected,
	.disconnect = disconnect,
	.remove = removed,
};

static void boot(void)
{
	static bool done;

	memset(&xenstored_faults, 0, sizeof(xenstored_faults));
	peers_set_when(PEERS_AT_ONCE);
	probe_result = connect_result = 0;
	if (!done) {
		done = true;
		domain_start();
		CHECK_EQ(evtchn_start(), 0);
		CHECK_EQ(clock_start(), 0);
		CHECK_EQ(xenstore_start(), 0);
		CHECK_EQ(xenbus_start(), 0);
		CHECK_EQ(xenbus_register(&driver), 0);
		settle();
	}
	for (unsigned id = 0; id < N_DEVICES; id++) {
		if (ends[id].front[0])
			remove_nodes(id);
	}
	settle();
	seen = (struct seen){0};
}

static int wait_settled(void)
{
	return xenbus_wait_settled(&driver, clock_ns() + NS_PER_S);
}

static bool is_up(unsigned id)
{
	return state_of(ends[id].front) == XenbusStateConnected &&
	       state_of(ends[id].back) == XenbusStateConnected;
}

/* --- connecting --------------------------------------------------------- */

DOMAIN_TEST(without_devices_all_is_settled_at_once)
{
	uint64_t start = clock_ns();

	CHECK_EQ(wait_settled(), 0);
	CHECK_EQ(clock_ns(), start);
}

DOMAIN_TEST(a_device_is_found_and_connected)
{
	attach(0, 0);
	settle();
	CHECK_EQ(wait_settled(), 1);
	CHECK(is_up(0));
	CHECK_EQ(seen.probes, 1);
	CHECK_EQ(seen.connects, 1);
	CHECK_EQ(seen.connecteds, 1);
	CHECK_STR(store_read(key(ends[0].front, "ring-ref")), "8");
	CHECK_STR(store_read(key(ends[0].front, "event-channel")), "5");
}

DOMAIN_TEST(three_devices_connect_each_to_its_back_end)
{
	attach(0, 0);
	attach(1, 3);
	attach(2, 0);
	settle();
	CHECK_EQ(wait_settled(), 3);
	CHECK(is_up(0) && is_up(1) && is_up(2));
	CHECK_EQ(seen.connects, 3);
}

DOMAIN_TEST(the_hand_shake_survives_conflicts)
{
	for (unsigned every = 2; every <= 4; every++) {
		test_row("every %u.", every);
		xenstored_faults.conflict_every = every;
		attach(0, 0);
		settle();
		CHECK(is_up(0));
		remove_nodes(0);
		settle();
	}
}

DOMAIN_TEST(the_hand_shake_survives_streams_in_pieces)
{
	peers_set_when(PEERS_WHEN_IDLE);
	xenstored_faults.step_bytes = 5;
	attach(0, 0);
	thread_sleep_until(clock_ns() + NS_PER_S);
	CHECK(is_up(0));
}

DOMAIN_TEST(a_back_end_that_never_comes_is_waited_for_until_the_deadline)
{
	uint64_t start;

	attach(0, 0);
	ends[0].obeys = false;
	settle();
	start = clock_ns();
	CHECK_EQ(wait_settled(), 0);
	CHECK_EQ(clock_ns() - start, NS_PER_S);
	CHECK_EQ(seen.connects, 0);
	back_set(&ends[0], XenbusStateInitWait); /* at last */
	ends[0].obeys = true;
	settle();
	CHECK(is_up(0));
}

DOMAIN_TEST(a_back_end_that_stalls_half_way_is_waited_for_too)
{
	attach(0, 0);
	ends[0].stalls_in_initwait = true;
	settle();
	CHECK_EQ(wait_settled(), 0);
	CHECK_EQ(state_of(ends[0].front), XenbusStateConnected);
	CHECK_EQ(seen.connecteds, 0);
	back_set(&ends[0], XenbusStateConnected);
	settle();
	CHECK_EQ(seen.connecteds, 1);
	CHECK_EQ(wait_settled(), 1);
}

DOMAIN_TEST(a_back_end_that_never_says_Connected_is_not_waited_for_for_ever)
{
	attach(0, 0);
	ends[0].stalls_in_initwait = true;
	settle();
	CHECK_EQ(seen.connecteds, 0);
	CHECK_EQ(xenbus_wait_settled(&driver, clock_ns() + 10 * NS_PER_S), 1);
	CHECK_EQ(seen.connecteds, 1);
	thread_sleep_until(clock_ns() + 20 * NS_PER_S);
	CHECK_EQ(seen.connecteds, 1);
	back_set(&ends[0], XenbusStateConnected); /* at last */
	settle();
	CHECK_EQ(seen.connecteds, 1);
	CHECK_EQ(seen.disconnects, 0);
}

DOMAIN_TEST(a_device_that_its_driver_refuses_is_left_alone)
{
	probe_result = -ENOMEM;
	attach(0, 0);
	settle();
	CHECK_EQ(wait_settled(), 0);
	CHECK_EQ(state_of(ends[0].front), XenbusStateInitialising);
	CHECK_EQ(seen.removes, 0);
}

DOMAIN_TEST(a_failed_connect_closes_the_device_until_it_is_attached_anew)
{
	connect_result = -ENOSPC;
	attach(0, 0);
	settle();
	CHECK_EQ(wait_settled(), 0);
	CHECK_EQ(state_of(ends[0].front), XenbusStateClosed);
	CHECK_EQ(state_of(ends[0].back), XenbusStateClosed);
	CHECK_EQ(seen.connects, 1);
	CHECK_EQ(seen.disconnects, 0);
	connect_result = 0;
	remove_nodes(0);
	settle();
	CHECK_EQ(seen.removes, 1);
	attach(0, 0);
	settle();
	CHECK(is_up(0));
}

DOMAIN_TEST(incomplete_nodes_wait_for_the_rest)
{
	store_write(HOME "/device/test/1/mac", "x");
	settle();
	CHECK_EQ(seen.probes, 0);
	store_rm(HOME "/device/test/1");
	attach(1, 0);
	settle();
	CHECK(is_up(1));
}

DOMAIN_TEST(names_that_are_no_numbers_are_passed_over)
{
	store_write(HOME "/device/test/abc/backend", "/x");
	store_write(HOME "/device/test/99999999999/backend", "/x");
	attach(0, 0);
	settle();
	CHECK_EQ(seen.probes, 1);
	CHECK(is_up(0));
	store_rm(HOME "/device/test/abc");
	store_rm(HOME "/device/test/99999999999");
}

DOMAIN_TEST(an_absurd_back_end_id_or_path_is_refused)
{
	static const char *const ids[] = {"65536", "-1", "x", ""};
	char path[400];

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		test_row("backend-id \"%s\"", ids[i]);
		store_begin();
		store_write(HOME "/device/test/2/backend",
			"/local/domain/0/backend/test/7/2");
		store_write(HOME "/device/test/2/backend-id", "%s", ids[i]);
		store_commit();
		settle();
		CHECK_EQ(seen.probes, 0);
		store_rm(HOME "/device/test/2");
	}
	memset(path, 'p', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	store_begin();
	store_write(HOME "/device/test/2/backend", "/%s", path);
	store_write(HOME "/device/test/2/backend-id", "0");
	store_commit();
	settle();
	CHECK_EQ(seen.probes, 0);
	store_rm(HOME "/device/test/2");
}

/* --- the back end goes, and comes back ---------------------------------- */

DOMAIN_TEST(closing_and_closed_by_hand_end_in_a_new_connection)
{
	attach(0, 0);
	settle();
	CHECK(is_up(0));
	back_set(&ends[0], XenbusStateClosing); /* xenstore-write .../state 5 */
	settle();
	CHECK_EQ(seen.disconnects, 1);
	CHECK_EQ(seen.connects, 2);
	CHECK(is_up(0));
	back_set(&ends[0], XenbusStateClosed);
	settle();
	CHECK_EQ(seen.disconnects, 2);
	CHECK_EQ(seen.connects, 3);
	CHECK(is_up(0));
	CHECK_EQ(seen.removes, 0);
}

DOMAIN_TEST(a_back_end_rebound_to_its_driver_goes_on_with_the_same_link)
{
	attach(0, 0);
	settle();
	back_set(&ends[0], XenbusStateInitWait); /* netback's probe */
	settle();
	CHECK_EQ(seen.disconnects, 0);
	CHECK_EQ(state_of(ends[0].front), XenbusStateConnected);
	back_set(&ends[0], XenbusStateConnected);
	settle();
	CHECK_EQ(seen.disconnects, 0);
	CHECK_EQ(seen.connects, 1);
	CHECK_EQ(seen.connecteds, 2); /* told, to notify what waits in the rings */
}

DOMAIN_TEST(a_back_end_that_begins_anew_gets_a_new_connection)
{
	attach(0, 0);
	settle();
	back_set(&ends[0], XenbusStateInitialising);
	settle();
	CHECK_EQ(seen.disconnects, 1);
	CHECK_EQ(seen.connects, 2);
	CHECK(is_up(0));
}

DOMAIN_TEST(a_back_end_that_vanishes_and_returns_is_connected_again)
{
	attach(0, 0);
	settle();
	store_rm(ends[0].back);
	settle();
	CHECK_EQ(seen.disconnects, 1);
	CHECK_EQ(state_of(ends[0].front), XenbusStateClosed);
	CHECK_EQ(wait_settled(), 0);
	store_begin();
	store_write(key(ends[0].back, "online"), "1");
	store_write(key(ends[0].back, "feature-x"), "17");
	store_write(key(ends[0].back, "state"), "%d", XenbusStateInitialising);
	store_set_perms(ends[0].back, "n0 r7");
	store_set_perms(key(ends[0].back, "online"), "n0 r7");
	store_set_perms(key(ends[0].back, "feature-x"), "n0 r7");
	store_set_perms(key(ends[0].back, "state"), "n0 r7");
	store_commit();
	settle();
	CHECK_EQ(seen.connects, 2);
	CHECK(is_up(0));
}

DOMAIN_TEST(a_polite_detach_closes_and_removes)
{
	attach(0, 0);
	settle();
	ask_to_go(0);
	settle();
	CHECK_EQ(seen.disconnects, 1);
	CHECK_EQ(state_of(ends[0].front), XenbusStateClosed); /* and not reopened */
	CHECK_EQ(state_of(ends[0].back), XenbusStateClosed);
	CHECK_EQ(seen.connects, 1);
	remove_nodes(0);
	settle();
	CHECK_EQ(seen.removes, 1);
	CHECK_EQ(seen.disconnects, 1);
	CHECK(store_read(ends[0].front) == NULL);
}

DOMAIN_TEST(a_forced_detach_writes_nothing_to_the_removed_nodes)
{
	attach(0, 0);
	settle();
	remove_nodes(0);
	settle();
	CHECK_EQ(seen.disconnects, 1);
	CHECK_EQ(seen.removes, 1);
	CHECK(store_read(ends[0].front) == NULL);
	CHECK(store_read(ends[0].back) == NULL);
}

DOMAIN_TEST(detach_and_attach_many_times_leaves_nothing)
{
	struct heap_stats before, after;

	heap_get_stats(kernel_heap, &before);
	for (unsigned i = 0; i < 20; i++) {
		test_row("round %u", i);
		attach(0, i % 2 ? 3 : 0);
		settle();
		CHECK(is_up(0));
		CHECK_EQ(seen.backend_domid, i % 2 ? 3 : 0);
		if (i % 3) {
			ask_to_go(0);
			settle();
		}
		remove_nodes(0);
		settle();
	}
	CHECK_EQ(seen.probes, 20);
	CHECK_EQ(seen.removes, 20);
	CHECK_EQ(seen.disconnects, 20);
	CHECK_EQ(xenstored_get_counts().watches, 1); /* the driver's own */
	heap_get_stats(kernel_heap, &after);
	CHECK_EQ(after.blocks, before.blocks);
}

DOMAIN_TEST(another_back_end_under_the_same_id_is_another_device)
{
	attach(0, 0);
	settle();
	CHECK_EQ(seen.backend_domid, 0);
	store_unwatch(&ends[0].watch);
	store_rm(ends[0].back);
	attach(0, 5); /* the nodes are written over, without a removal */
	settle();
	CHECK_EQ(seen.removes, 1);
	CHECK_EQ(seen.probes, 2);
	CHECK_EQ(seen.backend_domid, 5);
	CHECK(is_up(0));
}

DOMAIN_TEST(a_device_replaced_before_we_looked_is_noticed)
{
	attach(0, 0);
	settle();
	store_begin(); /* all of it is one flood of events */
	store_unwatch(&ends[0].watch);
	store_rm(ends[0].front);
	store_rm(ends[0].back);
	attach(0, 0);
	settle();
	CHECK_EQ(seen.removes, 1);
	CHECK_EQ(seen.probes, 2);
	CHECK(is_up(0));
}

/*
 * Every state of theirs, in every state of ours: nothing crashes, nothing hangs, and a
 * good back end still connects.
 */
DOMAIN_TEST(no_pair_of_states_is_a_dead_end)
{
	for (int theirs = 0; theirs <= 9; theirs++) {
		for (int after = 0; after <= 9; after++) {
			test_row("back end %d then %d", theirs, after);
			attach(0, 0);
			settle();
			CHECK(is_up(0));
			ends[0].obeys = false;
			store_write(key(ends[0].back, "state"), "%d", theirs);
			settle();
			store_write(key(ends[0].back, "state"), "%d", after);
			settle();
			ends[0].obeys = true; /* from here on it does its part */
			front_changed(&ends[0].watch, NULL);
			settle();
			if (!is_up(0))
				back_set(&ends[0], XenbusStateClosed);
			settle();
			CHECK(is_up(0));
			remove_nodes(0);
			settle();
			CHECK_EQ(seen.connects, seen.disconnects);
		}
	}
}

DOMAIN_TEST(a_state_that_is_no_number_counts_as_gone)
{
	attach(0, 0);
	settle();
	ends[0].obeys = false;
	store_write(key(ends[0].back, "state"), "banana");
	settle();
	CHECK_EQ(seen.disconnects, 1);
	ends[0].obeys = true;
	store_write(key(ends[0].back, "state"), "%d", XenbusStateInitialising);
	settle();
	CHECK(is_up(0));
}

/* --- failing ------------------------------------------------------------ */

DOMAIN_TEST(a_device_that_its_driver_gives_up_is_closed_and_stays_so)
{
	attach(0, 0);
	settle();
	fake_console_clear();
	xenbus_device_fail(seen.dev, -EIO, "response for nothing");
	xenbus_device_fail(seen.dev, -EIO, "and again");
	settle();
	CHECK_EQ(seen.disconnects, 1);
	CHECK_EQ(state_of(ends[0].front), XenbusStateClosed);
	CHECK(strstr(fake_console(), "response for nothing") != NULL);
	CHECK(strstr(fake_console(), "and again") == NULL);
	back_set(&ends[0], XenbusStateInitWait);
	settle();
	CHECK_EQ(seen.connects, 1);
	CHECK_EQ(wait_settled(), 0);
	remove_nodes(0);
	settle();
	attach(0, 0);
	settle();
	CHECK(is_up(0));
}

DOMAIN_TEST(a_broken_device_does_not_touch_its_neighbours)
{
	struct xenbus_device *first;

	attach(0, 0);
	settle();
	first = seen.dev;
	attach(1, 0);
	settle();
	xenbus_device_fail(first, -EIO, "broken");
	settle();
	CHECK(is_up(1));
	CHECK_EQ(wait_settled(), 1);
	CHECK_EQ(seen.disconnects, 1);
}

/* --- XenStore misbehaves ------------------------------------------------ */

DOMAIN_TEST(an_error_in_the_hand_shake_is_one_failed_connect)
{
	xenstored_faults.error = "EIO";
	xenstored_faults.error_type = XS_WRITE;
	xenstored_faults.error_n = 1;
	attach(0, 0);
	settle();
	CHECK_EQ(state_of(ends[0].front), XenbusStateClosed);
	CHECK_EQ(xenstored_get_counts().transactions, 0);
}

DOMAIN_TEST(a_list_that_cannot_be_read_changes_nothing)
{
	attach(0, 0);
	settle();
	xenstored_faults.error = "EACCES";
	xenstored_faults.error_type = XS_DIRECTORY;
	xenstored_faults.error_n = 1;
	attach(1, 0); /* not seen: the list fails */
	settle();
	CHECK(is_up(0));
	CHECK_EQ(seen.removes, 0);
	store_write(
		key(ends[1].front, "backend"), "%s", ends[1].back); /* the next event */
	settle();
	CHECK(is_up(1));
}

DOMAIN_TEST(a_state_that_cannot_be_read_keeps_the_last_one)
{
	attach(0, 0);
	settle();
	xenstored_faults.error = "EIO";
	xenstored_faults.error_type = XS_READ;
	xenstored_faults.error_n = 1;
	store_write(key(ends[0].back, "state"), "%d", XenbusStateConnected);
	settle();
	CHECK_EQ(seen.disconnects, 0);
	CHECK(is_up(0));
}

DOMAIN_TEST(keys_of_the_wrong_shape_are_refused)
{
	unsigned long n;
	char buf[4], long_key[300];

	attach(0, 0);
	settle();
	memset(long_key, 'k', sizeof(long_key));
	long_key[sizeof(long_key) - 1] = '\0';
	CHECK_EQ(xenbus_read_backend_uint(seen.dev, "none", &n), -ENOENT);
	CHECK_EQ(xenbus_read_frontend(seen.dev, "mac", buf, sizeof(buf)), -ERANGE);
	CHECK_EQ(
		xenbus_read_backend(seen.dev, long_key, buf, sizeof(buf)), -ENAMETOOLONG);
	CHECK_EQ(xenbus_read_backend_uint(seen.dev, long_key, &n), -ENAMETOOLONG);
}

TEST(states_have_names)
{
	CHECK_STR(xenbus_state_name(4), "Connected");
	CHECK_STR(xenbus_state_name(-1), "unknown");
	CHECK_STR(xenbus_state_name(9), "unknown");
}
