/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What peers must not guess: ports, query ids, and the first sequence number of a TCP
 * connection, which is a keyed hash of its addresses and ports plus a clock, so that a
 * connection reborn soon after its death does not mistake old segments for its own.
 * Source: RFC 6528; SipHash-2-4 by Aumasson and Bernstein for the hash.
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "lwip/ip_addr.h"

#include "kernel/timer.h"
#include "net/lwip/hooks.h"

#define LOG_MODULE "net"
#include "kernel/log.h"

#define ISN_TICK_NS 4000 /* RFC 6528: the clock of sequence numbers moves every 4 us */

uint32_t net_random(void)
{
	static uint32_t pool[16];
	static unsigned left;

	if (left == 0) {
		if (getentropy(pool, sizeof pool))
			panic("no entropy for the network");
		left = sizeof pool / sizeof pool[0];
	}
	return pool[--left];
}

static uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

uint64_t net_siphash(const uint64_t key[2], const uint64_t *words, unsigned n_words)
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};

	for (unsigned i = 0; i <= n_words; i++) {
		/* the last word of a message of whole words holds only its length */
		uint64_t m = i < n_words ? words[i] : (uint64_t)(n_words * 8) << 56;

		v[3] ^= m;
		sip_round(v);
		sip_round(v);
		v[0] ^= m;
	}
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void put_address(uint64_t words[2], const ip_addr_t *a)
{
	if (IP_IS_V6(a))
		memcpy(words, ip_2_ip6(a)->addr, 2 * sizeof words[0]);
	else
		words[0] = ip4_addr_get_u32(ip_2_ip4(a));
}

uint32_t net_tcp_isn(const ip_addr_t *local, uint16_t local_port, const ip_addr_t *remote,
	uint16_t remote_port)
{
	static uint64_t key[2];
	uint64_t words[5] = {0};

	if (!key[0])
		for (unsigned i = 0; i < 4; i++)
			key[i / 2] = key[i / 2] << 32 | net_random();
	put_address(&words[0], local);
	put_address(&words[2], remote);
	words[4] = (uint64_t)local_port << 16 | remote_port;
	return (uint32_t)(net_siphash(key, words, 5) + clock_ns() / ISN_TICK_NS);
}
