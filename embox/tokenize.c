/* SPDX-License-Identifier: BSD-2-Clause */
/* Splits a command line into words in place. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmd/cmdline.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_escape(const char *text)
{
	return text[0] == '\\' && (text[1] == '\\' || text[1] == '"' || text[1] == '$');
}

/* Move one word to `to`, without its quotes. Returns where the text goes on. */
static char *take_word(char *text, char *to)
{
	char quote = '\0';

	for (; *text && (quote || !is_blank(*text)); text++) {
		if (*text == quote) {
			quote = '\0';
		} else if (!quote && (*text == '\'' || *text == '"')) {
			quote = *text;
		} else {
			if (quote == '"' && is_escape(text))
				text++;
			*to++ = *text;
		}
	}
	if (*text)
		text++; /* the blank, which may be overwritten next */
	*to = '\0';
	return text;
}

int cmdline_tokenize(char *line, char **argv)
{
	int argc = 0;

	for (;;) {
		while (is_blank(*line))
			line++;
		if (!*line)
			break;
		argv[argc++] = line;
		line = take_word(line, line);
	}
	argv[argc] = NULL;
	return argc;
}
