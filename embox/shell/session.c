/* SPDX-License-Identifier: BSD-2-Clause */
/* A session: takes lines and runs them. */
#include "embox/shell/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_SYNTAX 2

struct session *session_create(bool interactive)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s)
		s->interactive = interactive;
	return s;
}

void session_destroy(struct session *s)
{
	for (size_t i = 0; i < s->history.n; i++)
		free(s->history.lines[i]);
	free(s->history.lines);
	for (int i = 0; i < SESSION_JOBS_MAX; i++)
		free(s->jobs[i].text);
	free(s);
}

static const char *value(void *arg, const char *name)
{
	struct session *s = arg;

	if (strcmp(name, "?") != 0)
		return getenv(name);
	snprintf(s->number, sizeof(s->number), "%d", s->status);
	return s->number;
}

/* Does the pipeline behind one that ended like this run? */
static bool is_wanted(const struct session *s, enum shell_next joined_by)
{
	switch (joined_by) {
	case SHELL_IF_OK:
		return s->status == 0;
	case SHELL_IF_NOT:
		return s->status != 0;
	default:
		return true;
	}
}

/* The text of a pipeline, without what joins it to the next. */
static void cut_out(char *to, const char *begin, const char *end)
{
	while (end > begin && strchr(" ;&|\r\n", end[-1]))
		end--;
	snprintf(to, LINE_BYTES, "%.*s", (int)(end - begin), begin);
}

int session_line(struct session *s, const char *line)
{
	enum shell_next joined_by = SHELL_ALWAYS;
	const char *begin, *rest = line;
	char text[LINE_BYTES];

	while (rest && *rest && !s->leaving) {
		begin = rest;
		rest = shell_parse(rest, &s->pipeline, value, s);
		if (!rest) {
			fprintf(stderr, "%s: %s\n", s->pipeline.problem, line);
			s->status = STATUS_SYNTAX;
		} else if (s->pipeline.n_commands > 0 && is_wanted(s, joined_by)) {
			joined_by = s->pipeline.next; /* a nested line overwrites it */
			cut_out(text, begin, rest);
			session_run_pipeline(s, text);
		} else if (s->pipeline.n_commands > 0) {
			/* a || b && c: c depends on what ran last, be it a or b */
			joined_by = s->pipeline.next;
		}
	}
	return s->status;
}

int session_file(struct session *s, const char *path)
{
	char line[LINE_BYTES];
	FILE *f = fopen(path, "r");

	if (!f)
		return -errno;
	while (!s->leaving && fgets(line, sizeof(line), f))
		session_line(s, line);
	fclose(f);
	return s->status;
}

/* "domik:/www$ " */
static const char *prompt(char *to, size_t n)
{
	char path[128];

	if (!getcwd(path, sizeof(path)))
		strcpy(path, "?");
	snprintf(to, n, "domik:%s$ ", path);
	return to;
}

int session_read(struct session *s)
{
	struct line *l = calloc(1, sizeof(*l));
	char text[160];

	if (!l)
		return -ENOMEM;
	l->history = &s->history;
	l->complete = session_complete;
	while (!s->leaving) {
		enum line_state state;

		session_reap(s);
		state = line_read(l, prompt(text, sizeof(text)));
		if (state == LINE_CLOSED)
			break;
		if (state == LINE_INTERRUPTED)
			continue;
		line_history_add(&s->history, l->text);
		session_line(s, l->text);
	}
	free(l);
	return s->status;
}
