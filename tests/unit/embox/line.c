/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor, driven by the bytes that keys send. */
#include "embox/shell/line.h"

#include <stdlib.h>

#include "tests/test.h"

#define UP    "\x1b[A"
#define DOWN  "\x1b[B"
#define RIGHT "\x1b[C"
#define LEFT  "\x1b[D"

static struct line_history history;
static char shown[4096];
static size_t n_shown;

static void show(void *arg, const char *text, size_t len)
{
	(void)arg;
	if (len > sizeof(shown) - 1 - n_shown)
		len = sizeof(shown) - 1 - n_shown;
	memcpy(shown + n_shown, text, len);
	n_shown += len;
	shown[n_shown] = '\0';
}

static void offer(struct line_matches *to, const char *text, size_t start, size_t end)
{
	static const char *const words[] = {"cat", "mem", "memdump", "www/"};

	for (size_t i = 0; i < 4; i++) {
		if (strncmp(words[i], text + start, end - start) == 0)
			line_matches_add(to, words[i]);
	}
}

static struct line line = {.history = &history, .complete = offer, .put = show};

static enum line_state type(const char *keys)
{
	enum line_state state = LINE_EDITED;

	while (*keys && state == LINE_EDITED)
		state = line_key(&line, *keys++);
	return state;
}

static void begin(void)
{
	n_shown = 0;
	shown[0] = '\0';
	line_begin(&line, "$ ");
}

/* A fresh line, these keys, and what must be in it then. */
static const char *text_after(const char *keys)
{
	begin();
	type(keys);
	return line.text;
}

static void forget_history(void)
{
	for (size_t i = 0; i < history.n; i++)
		free(history.lines[i]);
	free(history.lines);
	memset(&history, 0, sizeof(history));
}

TEST(keys_change_the_text_as_they_should)
{
	static const struct {
		const char *keys, *text;
	} rows[] = {
		{"ls /www", "ls /www"},
		{"ad" LEFT "bc", "abcd"},
		{"bc\x01"
		 "a\x05"
		 "d",
			"abcd"},
		{"\x1b[Hx\x1b[Fy", "xy"},
		{"\x1b[1~x\x1b[4~y", "xy"},
		{"\x1bOHx\x1bOFy", "xy"},
		{"abx\x7f"
		 "c",
			"abc"},
		{"abx\x08"
		 "c",
			"abc"},
		{"xabc\x01\x04", "abc"},
		{"xabc\x01\x1b[3~", "abc"},
		{"one two  \x17", "one "},
		{"one two\x15", ""},
		{"one two\x1b"
		 "b\x0b",
			"one "},
		{"one two\x01\x1b"
		 "d",
			" two"},
		{"one two\x1b[1;5D1", "one 1two"},
		{"one two\x01\x1b[1;5C1", "one1 two"},
		{"\x7f\x17\x15\x0b" LEFT RIGHT "a", "a"},
		{"a\x1b[99~b\x1b[Zc\x02\x02\x06X", "abXc"},
		{"a\xc3\xa4\x7f"
		 "b",
			"ab"},
		{"\xc3\xa4x" LEFT LEFT "a", "a\xc3\xa4x"},
		{"\x00", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("row %zu", i);
		CHECK_STR(text_after(rows[i].keys), rows[i].text);
	}
}

TEST(return_ends_the_line_and_control_c_and_d_say_so)
{
	begin();
	CHECK_EQ(type("ls\r"), LINE_ENTERED);
	CHECK_STR(line.text, "ls");
	begin();
	CHECK_EQ(type("ls\x03"), LINE_INTERRUPTED);
	begin();
	CHECK_EQ(type("\x04"), LINE_CLOSED);
	begin();
	CHECK_EQ(type("a\x04"), LINE_EDITED);
	CHECK_EQ(type("\x7f\x04"), LINE_CLOSED);
}

TEST(what_is_typed_at_the_end_is_shown_without_redrawing)
{
	begin();
	CHECK_STR(shown, "\r$ \x1b[K");
	n_shown = 0;
	type("ls");
	CHECK_STR(shown, "ls");
}

TEST(an_insertion_redraws_and_puts_the_cursor_back)
{
	begin();
	type("ad" LEFT);
	n_shown = 0;
	type("b");
	CHECK_STR(shown, "\r$ abd\x1b[K\x1b[1D");
}

TEST(a_line_wider_than_the_terminal_shows_the_part_with_the_cursor)
{
	line.columns = 20;
	begin();
	n_shown = 0;
	type("0123456789abcdefghij");
	CHECK_STR(line.text, "0123456789abcdefghij");
	n_shown = 0;
	line_show(&line);
	EXPECT(strcmp(shown, "\r$ 3456789abcdefghij\x1b[K") == 0);
	n_shown = 0;
	type("\x01");
	EXPECT(strcmp(shown, "\r$ 0123456789abcdefg\x1b[K\x1b[17D") == 0);
	line.columns = 0;
}

TEST(a_line_that_is_full_takes_no_more)
{
	begin();
	for (int i = 0; i < 2 * LINE_BYTES; i++)
		line_key(&line, 'x');
	CHECK_EQ(line.len, LINE_BYTES - 1);
	CHECK_EQ(line.text[LINE_BYTES - 1], 0);
}

TEST(up_and_down_walk_through_earlier_lines_and_back_to_the_new_one)
{
	forget_history();
	CHECK_STR(text_after(UP "a"), "a");
	line_history_add(&history, "first");
	line_history_add(&history, "second");
	line_history_add(&history, "second");
	line_history_add(&history, "");
	CHECK_EQ(history.n, 2);
	CHECK_STR(text_after("new" UP), "second");
	CHECK_STR(text_after("new" UP UP), "first");
	CHECK_STR(text_after("new" UP UP UP), "first");
	CHECK_STR(text_after("new" UP UP DOWN "!"), "second!");
	CHECK_STR(text_after("new" UP UP DOWN DOWN DOWN), "new");
	CHECK_STR(history.lines[1], "second");
	forget_history();
}

TEST(history_keeps_the_newest_lines)
{
	char text[8];

	forget_history();
	line_history_limit(&history, 3);
	for (int i = 0; i < 9; i++) {
		text[0] = (char)('0' + i);
		text[1] = '\0';
		line_history_add(&history, text);
	}
	CHECK_EQ(history.n, 3);
	CHECK_STR(history.lines[0], "6");
	line_history_limit(&history, 1);
	CHECK_EQ(history.n, 1);
	CHECK_STR(history.lines[0], "8");
	forget_history();
}

TEST(tab_completes_a_word_with_all_that_is_certain)
{
	CHECK_STR(text_after("c\t"), "cat ");
	CHECK_STR(text_after("m\t"), "mem");
	CHECK_STR(text_after("m\td\t"), "memdump ");
	CHECK_STR(text_after("ls w\t"), "ls www/");
	CHECK_STR(text_after("ls|c\t"), "ls|cat ");
	CHECK_STR(text_after("q\t"), "q");
}

TEST(a_second_tab_lists_what_is_possible_and_shows_the_line_again)
{
	begin();
	type("mem");
	n_shown = 0;
	type("\t");
	CHECK_STR(shown, "\r\nmem  memdump\r\n\r$ mem\x1b[K");
}
