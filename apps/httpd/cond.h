/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request asks for beyond a path: preconditions, a range, a content coding. Pure. */
#ifndef HTTPD_COND_H
#define HTTPD_COND_H

#include "apps/httpd/request.h"

/* What names one state of one file. */
struct validators {
	struct slice etag; /* strong, with its quotes */
	int64_t mtime_s;
	int64_t now_s;
};

struct range {
	uint64_t first, length; /* in bytes */
};

/**
 * Evaluate If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, in the RFC's order.
 *
 * Returns 200 to go on, 304 or 412.
 * Source: RFC 9110, 13.2.2.
 */
int cond_evaluate(const struct request *r, const struct validators *v);

/**
 * Evaluate Range and If-Range for a body.
 *
 * @size   of the whole body in bytes
 * @range  set for 206
 * Returns 200 for the whole body (no range, one that we may ignore, several), 206, or 416.
 * Source: RFC 9110, 13.1.5 and 14.2.
 */
int cond_range(const struct request *r, const struct validators *v, uint64_t size,
	struct range *range);

/** Whether the client takes a gzip-coded body. Source: RFC 9110, 12.5.3. */
bool cond_accepts_gzip(const struct request *r);

#endif
