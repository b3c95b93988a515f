/* SPDX-License-Identifier: BSD-2-Clause */
/* Preconditions, ranges and content codings. */
#include "apps/httpd/cond.h"

#include <stdio.h>

#include "tests/test.h"

#define DATE    "Sun, 06 Nov 1994 08:49:37 GMT"
#define EARLIER "Sun, 06 Nov 1994 08:49:36 GMT"
#define LATER   "Sun, 06 Nov 1994 08:49:38 GMT"
#define TAG     "\"2ebc9a61-3e8\""

static const struct validators state = {{TAG, sizeof(TAG) - 1}, 784111777, 1800000000};

static bool parse(struct request *r, const char *method, const char *fields)
{
	static char text[1024];
	int n = snprintf(
		text, sizeof(text), "%s / HTTP/1.1\r\nHost: x\r\n%s\r\n", method, fields);

	return request_parse(r, text, (size_t)n) == 200;
}

TEST(preconditions_are_evaluated_in_their_order)
{
	static const struct {
		int status;
		const char *fields;
	} rows[] = {
		{200, ""},
		{304, "If-None-Match: " TAG "\r\n"},
		{304, "If-None-Match: W/" TAG "\r\n"},
		{304, "If-None-Match: *\r\n"},
		{304, "If-None-Match: \"a\", " TAG " , \"b\"\r\n"},
		{304, "If-None-Match: \"a\"\r\nIf-None-Match: " TAG "\r\n"},
		{200, "If-None-Match: \"a\"\r\n"},
		{200, "If-None-Match:\r\n"},
		{200, "If-None-Match: 2ebc9a61-3e8\r\n"},
		{304, "If-Modified-Since: " DATE "\r\n"},
		{304, "If-Modified-Since: " LATER "\r\n"},
		{200, "If-Modified-Since: " EARLIER "\r\n"},
		{200, "If-Modified-Since: yesterday\r\n"},
		{200, "If-None-Match: \"a\"\r\nIf-Modified-Since: " DATE "\r\n"},
		{304, "If-None-Match: " TAG "\r\nIf-Modified-Since: " EARLIER "\r\n"},
		{200, "If-Match: " TAG "\r\n"},
		{200, "If-Match: *\r\n"},
		{412, "If-Match: W/" TAG "\r\n"},
		{412, "If-Match: \"a\"\r\n"},
		{412, "If-Match:\r\n"},
		{200, "If-Unmodified-Since: " DATE "\r\n"},
		{412, "If-Unmodified-Since: " EARLIER "\r\n"},
		{200, "If-Unmodified-Since: never\r\n"},
		{200, "If-Match: " TAG "\r\nIf-Unmodified-Since: " EARLIER "\r\n"},
		{412, "If-Match: \"a\"\r\nIf-None-Match: " TAG "\r\n"},
		{304, "If-Match: " TAG "\r\nIf-None-Match: " TAG "\r\n"},
	};
	struct request r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("row %zu: %s", i, rows[i].fields);
		CHECK(parse(&r, "GET", rows[i].fields));
		CHECK_EQ(cond_evaluate(&r, &state), rows[i].status);
	}
}

TEST(a_range_selects_a_part)
{
	static const struct {
		int status;
		unsigned first, length;
		const char *fields;
	} rows[] = {
		{200, 0, 0, ""},
		{206, 0, 1, "Range: bytes=0-0\r\n"},
		{206, 10, 90, "Range: bytes=10-99\r\n"},
		{206, 990, 10, "Range: bytes=990-5000\r\n"},
		{206, 999, 1, "Range: bytes=999-\r\n"},
		{206, 0, 1000, "Range: bytes=0-\r\n"},
		{206, 995, 5, "Range: bytes=-5\r\n"},
		{206, 0, 1000, "Range: bytes=-5000\r\n"},
		{206, 1, 2, "Range: BYTES = 1 - 2 \r\n"},
		{206, 0, 1000, "Range: bytes=0-999999999999999999\r\n"},
		{416, 0, 0, "Range: bytes=1000-\r\n"},
		{416, 0, 0, "Range: bytes=1000-2000\r\n"},
		{416, 0, 0, "Range: bytes=-0\r\n"},
		{200, 0, 0, "Range: bytes=5-4\r\n"},
		{200, 0, 0, "Range: bytes=\r\n"},
		{200, 0, 0, "Range: bytes\r\n"},
		{200, 0, 0, "Range: bytes=-\r\n"},
		{200, 0, 0, "Range: bytes=a-b\r\n"},
		{200, 0, 0, "Range: bytes=1-2-3\r\n"},
		{200, 0, 0, "Range: bytes=1\r\n"},
		{200, 0, 0, "Range: bytes=99999999999999999999-\r\n"},
		{200, 0, 0, "Range: lines=1-2\r\n"},
		{200, 0, 0, "Range: bytes=0-1,3-4\r\n"},
		{200, 0, 0, "Range: bytes=0-1,\r\n"},
		{206, 0, 2, "Range: bytes=0-1\r\nIf-Range: " TAG "\r\n"},
		{200, 0, 0, "Range: bytes=0-1\r\nIf-Range: W/" TAG "\r\n"},
		{200, 0, 0, "Range: bytes=0-1\r\nIf-Range: \"a\"\r\n"},
		{206, 0, 2, "Range: bytes=0-1\r\nIf-Range: " DATE "\r\n"},
		{200, 0, 0, "Range: bytes=0-1\r\nIf-Range: " LATER "\r\n"},
		{200, 0, 0, "Range: bytes=0-1\r\nIf-Range: ?\r\n"},
	};
	struct request r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct range range = {0, 0};

		test_row("row %zu: %s", i, rows[i].fields);
		CHECK(parse(&r, "GET", rows[i].fields));
		CHECK_EQ(cond_range(&r, &state, 1000, &range), rows[i].status);
		CHECK_EQ(range.first, rows[i].first);
		CHECK_EQ(range.length, rows[i].length);
	}
}

TEST(a_range_of_an_empty_file_cannot_be_satisfied)
{
	struct range range;
	struct request r;

	CHECK(parse(&r, "GET", "Range: bytes=0-\r\n"));
	CHECK_EQ(cond_range(&r, &state, 0, &range), 416);
	CHECK(parse(&r, "GET", "Range: bytes=-1\r\n"));
	CHECK_EQ(cond_range(&r, &state, 0, &range), 416);
}

TEST(a_range_means_nothing_to_other_methods_than_get)
{
	struct range range;
	struct request r;

	CHECK(parse(&r, "HEAD", "Range: bytes=0-1\r\n"));
	CHECK_EQ(cond_range(&r, &state, 1000, &range), 200);
}

TEST(gzip_is_sent_only_to_those_who_take_it)
{
	static const struct {
		bool accepts;
		const char *fields;
	} rows[] = {
		{false, ""},
		{true, "Accept-Encoding: gzip\r\n"},
		{true, "Accept-Encoding: deflate, GZIP;q=0.1, br\r\n"},
		{true, "Accept-Encoding: x-gzip\r\n"},
		{true, "Accept-Encoding: *\r\n"},
		{true, "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n"},
		{true, "Accept-Encoding: gzip ; q=1.000\r\n"},
		{true, "Accept-Encoding: gzip;q=0.001\r\n"},
		{true, "Accept-Encoding: *;q=0, gzip\r\n"},
		{false, "Accept-Encoding: gzip;q=0\r\n"},
		{false, "Accept-Encoding: gzip; Q=0.000\r\n"},
		{false, "Accept-Encoding: *, gzip;q=0\r\n"},
		{false, "Accept-Encoding: *;q=0\r\n"},
		{false, "Accept-Encoding: identity\r\n"},
		{false, "Accept-Encoding:\r\n"},
		{false, "Accept-Encoding: gzipped\r\n"},
	};
	struct request r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("row %zu: %s", i, rows[i].fields);
		CHECK(parse(&r, "GET", rows[i].fields));
		CHECK_EQ(cond_accepts_gzip(&r), rows[i].accepts);
	}
}
