/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths: decoding, dots, every way out of the root that we could think of; media types. */
#include "apps/httpd/path.h"

#include <errno.h>
#include <stdio.h>

#include "tests/test.h"

static struct slice slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

TEST(a_path_is_decoded_once_and_its_dots_are_resolved)
{
	static const struct {
		const char *raw, *decoded;
	} rows[] = {
		{"/", "/"},
		{"/a", "/a"},
		{"/a/", "/a/"},
		{"/a/b.html", "/a/b.html"},
		{"//", "/"},
		{"//a///b//", "/a/b/"},
		{"/./a/./", "/a/"},
		{"/a/.", "/a/"},
		{"/a/..", "/"},
		{"/a/../", "/"},
		{"/a/b/../c", "/a/c"},
		{"/a/b/../../c", "/c"},
		{"/a/b/..", "/a/"},
		{"/a//../b", "/b"},
		{"/...", "/..."},
		{"/..a/.b", "/..a/.b"},
		{"/a..", "/a.."},
		{"/%61%2Fb", "/a/b"},
		{"/a%2f%2e%2e%2fb", "/b"},
		{"/%41%7a", "/Az"},
		{"/%c3%A9", "/\xc3\xa9"},
		{"/a%20b+c", "/a b+c"},
		{"/%2561", "/%61"},
		{"/%252e%252e/a", "/%2e%2e/a"},
		{"/a;b=c", "/a;b=c"},
		{"/%0a", "/\n"},
	};
	char out[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s", rows[i].raw);
		CHECK_EQ(path_decode(slice_of(rows[i].raw), out, sizeof(out)),
			(int)strlen(rows[i].decoded));
		CHECK_STR(out, rows[i].decoded);
	}
}

TEST(a_path_out_of_the_root_or_malformed_is_refused)
{
	static const char *const raw[] = {
		"",
		"a",
		"*",
		"/..",
		"/../",
		"/../a",
		"/a/../..",
		"/a/../../b",
		"/./..",
		"//..",
		"/%2e%2e",
		"/%2E./",
		"/.%2e/etc",
		"/%2e%2e%2fetc",
		"/a%2f..%2f..",
		"/..%2f",
		"/a\\b",
		"/..\\",
		"/%5c",
		"/%5C..%5c",
		"/%00",
		"/a%00.html",
		"/%",
		"/%4",
		"/%4g",
		"/%g4",
		"/%%41",
		"/a%",
		"/a/%2",
		"/% 1",
		"/%u0041",
	};
	char out[64];

	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++) {
		test_row("%s", raw[i]);
		CHECK_EQ(path_decode(slice_of(raw[i]), out, sizeof(out)), -EINVAL);
	}
	CHECK_EQ(path_decode((struct slice){"/a\0b", 4}, out, sizeof(out)), -EINVAL);
}

TEST(a_path_never_overruns_its_buffer)
{
	static const char raw[] = "/abc/def/..//ghi";
	char out[32];

	for (size_t size = 1; size < sizeof(raw); size++) {
		int n;

		memset(out, '#', sizeof(out));
		n = path_decode(slice_of(raw), out, size);
		test_row("size %zu", size);
		CHECK(n == -ENAMETOOLONG || (n >= 0 && (size_t)n < size && !out[n]));
		for (size_t i = size; i < sizeof(out); i++)
			CHECK_EQ(out[i], '#');
	}
	CHECK_EQ(path_decode(slice_of(raw), out, sizeof(out)), 8);
	CHECK_STR(out, "/abc/ghi");
}

TEST(a_media_type_follows_from_the_ending)
{
	static const struct {
		const char *path, *type;
	} rows[] = {
		{"/a.html", "text/html; charset=utf-8"},
		{"/a.HTML", "text/html; charset=utf-8"},
		{"/a.b/c.Css", "text/css; charset=utf-8"},
		{"/a.svg", "image/svg+xml"},
		{"/a.tar.gz", "application/gzip"},
		{"/.png", "image/png"},
		{"/a.html/b", "application/octet-stream"},
		{"/a.", "application/octet-stream"},
		{"/html", "application/octet-stream"},
		{"html", "application/octet-stream"},
		{"", "application/octet-stream"},
		{"/a.htmlx", "application/octet-stream"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%s", rows[i].path);
		CHECK(slice_eq(path_media(slice_of(rows[i].path))->type,
			slice_of(rows[i].type)));
	}
	CHECK(path_media(slice_of("/a.css"))->compressible);
	CHECK(!path_media(slice_of("/a.png"))->compressible);
	CHECK(!path_media(slice_of("/a"))->compressible);
}
