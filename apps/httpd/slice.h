/* SPDX-License-Identifier: BSD-2-Clause */
/* A piece of text inside somebody else's buffer: what the parser hands out instead of copies. */
#ifndef HTTPD_SLICE_H
#define HTTPD_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *p;
	size_t len;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

/** Equal, byte by byte. */
bool slice_eq(struct slice a, struct slice b);

/** Equal without regard to the case of ASCII letters. */
bool slice_eq_nocase(struct slice a, struct slice b);

/** Without spaces and tabs at either end. */
struct slice slice_trim(struct slice s);

/**
 * Cut the next piece off a list.
 *
 * @rest  the list; loses the piece and its separator
 * @sep   the separator
 * @item  the piece, trimmed, possibly empty
 * Returns false when the list was used up.
 */
bool slice_next(struct slice *rest, char sep, struct slice *item);

/**
 * Read an unsigned decimal number that is the whole slice.
 *
 * Returns true, or false for anything but 1 to 18 digits.
 */
bool slice_to_u64(struct slice s, uint64_t *value);

#endif
