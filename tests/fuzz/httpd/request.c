/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes the request parser and the path decoder; tests/fuzz/README.md says how to run it.
 *
 * Any input may be refused; what must hold: arriving byte by byte changes nothing, all slices lie
 * inside the head, a body's length is within its limit, a decoded path stays below the root.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apps/httpd/cond.h"
#include "apps/httpd/path.h"
#include "apps/httpd/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool lies_in(struct slice s, const char *head, size_t len)
{
	if (s.len == 0 || slice_eq(s, SLICE("/")))
		return true;
	return s.p >= head && s.p + s.len <= head + len;
}

static int measure_bytewise(const char *text, size_t len)
{
	struct request_scan scan = {0};
	int n = -EAGAIN;

	for (size_t have = 1; have <= len && n == -EAGAIN; have++)
		n = request_measure(text, have, &scan);
	return n;
}

static void check_path(struct slice raw)
{
	char path[LIMIT_PATH_BYTES];
	int n = path_decode(raw, path, sizeof(path));

	if (n < 0)
		return;
	require(path[0] == '/' && strlen(path) == (size_t)n && n < (int)sizeof(path));
	require(!strstr(path, "//") && !strstr(path, "/../") && !strstr(path, "/./"));
	require(n < 3 || strcmp(path + n - 3, "/..") != 0);
	require(n < 2 || strcmp(path + n - 2, "/.") != 0);
	(void)path_media((struct slice){path, (size_t)n});
}

static void check_request(const struct request *r, const char *head, size_t len)
{
	struct validators v = {SLICE("\"1-2\""), 784111777, 1800000000};
	struct range range = {0, 0};

	require(lies_in(r->line, head, len) && lies_in(r->path, head, len));
	require(lies_in(r->query, head, len) && r->body_bytes <= LIMIT_BODY_BYTES);
	for (unsigned i = 0; i < r->n_fields; i++)
		require(lies_in(r->fields[i].value, head, len));
	(void)cond_evaluate(r, &v);
	(void)cond_accepts_gzip(r);
	if (cond_range(r, &v, 1000, &range) == 206)
		require(range.length > 0 && range.first + range.length <= 1000);
	if (r->method == METHOD_GET)
		check_path(r->path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + !len); /* of exactly this size: an overrun is seen */
	struct request_scan scan = {0};
	struct request r;

	require(text != NULL);
	if (len)
		memcpy(text, data, len);
	check_path((struct slice){text, len});

	int n = request_measure(text, len, &scan);

	require(len > LIMIT_LINE_BYTES || n == measure_bytewise(text, len) || !len);
	if (n > 0) {
		int status = request_parse(&r, text, (size_t)n);

		require(status >= 200 && status < 600);
		if (status == 200)
			check_request(&r, text, (size_t)n);
	}
	free(text);
	return 0;
}
