/* SPDX-License-Identifier: BSD-2-Clause */
/* How system() cuts a line. */
#include "libc-glue/words.h"

#include <errno.h>
#include <string.h>

#include "tests/test.h"

#define MAX 4

/* The words of a line, each in brackets, and their number. */
static const char *cut(const char *line, int *n)
{
	static char copy[64], out[128];
	char *words[MAX + 1];

	strcpy(copy, line);
	out[0] = '\0';
	*n = words_split(copy, words, MAX);
	for (int i = 0; i < *n; i++) {
		strcat(out, "[");
		strcat(out, words[i]);
		strcat(out, "]");
	}
	if (*n >= 0 && words[*n])
		return "no NULL behind the words";
	return out;
}

TEST(a_line_is_cut_at_blanks_that_nothing_keeps)
{
	static const struct {
		const char *line, *words;
	} table[] = {
		{"", ""},
		{" \t\n", ""},
		{"one", "[one]"},
		{"  one\ttwo  ", "[one][two]"},
		{"'a b' \"c d\"", "[a b][c d]"},
		{"a'b c'd", "[ab cd]"},
		{"''", "[]"},
		{"x \"\" y", "[x][][y]"},
		{"a\\ b", "[a b]"},
		{"'a\\b'", "[a\\b]"},
		{"\"a\\\"b\"", "[a\"b]"},
		{"'it is", "[it is]"},
		{"a\\", "[a\\]"},
	};

	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int n;

		test_row("%s", table[i].line);
		CHECK_STR(cut(table[i].line, &n), table[i].words);
	}
}

TEST(more_words_than_there_is_room_for_are_refused)
{
	int n;

	CHECK_STR(cut("1 2 3 4", &n), "[1][2][3][4]");
	CHECK_EQ(n, 4);
	cut("1 2 3 4 5", &n);
	CHECK_EQ(n, -E2BIG);
}
