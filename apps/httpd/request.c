/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request parser: lines, then the request line, then fields, then what they say together.
 *
 *     GET /path?query HTTP/1.1 CRLF     parse_line: method, target, version
 *     Name: value CRLF                  parse_field, as often as there are
 *     CRLF                              check_framing, check_host, read_connection
 *
 * It is strict wherever two readers of one message could disagree on where it ends (request
 * smuggling), and takes a lone LF as a line's end, which people type.
 */
#include "apps/httpd/request.h"

#include <errno.h>
#include <string.h>

/* What a byte may be part of: a name, a request target, a field's value. */
enum { NAME = 1, TARGET = 2, VALUE = 4, ANY = NAME | TARGET | VALUE };

static const uint8_t char_class[256] = {
	['\t'] = VALUE,
	[' '] = VALUE,
	['!'] = ANY,
	['"'] = TARGET | VALUE,
	['#' ... '\''] = ANY,
	['(' ... ')'] = TARGET | VALUE,
	['*' ... '+'] = ANY,
	[','] = TARGET | VALUE,
	['-' ... '.'] = ANY,
	['/'] = TARGET | VALUE,
	['0' ... '9'] = ANY,
	[':' ... '@'] = TARGET | VALUE,
	['A' ... 'Z'] = ANY,
	['[' ... ']'] = TARGET | VALUE,
	['^' ... 'z'] = ANY,
	['{'] = TARGET | VALUE,
	['|'] = ANY,
	['}'] = TARGET | VALUE,
	['~'] = ANY,
	[0x80 ... 0xff] = VALUE,
};

static bool is(char c, uint8_t class)
{
	return char_class[(unsigned char)c] & class;
}

static bool all_of(struct slice s, uint8_t class)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is(s.p[i], class))
			return false;
	return true;
}

/* ---- where the head ends ---- */

static int check_unfinished(const char *buf, size_t len, const struct request_scan *scan)
{
	bool in_first_line = scan->n_lines == 0;
	size_t have = len - scan->line_start;
	char first = have ? buf[scan->line_start] : 'A';

	if (in_first_line && !is(first, NAME) && first != '\r')
		return -EBADMSG;
	if (in_first_line && have > LIMIT_LINE_BYTES)
		return -E2BIG;
	return len >= LIMIT_HEAD_BYTES ? -EMSGSIZE : -EAGAIN;
}

int request_measure(const char *buf, size_t len, struct request_scan *scan)
{
	for (;;) {
		const char *line = buf + scan->line_start;
		size_t have = len - scan->line_start;
		const char *nl = have ? memchr(line, '\n', have) : NULL;

		if (!nl)
			return check_unfinished(buf, len, scan);

		size_t line_len = (size_t)(nl - line);
		bool empty = line_len == 0 || (line_len == 1 && line[0] == '\r');

		scan->line_start += (uint32_t)line_len + 1;
		if (scan->line_start > LIMIT_HEAD_BYTES)
			return -EMSGSIZE;
		if (empty && scan->n_lines)
			return (int)scan->line_start;
		if (empty)
			continue;
		if (scan->n_lines == 0 && line_len > LIMIT_LINE_BYTES)
			return -E2BIG;
		if (scan->n_lines == 0 && !is(line[0], NAME))
			return -EBADMSG;
		if (scan->n_lines++ > LIMIT_FIELDS)
			return -EMSGSIZE;
	}
}

/* ---- the request line ---- */

static enum method method_of(struct slice name)
{
	static const char *const refused[] = {
		"POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"};

	if (slice_eq(name, SLICE("GET")))
		return METHOD_GET;
	if (slice_eq(name, SLICE("HEAD")))
		return METHOD_HEAD;
	if (slice_eq(name, SLICE("OPTIONS")))
		return METHOD_OPTIONS;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (slice_eq(name, (struct slice){refused[i], strlen(refused[i])}))
			return METHOD_REFUSED;
	return METHOD_UNKNOWN;
}

/* "HTTP/1.0" and "HTTP/1.1"; a higher minor version is understood as 1.1. */
static int parse_version(struct request *r, struct slice v)
{
	if (v.len != 8 || memcmp(v.p, "HTTP/", 5) != 0 || v.p[6] != '.')
		return 400;
	if (v.p[5] < '0' || v.p[5] > '9' || v.p[7] < '0' || v.p[7] > '9')
		return 400;
	if (v.p[5] != '1')
		return 505;
	r->minor = (unsigned)(v.p[7] - '0');
	return 200;
}

/* A host, perhaps with a port: nothing of a URL before or behind it. */
static bool is_authority(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is(s.p[i], TARGET) || strchr("/?#@\\\"<>{}|^`,", s.p[i]))
			return false;
	return true;
}

/* http://host/path: only the path counts for us. */
static bool strip_authority(struct slice *target)
{
	static const struct slice schemes[] = {{"http://", 7}, {"https://", 8}};

	for (size_t i = 0; i < 2; i++) {
		struct slice s = schemes[i];

		if (target->len < s.len ||
			!slice_eq_nocase((struct slice){target->p, s.len}, s))
			continue;

		size_t n = s.len;

		while (n < target->len && target->p[n] != '/' && target->p[n] != '?')
			n++;

		struct slice authority = {target->p + s.len, n - s.len};

		*target = (struct slice){target->p + n, target->len - n};
		return authority.len && is_authority(authority);
	}
	return false;
}

static int parse_target(struct request *r, struct slice target)
{
	if (target.len == 0 || !all_of(target, TARGET) ||
		memchr(target.p, '#', target.len))
		return 400;
	if (r->method == METHOD_REFUSED || r->method == METHOD_UNKNOWN) {
		r->path = target; /* CONNECT's is a host: not looked at */
		return 200;
	}
	if (slice_eq(target, SLICE("*"))) {
		r->path = target;
		return r->method == METHOD_OPTIONS ? 200 : 400;
	}
	if (target.p[0] != '/' && !strip_authority(&target))
		return 400;

	const char *mark = target.len ? memchr(target.p, '?', target.len) : NULL;

	r->path = target;
	if (mark) {
		r->path.len = (size_t)(mark - target.p);
		r->query = (struct slice){mark + 1, target.len - r->path.len - 1};
	}
	if (r->path.len == 0)
		r->path = SLICE("/");
	return 200;
}

static int parse_line(struct request *r, struct slice line)
{
	const char *end = line.p + line.len;
	const char *sp = memchr(line.p, ' ', line.len);
	int status;

	r->line = line;
	if (!sp)
		return 400;

	struct slice method = {line.p, (size_t)(sp - line.p)};
	const char *target = sp + 1;

	sp = memchr(target, ' ', (size_t)(end - target));
	if (!method.len || !all_of(method, NAME) || !sp)
		return 400;
	r->method = method_of(method);
	status = parse_version(r, (struct slice){sp + 1, (size_t)(end - sp) - 1});
	if (status != 200)
		return status;
	return parse_target(r, (struct slice){target, (size_t)(sp - target)});
}

/* ---- fields ---- */

static const struct {
	struct slice name;
	bool once; /* a second one makes the request ambiguous */
} field_table[N_FIELDS] = {
	[FIELD_ACCEPT_ENCODING] = {{"accept-encoding", 15}, false},
	[FIELD_CONNECTION] = {{"connection", 10}, false},
	[FIELD_CONTENT_LENGTH] = {{"content-length", 14}, true},
	[FIELD_EXPECT] = {{"expect", 6}, false},
	[FIELD_HOST] = {{"host", 4}, true},
	[FIELD_IF_MATCH] = {{"if-match", 8}, false},
	[FIELD_IF_MODIFIED_SINCE] = {{"if-modified-since", 17}, true},
	[FIELD_IF_NONE_MATCH] = {{"if-none-match", 13}, false},
	[FIELD_IF_RANGE] = {{"if-range", 8}, true},
	[FIELD_IF_UNMODIFIED_SINCE] = {{"if-unmodified-since", 19}, true},
	[FIELD_RANGE] = {{"range", 5}, true},
	[FIELD_TRANSFER_ENCODING] = {{"transfer-encoding", 17}, false},
};

static enum field_id field_of(struct slice name)
{
	for (int i = FIELD_OTHER + 1; i < N_FIELDS; i++)
		if (slice_eq_nocase(name, field_table[i].name))
			return (enum field_id)i;
	return FIELD_OTHER;
}

/* No blank before the colon, no line folding: both have been used to smuggle. RFC 9112, 5.1, 5.2. */
static int parse_field(struct request *r, struct slice line)
{
	const char *colon = memchr(line.p, ':', line.len);

	if (!colon || colon == line.p)
		return 400;

	struct slice name = {line.p, (size_t)(colon - line.p)};
	struct slice value = {colon + 1, line.len - name.len - 1};

	value = slice_trim(value);
	if (!all_of(name, NAME) || !all_of(value, VALUE))
		return 400;

	enum field_id id = field_of(name);

	if (id == FIELD_OTHER)
		return 200;
	if (field_table[id].once && r->n_of[id])
		return 400;
	if (r->n_fields == LIMIT_FIELDS_KEPT)
		return 431;
	r->n_of[id]++;
	r->fields[r->n_fields++] = (struct field){id, value};
	return 200;
}

const struct field *request_field(
	const struct request *r, enum field_id id, unsigned *from)
{
	if (!r->n_of[id])
		return NULL;
	while (*from < r->n_fields) {
		const struct field *f = &r->fields[(*from)++];

		if (f->id == id)
			return f;
	}
	return NULL;
}

struct slice request_value(const struct request *r, enum field_id id)
{
	unsigned from = 0;
	const struct field *f = request_field(r, id, &from);

	return f ? f->value : (struct slice){NULL, 0};
}

/* ---- what the fields say together ---- */

/*
 * Where the body ends. A transfer coding beside a length, or in HTTP/1.0, is how requests are
 * smuggled: 400. Otherwise we take no codings: chunked is asked to come with a length.
 */
static int check_framing(struct request *r)
{
	bool has_length = r->n_of[FIELD_CONTENT_LENGTH];

	if (r->n_of[FIELD_TRANSFER_ENCODING]) {
		if (has_length || r->minor == 0)
			return 400;
		if (r->n_of[FIELD_TRANSFER_ENCODING] == 1 &&
			slice_eq_nocase(request_value(r, FIELD_TRANSFER_ENCODING),
				SLICE("chunked")))
			return 411;
		return 501;
	}
	if (has_length &&
		!slice_to_u64(request_value(r, FIELD_CONTENT_LENGTH), &r->body_bytes))
		return 400;
	return r->body_bytes > LIMIT_BODY_BYTES ? 413 : 200;
}

static int check_host(const struct request *r)
{
	if (r->n_of[FIELD_HOST] == 0)
		return r->minor == 0 ? 200 : 400;
	return is_authority(request_value(r, FIELD_HOST)) ? 200 : 400;
}

static void read_connection(struct request *r)
{
	bool close = false, keep = false;
	unsigned from = 0;
	const struct field *f;

	while ((f = request_field(r, FIELD_CONNECTION, &from))) {
		struct slice rest = f->value, option;

		while (slice_next(&rest, ',', &option)) {
			close |= slice_eq_nocase(option, SLICE("close"));
			keep |= slice_eq_nocase(option, SLICE("keep-alive"));
		}
	}
	r->keep_alive = !close && (r->minor >= 1 || keep);
}

/* HTTP/1.0 clients do not know Expect: it is not meant there. RFC 9110, 10.1.1. */
static int read_expect(struct request *r)
{
	unsigned from = 0;
	const struct field *f;

	if (r->minor == 0)
		return 200;
	while ((f = request_field(r, FIELD_EXPECT, &from))) {
		if (!slice_eq_nocase(f->value, SLICE("100-continue")))
			return 417;
		r->expects_continue = true;
	}
	return 200;
}

/* The next line without its end; NULL behind the last. A CR inside it is caught as a bad character. */
static bool next_line(const char **at, const char *end, struct slice *line)
{
	const char *nl = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;

	if (!nl)
		return false;
	*line = (struct slice){*at, (size_t)(nl - *at)};
	if (line->len && line->p[line->len - 1] == '\r')
		line->len--;
	*at = nl + 1;
	return true;
}

static int parse_fields(struct request *r, const char *at, const char *end)
{
	struct slice line;

	while (next_line(&at, end, &line) && line.len) {
		int status = parse_field(r, line);

		if (status != 200)
			return status;
	}
	return 200;
}

int request_parse(struct request *r, const char *head, size_t len)
{
	const char *at = head, *end = head + len;
	struct slice line = {NULL, 0};
	int status;

	r->method = METHOD_UNKNOWN;
	r->line = r->path = r->query = (struct slice){NULL, 0};
	r->minor = 1;
	r->keep_alive = r->expects_continue = false;
	r->body_bytes = 0;
	r->n_fields = 0;
	memset(r->n_of, 0, sizeof(r->n_of));

	while (next_line(&at, end, &line) && line.len == 0)
		; /* empty lines before a request are skipped: RFC 9112, 2.2 */
	if (line.len == 0)
		return 400;
	status = parse_line(r, line);
	if (status == 200)
		status = parse_fields(r, at, end);
	if (status == 200)
		status = check_framing(r);
	if (status == 200)
		status = check_host(r);
	if (status == 200)
		status = read_expect(r);
	read_connection(r);
	return status;
}
