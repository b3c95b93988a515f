/* SPDX-License-Identifier: BSD-2-Clause */
/* getentropy(): its limits, and that it mixes what the processor gives with the clock. */
#include "tests/test.h"

#include <errno.h>
#include <stdint.h>

#include "arch/arch.h"
#include "kernel/log.h"

int our_getentropy(void *buf, size_t len_bytes); /* renamed by the build */

/* The machine of these tests: a clock, a generator that may be missing, a log that counts. */
static uint64_t clock_step;
static bool have_generator;
static unsigned n_warnings;

uint64_t arch_tsc(void)
{
	static uint64_t now;

	return now += clock_step;
}

size_t arch_random(void *buf, size_t len_bytes)
{
	memset(buf, 0x55, have_generator ? len_bytes : 0);
	return have_generator ? len_bytes : 0;
}

void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
	(void)module;
	(void)fmt;
	n_warnings += level == LOG_WARN;
}

TEST(more_than_256_bytes_are_refused)
{
	static unsigned char buf[257];

	have_generator = true;
	CHECK(our_getentropy(buf, 256) == 0);
	errno = 0;
	CHECK(our_getentropy(buf, 257) == -1);
	CHECK_EQ(errno, EIO);
}

TEST(exactly_the_bytes_asked_for_are_written)
{
	have_generator = true;
	clock_step = 17;
	for (size_t n = 0; n <= 20; n++) {
		unsigned char buf[32] = {0}, differs = 0;

		test_row("%zu bytes", n);
		CHECK(our_getentropy(buf, n) == 0);
		for (size_t i = n; i < sizeof(buf); i++)
			differs |= buf[i];
		EXPECT(differs == 0);
		for (size_t i = 0; i < n; i++)
			differs |= buf[i];
		EXPECT(n < 4 || differs != 0);
	}
}

TEST(answers_differ_even_when_the_generator_is_stuck)
{
	unsigned char first[32], second[32];

	have_generator = true;
	clock_step = 1;
	CHECK(our_getentropy(first, sizeof(first)) == 0);
	CHECK(our_getentropy(second, sizeof(second)) == 0);
	CHECK(memcmp(first, second, sizeof(first)) != 0);
	CHECK(memcmp(first, first + 8, 8) != 0);
}

TEST(a_missing_generator_is_said_once)
{
	unsigned char first[32], second[32];

	have_generator = false;
	n_warnings = 0;
	CHECK(our_getentropy(first, sizeof(first)) == 0);
	CHECK(our_getentropy(second, sizeof(second)) == 0);
	CHECK_EQ(n_warnings, 1);
	CHECK(memcmp(first, second, sizeof(first)) != 0);
}
