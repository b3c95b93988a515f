/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/format.c against the host's snprintf, and what only ours does. */
#include "kernel/format.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/test.h"

/* The same call for both, compared in text and length. */
#define SAME(...)                                                                        \
	do {                                                                             \
		char ours[128], theirs[128];                                             \
		size_t n = format_text(ours, sizeof(ours), __VA_ARGS__);                 \
		int m = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                   \
                                                                                         \
		CHECK_STR(ours, theirs);                                                 \
		CHECK_EQ(n, m);                                                          \
	} while (0)

TEST(numbers_of_every_size_print_as_in_libc)
{
	SAME("%d %d %d %i", 0, 1, -1, 42);
	SAME("%d %d", INT_MAX, INT_MIN);
	SAME("%u %x %X", UINT_MAX, UINT_MAX, 0xabcdefu);
	SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
	SAME("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, ULLONG_MAX);
	SAME("%zu %zd %zx", SIZE_MAX, (ssize_t)-5, (size_t)77);
	SAME("%jd %ju %td", INTMAX_MIN, UINTMAX_MAX, (ptrdiff_t)-9);
	SAME("%hd %hhu", (short)-3, (unsigned char)200);
	SAME("%p", (void *)0x1234);
}

TEST(widths_precisions_and_flags_print_as_in_libc)
{
	SAME("[%5d] [%-5d] [%05d] [%5d]", 42, 42, 42, -42);
	SAME("[%05d] [%-5u] [%1d]", -42, 42u, 12345);
	SAME("[%08x] [%#x] [%#010x] [%-#8x]", 0xbeefu, 0xbeefu, 0xbeefu, 0xbeefu);
	SAME("[%.3d] [%8.3d]", 7, 7);
	SAME("[%*d] [%-*d] [%.*s]", 6, 42, 6, 42, 2, "abc");
	SAME("[%10s] [%-10s] [%.2s] [%10.2s]", "abc", "abc", "abc", "abc");
	SAME("[%c] [%3c] [%-3c] 100%%", 'x', 'y', 'z');
	SAME("%.0s|%s|", "gone", "");
}

TEST(a_string_without_its_end_is_read_only_up_to_the_precision)
{
	const char raw[3] = {'a', 'b', 'c'};
	char text[8];

	CHECK_EQ(format_text(text, sizeof(text), "%.3s", raw), 3);
	CHECK_STR(text, "abc");
}

TEST(a_null_string_does_not_crash)
{
	const char *volatile none = NULL;
	char text[16];

	format_text(text, sizeof(text), "%s", none);
	CHECK_STR(text, "(null)");
}

TEST(text_that_does_not_fit_is_cut_and_its_length_told)
{
	char text[6];

	memset(text, 'x', sizeof(text));
	CHECK_EQ(format_text(text, 5, "%s", "abcdefgh"), 8);
	CHECK_STR(text, "abcd");
	CHECK_EQ(text[5], 'x');
	CHECK_EQ(format_text(text, 1, "%d", 12345), 5);
	CHECK_STR(text, "");
}

TEST(an_unknown_conversion_is_printed_as_it_stands)
{
	const char *volatile fmt = "%q %d %";
	char text[32];

	format_text(text, sizeof(text), fmt, 5);
	CHECK_STR(text, "%q 5 %");
}
