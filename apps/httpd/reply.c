/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides what a request gets and writes the head that says so.
 *
 *     request_parse() said no -> its status       method not served -> 405, 501
 *     path_decode() said no   -> 400, 414         document_open() said no -> 301, 403, 404, 503
 *     cond_evaluate()         -> 304, 412         cond_range() -> 206, 416       else 200
 */
#include "apps/httpd/reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apps/httpd/cond.h"
#include "apps/httpd/date.h"
#include "apps/httpd/listing.h"

#define HTML           SLICE("text/html; charset=utf-8")
#define METHODS_SERVED "GET, HEAD, OPTIONS"

static bool listings_allowed;

struct status {
	int code;
	struct slice reason;
	const char *hint; /* what the page says; NULL = no page */
};

#define STATUS(code, reason, hint)                                                       \
	{                                                                                \
		code, {#code " " reason, sizeof(#code " " reason) - 1}, hint             \
	}

/* The last one stands for any other. */
static const struct status statuses[] = {
	STATUS(200, "OK", NULL),
	STATUS(204, "No Content", NULL),
	STATUS(206, "Partial Content", NULL),
	STATUS(301, "Moved Permanently",
		"This is a directory: its address ends with a slash."),
	STATUS(304, "Not Modified", NULL),
	STATUS(400, "Bad Request", "This is not a request that HTTP allows."),
	STATUS(403, "Forbidden", "This file may not be read."),
	STATUS(404, "Not Found", "Nothing lies at this address."),
	STATUS(405, "Method Not Allowed", "Files can be read here: GET or HEAD."),
	STATUS(408, "Request Timeout", "The request took too long to arrive."),
	STATUS(411, "Length Required", "A request body needs a Content-Length."),
	STATUS(412, "Precondition Failed",
		"The file is not in the state that was asked for."),
	STATUS(413, "Content Too Large", "The request body is too large."),
	STATUS(414, "URI Too Long", "The address is too long."),
	STATUS(416, "Range Not Satisfiable", "The file has no such part."),
	STATUS(417, "Expectation Failed", "Only 100-continue can be expected."),
	STATUS(431, "Request Header Fields Too Large",
		"The request's header is too large."),
	STATUS(501, "Not Implemented", "This method or coding is not known here."),
	STATUS(503, "Service Unavailable",
		"Too many clients at once: try again in a second."),
	STATUS(505, "HTTP Version Not Supported",
		"HTTP/1.1 and HTTP/1.0 are spoken here."),
	STATUS(500, "Internal Server Error", "The server could not read the file."),
};

static const struct status *status_of(int code)
{
	const struct status *s = statuses;
	const struct status *other =
		&statuses[sizeof(statuses) / sizeof(statuses[0]) - 1];

	while (s < other && s->code != code)
		s++;
	return s;
}

void reply_allow_listings(bool allow)
{
	listings_allowed = allow;
}

/* ---- what the request gets ---- */

/* A status with the small page that explains it. */
static void set_status(struct reply *rep, int code)
{
	static char page[512];
	struct out o = {.buf = page, .size = sizeof(page)};
	const struct status *s = status_of(code);

	document_close(&rep->doc);
	rep->status = code;
	if (!s->hint)
		return;
	out_text(&o, "<!doctype html>\n<title>");
	out_slice(&o, s->reason);
	out_text(&o, "</title>\n<h1>");
	out_slice(&o, s->reason);
	out_text(&o, "</h1>\n<p>");
	out_slice(&o, (struct slice){s->hint, strlen(s->hint)});
	out_text(&o, "</p>\n");
	rep->text = (struct slice){page, o.len};
	rep->text_type = HTML;
	rep->length = o.len;
}

/* Made from the decoded path, whose slashes are single: "//host" must not become a host's name. */
static void set_redirect(struct reply *rep, struct slice path, struct slice query)
{
	static char location[LIMIT_REPLY_HEAD - 512];
	struct out o = {.buf = location, .size = sizeof(location)};

	out_path_encoded(&o, path);
	out_text(&o, "/");
	if (query.len) {
		out_text(&o, "?");
		out_slice(&o, query);
	}
	if (o.full) {
		set_status(rep, 414);
		return;
	}
	set_status(rep, 301);
	rep->location = (struct slice){location, o.len};
}

static void set_listing(struct reply *rep, struct slice path)
{
	struct out o = {.buf = malloc(LIMIT_LISTING_BYTES), .size = LIMIT_LISTING_BYTES};

	if (!o.buf) {
		set_status(rep, 503);
		return;
	}
	rep->heap = o.buf;
	if (listing_write(&o, path)) {
		set_status(rep, 404);
		return;
	}
	rep->status = 200;
	rep->text = (struct slice){o.buf, o.len};
	rep->text_type = HTML;
	rep->length = o.len;
}

static int status_of_open_error(int error)
{
	switch (-error) {
	case EACCES:
	case EPERM:
		return 403;
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENXIO:
		return 404;
	case ENAMETOOLONG:
		return 414;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return 503;
	default:
		return 500;
	}
}

static void serve_document(struct reply *rep, const struct request *r, int64_t now_s)
{
	struct document *d = &rep->doc;
	struct validators v = {document_etag(d), d->mtime_s, now_s};
	struct range range = {0, d->size_bytes};
	int status = cond_evaluate(r, &v);

	if (status == 200)
		status = cond_range(r, &v, d->size_bytes, &range);
	if (status == 304) {
		rep->status = 304;
		document_close(d);
		return;
	}
	if (status != 200 && status != 206) {
		set_status(rep, status);
		return;
	}
	rep->status = status;
	rep->offset = range.first;
	rep->length = range.length;
}

static void serve_path(struct reply *rep, const struct request *r, int64_t now_s)
{
	static char path[LIMIT_PATH_BYTES];
	int len = path_decode(r->path, path, sizeof(path));
	struct slice p = {path, (size_t)len};
	int error;

	if (len < 0) {
		set_status(rep, len == -ENAMETOOLONG ? 414 : 400);
		return;
	}
	error = document_open(&rep->doc, p, cond_accepts_gzip(r));
	if (error == 0)
		serve_document(rep, r, now_s);
	else if (error == -EISDIR)
		set_redirect(rep, p, r->query);
	else if (error == -ENOENT && listings_allowed && path[len - 1] == '/')
		set_listing(rep, p);
	else
		set_status(rep, status_of_open_error(error));
}

static void reset(struct reply *rep)
{
	*rep = (struct reply){.doc.fd = -1};
}

void reply_error(struct reply *rep, int status)
{
	reset(rep);
	rep->close = true;
	set_status(rep, status);
}

void reply_decide(struct reply *rep, const struct request *r, int status, int64_t now_s)
{
	reset(rep);
	rep->close = status != 200 || !r->keep_alive;
	rep->keep_alive_said = !rep->close && r->minor == 0;
	rep->no_body = r->method == METHOD_HEAD;

	if (status != 200)
		set_status(rep, status);
	else if (r->method == METHOD_UNKNOWN)
		set_status(rep, 501);
	else if (r->method == METHOD_REFUSED)
		set_status(rep, 405);
	else if (r->method == METHOD_OPTIONS)
		set_status(rep, 204);
	else
		serve_path(rep, r, now_s);

	/* the body may come or not after a refusal that was not asked to wait: no telling which */
	if (r->expects_continue && rep->status >= 400)
		rep->close = true;
	if (rep->close)
		rep->keep_alive_said = false;
}

/* ---- the head ---- */

/* "Server" and "Date" are the same for a second. */
static void put_common(struct out *o, int64_t now_s)
{
	static char common[] =
		"\r\nServer: domik\r\nDate: 0123456789012345678901234 GMT\r\n";
	static int64_t common_s = -1;

	if (now_s != common_s) {
		date_format_http(
			common + sizeof("\r\nServer: domik\r\nDate: ") - 1, now_s);
		common_s = now_s;
	}
	out_slice(o, (struct slice){common, sizeof(common) - 1});
}

/* What stays the same for one state of the file, also when the file itself is not sent. */
static void put_validators(struct out *o, const struct document *d)
{
	char date[DATE_HTTP_LEN];

	if (!d->etag_len)
		return;
	date_format_http(date, d->mtime_s);
	out_text(o, "Last-Modified: ");
	out_slice(o, (struct slice){date, sizeof(date)});
	out_text(o, "\r\nETag: ");
	out_slice(o, document_etag(d));
	out_text(o, "\r\n");
	if (d->varies)
		out_text(o, "Vary: Accept-Encoding\r\n");
}

static void put_content_range(struct out *o, const struct reply *rep)
{
	out_text(o, "Content-Range: bytes ");
	if (rep->status == 416) {
		out_text(o, "*");
	} else {
		out_uint(o, rep->offset);
		out_text(o, "-");
		out_uint(o, rep->offset + rep->length - 1);
	}
	out_text(o, "/");
	out_uint(o, rep->doc.size_bytes);
	out_text(o, "\r\n");
}

static void put_content(struct out *o, const struct reply *rep)
{
	const struct document *d = &rep->doc;
	bool is_file = rep->status == 200 || rep->status == 206;

	if (rep->text.p) {
		out_text(o, "Content-Type: ");
		out_slice(o, rep->text_type);
		out_text(o, "\r\n");
	} else if (is_file) {
		out_text(o, "Content-Type: ");
		out_slice(o, d->media->type);
		out_text(o, "\r\nAccept-Ranges: bytes\r\n");
		if (d->gzip)
			out_text(o, "Content-Encoding: gzip\r\n");
	}
	if (rep->status == 206 || rep->status == 416)
		put_content_range(o, rep);
	if (rep->status == 304 || rep->status == 204)
		return; /* RFC 9110, 8.6: no length where there cannot be a body */
	out_text(o, "Content-Length: ");
	out_uint(o, rep->length);
	out_text(o, "\r\n");
}

void reply_write_head(struct out *o, const struct reply *rep, int64_t now_s)
{
	out_text(o, "HTTP/1.1 ");
	out_slice(o, status_of(rep->status)->reason);
	put_common(o, now_s);
	if (rep->close)
		out_text(o, "Connection: close\r\n");
	else if (rep->keep_alive_said)
		out_text(o, "Connection: keep-alive\r\n");
	if (rep->status == 405 || rep->status == 204)
		out_text(o, "Allow: " METHODS_SERVED "\r\n");
	if (rep->status == 503)
		out_text(o, "Retry-After: 1\r\n");
	if (rep->location.len) {
		out_text(o, "Location: ");
		out_slice(o, rep->location);
		out_text(o, "\r\n");
	}
	if (rep->status < 400)
		put_validators(o, &rep->doc);
	put_content(o, rep);
	out_text(o, "\r\n");
}
