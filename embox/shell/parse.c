/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a pipeline from a line: words with their quotes and variables, and what joins them. */
#include "embox/shell/parse.h"

#include <ctype.h>
#include <string.h>

struct reader {
	const char *at;
	struct shell_pipeline *p;
	const char *(*value)(void *arg, const char *name);
	void *arg;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool ends_word(char c)
{
	return c == '\0' || is_blank(c) || strchr(";|&<>", c);
}

static bool fail(struct reader *r, const char *problem)
{
	if (!r->p->problem)
		r->p->problem = problem;
	return false;
}

static bool put(struct reader *r, char c)
{
	if (r->p->n_words_bytes >= SHELL_WORDS_BYTES)
		return fail(r, "the words are too long");
	r->p->words[r->p->n_words_bytes++] = c;
	return true;
}

/* r->at is behind the "$". A "$" that no name follows is itself. */
static bool put_variable(struct reader *r)
{
	bool braces = *r->at == '{';
	const char *begin = r->at + braces, *end = begin;
	const char *value;
	char name[64];

	if (*end == '?')
		end++;
	else
		while (isalnum((unsigned char)*end) || *end == '_')
			end++;
	if (end == begin)
		return put(r, '$');
	if (braces && *end != '}')
		return fail(r, "${ without }");
	if ((size_t)(end - begin) >= sizeof(name))
		return fail(r, "the name of a variable is too long");
	memcpy(name, begin, (size_t)(end - begin));
	name[end - begin] = '\0';
	r->at = end + braces;
	value = r->value ? r->value(r->arg, name) : NULL;
	while (value && *value && put(r, *value))
		value++;
	return !r->p->problem;
}

/* r->at is behind the opening quote; it ends behind the closing one. */
static bool put_quoted(struct reader *r, char quote)
{
	while (*r->at && *r->at != quote) {
		char c = *r->at++;

		if (quote == '"' && c == '$') {
			if (!put_variable(r))
				return false;
			continue;
		}
		if (quote == '"' && c == '\\' && *r->at && strchr("\\\"$", *r->at))
			c = *r->at++;
		if (!put(r, c))
			return false;
	}
	if (!*r->at)
		return fail(r, "a quote is not closed");
	r->at++;
	return true;
}

static char *take_word(struct reader *r)
{
	char *word = r->p->words + r->p->n_words_bytes;
	bool ok = true;

	while (ok && !ends_word(*r->at)) {
		char c = *r->at++;

		if (c == '\'' || c == '"')
			ok = put_quoted(r, c);
		else if (c == '$')
			ok = put_variable(r);
		else if (c == '\\' && *r->at)
			ok = put(r, *r->at++);
		else
			ok = put(r, c);
	}
	return ok && put(r, '\0') ? word : NULL;
}

static void skip_blanks(struct reader *r)
{
	while (is_blank(*r->at))
		r->at++;
}

static const char *take_file(struct reader *r)
{
	skip_blanks(r);
	if (ends_word(*r->at)) {
		fail(r, "a file is missing behind < or >");
		return NULL;
	}
	return take_word(r);
}

/* <  >  >>  2>  2>>  2>&1; false when there is none of them. */
static bool take_redirection(struct reader *r, struct shell_command *c)
{
	bool error = r->at[0] == '2' && r->at[1] == '>';
	bool append;

	if (strncmp(r->at, "2>&1", 4) == 0 && ends_word(r->at[4])) {
		r->at += 4;
		c->err_to_out = true;
		return true;
	}
	if (*r->at == '<') {
		r->at++;
		c->in = take_file(r);
		return true;
	}
	if (*r->at != '>' && !error)
		return false;
	r->at += 1 + error;
	append = *r->at == '>';
	r->at += append;
	if (error) {
		c->append_err = append;
		c->err = take_file(r);
	} else {
		c->append = append;
		c->out = take_file(r);
	}
	return true;
}

static bool take_command(struct reader *r, struct shell_command *c)
{
	for (;;) {
		skip_blanks(r);
		if (*r->at == '#')
			r->at += strlen(r->at);
		if (take_redirection(r, c))
			continue;
		if (r->p->problem)
			return false;
		if (ends_word(*r->at))
			break;
		if (c->argc == SHELL_ARGS_MAX)
			return fail(r, "too many words");
		c->argv[c->argc] = take_word(r);
		if (!c->argv[c->argc++])
			return false;
	}
	if (c->argc == 0 && (c->in || c->out || c->err))
		return fail(r, "a command is missing");
	return true;
}

/* What ends the pipeline. */
static void take_end(struct reader *r)
{
	bool twice = r->at[0] && r->at[1] == r->at[0];

	r->p->next = SHELL_ALWAYS;
	if (*r->at == '&')
		r->p->next = twice ? SHELL_IF_OK : SHELL_AT_ONCE;
	else if (*r->at == '|')
		r->p->next = SHELL_IF_NOT;
	if (*r->at)
		r->at += 1 + (twice && *r->at != ';');
	skip_blanks(r);
}

const char *shell_parse(const char *line, struct shell_pipeline *p,
	const char *(*value)(void *arg, const char *name), void *arg)
{
	struct reader r = {line, p, value, arg};
	bool again = true;

	memset(p, 0, sizeof(*p));
	while (again) {
		struct shell_command *c = &p->commands[p->n_commands];

		if (p->n_commands == SHELL_COMMANDS_MAX)
			return fail(&r, "too many commands in one pipeline"), NULL;
		if (!take_command(&r, c))
			return NULL;
		again = r.at[0] == '|' && r.at[1] != '|';
		if (c->argc == 0 && (again || p->n_commands > 0 || *r.at))
			return fail(&r, "a command is missing"), NULL;
		p->n_commands += c->argc > 0;
		r.at += again;
	}
	take_end(&r);
	if ((p->next == SHELL_IF_OK || p->next == SHELL_IF_NOT) && !*r.at)
		return fail(&r, "a command is missing"), NULL;
	return r.at;
}
