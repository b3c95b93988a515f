/* SPDX-License-Identifier: BSD-2-Clause */
/* Decodes paths so that nothing outside the root can be named, and knows media types by ending. */
#include "apps/httpd/path.h"

#include <errno.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* One byte of the path, decoded once; -EINVAL for what no path of ours may hold. */
static int next_byte(struct slice *s)
{
	int byte = (unsigned char)s->p[0];
	size_t n = 1;

	if (byte == '%') {
		int high = s->len > 2 ? hex_digit(s->p[1]) : -1;
		int low = s->len > 2 ? hex_digit(s->p[2]) : -1;

		if (high < 0 || low < 0)
			return -EINVAL;
		byte = high * 16 + low;
		n = 3;
	}
	s->p += n;
	s->len -= n;
	return byte == 0 || byte == '\\' ? -EINVAL : byte;
}

/*
 * A segment has just ended at out[len]: drop it if it is empty or ".", and the one before it too
 * if it is "..". start is its first byte, right behind a slash.
 */
static int fold_segment(const char *out, size_t start, size_t len)
{
	size_t n = len - start;

	if (n == 1 && out[start] == '.')
		return (int)start;
	if (n != 2 || out[start] != '.' || out[start + 1] != '.')
		return (int)len;
	if (start == 1)
		return -EINVAL; /* above the root */
	for (start--; out[start - 1] != '/';)
		start--;
	return (int)start;
}

int path_decode(struct slice raw, char *out, size_t size)
{
	size_t len = 1, start = 1; /* of the segment that is being written */

	if (raw.len == 0 || raw.p[0] != '/')
		return -EINVAL;
	if (size < 2)
		return -ENAMETOOLONG;
	out[0] = '/';
	raw.p++;
	raw.len--;
	while (raw.len) {
		int byte = next_byte(&raw);

		if (byte < 0)
			return byte;
		if (byte == '/') {
			int folded = fold_segment(out, start, len);

			if (folded < 0)
				return folded;
			len = (size_t)folded;
			if (out[len - 1] != '/')
				out[len++] = '/';
			start = len;
		} else {
			out[len++] = (char)byte;
		}
		if (len >= size)
			return -ENAMETOOLONG;
	}

	int end = fold_segment(out, start, len);

	if (end < 0)
		return end;
	out[end] = '\0';
	return end;
}

#define TEXT(ending, type)                                                               \
	{                                                                                \
		{ending, sizeof(ending) - 1}, {type, sizeof(type) - 1}, true             \
	}
#define DATA(ending, type)                                                               \
	{                                                                                \
		{ending, sizeof(ending) - 1}, {type, sizeof(type) - 1}, false            \
	}

/* The last one is for everything else. */
static const struct media media[] = {
	TEXT("html", "text/html; charset=utf-8"),
	TEXT("htm", "text/html; charset=utf-8"),
	TEXT("css", "text/css; charset=utf-8"),
	TEXT("js", "text/javascript; charset=utf-8"),
	TEXT("mjs", "text/javascript; charset=utf-8"),
	TEXT("json", "application/json"),
	TEXT("map", "application/json"),
	TEXT("svg", "image/svg+xml"),
	TEXT("txt", "text/plain; charset=utf-8"),
	TEXT("md", "text/plain; charset=utf-8"),
	TEXT("c", "text/plain; charset=utf-8"),
	TEXT("h", "text/plain; charset=utf-8"),
	TEXT("csv", "text/csv; charset=utf-8"),
	TEXT("xml", "application/xml"),
	TEXT("webmanifest", "application/manifest+json"),
	TEXT("wasm", "application/wasm"),
	DATA("png", "image/png"),
	DATA("jpg", "image/jpeg"),
	DATA("jpeg", "image/jpeg"),
	DATA("gif", "image/gif"),
	DATA("webp", "image/webp"),
	DATA("avif", "image/avif"),
	TEXT("ico", "image/x-icon"),
	DATA("woff", "font/woff"),
	DATA("woff2", "font/woff2"),
	DATA("mp3", "audio/mpeg"),
	DATA("ogg", "audio/ogg"),
	DATA("mp4", "video/mp4"),
	DATA("webm", "video/webm"),
	DATA("pdf", "application/pdf"),
	DATA("zip", "application/zip"),
	DATA("gz", "application/gzip"),
	DATA("xz", "application/x-xz"),
	DATA("tar", "application/x-tar"),
	DATA("", "application/octet-stream"),
};

const struct media *path_media(struct slice path)
{
	const struct media *m = media,
			   *other = &media[sizeof(media) / sizeof(media[0]) - 1];
	size_t n = 0;

	while (n < path.len && path.p[path.len - n - 1] != '.' &&
		path.p[path.len - n - 1] != '/')
		n++;
	if (n == path.len || path.p[path.len - n - 1] != '.')
		return other;

	struct slice ending = {path.p + path.len - n, n};

	while (m < other && !slice_eq_nocase(m->ending, ending))
		m++;
	return m;
}
