/* SPDX-License-Identifier: BSD-2-Clause */
/* Every bound that keeps one client from costing more than its share. */
#ifndef HTTPD_LIMITS_H
#define HTTPD_LIMITS_H

enum {
	LIMIT_HEAD_BYTES = 16384, /* request line and header fields together: else 431 */
	LIMIT_LINE_BYTES = 8192, /* request line: else 414 (RFC 9112, 3: at least 8000) */
	LIMIT_FIELDS = 100,      /* header fields, known to us or not: else 431 */
	LIMIT_FIELDS_KEPT = 40,  /* of those that we act on: else 431 */
	LIMIT_PATH_BYTES = 1024, /* a path after decoding: else 414 */
	LIMIT_BODY_BYTES =
		65536, /* a request body that is read and thrown away: else 413 */

	LIMIT_OUT_BYTES = 16384,   /* answers gathered before they are sent */
	LIMIT_INLINE_BYTES = 2048, /* a file up to this size is copied behind its head */
	LIMIT_REPLY_HEAD =
		4096, /* the longest head that we write, a redirect's path included */
	LIMIT_LISTING_BYTES =
		65536,    /* a directory listing; what does not fit is left out */
	LIMIT_BURST = 64, /* pipelined requests answered before others get their turn */
	LIMIT_SEND_BYTES =
		1 << 20,    /* of a file handed over before others get their turn */
	LIMIT_ACCEPTS = 64, /* new connections taken before the old ones get their turn */
	LIMIT_DRAIN_BYTES = 1 << 20, /* read and thrown away after the last answer */

	LIMIT_HEAD_MS =
		10000, /* from the first byte of a request to its last header field */
	LIMIT_BODY_MS = 10000,  /* for a request body */
	LIMIT_STALL_MS = 60000, /* for a client to take LIMIT_STALL_BYTES of an answer */
	LIMIT_STALL_BYTES = 16384,
	LIMIT_LINGER_MS = 2000, /* for the client to hear our last answer and close */
	LIMIT_ACCEPT_PAUSE_MS =
		100,           /* before accept is tried again when it lacked memory */
	LIMIT_EVICT_MS = 1000, /* idle for this long: may be closed to make room */
	LIMIT_LOG_LINES = 200, /* log lines in one second before lines are only counted */
	LIMIT_COUNTED_FILES = 10000, /* where the count of served files at start stops */
	LIMIT_COUNTED_DEPTH = 16,
};

#endif
