/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of texts for the line editor: what was entered, and what could be meant. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "embox/shell/line.h"

#define HISTORY_MAX 64 /* lines */

static void forget_oldest(struct line_history *h)
{
	free(h->lines[0]);
	h->n--;
	memmove(h->lines, h->lines + 1, h->n * sizeof(*h->lines));
}

static int append(char ***texts, size_t *n, const char *text)
{
	char **grown = realloc(*texts, (*n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*texts = grown;
	grown[*n] = strdup(text);
	if (!grown[*n])
		return -ENOMEM;
	(*n)++;
	return 0;
}

int line_history_add(struct line_history *h, const char *text)
{
	if (!*text || (h->n > 0 && strcmp(h->lines[h->n - 1], text) == 0))
		return 0;
	if (h->n > 0 && h->n >= (h->max ? h->max : HISTORY_MAX))
		forget_oldest(h);
	return append(&h->lines, &h->n, text);
}

void line_history_limit(struct line_history *h, size_t max)
{
	h->max = max;
	while (max > 0 && h->n > max)
		forget_oldest(h);
}

int line_matches_add(struct line_matches *m, const char *word)
{
	return append(&m->words, &m->n, word);
}
