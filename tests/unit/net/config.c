/* SPDX-License-Identifier: BSD-2-Clause */
/* ip=, ip6= and XenStore's ip: what is taken, and that what makes no sense is refused. */
#include "net/config.h"

#include <errno.h>

#include "kernel/util.h"
#include "tests/test.h"

TEST(an_address_has_a_prefix_and_may_have_a_gateway)
{
	struct net_address a;

	CHECK_EQ(net_parse_ip4("10.1.2.3/24,10.1.2.1", &a), 0);
	CHECK_EQ(a.vif, 0);
	CHECK_EQ(a.prefix, 24);
	CHECK(!a.automatic && !a.none);
	CHECK_STR(ipaddr_ntoa(&a.addr), "10.1.2.3");
	CHECK_STR(ipaddr_ntoa(&a.gateway), "10.1.2.1");
	CHECK_EQ(net_parse_ip4("10.1.2.3/31", &a), 0);
	CHECK(ip_addr_isany(&a.gateway));
	CHECK_EQ(net_parse_ip4("255.0.0.1/8", &a), 0);
	CHECK_EQ(net_parse_ip4("10.0.0.1/32", &a), 0);
}

TEST(a_word_may_name_its_vif)
{
	struct net_address a;

	CHECK_EQ(net_parse_ip4("vif12:10.0.0.2/8", &a), 0);
	CHECK_EQ(a.vif, 12);
	CHECK_EQ(net_parse_ip4("vif1:dhcp", &a), 0);
	CHECK_EQ(a.vif, 1);
	CHECK(a.automatic);
	CHECK_EQ(net_parse_ip4("off", &a), 0);
	CHECK(a.none);
	CHECK_EQ(net_parse_ip6("vif3:2001:db8::2/64,2001:db8::1", &a), 0);
	CHECK_EQ(a.vif, 3);
	CHECK_STR(ipaddr_ntoa(&a.addr), "2001:DB8::2");
	CHECK_STR(ipaddr_ntoa(&a.gateway), "2001:DB8::1");
	CHECK_EQ(net_parse_ip6("auto", &a), 0);
	CHECK(a.automatic);
}

TEST(what_makes_no_sense_is_refused)
{
	static const char *const bad4[] = {"", "10.0.0.1", "10.0.0.1/", "10.0.0.1/0",
		"10.0.0.1/33", "10.0.0.1/24,", "10.0.0.1/24,10.0.0.2,",
		"10.0.0.1/24,gateway", "10.1/8", "0x0a000001/8", "10.0.0.256/8",
		"10.0.0.1.5/8", "10.0.0/24", "224.0.0.1/4", "0.0.0.0/8", "127.0.0.1/8",
		"10.0.0.255/24", "10.0.0.0/24", "dhcp6", "DHCP", "10.0.0.1/24 ",
		" 10.0.0.1/24", "vif:10.0.0.1/24", "vif256:10.0.0.1/24", "vif0",
		"vif0:", "eth0:10.0.0.1/24", "2001:db8::1/64", "10.0.0.1/99999999999999",
		("10.0.0.1000000000000000000000000000000000000000000000000000000000000000"
		 "/24")};
	static const char *const bad6[] = {"", "dhcp", "10.0.0.1/24", "2001:db8::1",
		"2001:db8::1/0", "2001:db8::1/129", "2001:db8::1::2/64", "ff02::1/64",
		"::/64", "::1/128", "fe80::1%vf0/64", "2001:db8::1/64,10.0.0.1",
		"2001:db8::1/64,x"};
	struct net_address a;

	for (size_t i = 0; i < ARRAY_SIZE(bad4); i++) {
		test_row("ip=%s", bad4[i]);
		CHECK_EQ(net_parse_ip4(bad4[i], &a), -EINVAL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad6); i++) {
		test_row("ip6=%s", bad6[i]);
		CHECK_EQ(net_parse_ip6(bad6[i], &a), -EINVAL);
	}
}

TEST(xenstores_ip_may_be_a_list_without_prefixes)
{
	static const struct {
		const char *text;
		int result;
		const char *addr;
		unsigned prefix;
	} rows[] = {
		{"192.168.2.11", 1, "192.168.2.11", 24},
		{"10.0.0.5/8", 0, "10.0.0.5", 8},
		{"fd00::1 10.0.0.5 10.0.0.6", 1, "10.0.0.5", 24},
		{"fd00::1,10.0.0.5/16,10.0.0.6", 0, "10.0.0.5", 16},
		{"  10.0.0.5  ", 1, "10.0.0.5", 24},
		{"", -ENOENT, NULL, 0},
		{" , ,", -ENOENT, NULL, 0},
		{"fd00::1", -ENOENT, NULL, 0},
		{"dhcp", -ENOENT, NULL, 0},
		{"nonsense", -ENOENT, NULL, 0},
		{"10.0.0.256", -ENOENT, NULL, 0},
	};
	struct net_address a;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		test_row("\"%s\"", rows[i].text);
		CHECK_EQ(net_parse_xenstore_ip(rows[i].text, &a), rows[i].result);
		if (rows[i].result < 0)
			continue;
		CHECK_STR(ipaddr_ntoa(&a.addr), rows[i].addr);
		CHECK_EQ(a.prefix, rows[i].prefix);
	}
}
