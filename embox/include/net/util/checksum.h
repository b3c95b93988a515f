/* SPDX-License-Identifier: BSD-2-Clause */
/* The checksum of the Internet protocols */
#ifndef NET_UTIL_CHECKSUM_H
#define NET_UTIL_CHECKSUM_H

#include <stdint.h>
#include <string.h>

/** The sum of 16-bit words as they lie in memory, not folded yet. */
static inline unsigned long partial_sum(const void *data, int len)
{
	const uint8_t *p = data;
	unsigned long sum = 0;
	uint16_t word;

	for (; len > 1; len -= 2, p += 2) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	return len ? sum + *p : sum;
}

/** Folded into 16 bits. */
static inline unsigned short fold_short(unsigned long sum)
{
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return (unsigned short)sum;
}

/** The checksum of the Internet protocols: RFC 1071. */
static inline unsigned short ptclbsum(const void *data, int len)
{
	return (unsigned short)~fold_short(partial_sum(data, len));
}

#endif
