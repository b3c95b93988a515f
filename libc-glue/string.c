/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy, memmove and memset for x86, both widths, in place of the libc's.
 *
 * General registers only: trap and upcall code copies structures before vector registers
 * are saved. Short blocks move as words that overlap in the middle, all loaded before the
 * first is stored, so that memcpy can be memmove:
 *
 *     n = 13:   [ first word ]
 *                    [  last word ]
 *
 * Long ones go by "rep movs" in words (in bytes it is as fast on current processors and
 * several times slower where an instruction is emulated), with the first and last words
 * stored afterwards, so that the middle is aligned.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uintptr_t __attribute__((may_alias, aligned(1))) word_t;
typedef uint16_t __attribute__((may_alias, aligned(1))) u16_t;
typedef uint32_t __attribute__((may_alias, aligned(1))) u32_t;

enum {
	WORD = sizeof(uintptr_t),
	BLOCK = 4 * WORD, /* what one turn of a loop moves */
	REP_MIN = 256,    /* bytes from which starting "rep" pays */
};

static inline uintptr_t load(const void *p)
{
	return *(const word_t *)p;
}

static inline void store(void *p, uintptr_t w)
{
	*(word_t *)p = w;
}

/* Less than a word. */
static inline void move_bytes(char *dst, const char *src, size_t n)
{
	if (n >= 4) {
		uint32_t first = *(const u32_t *)src,
			 last = *(const u32_t *)(src + n - 4);

		*(u32_t *)dst = first;
		*(u32_t *)(dst + n - 4) = last;
	} else if (n >= 2) {
		uint16_t first = *(const u16_t *)src,
			 last = *(const u16_t *)(src + n - 2);

		*(u16_t *)dst = first;
		*(u16_t *)(dst + n - 2) = last;
	} else if (n == 1) {
		*dst = *src;
	}
}

static inline void move_block(char *dst, const char *src)
{
	uintptr_t a = load(src), b = load(src + WORD);
	uintptr_t c = load(src + 2 * WORD), d = load(src + 3 * WORD);

	store(dst, a);
	store(dst + WORD, b);
	store(dst + 2 * WORD, c);
	store(dst + 3 * WORD, d);
}

/* From one word to a block. */
static inline void move_words(char *dst, const char *src, size_t n)
{
	uintptr_t first = load(src), last = load(src + n - WORD);

	if (n > 2 * WORD) {
		uintptr_t second = load(src + WORD);
		uintptr_t last_but_one = load(src + n - 2 * WORD);

		store(dst + WORD, second);
		store(dst + n - 2 * WORD, last_but_one);
	}
	store(dst, first);
	store(dst + n - WORD, last);
}

/* More than a block, upwards: right when dst is below src or they do not overlap. */
static inline void move_up(char *dst, const char *src, size_t n)
{
	uintptr_t a = load(src + n - BLOCK), b = load(src + n - BLOCK + WORD);
	uintptr_t c = load(src + n - 2 * WORD), d = load(src + n - WORD);
	char *end = dst + n;

	for (; n > BLOCK; n -= BLOCK, dst += BLOCK, src += BLOCK)
		move_block(dst, src);
	store(end - BLOCK, a);
	store(end - BLOCK + WORD, b);
	store(end - 2 * WORD, c);
	store(end - WORD, d);
}

/* More than a block, downwards: right when dst is above src. */
static inline void move_down(char *dst, const char *src, size_t n)
{
	uintptr_t a = load(src), b = load(src + WORD);
	uintptr_t c = load(src + 2 * WORD), d = load(src + 3 * WORD);

	for (; n > BLOCK; n -= BLOCK)
		move_block(dst + n - BLOCK, src + n - BLOCK);
	store(dst, a);
	store(dst + WORD, b);
	store(dst + 2 * WORD, c);
	store(dst + 3 * WORD, d);
}

/* Upwards, long: the words between the first and the last, from where dst is aligned. */
static inline void move_rep(char *dst, const char *src, size_t n)
{
	uintptr_t first = load(src), last = load(src + n - WORD);
	size_t skip = WORD - ((uintptr_t)dst & (WORD - 1));
	char *middle = dst + skip;
	size_t n_words = (n - skip) / WORD;

	src += skip;
	if (WORD == 8)
		__asm__ volatile("rep movsq"
				 : "+D"(middle), "+S"(src), "+c"(n_words)::"memory");
	else
		__asm__ volatile("rep movsl"
				 : "+D"(middle), "+S"(src), "+c"(n_words)::"memory");
	store(dst, first);
	store(dst + n - WORD, last);
}

void *memmove(void *dst, const void *src, size_t n)
{
	if (n < WORD)
		move_bytes(dst, src, n);
	else if (n <= BLOCK)
		move_words(dst, src, n);
	else if ((uintptr_t)dst - (uintptr_t)src < n)
		move_down(dst, src, n);
	else if (n < REP_MIN)
		move_up(dst, src, n);
	else
		move_rep(dst, src, n);
	return dst;
}

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	return memmove(dst, src, n);
}

void *memset(void *dst, int c, size_t n)
{
	uintptr_t w = (unsigned char)c * (UINTPTR_MAX / 0xff); /* in every byte */
	char *p = dst, *end = p + n;

	if (n < WORD) {
		while (p < end)
			*(volatile char *)p++ = (char)c;
		return dst;
	}
	store(end - WORD, w);
	if (n < REP_MIN) {
		for (; p < end - WORD; p += WORD)
			store(p, w);
		return dst;
	}
	store(p, w);
	p = (char *)(((uintptr_t)p + WORD) & ~(uintptr_t)(WORD - 1));
	n = (size_t)(end - p) / WORD;
	if (WORD == 8)
		__asm__ volatile("rep stosq" : "+D"(p), "+c"(n) : "a"(w) : "memory");
	else
		__asm__ volatile("rep stosl" : "+D"(p), "+c"(n) : "a"(w) : "memory");
	return dst;
}
