/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar of xl's configuration files, without what the keys mean.
 *
 *     setting   name = value          name += value            one a line, or with ;
 *     value     "text" | 'text' | 12 | 0x1f | [ value, … ]     a list may span lines
 *     comment   # to the end of the line
 *
 * Source: xl.cfg(5), "SYNTAX".
 */
#ifndef HOST_CONFIG_PARSE_H
#define HOST_CONFIG_PARSE_H

#include <stdbool.h>
#include <stddef.h>

enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_LIST };

struct value {
	enum value_kind kind;
	unsigned line;
	char *text; /* of a text; of a number as it was written */
	long number;
	struct value *items;
	size_t n_items;
};

struct setting {
	struct setting *next;
	char *name;
	bool append; /* += */
	struct value value;
};

struct parse_error {
	unsigned line;
	char text[240];
};

/**
 * Read settings in the order of the file.
 *
 * @text, @bytes  the file; need not end with NUL and may hold anything
 * @error         gets line and reason when the result is -EINVAL
 * Returns 0, -EINVAL or -ENOMEM; *list is for settings_free() in any case.
 */
int settings_parse(
	const char *text, size_t bytes, struct setting **list, struct parse_error *error);

void settings_free(struct setting *list);

#endif
