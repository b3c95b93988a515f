/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures that can be checked against a second way of computing them: checksum, hash,
 * limits.
 */
#include <stdint.h>

#include "kernel/util.h"
#include "lwip/arch.h"
#include "net/limits.h"
#include "net/lwip/hooks.h"
#include "tests/test.h"

/* RFC 1071 in the words of the RFC. */
static uint16_t slow_sum(const uint8_t *p, unsigned len)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < len; i++)
		sum += i % 2 ? (uint32_t)p[i] << 8 : p[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

TEST(the_checksum_is_that_of_the_rfc_at_any_length_and_alignment)
{
	static uint8_t data[300];
	uint32_t seed = 1;

	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < sizeof(data); i++) {
			seed = seed * 1664525 + 1013904223;
			data[i] = round == 0   ? 0xff
				  : round == 1 ? 0
					       : (uint8_t)(seed >> 24);
		}
		for (unsigned at = 0; at < 16; at++)
			for (unsigned len = 0; len + at <= sizeof(data); len++) {
				test_row("%u bytes at %u", len, at);
				CHECK_EQ(net_checksum(data + at, (int)len),
					slow_sum(data + at, len));
			}
	}
}

TEST(the_checksum_of_a_long_block_carries_right)
{
	static uint8_t data[65535];

	memset(data, 0xff, sizeof(data));
	CHECK_EQ(net_checksum(data, sizeof(data)), slow_sum(data, sizeof(data)));
	CHECK_EQ(net_checksum(data, 0), 0);
	CHECK_EQ(net_checksum(data, -1), 0);
}

/* SipHash-2-4's published vectors: key 00..0f, message 00.., of 8 and of 0 bytes. */
TEST(the_hash_gives_the_published_values)
{
	static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};
	static const uint64_t message[1] = {0x0706050403020100};

	CHECK(net_siphash(key, NULL, 0) == 0x726fdb47dd0e0e31);
	CHECK(net_siphash(key, message, 1) == 0x93f5f5799a932462);
}

TEST(limits_grow_with_memory_and_fit_into_it)
{
	struct net_limits before = {0}, l;

	for (size_t mb = 2; mb <= 4096; mb *= 2) {
		size_t memory = mb << 20;

		test_row("%zu MB", mb);
		net_limits_for(&l, memory);
		CHECK(l.heap_bytes + l.heap_reserve_bytes <= memory / 2);
		CHECK((l.rx_pages_max + l.tx_pages_max) * 4096ull <= memory / 2);
		CHECK(l.rx_target_max >= 32 && l.rx_target_max <= 256);
		CHECK(l.rx_target_max <= l.rx_pages_max);
		CHECK(l.tcp_wnd >= 0x8000 && l.tcp_snd_buf >= 0x8000);
		CHECK(l.tcp_wnd <= 0xffffu << 5); /* TCP_RCV_SCALE */
		CHECK(l.heap_bytes >= before.heap_bytes &&
			l.rx_target_max >= before.rx_target_max);
		before = l;
	}
}
