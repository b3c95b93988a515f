/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Splits the kernel command line into words, gives each to whoever declares it, and keeps
 * the app's for main().
 */
#include "kernel/cmdline.h"

#include <errno.h>
#include <string.h>

#include "kernel/format.h"
#include "kernel/heap.h"
#define LOG_MODULE "cmdline"
#include "kernel/log.h"
#include "kernel/module.h"

static const struct cmdline_word kernel_words[] = {
	{"log", log_set_level, "log=[MODULE:]LEVEL, LEVEL one of error warn info debug"},
	{NULL, NULL, NULL},
};

static char **app_words; /* room for the name, the words, NULL */
static int n_app_words;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Copy one word from *text to *to, without its quotes. False when a quote is not closed.
 */
static bool take_word(const char **text, char **to)
{
	bool quoted = false;

	for (; **text && (quoted || !is_blank(**text)); (*text)++) {
		if (**text == '"') {
			quoted = !quoted;
			continue;
		}
		if (quoted && **text == '\\' && ((*text)[1] == '"' || (*text)[1] == '\\'))
			(*text)++;
		*(*to)++ = **text;
	}
	*(*to)++ = '\0';
	return !quoted;
}

/* Returns how many words there are, their texts behind each other in `to`; or -EINVAL. */
static int split(const char *text, char *to, char **words)
{
	int n = 0;

	for (;;) {
		while (is_blank(*text))
			text++;
		if (!*text)
			return n;
		words[n] = to;
		if (!take_word(&text, &to)) {
			log_error("a double quote is not closed: \"%s", words[n]);
			return -EINVAL;
		}
		n++;
	}
}

/*
 * Table number i: the kernel's own, then those of the modules, NULL where a module has
 * none.
 */
static const struct cmdline_word *table(unsigned i)
{
	return i == 0 ? kernel_words : modtab[i - 1].words;
}

static const struct cmdline_word *look_up(const char *name)
{
	for (unsigned i = 0; i <= modtab_n; i++) {
		for (const struct cmdline_word *w = table(i); w && w->name; w++) {
			if (strcmp(w->name, name) == 0)
				return w;
		}
	}
	return NULL;
}

static void complain_unknown(const char *word)
{
	char known[200];
	size_t n = 0;

	for (unsigned i = 0; i <= modtab_n; i++) {
		const struct cmdline_word *w = table(i);

		for (; w && w->name && n < sizeof(known); w++)
			n += format_text(known + n, sizeof(known) - n, " %s=", w->name);
	}
	log_error("unknown word \"%s\"; known are%s, and -- before the app's words", word,
		known);
}

/* Hand a word over. Returns 0, or -EINVAL after complaining. */
static int apply(char *word)
{
	const struct cmdline_word *w;
	char *equals = strchr(word, '=');

	if (equals)
		*equals = '\0';
	w = look_up(word);
	if (w && w->set(equals ? equals + 1 : "") == 0)
		return 0;
	if (equals)
		*equals = '=';
	if (w)
		log_error("\"%s\" makes no sense; it is %s", word, w->help);
	else
		complain_unknown(word);
	return -EINVAL;
}

int cmdline_parse(const char *text)
{
	size_t len_bytes = strlen(text);
	char *copy = kmalloc(len_bytes + 1);
	size_t n_max = len_bytes / 2 + 3; /* as "a b c"; a name, NULL */
	char **words = kmalloc(n_max * sizeof(*words));
	int n_words, i = 0, result = 0;

	if (!copy || !words) {
		kfree(copy);
		kfree(words);
		return -ENOMEM;
	}
	app_words = words;
	if (len_bytes >= CMDLINE_MAX)
		log_warn("%u bytes or more: the toolstack cuts the rest", CMDLINE_MAX);
	n_words = split(text, copy, words + 1);
	if (n_words < 0) {
		kfree(copy);
		return n_words;
	}
	for (; i < n_words && strcmp(words[1 + i], "--") != 0; i++) {
		if (apply(words[1 + i]) < 0)
			result = -EINVAL;
	}
	if (i < n_words)
		i++; /* the "--" */
	n_app_words = n_words - i;
	memmove(words + 1, words + 1 + i, (size_t)n_app_words * sizeof(*words));
	return result;
}

int cmdline_argv(const char *image, char ***argv)
{
	assert(app_words);
	app_words[0] = (char *)(uintptr_t)image;
	app_words[1 + n_app_words] = NULL;
	*argv = app_words;
	return 1 + n_app_words;
}
