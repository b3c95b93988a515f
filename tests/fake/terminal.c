/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal of native tests: terminal.h. */
#include "tests/fake/terminal.h"

#include <assert.h>
#include <string.h>

#define TEXT_MAX (1u << 20)

static char text[TEXT_MAX];
static size_t text_bytes;
static unsigned signals_before;

void terminal_print(void *arg, const char *more, size_t len_bytes)
{
	(void)arg;
	assert(text_bytes + len_bytes < TEXT_MAX);
	memcpy(text + text_bytes, more, len_bytes);
	text_bytes += len_bytes;
	text[text_bytes] = '\0';
}

const char *terminal_text(void)
{
	return text;
}

size_t terminal_bytes(void)
{
	return text_bytes;
}

unsigned terminal_signals(void)
{
	return consoled_signals() - signals_before;
}

void terminal_clear(void)
{
	text_bytes = 0;
	text[0] = '\0';
	signals_before = consoled_signals();
}
