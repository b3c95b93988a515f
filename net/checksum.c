/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum, a machine word at a time.
 *
 * A one's-complement sum may be taken in words of any width, as long as carries come back
 * in at the bottom: 64-bit words (32-bit on pv32) with the carry added to the next word,
 * folded to 16 bits at the end. Bytes at an odd address count in swapped places, so the
 * result is swapped once.
 * Source: RFC 1071, section 2.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lwip/arch.h"

#include "kernel/util.h"

typedef unsigned long word_t;

/* a + b with the carry brought back in. */
static inline word_t add_carry(word_t a, word_t b)
{
	word_t sum = a + b;

	return sum + (sum < b);
}

static inline word_t load(const uint8_t *p)
{
	word_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* 0 to 7 bytes as the low end of a word. */
static word_t load_tail(const uint8_t *p, size_t len)
{
	word_t w = 0;

	for (size_t i = 0; i < len; i++)
		w |= (word_t)p[i] << 8 * i;
	return w;
}

static uint16_t fold(word_t sum)
{
	uint64_t s = sum;

	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

/**
 * Sum of a block in network byte order as it lies, not inverted: what lwIP calls
 * LWIP_CHKSUM.
 *
 * @data       any alignment
 * @len_bytes  0 and more
 */
uint16_t net_checksum(const void *data, int len_bytes)
{
	const uint8_t *p = data;
	size_t len = len_bytes > 0 ? (size_t)len_bytes : 0;
	word_t even = 0,
	       odd = 0; /* two chains: the additions of one need not wait for the other */

	for (; len >= 4 * sizeof(word_t);
		len -= 4 * sizeof(word_t), p += 4 * sizeof(word_t)) {
		even = add_carry(even, load(p));
		odd = add_carry(odd, load(p + sizeof(word_t)));
		even = add_carry(even, load(p + 2 * sizeof(word_t)));
		odd = add_carry(odd, load(p + 3 * sizeof(word_t)));
	}
	for (; len >= sizeof(word_t); len -= sizeof(word_t), p += sizeof(word_t))
		even = add_carry(even, load(p));
	even = add_carry(even, load_tail(p, len));
	return fold(add_carry(even, odd));
}
