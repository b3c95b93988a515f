/* SPDX-License-Identifier: BSD-2-Clause */
/* The request parser: what it takes, what it refuses, and that arriving in pieces changes nothing. */
#include "apps/httpd/request.h"

#include <errno.h>
#include <stdio.h>

#include "tests/test.h"

#define GET  "GET / HTTP/1.1\r\n"
#define HOST "Host: x\r\n"
#define END  "\r\n"

static int parse(struct request *r, const char *text, size_t len)
{
	struct request_scan scan = {0};
	int n = request_measure(text, len, &scan);

	return n < 0 ? n : request_parse(r, text, (size_t)n);
}

static bool slice_is(struct slice s, const char *text)
{
	return slice_eq(s, (struct slice){text, strlen(text)});
}

TEST(a_request_gets_the_status_that_it_deserves)
{
	static const struct {
		int status;
		const char *text;
	} rows[] = {
		{200, GET HOST END},
		{200, "GET / HTTP/1.1\nHost: x\n\n"},
		{200, "\r\n\r\n" GET HOST END},
		{200, "GET / HTTP/1.0\r\n\r\n"},
		{200, "GET / HTTP/1.9\r\n" HOST END},
		{200, "GET /a?b=c&d HTTP/1.1\r\n" HOST END},
		{200, "GET http://h/a HTTP/1.1\r\n" HOST END},
		{200, "GET HTTPS://h:1/ HTTP/1.1\r\n" HOST END},
		{200, "OPTIONS * HTTP/1.1\r\n" HOST END},
		{200, "BREW /pot HTTP/1.1\r\n" HOST END},
		{200, "CONNECT h:443 HTTP/1.1\r\n" HOST END},
		{200, GET "Host:\r\n" END},
		{200, GET "Host: [::1]:80\r\n" END},
		{200, GET HOST "X:\r\n" END},
		{200, GET HOST "X: \t a b \t\r\n" END},
		{200, GET HOST "X: caf\xc3\xa9\r\n" END},
		{200, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END},
		{200, GET HOST "Content-Length: 0\r\n" END},
		{200, GET HOST "Expect: 100-Continue\r\nContent-Length: 1\r\n" END},
		{200, "GET / HTTP/1.0\r\nExpect: a miracle\r\n" END},
		{400, "GET /\r\n\r\n"},
		{400, "GET  / HTTP/1.1\r\n" HOST END},
		{400, "GET /  HTTP/1.1\r\n" HOST END},
		{400, "GET / HTTP/1.1 \r\n" HOST END},
		{400, "GET\t/\tHTTP/1.1\r\n" HOST END},
		{400, "G(T / HTTP/1.1\r\n" HOST END},
		{400, "GET /a b HTTP/1.1\r\n" HOST END},
		{400, "GET /\x7f HTTP/1.1\r\n" HOST END},
		{400, "GET /\xc3\xa9 HTTP/1.1\r\n" HOST END},
		{400, "GET /#part HTTP/1.1\r\n" HOST END},
		{400, "GET index.html HTTP/1.1\r\n" HOST END},
		{400, "GET * HTTP/1.1\r\n" HOST END},
		{400, "GET ftp://h/ HTTP/1.1\r\n" HOST END},
		{400, "GET http:///a HTTP/1.1\r\n" HOST END},
		{400, "GET http://u@h/ HTTP/1.1\r\n" HOST END},
		{400, "GET / HTTP/11\r\n" HOST END},
		{400, "GET / HTTP/1.x\r\n" HOST END},
		{400, "GET / http/1.1\r\n" HOST END},
		{400, "GET / HTTP/1.10\r\n" HOST END},
		{505, "GET / HTTP/2.0\r\n" HOST END},
		{505, "GET / HTTP/0.9\r\n" HOST END},
		{400, GET END},
		{400, GET HOST HOST END},
		{400, GET "Host: a b\r\n" END},
		{400, GET "Host: a/b\r\n" END},
		{400, GET "Host: u@h\r\n" END},
		{400, GET "Host: a,b\r\n" END},
		{400, GET HOST "X : y\r\n" END},
		{400, GET HOST " X: y\r\n" END},
		{400, GET HOST "X: y\r\n folded\r\n" END},
		{400, GET HOST "X: y\r\n\tfolded\r\n" END},
		{400, GET HOST "no colon\r\n" END},
		{400, GET HOST ": y\r\n" END},
		{400, GET HOST "X\x01: y\r\n" END},
		{400, GET HOST "X: \x01\r\n" END},
		{400, GET HOST "X: a\rb\r\n" END},
		{400, GET HOST "X: a\r\r\n" END},
		{400, "GET / HTTP/1.1\r\r\n" HOST END},
		{400, GET HOST "Content-Length: 1\r\nContent-Length: 1\r\n" END},
		{400, GET HOST "Content-Length: 1\r\nContent-Length: 2\r\n" END},
		{400, GET HOST "Content-Length: 1, 1\r\n" END},
		{400, GET HOST "Content-Length: +1\r\n" END},
		{400, GET HOST "Content-Length: -1\r\n" END},
		{400, GET HOST "Content-Length: 0x10\r\n" END},
		{400, GET HOST "Content-Length: 1 2\r\n" END},
		{400, GET HOST "Content-Length:\r\n" END},
		{400, GET HOST "Content-Length: 99999999999999999999\r\n" END},
		{413, GET HOST "Content-Length: 65537\r\n" END},
		{413, GET HOST "Content-Length: 999999999999999999\r\n" END},
		{400, GET HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" END},
		{400, GET HOST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n" END},
		{400, "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" END},
		{411, GET HOST "Transfer-Encoding: chunked\r\n" END},
		{411, GET HOST "transfer-encoding: CHUNKED\r\n" END},
		{501, GET HOST "Transfer-Encoding: gzip, chunked\r\n" END},
		{501, GET HOST "Transfer-Encoding: xchunked\r\n" END},
		{501, GET HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
			       "chunked\r\n" END},
		{501, GET HOST "Transfer-Encoding:\r\n" END},
		{417, GET HOST "Expect: a miracle\r\n" END},
		{400, GET HOST "Range: bytes=0-1\r\nRange: bytes=0-1\r\n" END},
	};
	struct request r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("row %zu: %.60s", i, rows[i].text);
		CHECK_EQ(parse(&r, rows[i].text, strlen(rows[i].text)), rows[i].status);
	}
}

TEST(a_nul_byte_is_refused_wherever_it_stands)
{
	static const char text[] = "GET /a HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n";
	struct request r;

	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		char copy[sizeof(text)];
		int status;

		memcpy(copy, text, sizeof(text));
		copy[i] = '\0';
		status = parse(&r, copy, sizeof(copy) - 1);
		test_row("NUL at %zu", i);
		/* in the last four bytes the head does not end any more */
		CHECK(status == 400 || status == 505 || status == -EBADMSG ||
			status == -EAGAIN);
		CHECK(status != -EAGAIN || i >= sizeof(text) - 4);
	}
}

TEST(the_parts_of_a_request_are_found)
{
	static const char text[] =
		"HEAD http://h:80/a%20b/?x=/?y HTTP/1.1\r\nHost: h\r\n"
		"If-None-Match: \"a\", \"b\"\r\nif-none-match: \"c\"\r\n"
		"Content-Length: 7\r\n\r\n";
	struct request r;
	unsigned from = 0;

	CHECK_EQ(parse(&r, text, sizeof(text) - 1), 200);
	CHECK_EQ(r.method, METHOD_HEAD);
	CHECK(slice_is(r.line, "HEAD http://h:80/a%20b/?x=/?y HTTP/1.1"));
	CHECK(slice_is(r.path, "/a%20b/"));
	CHECK(slice_is(r.query, "x=/?y"));
	CHECK_EQ(r.body_bytes, 7);
	CHECK(slice_is(
		request_field(&r, FIELD_IF_NONE_MATCH, &from)->value, "\"a\", \"b\""));
	CHECK(slice_is(request_field(&r, FIELD_IF_NONE_MATCH, &from)->value, "\"c\""));
	CHECK(!request_field(&r, FIELD_IF_NONE_MATCH, &from));
	CHECK(request_value(&r, FIELD_RANGE).p == NULL);
}

TEST(an_absolute_target_without_a_path_means_the_root)
{
	struct request r;
	static const char plain[] = "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n";
	static const char query[] = "GET http://h?q HTTP/1.1\r\nHost: h\r\n\r\n";

	CHECK_EQ(parse(&r, plain, sizeof(plain) - 1), 200);
	CHECK(slice_is(r.path, "/"));
	CHECK_EQ(parse(&r, query, sizeof(query) - 1), 200);
	CHECK(slice_is(r.path, "/"));
	CHECK(slice_is(r.query, "q"));
}

TEST(methods_are_told_apart)
{
	static const struct {
		enum method method;
		const char *name;
	} rows[] = {
		{METHOD_GET, "GET"},
		{METHOD_HEAD, "HEAD"},
		{METHOD_OPTIONS, "OPTIONS"},
		{METHOD_REFUSED, "POST"},
		{METHOD_REFUSED, "PUT"},
		{METHOD_REFUSED, "DELETE"},
		{METHOD_REFUSED, "PATCH"},
		{METHOD_REFUSED, "TRACE"},
		{METHOD_REFUSED, "CONNECT"},
		{METHOD_UNKNOWN, "get"},
		{METHOD_UNKNOWN, "GETT"},
		{METHOD_UNKNOWN, "PROPFIND"},
	};
	struct request r;
	char text[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int n = snprintf(text, sizeof(text), "%s / HTTP/1.1\r\nHost: x\r\n\r\n",
			rows[i].name);

		test_row("%s", rows[i].name);
		CHECK_EQ(parse(&r, text, (size_t)n), 200);
		CHECK_EQ(r.method, rows[i].method);
	}
}

TEST(the_connection_goes_on_as_the_version_and_the_field_say)
{
	static const struct {
		bool keep_alive;
		const char *text;
	} rows[] = {
		{true, GET HOST END},
		{false, GET HOST "Connection: close\r\n" END},
		{false, GET HOST "Connection: Close\r\n" END},
		{false, GET HOST "Connection: x, close , y\r\n" END},
		{false, GET HOST "Connection: keep-alive\r\nConnection: close\r\n" END},
		{true, GET HOST "Connection: closed\r\n" END},
		{true, GET HOST "Connection:\r\n" END},
		{true, GET HOST "Connection: ,,\r\n" END},
		{false, "GET / HTTP/1.0\r\n" END},
		{true, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n" END},
		{false, "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n" END},
	};
	struct request r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("row %zu", i);
		CHECK_EQ(parse(&r, rows[i].text, strlen(rows[i].text)), 200);
		CHECK_EQ(r.keep_alive, rows[i].keep_alive);
	}
}

TEST(the_end_of_the_head_is_found_however_the_bytes_arrive)
{
	static const char text[] = "\r\nGET / HTTP/1.1\r\nHost: x\n\r\nGET /next";
	const int end = (int)(strstr(text, "GET /next") - text);

	for (size_t step = 1; step < sizeof(text); step++) {
		struct request_scan scan = {0};
		size_t have = 0;
		int n;

		do {
			have = have + step < sizeof(text) - 1 ? have + step
							      : sizeof(text) - 1;
			n = request_measure(text, have, &scan);
		} while (n == -EAGAIN && have < sizeof(text) - 1);
		test_row("%zu bytes at a time", step);
		CHECK_EQ(n, end);
	}
}

TEST(what_cannot_become_a_request_is_refused_at_its_first_byte)
{
	static const char *const texts[] = {
		"\x16\x03\x01", " GET", "\"", "\x80", ":", "\x01"};
	struct request_scan scan;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		scan = (struct request_scan){0};
		test_row("row %zu", i);
		CHECK_EQ(request_measure(texts[i], 1, &scan), -EBADMSG);
	}
}

static char big[LIMIT_HEAD_BYTES * 2];

TEST(a_request_line_has_a_limit)
{
	struct request_scan scan = {0};

	memset(big, 'a', sizeof(big));
	CHECK_EQ(request_measure(big, LIMIT_LINE_BYTES, &scan), -EAGAIN);
	CHECK_EQ(request_measure(big, LIMIT_LINE_BYTES + 1, &scan), -E2BIG);
	big[LIMIT_LINE_BYTES + 1] = '\n';
	scan = (struct request_scan){0};
	CHECK_EQ(request_measure(big, LIMIT_LINE_BYTES + 2, &scan), -E2BIG);
}

TEST(a_head_has_a_limit)
{
	struct request_scan scan = {0};

	memset(big, 'a', sizeof(big));
	memcpy(big, GET, sizeof(GET) - 1);
	CHECK_EQ(request_measure(big, LIMIT_HEAD_BYTES - 1, &scan), -EAGAIN);
	CHECK_EQ(request_measure(big, LIMIT_HEAD_BYTES, &scan), -EMSGSIZE);
	memset(big, '\n', sizeof(big));
	scan = (struct request_scan){0};
	CHECK_EQ(request_measure(big, LIMIT_HEAD_BYTES, &scan), -EMSGSIZE);
}

static size_t make_fields(int n_fields, const char *field)
{
	size_t len = sizeof(GET HOST) - 1;

	memcpy(big, GET HOST, len);
	for (int i = 1; i < n_fields; i++, len += strlen(field))
		memcpy(big + len, field, strlen(field));
	memcpy(big + len, END, 2);
	return len + 2;
}

TEST(the_number_of_fields_has_a_limit)
{
	struct request r;
	size_t len = make_fields(LIMIT_FIELDS, "X: y\r\n");

	CHECK_EQ(parse(&r, big, len), 200);
	len = make_fields(LIMIT_FIELDS + 1, "X: y\r\n");
	CHECK_EQ(parse(&r, big, len), -EMSGSIZE);
	len = make_fields(LIMIT_FIELDS_KEPT, "If-Match: y\r\n");
	CHECK_EQ(parse(&r, big, len), 200);
	len = make_fields(LIMIT_FIELDS_KEPT + 1, "If-Match: y\r\n");
	CHECK_EQ(parse(&r, big, len), 431);
}
