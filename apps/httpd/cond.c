/* SPDX-License-Identifier: BSD-2-Clause */
/* Evaluates preconditions, ranges and Accept-Encoding. */
#include "apps/httpd/cond.h"

#include "apps/httpd/date.h"

enum compare { COMPARE_WEAK, COMPARE_STRONG };

/* Our own tag is strong always: a weak one of the client can match by weak comparison only. */
static bool etag_matches(struct slice theirs, struct slice ours, enum compare how)
{
	if (theirs.len > 2 && theirs.p[0] == 'W' && theirs.p[1] == '/') {
		if (how == COMPARE_STRONG)
			return false;
		theirs.p += 2;
		theirs.len -= 2;
	}
	return slice_eq(theirs, ours);
}

static bool any_etag_matches(
	const struct request *r, enum field_id id, struct slice ours, enum compare how)
{
	unsigned from = 0;
	const struct field *f;

	while ((f = request_field(r, id, &from))) {
		struct slice rest = f->value, tag;

		while (slice_next(&rest, ',', &tag))
			if (slice_eq(tag, SLICE("*")) || etag_matches(tag, ours, how))
				return true;
	}
	return false;
}

/* Was the file changed after the date in a field? An unreadable date counts as no field at all. */
static bool changed_since(const struct request *r, enum field_id id,
	const struct validators *v, bool if_unreadable)
{
	int64_t since;

	if (date_parse(request_value(r, id), v->now_s, &since))
		return if_unreadable;
	return v->mtime_s > since;
}

int cond_evaluate(const struct request *r, const struct validators *v)
{
	if (r->n_of[FIELD_IF_MATCH]) {
		if (!any_etag_matches(r, FIELD_IF_MATCH, v->etag, COMPARE_STRONG))
			return 412;
	} else if (r->n_of[FIELD_IF_UNMODIFIED_SINCE]) {
		if (changed_since(r, FIELD_IF_UNMODIFIED_SINCE, v, false))
			return 412;
	}
	if (r->n_of[FIELD_IF_NONE_MATCH])
		return any_etag_matches(r, FIELD_IF_NONE_MATCH, v->etag, COMPARE_WEAK)
			       ? 304
			       : 200;
	if (r->n_of[FIELD_IF_MODIFIED_SINCE])
		return changed_since(r, FIELD_IF_MODIFIED_SINCE, v, true) ? 200 : 304;
	return 200;
}

/* If-Range: the range counts only if the client's part is of this very state of the file. */
static bool if_range_holds(const struct request *r, const struct validators *v)
{
	struct slice value = request_value(r, FIELD_IF_RANGE);
	int64_t date;

	if (!r->n_of[FIELD_IF_RANGE])
		return true;
	if (value.len && (value.p[0] == '"' || value.p[0] == 'W'))
		return etag_matches(value, v->etag, COMPARE_STRONG);
	return date_parse(value, v->now_s, &date) == 0 && date == v->mtime_s;
}

/* "first-last", "first-" or "-length". 200 means that it is none of these. */
static int parse_range(struct slice spec, uint64_t size, struct range *range)
{
	struct slice first, last;
	uint64_t a, b;

	if (!slice_next(&spec, '-', &first) || !slice_next(&spec, '-', &last) || spec.p)
		return 200;
	if (first.len == 0) {
		if (!slice_to_u64(last, &b))
			return 200;
		if (b == 0 || size == 0)
			return 416;
		b = b < size ? b : size;
		*range = (struct range){size - b, b};
		return 206;
	}
	if (!slice_to_u64(first, &a))
		return 200;
	if (last.len == 0)
		b = UINT64_MAX;
	else if (!slice_to_u64(last, &b) || b < a)
		return 200;
	if (a >= size)
		return 416;
	b = b < size - 1 ? b : size - 1;
	*range = (struct range){a, b - a + 1};
	return 206;
}

int cond_range(const struct request *r, const struct validators *v, uint64_t size,
	struct range *range)
{
	struct slice rest = request_value(r, FIELD_RANGE), unit;

	if (r->method != METHOD_GET || !r->n_of[FIELD_RANGE] || !if_range_holds(r, v))
		return 200;
	if (!slice_next(&rest, '=', &unit) || !slice_eq_nocase(unit, SLICE("bytes")) ||
		!rest.p)
		return 200;

	struct slice spec;

	if (!slice_next(&rest, ',', &spec) || rest.p)
		return 200; /* several ranges: the whole is a correct answer, and a cheap one */
	return parse_range(spec, size, range);
}

/* A weight is zero when it is spelt with nothing but zeros: q=0, q=0.0, q=0.000. */
static bool weight_is_zero(struct slice params)
{
	struct slice param;

	while (slice_next(&params, ';', &param)) {
		if (param.len < 3 || (param.p[0] | 0x20) != 'q' || param.p[1] != '=')
			continue;
		for (size_t i = 2; i < param.len; i++)
			if (param.p[i] != '0' && param.p[i] != '.')
				return false;
		return true;
	}
	return false;
}

bool cond_accepts_gzip(const struct request *r)
{
	enum { UNSAID, NO, YES } gzip = UNSAID, any = UNSAID;
	unsigned from = 0;
	const struct field *f;

	while ((f = request_field(r, FIELD_ACCEPT_ENCODING, &from))) {
		struct slice rest = f->value, item, coding;

		while (slice_next(&rest, ',', &item)) {
			if (!slice_next(&item, ';', &coding))
				continue;

			bool ok = !weight_is_zero(item);

			if (slice_eq_nocase(coding, SLICE("gzip")) ||
				slice_eq_nocase(coding, SLICE("x-gzip")))
				gzip = ok ? YES : NO;
			else if (slice_eq(coding, SLICE("*")))
				any = ok ? YES : NO;
		}
	}
	return gzip == YES || (gzip == UNSAID && any == YES);
}
