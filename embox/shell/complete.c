/* SPDX-License-Identifier: BSD-2-Clause */
/* What a word could become: at the start of a command its name, elsewhere a path. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <framework/cmd/api.h>

#include "embox/shell/session.h"

#define PATH_BYTES 256

static bool begins_command(const char *text, size_t at)
{
	while (at > 0 && text[at - 1] == ' ')
		at--;
	return at == 0 || strchr(";|&", text[at - 1]);
}

static void add_if(
	struct line_matches *to, const char *word, const char *begin, size_t len)
{
	if (strncmp(word, begin, len) == 0)
		line_matches_add(to, word);
}

static void add_commands(struct line_matches *to, const char *begin, size_t len)
{
	const struct cmd *cmd;

	cmd_foreach(cmd)
	{
		if (cmd_name(cmd) && !session_builtin(cmd_name(cmd)))
			add_if(to, cmd_name(cmd), begin, len);
	}
	for (const struct session_builtin *b = session_builtins; b->name; b++)
		add_if(to, b->name, begin, len);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* `typed` is a path whose last part is not complete; folder_len bytes come before that. */
static void add_entry(
	struct line_matches *to, const char *typed, size_t folder_len, const char *entry)
{
	char path[PATH_BYTES];
	int n = snprintf(path, sizeof(path) - 1, "%.*s%s", (int)folder_len, typed, entry);

	if (n < 0 || (size_t)n >= sizeof(path) - 1)
		return;
	if (is_folder(path))
		strcat(path, "/");
	line_matches_add(to, path);
}

static void add_paths(struct line_matches *to, const char *typed)
{
	const char *slash = strrchr(typed, '/');
	size_t folder_len = slash ? (size_t)(slash - typed) + 1 : 0;
	const char *begin = typed + folder_len;
	char folder[PATH_BYTES];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%.*s", (int)folder_len, typed);
	dir = opendir(folder_len ? folder : ".");
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' && begin[0] != '.')
			continue;
		if (strncmp(entry->d_name, begin, strlen(begin)) == 0)
			add_entry(to, typed, folder_len, entry->d_name);
	}
	closedir(dir);
}

void session_complete(struct line_matches *to, const char *text, size_t start, size_t end)
{
	char typed[PATH_BYTES];

	if (end - start >= sizeof(typed))
		return;
	memcpy(typed, text + start, end - start);
	typed[end - start] = '\0';
	if (begins_command(text, start) && !strchr(typed, '/'))
		add_commands(to, typed, end - start);
	else
		add_paths(to, typed);
}
