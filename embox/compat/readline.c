/* SPDX-License-Identifier: BSD-2-Clause */
/* readline() over our line editor: one history at a time, of the process that
 * called last. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "embox/shell/line.h"
#include "embox/shell/session.h"

rl_completion_func_t *rl_attempted_completion_function;
rl_compentry_func_t *rl_completion_entry_function;

static struct line_history history;
static int history_owner; /* the process whose memory the lines are in */

/* Lines of a process that is no more went with its heap. */
static struct line_history *own_history(void)
{
	if (history_owner != getpid()) {
		memset(&history, 0, sizeof(history));
		history_owner = getpid();
	}
	return &history;
}

void readline_init(void)
{
}

int rl_complete(int count, int key)
{
	(void)count;
	(void)key;
	return 0;
}

int rl_bind_key(int key, rl_command_func_t *function)
{
	return key == '\t' && function == rl_complete ? 0 : -1;
}

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

/* [0] is what the words have in common, or the only word. */
static void take_words(struct line_matches *to, char **words)
{
	for (size_t i = words[0] && words[1] ? 1 : 0; words[i]; i++)
		line_matches_add(to, words[i]);
	free_words(words);
}

static void complete(struct line_matches *to, const char *text, size_t start, size_t end)
{
	char word[LINE_BYTES];
	char **words = NULL;

	memcpy(word, text + start, end - start);
	word[end - start] = '\0';
	if (rl_attempted_completion_function)
		words = rl_attempted_completion_function(word, (int)start, (int)end);
	if (!words && rl_completion_entry_function)
		words = rl_completion_matches(word, rl_completion_entry_function);
	if (words)
		take_words(to, words);
	else
		session_complete(to, text, start, end);
}

char *readline(const char *prompt)
{
	struct line *l = calloc(1, sizeof(*l));
	enum line_state state;
	char *text;

	if (!l)
		return NULL;
	l->history = own_history();
	l->complete = complete;
	state = line_read(l, prompt ? prompt : "");
	text = state == LINE_ENTERED ? strdup(l->text) : NULL;
	free(l);
	errno = state == LINE_INTERRUPTED ? EAGAIN : errno == EAGAIN ? EIO : errno;
	return text;
}

void readline_free(char *line)
{
	free(line);
}

static size_t common_bytes(const char *a, const char *b, size_t n)
{
	size_t same = 0;

	while (same < n && a[same] == b[same])
		same++;
	return same;
}

char **rl_completion_matches(const char *text, rl_compentry_func_t *generator)
{
	char **words = NULL;
	size_t n = 1, common = (size_t)-1;
	char *word;

	for (int i = 0; (word = generator(text, i)); i++) {
		char **grown = realloc(words, (n + 2) * sizeof(*grown));

		if (!grown) {
			free(word);
			break;
		}
		words = grown;
		words[n++] = word;
		words[n] = NULL;
		common = common_bytes(
			words[1], word, common < strlen(word) ? common : strlen(word));
	}
	if (words)
		words[0] = strndup(words[1], common);
	return words;
}

char *rl_filename_completion_function(const char *text, int n)
{
	struct line_matches m = {NULL, 0};
	char line[LINE_BYTES];
	char *word = NULL;

	/* Behind a command, so that it is no command's name. */
	snprintf(line, sizeof(line), "x %s", text);
	session_complete(&m, line, 2, strlen(line));
	for (size_t i = 0; i < m.n; i++) {
		if ((int)i == n)
			word = m.words[i];
		else
			free(m.words[i]);
	}
	free(m.words);
	return word;
}

void add_history(const char *line)
{
	line_history_add(own_history(), line);
}

void stifle_history(int max)
{
	if (max > 0)
		line_history_limit(own_history(), (size_t)max);
}

int read_history(const char *file)
{
	char line[LINE_BYTES];
	FILE *f = fopen(file, "r");

	if (!f)
		return errno;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		add_history(line);
	}
	fclose(f);
	return 0;
}

int write_history(const char *file)
{
	const struct line_history *h = own_history();
	FILE *f = fopen(file, "w");

	if (!f)
		return errno;
	for (size_t i = 0; i < h->n; i++)
		fprintf(f, "%s\n", h->lines[i]);
	return fclose(f) == 0 ? 0 : errno;
}
