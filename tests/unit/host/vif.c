/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vif's life: the keys of toolstack and driver, the hand-shake and how it fails, a back
 * end that dies and returns in every state of it, plugging and unplugging.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/io/xenbus.h>
#include <xen/io/xs_wire.h>

#include "host/hv.h"
#include "host/xenstore.h"
#include "kernel/util.h"
#include "tests/fake/raw.h"
#include "tests/fake/raw_vif.h"
#include "tests/fake/said.h"
#include "tests/test.h"

#define BACK  "/local/domain/0/backend/vif/7/0"
#define FRONT "/local/domain/7/device/vif/0"

static struct raw_vif v, second;
static struct raw_queue *const q = &v.queue[0];

static void begin(void)
{
	raw_vif_end(&v);
	raw_vif_init(&v, 0, 1, true);
	said_clear();
}

static void finish(void)
{
	raw_vif_end(&v);
	CHECK_EQ(hv_frames_mapped(), 0);
	CHECK_EQ(raw_held(), 0);
	CHECK_EQ(hv_ports_open(), 2);
	CHECK(v.closed);
	CHECK(store_read(BACK) == NULL && store_read(FRONT) == NULL);
	CHECK(vif_find(0) == NULL);
}

static int back_state(void)
{
	const char *text = store_read(BACK "/state");

	return text ? atoi(text) : 0;
}

static bool key_is(const char *dir, const char *key, const char *value)
{
	char path[128];
	const char *text;

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	text = store_read(path);
	if (text && strcmp(text, value) == 0)
		return true;
	test_fail(__FILE__, __LINE__, "%s is %s, not %s", path, text ? text : "not there",
		value);
	return false;
}

static bool works(struct raw_vif *w)
{
	unsigned n, sent = w->n_sent;
	struct packet p = {.data = w->bytes, .len_bytes = 60};
	struct netif_rx_response rsp;

	raw_tx(&w->queue[0], 0, 0, 60, 0);
	raw_tx_push(&w->queue[0]);
	if (raw_tx_status(&w->queue[0], &n) != NETIF_RSP_OKAY || w->n_sent != sent + 1)
		return false;
	raw_rx_post(&w->queue[0], 1);
	raw_rx_push(&w->queue[0]);
	return raw_deliver(w, &p) && raw_rx_response(&w->queue[0], &rsp) &&
	       rsp.status == 60;
}

/* --- keys --------------------------------------------------------------------------- */

TEST(the_toolstack_writes_what_xl_writes)
{
	begin();
	raw_vif_plug(&v, NULL);
	CHECK(key_is(BACK, "frontend", FRONT) && key_is(BACK, "frontend-id", "7"));
	CHECK(key_is(BACK, "online", "1") && key_is(BACK, "handle", "0"));
	CHECK(key_is(BACK, "mac", "00:16:3e:00:00:07") && key_is(BACK, "type", "vif"));
	CHECK(key_is(BACK, "bridge", "xenbr0") && key_is(BACK, "ip", "10.0.0.2"));
	CHECK(key_is(BACK, "script", "/etc/xen/scripts/vif-bridge"));
	CHECK(key_is(BACK, "hotplug-status", "connected"));
	CHECK(key_is(FRONT, "backend", BACK) && key_is(FRONT, "backend-id", "0"));
	CHECK(key_is(FRONT, "state", "1") && key_is(FRONT, "handle", "0"));
	CHECK(key_is(FRONT, "mac", "00:16:3e:00:00:07"));
	finish();
}

TEST(each_end_may_read_both_directories_and_write_its_own)
{
	begin();
	raw_vif_plug(&v, NULL);
	CHECK_STR(raw_xs2(XS_GET_PERMS, 0, BACK, NULL)->body, "n0");
	CHECK_STR(raw_xs2(XS_GET_PERMS, 0, BACK, NULL)->body + 3, "r7");
	CHECK_STR(raw_xs2(XS_GET_PERMS, 0, FRONT "/state", NULL)->body, "n7");
	CHECK_STR(raw_xs2(XS_GET_PERMS, 0, FRONT "/state", NULL)->body + 3, "r0");
	CHECK_STR(raw_xs2(XS_READ, 0, BACK "/feature-sg", NULL)->body, "1");
	CHECK_STR(raw_xs_write(0, BACK "/state", "6"), "EACCES");
	CHECK_STR(raw_xs_write(0, BACK "/new", "x"), "EACCES");
	CHECK_STR(raw_xs_write(0, FRONT "/new", "x"), "ok");
	finish();
}

TEST(the_driver_offers_its_features_and_waits)
{
	begin();
	raw_vif_plug(&v, NULL);
	CHECK_EQ(back_state(), XenbusStateInitWait);
	CHECK(key_is(BACK, "feature-rx-copy", "1") && key_is(BACK, "feature-sg", "1"));
	CHECK(key_is(BACK, "feature-gso-tcpv4", "1") &&
		key_is(BACK, "feature-gso-tcpv6", "1"));
	CHECK(key_is(BACK, "feature-ipv6-csum-offload", "1"));
	CHECK(store_read(BACK "/feature-no-csum-offload") == NULL);
	CHECK(key_is(BACK, "feature-split-event-channels", "1"));
	CHECK(key_is(BACK, "multi-queue-max-queues", "8"));
	finish();
}

TEST(each_feature_can_be_left_out_with_what_needs_it)
{
	struct netback_features f = netback_all_features;

	begin();
	f.sg = f.split = false;
	f.queues = 1;
	raw_vif_plug(&v, &f);
	CHECK(key_is(BACK, "feature-sg", "0") && key_is(BACK, "feature-gso-tcpv4", "0"));
	CHECK(key_is(BACK, "feature-gso-tcpv6", "0"));
	CHECK(key_is(BACK, "feature-split-event-channels", "0"));
	CHECK(key_is(BACK, "multi-queue-max-queues", "1"));
	finish();
	begin();
	f = netback_all_features;
	f.csum4 = f.csum6 = false;
	raw_vif_plug(&v, &f);
	CHECK(key_is(BACK, "feature-no-csum-offload", "1"));
	CHECK(key_is(BACK, "feature-ipv6-csum-offload", "0"));
	CHECK(key_is(BACK, "feature-gso-tcpv4", "0"));
	CHECK(key_is(BACK, "feature-gso-tcpv6", "0"));
	CHECK(key_is(BACK, "feature-sg", "1"));
	finish();
}

/* --- the hand-shake ----------------------------------------------------------------- */

TEST(the_driver_connects_when_the_guest_has)
{
	begin();
	raw_vif_plug(&v, NULL);
	raw_vif_keys(&v);
	raw_settle();
	CHECK_EQ(back_state(), XenbusStateInitWait);
	raw_vif_state(&v, XenbusStateInitialised); /* netfront does not use it */
	CHECK_EQ(back_state(), XenbusStateInitWait);
	raw_vif_state(&v, XenbusStateConnected);
	CHECK_EQ(back_state(), XenbusStateConnected);
	CHECK(netback_connected(vif_netback(vif_find(0))));
	CHECK(works(&v));
	finish();
}

TEST(the_driver_waits_for_the_hotplug_script)
{
	struct vif_config c = {
		.id = 0, .features = netback_all_features, .slow_hotplug = true};
	struct vif *plugged;

	begin();
	raw_vif_plug(&v, NULL); /* for its outlet */
	vif_unplug(vif_find(0), true);
	v.closed = false;
	c.outlet = &v.outlet;
	plugged = vif_plug(&c);
	raw_vif_keys(&v);
	raw_vif_state(&v, XenbusStateConnected);
	CHECK_EQ(back_state(), XenbusStateInitWait);
	vif_hotplug_done(plugged, false);
	CHECK(key_is(BACK, "hotplug-status", "error"));
	raw_settle();
	CHECK_EQ(back_state(), XenbusStateInitWait);
	vif_hotplug_done(plugged, true);
	CHECK_EQ(back_state(), XenbusStateConnected);
	CHECK(works(&v));
	finish();
}

TEST(keys_that_are_wrong_end_the_hand_shake_with_a_reason)
{
	static const struct {
		const char *key, *value, *why; /* value NULL: remove the key */
	} rows[] = {
		{"request-rx-copy", NULL, "request-rx-copy"},
		{"request-rx-copy", "0", "request-rx-copy"},
		{"tx-ring-ref", NULL, "tx-ring-ref is missing"},
		{"tx-ring-ref", "abc", "\"abc\", not a number"},
		{"tx-ring-ref", "", "not a number"},
		{"tx-ring-ref", "-1", "not a number"},
		{"tx-ring-ref", "4294967296", "not a number"},
		{"tx-ring-ref", "9", "page 9 is not granted"},
		{"tx-ring-ref", "4294967295", "is not granted"},
		{"rx-ring-ref", NULL, "rx-ring-ref is missing"},
		{"rx-ring-ref", "12 ", "not a number"},
		{"rx-ring-ref", "450", "page 450 is not granted"},
		{"event-channel-tx", "0", "port 0 is not open"},
		{"event-channel-tx", "1", "port 1 is not open"}, /* XenStore's */
		{"event-channel-rx", NULL, "event-channel-rx is missing"},
		{"event-channel-rx", "4000", "port 4000 is not open"},
		{"event-channel-tx", NULL, "event-channel is missing"},
		{"multi-queue-num-queues", "0", "it wants 0 queues of 8"},
		{"multi-queue-num-queues", "9", "it wants 9 queues of 8"},
		{"multi-queue-num-queues", "2", "queue-0/tx-ring-ref is missing"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char path[80];

		test_row(
			"%s = %s", rows[i].key, rows[i].value ? rows[i].value : "(none)");
		begin();
		raw_vif_plug(&v, NULL);
		raw_vif_keys(&v);
		snprintf(path, sizeof(path), "device/vif/0/%s", rows[i].key);
		if (rows[i].value)
			raw_vif_key(&v, rows[i].key, "%s", rows[i].value);
		else
			raw_xs2(XS_RM, 0, path, NULL);
		raw_vif_state(&v, XenbusStateConnected);
		CHECK_EQ(back_state(), XenbusStateClosing);
		CHECK(strstr(said_refused(), rows[i].why));
		CHECK(strstr(store_read("/local/domain/0/error/backend/vif/7/0/error"),
			rows[i].why));
		CHECK_EQ(hv_frames_mapped(), 0); /* nothing is held half-way */
		raw_vif_state(&v, XenbusStateClosed);
		CHECK_EQ(back_state(), XenbusStateClosed);
		finish();
	}
}

TEST(a_ring_with_more_requests_than_slots_is_not_connected)
{
	begin();
	raw_vif_plug(&v, NULL);
	raw_vif_keys(&v);
	q->tx->req_prod = 1000;
	raw_vif_state(&v, XenbusStateConnected);
	CHECK_EQ(back_state(), XenbusStateClosing);
	CHECK(strstr(said_refused(), "more requests than it has slots"));
	finish();
}

TEST(a_ring_granted_for_reading_is_not_connected)
{
	begin();
	raw_vif_plug(&v, NULL);
	raw_vif_keys(&v);
	raw_entry(q->rx_ref)->flags |= GTF_readonly;
	raw_vif_state(&v, XenbusStateConnected);
	CHECK_EQ(back_state(), XenbusStateClosing);
	CHECK_EQ(hv_frames_mapped(), 0);
	finish();
}

TEST(after_a_failure_a_better_try_succeeds)
{
	begin();
	raw_vif_plug(&v, NULL);
	raw_vif_keys(&v);
	raw_vif_key(&v, "tx-ring-ref", "9");
	raw_vif_state(&v, XenbusStateConnected);
	CHECK_EQ(back_state(), XenbusStateClosing);
	raw_vif_state(&v, XenbusStateClosed);
	raw_vif_state(&v, XenbusStateInitialising);
	CHECK_EQ(back_state(), XenbusStateInitWait);
	raw_vif_keys(&v);
	raw_vif_state(&v, XenbusStateConnected);
	CHECK_EQ(back_state(), XenbusStateConnected);
	CHECK(works(&v));
	finish();
}

TEST(states_that_are_none_close_the_device)
{
	static const char *const states[] = {"2", "7", "8", "99", "-3"};

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		test_row("%s", states[i]);
		begin();
		CHECK(raw_vif_connect(&v, NULL) != NULL);
		raw_vif_key(&v, "state", "%s", states[i]);
		raw_settle();
		CHECK_EQ(back_state(), XenbusStateClosing);
		CHECK(strstr(said_refused(), "its state is"));
		CHECK_EQ(hv_frames_mapped(), 0);
		finish();
	}
}

TEST(the_driver_follows_the_guest_down_and_up_again)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	for (int i = 0; i < 20; i++) {
		CHECK(works(&v));
		raw_vif_state(&v, XenbusStateClosing);
		CHECK_EQ(back_state(), XenbusStateClosing);
		CHECK_EQ(hv_frames_mapped(), 0);
		CHECK(v.outlet.deliver == NULL);
		raw_vif_state(&v, XenbusStateClosed);
		CHECK_EQ(back_state(), XenbusStateClosed);
		raw_vif_state(&v, XenbusStateInitialising);
		CHECK_EQ(back_state(), XenbusStateInitWait);
		raw_vif_state(&v, XenbusStateConnected);
		CHECK_EQ(back_state(), XenbusStateConnected);
	}
	finish();
}

TEST(a_guest_that_starts_over_without_closing_is_followed)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	raw_vif_state(&v, XenbusStateInitialising);
	CHECK_EQ(back_state(), XenbusStateInitWait);
	CHECK_EQ(hv_frames_mapped(), 0);
	raw_vif_state(&v, XenbusStateConnected);
	CHECK(works(&v));
	finish();
}

TEST(a_guest_that_removes_its_directory_is_closed)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	CHECK_STR(raw_xs_error(XS_RM, 0, FRONT, NULL), "ok");
	raw_settle();
	CHECK_EQ(back_state(), XenbusStateClosed);
	CHECK_EQ(hv_frames_mapped(), 0);
	finish();
}

/* --- death and return --------------------------------------------------------------- */

static uint32_t port_status(uint32_t port)
{
	struct evtchn_status s = {.dom = DOMID_SELF, .port = port};

	return hv_evtchn_op(EVTCHNOP_status, &s) == 0 ? s.status : ~0u;
}

/* Bring the hand-shake to a state of the guest's. */
static void advance(int front)
{
	raw_vif_plug(&v, NULL);
	raw_vif_keys(&v);
	if (front == XenbusStateInitialising)
		return;
	raw_vif_state(&v, XenbusStateConnected);
	if (front == XenbusStateConnected)
		return;
	raw_vif_state(&v, XenbusStateClosing);
	if (front == XenbusStateClosed)
		raw_vif_state(&v, XenbusStateClosed);
}

/* What netfront does once the back end waits again. */
static void come_back(void)
{
	if (back_state() == XenbusStateConnected)
		return;
	raw_vif_state(&v, XenbusStateClosed);
	raw_vif_state(&v, XenbusStateInitialising);
	CHECK_EQ(back_state(), XenbusStateInitWait);
	raw_vif_state(&v, XenbusStateConnected);
}

static const int fronts[] = {XenbusStateInitialising, XenbusStateConnected,
	XenbusStateClosing, XenbusStateClosed};

static void dies_in_every_state(enum vif_death how)
{
	for (size_t i = 0; i < ARRAY_SIZE(fronts); i++) {
		int before;

		test_row("state %d", fronts[i]);
		begin();
		advance(fronts[i]);
		before = back_state();
		vif_die(vif_find(0), how);
		vif_die(vif_find(0), how); /* once more does nothing */
		CHECK(vif_netback(vif_find(0)) == NULL);
		CHECK_EQ(hv_frames_mapped(), 0);
		CHECK_EQ(port_status(q->tx_port), EVTCHNSTAT_unbound); /* open again */
		CHECK_EQ(back_state(), how == VIF_UNBOUND ? XenbusStateClosed : before);
		raw_settle();
		raw_tx(q, 0, 0, 60, 0); /* into the void */
		raw_tx_push(q);
		CHECK_EQ(v.n_sent, 0);
		q->tx_prod = q->tx->req_prod = q->tx->rsp_prod;
		vif_return(vif_find(0));
		vif_return(vif_find(0));
		raw_settle();
		come_back();
		CHECK_EQ(back_state(), XenbusStateConnected);
		CHECK(works(&v));
		finish();
	}
}

TEST(a_driver_that_is_unbound_in_any_state_says_so_and_returns)
{
	dies_in_every_state(VIF_UNBOUND);
}

TEST(a_back_end_that_crashes_in_any_state_says_nothing_and_returns)
{
	dies_in_every_state(VIF_CRASHED);
}

TEST(a_driver_rebound_to_a_connected_guest_goes_on_with_its_rings)
{
	unsigned n;

	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	CHECK(works(&v));
	vif_die(vif_find(0), VIF_CRASHED);
	for (unsigned i = 0; i < 5; i++)
		raw_tx(q, 0, 0, 60, 0); /* they wait on the ring */
	raw_tx_push(q);
	vif_return(vif_find(0));
	raw_settle();
	CHECK_EQ(back_state(), XenbusStateConnected);
	CHECK_EQ(raw_tx_status(q, &n), NETIF_RSP_OKAY);
	CHECK_EQ(n, 5);
	CHECK(works(&v));
	finish();
}

TEST(a_guest_that_moves_while_nobody_is_there_is_met_where_it_is)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	vif_die(vif_find(0), VIF_CRASHED);
	raw_vif_state(&v, XenbusStateClosing);
	raw_vif_state(&v, XenbusStateClosed);
	CHECK_EQ(back_state(), XenbusStateConnected); /* as it was left */
	vif_return(vif_find(0));
	raw_settle();
	CHECK_EQ(back_state(), XenbusStateClosed);
	come_back();
	CHECK(works(&v));
	finish();
}

TEST(dying_and_returning_many_times_leaves_nothing)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	for (int i = 0; i < 50; i++) {
		vif_die(vif_find(0), i % 2 ? VIF_CRASHED : VIF_UNBOUND);
		vif_return(vif_find(0));
		raw_settle();
		come_back();
		CHECK(works(&v));
	}
	finish();
}

/* --- plugging and unplugging -------------------------------------------------------- */

TEST(a_polite_unplug_waits_for_the_guest)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	vif_unplug(vif_find(0), false);
	CHECK(key_is(BACK, "online", "0"));
	CHECK_EQ(back_state(), XenbusStateClosing);
	raw_settle();
	CHECK(vif_find(0) != NULL); /* the guest has not moved */
	raw_vif_state(&v, XenbusStateClosing);
	CHECK(vif_find(0) != NULL);
	raw_vif_state(&v, XenbusStateClosed);
	CHECK(vif_find(0) == NULL);
	CHECK(store_read(BACK) == NULL && store_read(FRONT) == NULL);
	finish();
}

TEST(an_unplug_in_every_state_ends)
{
	for (size_t i = 0; i < ARRAY_SIZE(fronts); i++) {
		test_row("state %d", fronts[i]);
		begin();
		advance(fronts[i]);
		vif_unplug(vif_find(0), false);
		if (vif_find(0)) {
			raw_vif_state(&v, XenbusStateClosing);
			raw_vif_state(&v, XenbusStateClosed);
		}
		CHECK(vif_find(0) == NULL);
		finish();
		begin();
		advance(fronts[i]);
		vif_unplug(vif_find(0), true);
		CHECK(vif_find(0) == NULL);
		finish();
	}
}

TEST(an_unplug_of_a_dead_back_end_ends_at_once)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	vif_die(vif_find(0), VIF_CRASHED);
	vif_unplug(vif_find(0), false);
	CHECK(vif_find(0) == NULL);
	finish();
}

TEST(a_number_is_taken_once)
{
	begin();
	CHECK(raw_vif_plug(&v, NULL) != NULL);
	CHECK(raw_vif_plug(&v, NULL) == NULL);
	finish();
}

TEST(a_second_interface_is_plugged_while_the_first_works)
{
	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	raw_vif_init(&second, 1, 1, false);
	CHECK_STR(raw_xs_error(XS_WATCH, 0, "device/vif", "t"), "ok");
	raw_xs_listen();
	raw_n_events = 0;
	CHECK(raw_vif_plug(&second, NULL) != NULL);
	raw_xs_listen();
	CHECK(raw_n_events > 0); /* the guest hears of it */
	CHECK_STR(raw_xs2(XS_READ, 0, "device/vif/1/backend", NULL)->body,
		"/local/domain/0/backend/vif/7/1");
	CHECK(works(&v));
	raw_vif_keys(&second);
	raw_vif_state(&second, XenbusStateConnected);
	CHECK_EQ(vif_backend_state(vif_find(1)), XenbusStateConnected);
	for (int i = 0; i < 20; i++)
		CHECK(works(&v) && works(&second));
	vif_unplug(vif_find(0), true);
	CHECK(works(&second));
	raw_vif_end(&second);
	CHECK(second.closed);
	CHECK_STR(raw_xs_error(XS_UNWATCH, 0, "device/vif", "t"), "ok");
	raw_xs_listen();
	finish();
}

static void count(
	void *arg, unsigned depth, const char *name, const char *value, size_t n)
{
	(void)depth;
	(void)name;
	(void)value;
	(void)n;
	++*(unsigned *)arg;
}

static unsigned nodes(void)
{
	unsigned n = 0;

	store_dump("/", count, &n);
	return n;
}

TEST(plugging_and_unplugging_many_times_leaves_nothing)
{
	unsigned before = 0;

	for (int i = 0; i < 100; i++) {
		begin();
		CHECK(raw_vif_connect(&v, NULL) != NULL);
		CHECK(works(&v));
		vif_unplug(vif_find(0), i % 2);
		if (vif_find(0)) {
			raw_vif_state(&v, XenbusStateClosing);
			raw_vif_state(&v, XenbusStateClosed);
		}
		finish();
		if (i == 0)
			before = nodes();
		CHECK_EQ(nodes(), before);
	}
}

TEST(an_unplug_under_traffic_takes_everything_back)
{
	struct packet p = {.data = v.bytes, .len_bytes = 1514};

	begin();
	CHECK(raw_vif_connect(&v, NULL) != NULL);
	raw_rx_post(q, 200);
	raw_rx_push(q);
	for (int i = 0; i < 50; i++) {
		raw_tx(q, 0, 0, 60, 0);
		CHECK(raw_deliver(&v, &p));
	}
	vif_unplug(vif_find(0), true);
	CHECK(v.outlet.deliver == NULL);
	finish();
}
