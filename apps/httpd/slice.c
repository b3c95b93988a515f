/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares and cuts pieces of text. */
#include "apps/httpd/slice.h"

#include <string.h>

bool slice_eq(struct slice a, struct slice b)
{
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice s)
{
	while (s.len && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool slice_next(struct slice *rest, char sep, struct slice *item)
{
	if (!rest->p)
		return false;

	const char *end = rest->len ? memchr(rest->p, sep, rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->p) : rest->len;

	*item = slice_trim((struct slice){rest->p, len});
	if (end)
		*rest = (struct slice){end + 1, rest->len - len - 1};
	else
		*rest = (struct slice){NULL, 0};
	return true;
}

bool slice_to_u64(struct slice s, uint64_t *value)
{
	uint64_t n = 0;

	if (s.len == 0 || s.len > 18)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(s.p[i] - '0');
	}
	*value = n;
	return true;
}
