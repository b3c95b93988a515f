/* SPDX-License-Identifier: BSD-2-Clause */
/* A buffer that text is appended to: the writer's side of a response head, a log line, a page. */
#ifndef HTTPD_OUT_H
#define HTTPD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apps/httpd/slice.h"

struct out {
	char *buf;
	size_t len, size; /* bytes used, bytes there are */
	bool full;        /* something did not fit and was left out whole */
};

static inline size_t out_room(const struct out *o)
{
	return o->size - o->len;
}

/** Append bytes; if they do not fit, append nothing and set o->full. */
void out_slice(struct out *o, struct slice s);

/** Append a literal: its length is known when this is compiled. */
#define out_text(o, literal) out_slice((o), SLICE(literal))

/** Append a number in decimal. */
void out_uint(struct out *o, uint64_t value);

/** Append a number in lower-case hexadecimal, without leading zeros. */
void out_hex(struct out *o, uint64_t value);

/** Append a path with every byte percent-encoded that may not stand in a URL's path as it is. */
void out_path_encoded(struct out *o, struct slice path);

/** Append text with the characters escaped that mean something in HTML. */
void out_html_escaped(struct out *o, struct slice text);

/** Append text for a log line: bytes that do not print, quotes and backslashes become \xHH. */
void out_log_escaped(struct out *o, struct slice text);

#endif
