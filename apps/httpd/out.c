/* SPDX-License-Identifier: BSD-2-Clause */
/* Appends text, numbers and escaped text to a buffer. */
#include "apps/httpd/out.h"

#include <string.h>

void out_slice(struct out *o, struct slice s)
{
	if (s.len > out_room(o)) {
		o->full = true;
		return;
	}
	if (s.len)
		memcpy(o->buf + o->len, s.p, s.len);
	o->len += s.len;
}

static void put_number(struct out *o, uint64_t value, unsigned base)
{
	char digits[20];
	size_t i = sizeof(digits);

	do {
		digits[--i] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	out_slice(o, (struct slice){digits + i, sizeof(digits) - i});
}

void out_uint(struct out *o, uint64_t value)
{
	if (value <= UINT32_MAX) { /* a 64-bit division is a call on 32-bit targets */
		char digits[10];
		size_t i = sizeof(digits);
		uint32_t v = (uint32_t)value;

		do {
			digits[--i] = (char)('0' + v % 10);
			v /= 10;
		} while (v);
		out_slice(o, (struct slice){digits + i, sizeof(digits) - i});
		return;
	}
	put_number(o, value, 10);
}

void out_hex(struct out *o, uint64_t value)
{
	put_number(o, value, 16);
}

static void put_byte_hex(struct out *o, struct slice prefix, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	char text[2] = {digits[(unsigned char)c >> 4], digits[c & 15]};

	out_slice(o, prefix);
	out_slice(o, (struct slice){text, 2});
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-._~/!$&'()*+,;=:@", c));
}

void out_path_encoded(struct out *o, struct slice path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (is_unreserved(path.p[i]))
			out_slice(o, (struct slice){path.p + i, 1});
		else
			put_byte_hex(o, SLICE("%"), path.p[i]);
	}
}

void out_html_escaped(struct out *o, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.p[i]) {
		case '<':
			out_text(o, "&lt;");
			break;
		case '>':
			out_text(o, "&gt;");
			break;
		case '&':
			out_text(o, "&amp;");
			break;
		case '"':
			out_text(o, "&quot;");
			break;
		case '\'':
			out_text(o, "&#39;");
			break;
		default:
			out_slice(o, (struct slice){text.p + i, 1});
		}
	}
}

void out_log_escaped(struct out *o, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			put_byte_hex(o, SLICE("\\x"), c);
		else
			out_slice(o, (struct slice){text.p + i, 1});
	}
}
