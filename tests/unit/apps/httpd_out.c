/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing numbers and escaped text, cutting text, and heads that must not be split by what they name. */
#include "apps/httpd/out.h"

#include "apps/httpd/reply.h"
#include "tests/test.h"

static char buf[LIMIT_REPLY_HEAD];

static struct out fresh(void)
{
	memset(buf, 0, sizeof(buf));
	return (struct out){.buf = buf, .size = sizeof(buf) - 1};
}

TEST(numbers_are_written)
{
	struct out o = fresh();

	out_uint(&o, 0);
	out_text(&o, " ");
	out_uint(&o, 4294967295u);
	out_text(&o, " ");
	out_uint(&o, 4294967296u);
	out_text(&o, " ");
	out_uint(&o, UINT64_MAX);
	out_text(&o, " ");
	out_hex(&o, 0);
	out_text(&o, " ");
	out_hex(&o, UINT64_MAX);
	CHECK_STR(buf, "0 4294967295 4294967296 18446744073709551615 0 ffffffffffffffff");
}

TEST(what_does_not_fit_is_left_out_whole)
{
	struct out o = {.buf = buf, .size = 4};

	memset(buf, 0, sizeof(buf));
	out_text(&o, "abc");
	CHECK(!o.full);
	out_text(&o, "de");
	CHECK(o.full);
	CHECK_STR(buf, "abc");
}

TEST(text_is_escaped_for_where_it_goes)
{
	struct out o = fresh();

	out_path_encoded(&o, SLICE("/a b%?#\r\n\"<\xc3~:"));
	CHECK_STR(buf, "/a%20b%25%3F%23%0D%0A%22%3C%C3~:");
	o = fresh();
	out_html_escaped(&o, SLICE("<a href=\"'&\">"));
	CHECK_STR(buf, "&lt;a href=&quot;&#39;&amp;&quot;&gt;");
	o = fresh();
	out_log_escaped(&o, SLICE("GET \"\\\r\x1b[2J\xff"));
	CHECK_STR(buf, "GET \\x22\\x5C\\x0D\\x1B[2J\\xFF");
}

TEST(lists_are_cut_into_trimmed_items)
{
	struct slice rest = SLICE(" a ,,b"), item;

	CHECK(slice_next(&rest, ',', &item) && slice_eq(item, SLICE("a")));
	CHECK(slice_next(&rest, ',', &item) && item.len == 0);
	CHECK(slice_next(&rest, ',', &item) && slice_eq(item, SLICE("b")));
	CHECK(!slice_next(&rest, ',', &item));
}

static const char *head_of(int status)
{
	struct out o = fresh();
	struct reply rep;

	reply_error(&rep, status);
	reply_write_head(&o, &rep, 784111777);
	return buf;
}

TEST(an_error_has_a_head_that_ends_the_connection)
{
	const char *head = head_of(404);

	CHECK(strncmp(head, "HTTP/1.1 404 Not Found\r\n", 24) == 0);
	CHECK(strstr(head, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	CHECK(strstr(head, "\r\nConnection: close\r\n"));
	CHECK(strcmp(head + strlen(head) - 4, "\r\n\r\n") == 0);
	CHECK(strstr(head_of(405), "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
	CHECK(strstr(head_of(503), "\r\nRetry-After: 1\r\n"));
	CHECK(strstr(head_of(416), "\r\nContent-Range: bytes */0\r\n"));
	CHECK(!strstr(head_of(404), "ETag"));
}
