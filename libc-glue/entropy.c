/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getentropy(): what arc4random() is seeded with, and so sequence numbers, ports and DNS
 * ids. The processor's generator where there is one, mixed with the jitter of its clock;
 * alone the jitter of a quiet boot is weak, which is said once.
 */
#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "arch/arch.h"

#define LOG_MODULE "libc"
#include "kernel/log.h"

#define ENTROPY_MAX    256                 /* bytes per call: POSIX, GETENTROPY_MAX */
#define JITTER_SAMPLES 64                  /* reads of the clock per 8 bytes */
#define GOLDEN         0x9e3779b97f4a7c15u /* 2^64 / golden ratio: odd, well-spread bits */

/* Spread every bit of x over the word: two rounds of multiply and fold; one to one, so
 * nothing is lost. */
static uint64_t spread(uint64_t x)
{
	x = (x ^ x >> 32) * GOLDEN;
	x = (x ^ x >> 29) * GOLDEN;
	return x ^ x >> 32;
}

/* Time what the processor and the hypervisor do between two reads of the clock. */
static uint64_t jitter(void)
{
	static uint64_t pool;

	for (int i = 0; i < JITTER_SAMPLES; i++)
		pool = spread(pool + arch_tsc());
	return pool;
}

int getentropy(void *buf, size_t len_bytes)
{
	static bool warned;
	unsigned char *out = buf;

	if (len_bytes > ENTROPY_MAX) {
		errno = EIO;
		return -1;
	}
	memset(out, 0, len_bytes);
	if (arch_random(out, len_bytes) < len_bytes && !warned) {
		log_warn(
			"no random generator in this processor: random numbers are weak");
		warned = true;
	}
	for (size_t at = 0; at < len_bytes; at += sizeof(uint64_t)) {
		uint64_t noise = jitter();

		for (size_t i = at; i < len_bytes && i < at + sizeof(noise);
			i++, noise >>= 8)
			out[i] ^= (unsigned char)noise;
	}
	return 0;
}
