/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront's hand-shake: what is agreed on, with which fall-backs, and that every end of
 * it leaves nothing behind.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <xen/errno.h>

#include "net/net.h"
#include "tests/fake/domain.h"
#include "tests/fake/fake.h"
#include "tests/fake/thread_test.h"
#include "tests/fake/vif.h"

THREAD_TEST(all_that_both_ends_can_do_is_agreed_on)
{
	const struct netfront_features *f;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	f = netfront_features(vif.nf);
	CHECK(f->split_channels && f->sg && f->csum_v4 && f->csum_v6);
	CHECK_STR(vif_key("event-channel"), "");
	CHECK(*vif_key("event-channel-tx") && *vif_key("event-channel-rx"));
	CHECK(strcmp(vif_key("event-channel-tx"), vif_key("event-channel-rx")) != 0);
	CHECK(*vif_key("tx-ring-ref") && *vif_key("rx-ring-ref"));
	CHECK_STR(vif_key("request-rx-copy"), "1");
	CHECK_STR(vif_key("feature-rx-notify"), "1");
	CHECK_STR(vif_key("feature-sg"), "1");
	CHECK_STR(vif_key("feature-ipv6-csum-offload"), "1");
	CHECK_STR(vif_key("feature-no-csum-offload"), "");
	CHECK_STR(vif_key("feature-gso-tcpv4"), "");
	CHECK_EQ(vif.ups, 1);
	vif_end();
	CHECK_EQ(vif.downs, 1);
	CHECK_EQ(vif.detaches, 1);
}

static void exchange(void)
{
	static uint8_t data[1514];
	unsigned done = 0;

	CHECK_EQ(vif_send(1514, &done), 0);
	CHECK_EQ(vif.back->n_packets, 1);
	CHECK(back_give(vif.back, data, sizeof(data), 0, 4096));
	back_push(vif.back, false);
	vif_deliver();
	CHECK(vif.kicks > 0);
	vif_settle();
	CHECK_EQ(vif.n_received, 1);
	CHECK(!vif.back->wrong);
}

THREAD_TEST(one_event_channel_serves_both_directions)
{
	if (!vif_connect(&(struct vif_options){.no_split = true}))
		return;
	CHECK(!netfront_features(vif.nf)->split_channels);
	CHECK(*vif_key("event-channel"));
	CHECK_STR(vif_key("event-channel-tx"), "");
	CHECK_STR(vif_key("event-channel-rx"), "");
	exchange();
	vif_end();
}

THREAD_TEST(every_set_of_features_works)
{
	for (unsigned bits = 0; bits < 16; bits++) {
		struct vif_options o = {.no_split = bits & 1,
			.no_sg = bits & 2,
			.no_csum = bits & 4,
			.no_csum6 = bits & 8};
		const struct netfront_features *f;

		test_row("without%s%s%s%s", o.no_split ? " split" : "",
			o.no_sg ? " sg" : "", o.no_csum ? " csum" : "",
			o.no_csum6 ? " csum6" : "");
		if (!vif_connect(&o))
			return;
		f = netfront_features(vif.nf);
		CHECK_EQ(f->sg, !o.no_sg);
		CHECK_EQ(f->csum_v4, !o.no_csum);
		CHECK_EQ(f->csum_v6, !o.no_csum6);
		exchange();
		vif_end();
		if (test_failed())
			return;
	}
}

THREAD_TEST(a_back_end_that_cannot_copy_is_refused)
{
	CHECK_EQ(vif_probe(&(struct vif_options){.no_rx_copy = true}), 0);
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), -EOPNOTSUPP);
	CHECK(strstr(fake_console(), "feature-rx-copy"));
	vif.dev.driver->remove(&vif.dev);
	vif.dev.priv = NULL;
	vif_check_leaks();
}

THREAD_TEST(a_mac_address_has_six_bytes_and_is_a_stations)
{
	static const char *const bad[] = {"", "00:16:3e:01:02", "00:16:3e:01:02:03:04",
		"00-16-3e-01-02-03", "0:16:3e:01:02:03", "00:16:3e:01:02:0g",
		"01:16:3e:01:02:03", "ff:ff:ff:ff:ff:ff", "mac", "00:16:3e:01:02:03 "};
	uint8_t mac[6];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		test_row("\"%s\"", bad[i]);
		fake_console_clear();
		CHECK_EQ(vif_probe(&(struct vif_options){.mac = bad[i]}), -EINVAL);
		CHECK(strstr(fake_console(), "no valid mac"));
		vif_check_leaks();
	}
	CHECK_EQ(netfront_parse_mac("AA:bB:cc:DD:EE:02", mac), 0);
	CHECK(memcmp(mac, "\xaa\xbb\xcc\xdd\xee\x02", 6) == 0);
}

THREAD_TEST(the_mtu_is_the_toolstacks_when_it_makes_sense)
{
	static const struct {
		const char *text;
		unsigned mtu;
	} rows[] = {{NULL, 1500}, {"9000", 9000}, {"1400", 1400}, {"67", 1500},
		{"0", 1500}, {"65522", 1500}, {"4294967296", 1500}, {"much", 1500},
		{"", 1500}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("mtu \"%s\"", rows[i].text ? rows[i].text : "(none)");
		if (!vif_connect(&(struct vif_options){.mtu = rows[i].text}))
			return;
		CHECK_EQ(netfront_mtu(vif.nf), rows[i].mtu);
		vif_end();
	}
}

THREAD_TEST(the_toolstacks_ip_is_passed_on)
{
	if (!vif_connect(&(struct vif_options){.ip = "192.168.2.11"}))
		return;
	CHECK_STR(netfront_xenstore_ip(vif.nf), "192.168.2.11");
	vif_end();
	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_STR(netfront_xenstore_ip(vif.nf), "");
	vif_end();
}

/* --- every step may fail ------------------------------------------------------------ */

static void end_unconnected(void)
{
	vif.dev.driver->remove(&vif.dev);
	vif.dev.priv = NULL;
	vif_check_leaks();
}

THREAD_TEST(keys_that_cannot_be_written_leave_nothing_behind)
{
	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	vif.write_error = -ETIMEDOUT;
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), -ETIMEDOUT);
	end_unconnected();
}

THREAD_TEST(ports_that_are_not_to_be_had_leave_nothing_behind)
{
	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	hv_ports_fail(1, XEN_ENOSPC);
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), -ENOSPC);
	end_unconnected();
}

THREAD_TEST(a_client_without_memory_leaves_nothing_behind)
{
	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	vif.refuse = true;
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), -ENOMEM);
	end_unconnected();
}

THREAD_TEST(pages_that_are_not_to_be_had_leave_nothing_behind)
{
	/*
	 * rings need two; fewer pages to receive into than wanted are no reason to fail
	 */
	for (unsigned n = 0; n < 40; n++) {
		int err;

		test_row("%u pages", n);
		CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
		fake_fail_pages_after(n);
		err = vif.dev.driver->connect(&vif.dev);
		fake_fail_pages_after(SIZE_MAX);
		CHECK_EQ(err, n < 2 ? -ENOMEM : 0);
		vif.dev.driver->disconnect(&vif.dev);
		end_unconnected();
	}
}

THREAD_TEST(the_end_may_come_in_every_state)
{
	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	end_unconnected(); /* before the hand-shake */

	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), 0);
	vif.dev.driver->disconnect(&vif.dev);
	end_unconnected(); /* before the back end's part of it */

	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), 0);
	CHECK(!back_connect(vif.back, vif_key_text, NULL));
	back_disconnect(vif.back);
	vif.dev.driver->disconnect(&vif.dev);
	end_unconnected(); /* the back end connected, and went before we saw it */
	CHECK_EQ(vif.ups, 0);
	CHECK_EQ(vif.downs, 0);

	CHECK_EQ(vif_probe(&(struct vif_options){0}), 0);
	CHECK_EQ(vif.dev.driver->connect(&vif.dev), 0);
	end_unconnected(); /* removed without a disconnect */
}

THREAD_TEST(the_link_comes_and_goes_without_a_loss)
{
	if (!vif_connect(&(struct vif_options){0}))
		return;
	for (unsigned i = 0; i < 50; i++) {
		unsigned done = 0;

		CHECK_EQ(vif_send(100, &done), 0);
		back_disconnect(vif.back);
		vif.dev.driver->disconnect(&vif.dev);
		vif.dev.driver->disconnect(&vif.dev); /* once more does no harm */
		CHECK_EQ(vif_send(100, &done), -ENETDOWN);
		CHECK_EQ(vif.dev.driver->connect(&vif.dev), 0);
		CHECK(!back_connect(vif.back, vif_key_text, NULL));
		vif.dev.driver->connected(&vif.dev);
		vif_settle();
	}
	CHECK_EQ(vif.ups, 51);
	CHECK_EQ(vif.downs, 50);
	vif.back->n_packets = 0;
	exchange();
	vif_end();
}

THREAD_TEST(a_rebound_back_end_goes_on_with_the_same_rings)
{
	unsigned done = 0;

	if (!vif_connect(&(struct vif_options){0}))
		return;
	CHECK_EQ(vif_send(100, &done), 0);
	vif_settle();
	back_disconnect(vif.back);
	CHECK_EQ(vif_send(100, &done), 0); /* nobody listens */
	CHECK(!back_connect(vif.back, vif_key_text, NULL));
	vif.back->n_packets = 0;
	vif.dev.driver->connected(&vif.dev);
	vif_settle();
	CHECK_EQ(vif.back->n_packets, 1);
	CHECK_EQ(vif.ups, 1);
	vif_end();
}
