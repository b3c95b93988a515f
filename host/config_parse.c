/* SPDX-License-Identifier: BSD-2-Clause */
/* The grammar of xl's configuration files: config_parse.h shows it. */
#define _GNU_SOURCE
#include "host/config_parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8u

struct reader {
	const char *at, *end;
	unsigned line;
	struct parse_error *error;
};

static int bad(struct reader *r, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int bad(struct reader *r, unsigned line, const char *fmt, ...)
{
	va_list args;

	r->error->line = line;
	va_start(args, fmt);
	vsnprintf(r->error->text, sizeof(r->error->text), fmt, args);
	va_end(args);
	return -EINVAL;
}

static int peek(const struct reader *r)
{
	return r->at < r->end ? (unsigned char)*r->at : EOF;
}

/* Spaces and comments, and the ends of lines where they mean nothing. */
static void skip(struct reader *r, bool lines)
{
	for (int c; (c = peek(r)) != EOF; r->at++) {
		if (c == '#') {
			while (r->at + 1 < r->end && r->at[1] != '\n')
				r->at++;
		} else if (c == '\n' && lines) {
			r->line++;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return;
		}
	}
}

static bool ends_setting(int c)
{
	return c == EOF || c == '\n' || c == ';';
}

static size_t word_bytes(const struct reader *r, const char *more)
{
	const char *p = r->at;

	while (p < r->end && *p &&
		(isalnum((unsigned char)*p) || *p == '_' || strchr(more, *p)))
		p++;
	return (size_t)(p - r->at);
}

/* --- values ------------------------------------------------------------------------- */

static int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = tolower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What follows a backslash in a text; r->at is behind it. */
static int escape(struct reader *r, char *to)
{
	int c = peek(r), high, low;

	r->at++;
	switch (c) {
	case '"':
	case '\'':
	case '\\':
		*to = (char)c;
		return 0;
	case 'n':
		*to = '\n';
		return 0;
	case 't':
		*to = '\t';
		return 0;
	case 'x':
		if (r->end - r->at < 2 || (high = hex_digit(r->at[0])) < 0 ||
			(low = hex_digit(r->at[1])) < 0 || high + low == 0)
			return bad(
				r, r->line, "\\x needs two hexadecimal digits, not 00");
		*to = (char)(high * 16 + low);
		r->at += 2;
		return 0;
	default:
		return bad(r, r->line,
			"in a text a backslash is followed by one of \\ \" ' n t x");
	}
}

static int parse_text(struct reader *r, struct value *v)
{
	int quote = (unsigned char)*r->at++, status;
	size_t n = 0;

	v->kind = VALUE_TEXT;
	v->text = malloc((size_t)(r->end - r->at) + 1);
	if (!v->text)
		return -ENOMEM;
	for (int c; (c = peek(r)) != quote;) {
		if (c == EOF || c == '\n')
			return bad(r, v->line,
				"the text that begins with %c is not closed on its line",
				quote);
		if (c == '\0')
			return bad(r, r->line, "a byte of value 0: not a text file");
		r->at++;
		v->text[n] = (char)c;
		if (c == '\\' && (status = escape(r, &v->text[n])) != 0)
			return status;
		n++;
	}
	r->at++;
	v->text[n] = '\0';
	return 0;
}

static int parse_number(struct reader *r, struct value *v)
{
	size_t n = word_bytes(r, "+-.");
	char *end;

	v->kind = VALUE_NUMBER;
	v->text = strndup(r->at, n);
	if (!v->text)
		return -ENOMEM;
	errno = 0;
	v->number = strtol(v->text, &end, 0);
	if (errno)
		return bad(r, r->line, "%.40s is too large a number", v->text);
	if (*end)
		return bad(r, r->line,
			"%.40s is no number, and a text needs quotes: \"%.40s\"", v->text,
			v->text);
	r->at += n;
	return 0;
}

static int parse_value(struct reader *r, struct value *v, unsigned depth);

static int parse_list(struct reader *r, struct value *v, unsigned depth)
{
	v->kind = VALUE_LIST;
	r->at++;
	for (int status;;) {
		struct value *grown;

		skip(r, true);
		if (peek(r) == ']')
			break;
		if (peek(r) == EOF)
			return bad(r, v->line, "the list that begins here has no end: ]");
		grown = realloc(v->items, (v->n_items + 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		v->items = grown;
		memset(&v->items[v->n_items], 0, sizeof(*grown));
		status = parse_value(r, &v->items[v->n_items++], depth + 1);
		if (status)
			return status;
		skip(r, true);
		if (peek(r) == ',')
			r->at++;
		else if (peek(r) != ']' && peek(r) != EOF)
			return bad(r, r->line,
				"between the values of a list there is a comma, and ] at "
				"its end");
	}
	r->at++;
	return 0;
}

static int parse_value(struct reader *r, struct value *v, unsigned depth)
{
	int c = peek(r);
	size_t n;

	v->line = r->line;
	if (c == '"' || c == '\'')
		return parse_text(r, v);
	if (c == '[' && depth < DEPTH_MAX)
		return parse_list(r, v, depth);
	if (c == '[')
		return bad(r, r->line, "lists in more than %u lists", DEPTH_MAX);
	if (c != EOF && (isdigit(c) || c == '-'))
		return parse_number(r, v);
	if (ends_setting(c))
		return bad(
			r, r->line, "there is no value after =; an empty text is \"\"");
	n = word_bytes(r, "./-:+");
	if (n)
		return bad(r, r->line, "a text needs quotes: \"%.*s\"",
			n < 80 ? (int)n : 80, r->at);
	return bad(r, r->line,
		"a value begins with a quote, a digit or [, not with byte 0x%02x",
		(unsigned)c);
}

/* --- settings ----------------------------------------------------------------------- */

static int parse_setting(struct reader *r, struct setting *s)
{
	size_t n = word_bytes(r, "");
	int c = peek(r);

	if (n == 0 || isdigit(c))
		return bad(r, r->line,
			isprint(c) ? "a line begins with the name of a setting, not "
				     "with %c"
				   : "a line begins with the name of a setting, not "
				     "with byte 0x%02x",
			(unsigned)c);
	s->name = strndup(r->at, n);
	if (!s->name)
		return -ENOMEM;
	r->at += n;
	skip(r, false);
	if (r->end - r->at >= 2 && r->at[0] == '+' && r->at[1] == '=') {
		s->append = true;
		r->at++;
	}
	if (peek(r) != '=')
		return bad(r, r->line, "after %.60s there must be =", s->name);
	r->at++;
	skip(r, false);
	return parse_value(r, &s->value, 0);
}

int settings_parse(
	const char *text, size_t bytes, struct setting **list, struct parse_error *error)
{
	struct reader r = {.at = text, .end = text + bytes, .line = 1, .error = error};
	struct setting **tail = list;

	*list = NULL;
	if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.at += 3; /* the mark that some editors put before UTF-8 */
	while (true) {
		int status;

		skip(&r, true);
		if (peek(&r) == EOF)
			return 0;
		if (peek(&r) == ';') {
			r.at++;
			continue;
		}
		*tail = calloc(1, sizeof(**tail));
		if (!*tail)
			return -ENOMEM;
		status = parse_setting(&r, *tail);
		if (status)
			return status;
		tail = &(*tail)->next;
		skip(&r, false);
		if (!ends_setting(peek(&r)))
			return bad(&r, r.line,
				"more follows the value: one setting a line, a text in "
				"one pair of quotes");
	}
}

static void value_clear(struct value *v)
{
	for (size_t i = 0; i < v->n_items; i++)
		value_clear(&v->items[i]);
	free(v->items);
	free(v->text);
}

void settings_free(struct setting *list)
{
	while (list) {
		struct setting *next = list->next;

		value_clear(&list->value);
		free(list->name);
		free(list);
		list = next;
	}
}
