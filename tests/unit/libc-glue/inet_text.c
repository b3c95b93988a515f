/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses as text: what is read and written, and what is refused; compared with the host's libc too. */
#include "libc-glue/inet_text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

TEST(ipv4_addresses_are_four_decimal_bytes)
{
	static const char *const right[] = {
		"0.0.0.0", "1.2.3.4", "255.255.255.255", "192.168.2.11"};
	static const char *const wrong[] = {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1",
		"1.2.3.4 ", " 1.2.3.4", "1..2.3", "01.2.3.4", "1.2.3.-4", "1.2.3.4.",
		"0x1.2.3.4", "1.2.3.1000", "a"};
	uint8_t addr[4];
	char text[INET_TEXT_V4];

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		test_row("%s", right[i]);
		CHECK(inet_text_read_v4(right[i], addr));
		inet_text_write_v4(addr, text);
		CHECK_STR(text, right[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		test_row("'%s'", wrong[i]);
		CHECK(!inet_text_read_v4(wrong[i], addr));
	}
}

TEST(older_forms_of_ipv4_addresses_mean_what_they_mean_to_the_host)
{
	static const char *const texts[] = {"1.2.3.4", "1.2.3", "1.2", "1", "0", "0x7f.1",
		"0X7F000001", "017.010.1", "255.255.255.255", "1.2.65535", "1.2.65536",
		"1.16777215", "1.16777216", "4294967295", "4294967296", "99999999999999",
		"256.1", "1.256.1", "1.2.3.256", "08", "0x", "0xg", "", ".", "1.", "1..2",
		"1.2.3.4.5", "1.2.3.4.", "1.2.3.4 x", "1.2.3.4\n", "1.2.3.4x", " 1.2.3.4",
		"-1", "+1", "1.-2", "0xffffffff", "0x1ffffffff", "a", "1.2.3.0x1F"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct in_addr expected = {0};
		uint8_t addr[4] = {0};

		test_row("'%s'", texts[i]);
		CHECK_EQ(inet_text_read_loose_v4(texts[i], addr),
			inet_aton(texts[i], &expected) != 0);
		CHECK(memcmp(addr, &expected, 4) == 0);
	}
}

static const struct {
	const char *text, *shortest; /* NULL: is refused */
} v6[] = {
	{"::", "::"},
	{"::1", "::1"},
	{"1::", "1::"},
	{"2001:db8::1", "2001:db8::1"},
	{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	{"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
	{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	{"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	{"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
	{"::ffff:0102:0304", "::ffff:1.2.3.4"},
	{"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
	{"fe80::0001", "fe80::1"},
	{"", NULL},
	{":", NULL},
	{":::", NULL},
	{"1", NULL},
	{"1:2:3:4:5:6:7", NULL},
	{"1:2:3:4:5:6:7:8:9", NULL},
	{"1:2:3:4:5:6:7:8::", NULL},
	{"1::2::3", NULL},
	{":1:2:3:4:5:6:7:8", NULL},
	{"1:2:3:4:5:6:7:8:", NULL},
	{"::12345", NULL},
	{"::g", NULL},
	{"::1 ", NULL},
	{"::1.2.3", NULL},
	{"::1.2.3.256", NULL},
	{"1:2:3:4:5:6:7:1.2.3.4", NULL},
	{"::1.2.3.4:5", NULL},
	{"fe80::1%1", NULL},
};

TEST(ipv6_addresses_are_read_and_written_in_the_shortest_way)
{
	uint8_t addr[16];
	char text[INET_TEXT_V6];

	for (size_t i = 0; i < sizeof(v6) / sizeof(v6[0]); i++) {
		test_row("'%s'", v6[i].text);
		CHECK_EQ(inet_text_read_v6(v6[i].text, addr), v6[i].shortest != NULL);
		if (!v6[i].shortest)
			continue;
		inet_text_write_v6(addr, text);
		CHECK_STR(text, v6[i].shortest);
	}
}

TEST(random_ipv6_addresses_agree_with_the_host)
{
	char ours[INET_TEXT_V6], theirs[INET6_ADDRSTRLEN];
	uint8_t addr[16], back[16];

	srand(1);
	for (int n = 0; n < 20000; n++) {
		for (int i = 0; i < 16; i += 2) {
			int zero = rand() % 3;

			addr[i] = zero ? 0 : (uint8_t)rand();
			addr[i + 1] = zero == 1 ? 0 : (uint8_t)rand();
		}
		addr[0] |= 0x20; /* the host writes ::a.b.c.d in the deprecated way */
		inet_text_write_v6(addr, ours);
		inet_ntop(AF_INET6, addr, theirs, sizeof(theirs));
		CHECK_STR(ours, theirs);
		CHECK(inet_text_read_v6(ours, back) && memcmp(addr, back, 16) == 0);
	}
}
