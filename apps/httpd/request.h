/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the head of an HTTP request. Pure: bytes in, facts or an error out.
 *
 * It goes in two steps, so that a head that arrives byte by byte costs no more than one that
 * arrives at once: request_measure() finds its end and remembers how far it has looked;
 * request_parse() reads the whole head and hands out slices of the caller's buffer.
 */
#ifndef HTTPD_REQUEST_H
#define HTTPD_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apps/httpd/limits.h"
#include "apps/httpd/slice.h"

enum method {
	METHOD_UNKNOWN, /* 501 */
	METHOD_REFUSED, /* known to HTTP, not served here: 405 */
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
};

/* The header fields that are acted on; others are checked for their form and left out. */
enum field_id {
	FIELD_OTHER,
	FIELD_ACCEPT_ENCODING,
	FIELD_CONNECTION,
	FIELD_CONTENT_LENGTH,
	FIELD_EXPECT,
	FIELD_HOST,
	FIELD_IF_MATCH,
	FIELD_IF_MODIFIED_SINCE,
	FIELD_IF_NONE_MATCH,
	FIELD_IF_RANGE,
	FIELD_IF_UNMODIFIED_SINCE,
	FIELD_RANGE,
	FIELD_TRANSFER_ENCODING,
	N_FIELDS,
};

struct field {
	enum field_id id;
	struct slice value; /* trimmed */
};

struct request {
	struct slice line; /* as it came, for the log */
	enum method method;
	unsigned minor;     /* of HTTP/1.minor */
	struct slice path;  /* still percent-encoded; starts with '/', or is "*" */
	struct slice query; /* without the '?' */
	bool keep_alive;
	bool expects_continue;
	uint64_t body_bytes; /* that follow the head */
	unsigned n_fields;
	struct field fields[LIMIT_FIELDS_KEPT];
	uint8_t n_of[N_FIELDS]; /* how often each field came */
};

/* How far request_measure() has looked; all zero to begin with. */
struct request_scan {
	uint32_t line_start; /* offset of the line that is not complete yet */
	uint32_t n_lines;    /* complete ones, empty lines before the first not counted */
};

/**
 * Find the end of a request's head.
 *
 * @buf, @len  what has arrived so far, from the head's first byte on
 * @scan       progress, kept by the caller until the head is complete
 * Returns the length of the head with its empty line, -EAGAIN when more bytes are needed, -EBADMSG
 * when it cannot become a request, -E2BIG when the request line is too long, -EMSGSIZE when there
 * are too many header fields or bytes.
 * Source: RFC 9112, 2.1 and 2.2.
 */
int request_measure(const char *buf, size_t len, struct request_scan *scan);

/**
 * Read a complete head.
 *
 * @r          filled in as far as the head could be read; its slices lie in @head
 * @head, @len what request_measure() measured
 * Returns 200, or the HTTP status of the error: then the connection cannot go on, since where the
 * next request starts is not known.
 * Source: RFC 9112, 3 to 6.
 */
int request_parse(struct request *r, const char *head, size_t len);

/** The next field of a kind, after the first *from ones; NULL when there is none. */
const struct field *request_field(
	const struct request *r, enum field_id id, unsigned *from);

/** The value of a field that may come once only; {NULL, 0} when it did not come. */
struct slice request_value(const struct request *r, enum field_id id);

#endif
