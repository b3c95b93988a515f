/* SPDX-License-Identifier: BSD-2-Clause */
/* Edits a line: what each key does to the text, and what the terminal shows of it. */
#include "embox/shell/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CTRL(letter) ((letter)&0x1f)
#define ESC          0x1b
#define RUBOUT       0x7f

static void put(struct line *l, const char *text, size_t len)
{
	if (l->put)
		l->put(l->arg, text, len);
}

static void put_text(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

/* Characters of UTF-8 are one column and never split; what continues one is none. */
static bool continues(char c)
{
	return (c & 0xc0) == 0x80;
}

static size_t columns_of(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += !continues(text[i]);
	return n;
}

static size_t before(const struct line *l, size_t at)
{
	while (at > 0 && continues(l->text[--at]))
		;
	return at;
}

static size_t behind(const struct line *l, size_t at)
{
	if (at < l->len)
		at++;
	while (at < l->len && continues(l->text[at]))
		at++;
	return at;
}

void line_show(struct line *l)
{
	size_t room = l->columns ? l->columns : LINE_COLUMNS;
	size_t taken = columns_of(l->prompt, strlen(l->prompt)) + 1;
	size_t from = 0, to = l->len, left;
	char move[16];

	room = room > taken + 8 ? room - taken : 8;
	while (columns_of(l->text + from, l->cursor - from) > room)
		from = behind(l, from);
	while (to > l->cursor && columns_of(l->text + from, to - from) > room)
		to = before(l, to);
	put_text(l, "\r");
	put_text(l, l->prompt);
	put(l, l->text + from, to - from);
	put_text(l, "\x1b[K");
	left = columns_of(l->text + l->cursor, to - l->cursor);
	if (left) {
		snprintf(move, sizeof(move), "\x1b[%uD", (unsigned)left);
		put_text(l, move);
	}
}

/* --- changes of the text --- */

static void insert(struct line *l, const char *text, size_t len)
{
	bool at_end = l->cursor == l->len;

	if (l->len + len >= LINE_BYTES) {
		put_text(l, "\a");
		return;
	}
	memmove(l->text + l->cursor + len, l->text + l->cursor, l->len - l->cursor);
	memcpy(l->text + l->cursor, text, len);
	l->len += len;
	l->cursor += len;
	l->text[l->len] = '\0';
	/* What is typed at the end goes out as it is: no redrawing, no flicker. */
	if (at_end && columns_of(l->prompt, strlen(l->prompt)) +
				      columns_of(l->text, l->len) + 1 <
			      (l->columns ? l->columns : LINE_COLUMNS))
		put(l, text, len);
	else
		line_show(l);
}

static void erase(struct line *l, size_t from, size_t to)
{
	if (from == to)
		return;
	memmove(l->text + from, l->text + to, l->len - to);
	l->len -= to - from;
	l->text[l->len] = '\0';
	l->cursor = from;
	line_show(l);
}

static void move_to(struct line *l, size_t at)
{
	if (at == l->cursor)
		return;
	l->cursor = at;
	line_show(l);
}

static size_t word_before(const struct line *l)
{
	size_t at = l->cursor;

	while (at > 0 && l->text[at - 1] == ' ')
		at--;
	while (at > 0 && l->text[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_behind(const struct line *l)
{
	size_t at = l->cursor;

	while (at < l->len && l->text[at] == ' ')
		at++;
	while (at < l->len && l->text[at] != ' ')
		at++;
	return at;
}

static void set_text(struct line *l, const char *text)
{
	l->len = strlen(text);
	if (l->len >= LINE_BYTES)
		l->len = LINE_BYTES - 1;
	memmove(l->text, text, l->len);
	l->text[l->len] = '\0';
	l->cursor = l->len;
	line_show(l);
}

/* --- earlier lines --- */

static void recall(struct line *l, bool older)
{
	struct line_history *h = l->history;

	if (!h || (older ? l->at_history == 0 : l->at_history >= h->n)) {
		put_text(l, "\a");
		return;
	}
	if (l->at_history == h->n)
		memcpy(l->draft, l->text, l->len + 1);
	l->at_history += older ? (size_t)-1 : 1;
	set_text(l, l->at_history == h->n ? l->draft : h->lines[l->at_history]);
}

/* --- completion --- */

static size_t common_bytes(const struct line_matches *m)
{
	size_t n = strlen(m->words[0]);

	for (size_t i = 1; i < m->n; i++) {
		size_t same = 0;

		while (same < n && m->words[i][same] == m->words[0][same])
			same++;
		n = same;
	}
	return n;
}

static void list(struct line *l, const struct line_matches *m)
{
	put_text(l, "\r\n");
	for (size_t i = 0; i < m->n; i++) {
		put_text(l, m->words[i]);
		put_text(l, i + 1 < m->n ? "  " : "\r\n");
	}
	line_show(l);
}

static void apply(struct line *l, const struct line_matches *m, size_t typed)
{
	size_t common = m->n ? common_bytes(m) : 0;

	if (m->n == 0)
		put_text(l, "\a");
	if (common > typed)
		insert(l, m->words[0] + typed, common - typed);
	else if (m->n > 1)
		list(l, m);
	if (m->n == 1 && (common == 0 || m->words[0][common - 1] != '/'))
		insert(l, " ", 1);
}

static void complete(struct line *l)
{
	struct line_matches m = {NULL, 0};
	size_t start = l->cursor;

	if (!l->complete)
		return;
	while (start > 0 && !strchr(" ;|&<>", l->text[start - 1]))
		start--;
	l->complete(&m, l->text, start, l->cursor);
	apply(l, &m, l->cursor - start);
	for (size_t i = 0; i < m.n; i++)
		free(m.words[i]);
	free(m.words);
}

/* --- keys --- */

/* What follows the escape character, complete. */
static void escaped(struct line *l, const char *key)
{
	static const struct {
		const char *key;
		char meaning; /* as the control character of the same effect */
	} keys[] = {
		{"[A", CTRL('P')},
		{"[B", CTRL('N')},
		{"[C", CTRL('F')},
		{"[D", CTRL('B')},
		{"[H", CTRL('A')},
		{"[F", CTRL('E')},
		{"OH", CTRL('A')},
		{"OF", CTRL('E')},
		{"OA", CTRL('P')},
		{"OB", CTRL('N')},
		{"OC", CTRL('F')},
		{"OD", CTRL('B')},
		{"[1~", CTRL('A')},
		{"[7~", CTRL('A')},
		{"[4~", CTRL('E')},
		{"[8~", CTRL('E')},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(key, keys[i].key) == 0)
			line_key(l, keys[i].meaning);
	}
	if (strcmp(key, "[3~") == 0)
		erase(l, l->cursor, behind(l, l->cursor));
	else if (strcmp(key, "b") == 0 || strcmp(key, "[1;5D") == 0)
		move_to(l, word_before(l));
	else if (strcmp(key, "f") == 0 || strcmp(key, "[1;5C") == 0)
		move_to(l, word_behind(l));
	else if (strcmp(key, "d") == 0)
		erase(l, l->cursor, word_behind(l));
}

/* An escape sequence ends with a letter or "~"; "[" and "O" only begin one. */
static void escape_key(struct line *l, char key)
{
	char sequence[sizeof(l->escape)];
	bool begins = l->n_escape == 1 && (key == '[' || key == 'O');

	l->escape[l->n_escape++] = key;
	if ((begins || (unsigned char)key < '@') && l->n_escape < sizeof(l->escape) - 1)
		return;
	memcpy(sequence, l->escape + 1, l->n_escape - 1);
	sequence[l->n_escape - 1] = '\0';
	l->n_escape = 0;
	escaped(l, sequence);
}

static void clear_screen(struct line *l)
{
	put_text(l, "\x1b[H\x1b[2J");
	line_show(l);
}

static void control_key(struct line *l, char key)
{
	switch (key) {
	case CTRL('A'):
		move_to(l, 0);
		break;
	case CTRL('B'):
		move_to(l, before(l, l->cursor));
		break;
	case CTRL('D'):
		erase(l, l->cursor, behind(l, l->cursor));
		break;
	case CTRL('E'):
		move_to(l, l->len);
		break;
	case CTRL('F'):
		move_to(l, behind(l, l->cursor));
		break;
	case CTRL('H'):
	case RUBOUT:
		erase(l, before(l, l->cursor), l->cursor);
		break;
	case CTRL('I'):
		complete(l);
		break;
	case CTRL('K'):
		erase(l, l->cursor, l->len);
		break;
	case CTRL('L'):
		clear_screen(l);
		break;
	case CTRL('N'):
		recall(l, false);
		break;
	case CTRL('P'):
		recall(l, true);
		break;
	case CTRL('U'):
		erase(l, 0, l->cursor);
		break;
	case CTRL('W'):
		erase(l, word_before(l), l->cursor);
		break;
	case ESC:
		l->escape[0] = key;
		l->n_escape = 1;
		break;
	default:
		break; /* no key of ours */
	}
}

enum line_state line_key(struct line *l, char key)
{
	if (l->n_escape)
		escape_key(l, key);
	else if (key == '\r' || key == '\n')
		return LINE_ENTERED;
	else if (key == CTRL('C'))
		return LINE_INTERRUPTED;
	else if (key == CTRL('D') && l->len == 0)
		return LINE_CLOSED;
	else if ((unsigned char)key < ' ' || key == RUBOUT)
		control_key(l, key);
	else
		insert(l, &key, 1);
	return LINE_EDITED;
}

void line_begin(struct line *l, const char *prompt)
{
	l->len = 0;
	l->cursor = 0;
	l->text[0] = '\0';
	l->n_escape = 0;
	l->prompt = prompt;
	l->at_history = l->history ? l->history->n : 0;
	line_show(l);
}
