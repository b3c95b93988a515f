/* SPDX-License-Identifier: BSD-2-Clause */
/* From a request to the answer: its status, its head, and where its body comes from. */
#ifndef HTTPD_REPLY_H
#define HTTPD_REPLY_H

#include "apps/httpd/document.h"
#include "apps/httpd/out.h"
#include "apps/httpd/request.h"

struct reply {
	int status;
	bool close;              /* the connection ends after it */
	bool keep_alive_said;    /* an HTTP/1.0 client is told that it goes on */
	bool no_body;            /* HEAD: a head that speaks of a body that is not sent */
	struct document doc;     /* the body is a part of this file, unless fd is -1 */
	uint64_t offset, length; /* which part, in bytes */
	struct slice text;       /* else the body is this; valid until the next reply */
	struct slice text_type;
	struct slice location; /* for 301, percent-encoded */
	void *heap;            /* holds text, if not NULL: the caller frees it */
};

/** Serve listings of directories that have no index.html. */
void reply_allow_listings(bool allow);

/**
 * Decide on the answer to a request.
 *
 * @rep     filled in; the caller closes rep->doc and frees rep->heap
 * @r       the request
 * @status  what request_parse() said of it
 * @now_s   wall-clock seconds
 */
void reply_decide(struct reply *rep, const struct request *r, int status, int64_t now_s);

/** Make it an error that ends the connection: for what is no request, and for us being in trouble. */
void reply_error(struct reply *rep, int status);

/** Write the head, empty line included: at most LIMIT_REPLY_HEAD bytes. */
void reply_write_head(struct out *o, const struct reply *rep, int64_t now_s);

#endif
