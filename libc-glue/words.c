/* SPDX-License-Identifier: BSD-2-Clause */
/* A line as words: what system() needs of a shell. */
#include "libc-glue/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

int words_split(char *line, char **words, int max)
{
	char *to = line, quote = 0;
	bool in_word = false;
	int n = 0;

	for (; *line; line++) {
		char c = *line;

		if (!quote && (c == ' ' || c == '\t' || c == '\n')) {
			if (in_word)
				*to++ = '\0';
			in_word = false;
			continue;
		}
		if (!in_word) {
			if (n == max)
				return -E2BIG;
			words[n++] = to;
			in_word = true;
		}
		if (c == quote)
			quote = 0;
		else if (!quote && (c == '\'' || c == '"'))
			quote = c;
		else
			*to++ = c == '\\' && quote != '\'' && line[1] ? *++line : c;
	}
	*to = '\0';
	words[n] = NULL;
	return n;
}
