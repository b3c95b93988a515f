/* SPDX-License-Identifier: BSD-2-Clause */
/* memmove and memset of ours against loops of bytes, for every small size, alignment and
 * overlap. */
#include "tests/test.h"

#include <stdint.h>

/* Renamed by the build, so that the host's libc keeps its own. */
void *our_memmove(void *dst, const void *src, size_t n);
void *our_memcpy(void *restrict dst, const void *restrict src, size_t n);
void *our_memset(void *dst, int c, size_t n);

enum { SPACE = 2048 };

static unsigned char got[SPACE], want[SPACE];

static void fill(void)
{
	for (unsigned i = 0; i < SPACE; i++)
		got[i] = want[i] = (unsigned char)(i * 7 + i / 251);
}

/* Bytes around the block must stay as they are, so the whole space is compared. */
static bool same(void)
{
	for (unsigned i = 0; i < SPACE; i++)
		if (got[i] != want[i])
			return false;
	return true;
}

static void move_slowly(size_t dst, size_t src, size_t n)
{
	static unsigned char copy[SPACE];

	for (size_t i = 0; i < n; i++)
		copy[i] = want[src + i];
	for (size_t i = 0; i < n; i++)
		want[dst + i] = copy[i];
}

static void try_move(size_t dst, size_t src, size_t n)
{
	fill();
	move_slowly(dst, src, n);
	test_row("to %zu from %zu, %zu bytes", dst, src, n);
	EXPECT(our_memmove(got + dst, got + src, n) == got + dst);
	EXPECT(same());
}

TEST(blocks_that_do_not_overlap_are_copied_whole_at_every_alignment)
{
	for (size_t n = 0; n <= 300; n++)
		for (size_t dst = 0; dst < 9 && !test_failed(); dst++)
			for (size_t src = 1024; src < 1033; src++)
				try_move(dst, src, n);
}

TEST(overlapping_blocks_move_up_and_down)
{
	for (size_t n = 1; n <= 600; n += n < 80 ? 1 : 37)
		for (size_t distance = 0; distance <= 70 && !test_failed(); distance++) {
			try_move(512, 512 + distance, n);
			try_move(512 + distance, 512, n);
			try_move(509 + distance, 509, n);
			try_move(509, 509 + distance, n);
		}
}

TEST(memcpy_copies_as_memmove_does)
{
	for (size_t n = 0; n <= 600 && !test_failed(); n++) {
		fill();
		move_slowly(3, 1024, n);
		test_row("%zu bytes", n);
		EXPECT(our_memcpy(got + 3, got + 1024, n) == got + 3);
		EXPECT(same());
	}
}

TEST(memset_fills_exactly_its_block)
{
	for (size_t n = 0; n <= 600; n++)
		for (size_t dst = 64; dst < 73 && !test_failed(); dst++) {
			fill();
			for (size_t i = 0; i < n; i++)
				want[dst + i] = 0xa5;
			test_row("at %zu, %zu bytes", dst, n);
			EXPECT(our_memset(got + dst, 0x1a5, n) == got + dst);
			EXPECT(same());
		}
}
