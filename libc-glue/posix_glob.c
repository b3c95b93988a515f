/* SPDX-License-Identifier: BSD-2-Clause */
/* glob(): names that match a pattern, component by component. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "libc-glue/vfs.h"

struct search {
	glob_t *g;
	int flags;
	int (*on_error)(const char *path, int err);
	char path[VFS_PATH_MAX]; /* what has matched so far */
};

/* Add a path to the result, which the caller frees by globfree(). */
static int add(glob_t *g, const char *path, bool slash)
{
	size_t offs = g->gl_flags & GLOB_DOOFFS ? (size_t)g->gl_offs : 0;
	size_t n = offs + (size_t)g->gl_pathc, len = strlen(path);
	char **paths = realloc(g->gl_pathv, (n + 2) * sizeof(*paths));

	if (!paths)
		return GLOB_NOSPACE;
	if (!g->gl_pathv)
		memset(paths, 0, offs * sizeof(*paths));
	g->gl_pathv = paths;
	paths[n] = malloc(len + 2);
	paths[n + 1] = NULL;
	if (!paths[n])
		return GLOB_NOSPACE;
	memcpy(paths[n], path, len + 1);
	if (slash)
		strcpy(paths[n] + len, "/");
	g->gl_pathc++;
	g->gl_matchc++;
	return 0;
}

/* A path has matched to its end: it counts if it exists. */
static int matched(struct search *s)
{
	struct stat st;

	if (lstat(s->path, &st))
		return 0;
	return add(s->g, s->path, s->flags & GLOB_MARK && S_ISDIR(st.st_mode));
}

static int search(struct search *s, size_t len, const char *pattern);

/* Every name of the directory s->path that matches the first n characters of the pattern. */
static int search_dir(struct search *s, size_t len, const char *pattern, size_t n)
{
	char part[VFS_NAME_MAX + 1];
	DIR *d = opendir(len ? s->path : ".");
	const struct dirent *e;
	int err = 0;

	if (!d) {
		bool stop = s->on_error && s->on_error(s->path, errno);

		return stop || s->flags & GLOB_ERR ? GLOB_ABEND : 0;
	}
	memcpy(part, pattern, n);
	part[n] = '\0';
	while (!err && (e = readdir(d))) {
		size_t name_len = strlen(e->d_name);

		if (fnmatch(part, e->d_name, FNM_PERIOD))
			continue;
		if (len + name_len >= sizeof(s->path))
			continue;
		memcpy(s->path + len, e->d_name, name_len + 1);
		err = search(s, len + name_len, pattern + n);
		s->path[len] = '\0';
	}
	closedir(d);
	return err;
}

/* s->path, len characters long, has matched; go on with the rest of the pattern. */
static int search(struct search *s, size_t len, const char *pattern)
{
	size_t n;

	while (*pattern == '/' && len + 1 < sizeof(s->path)) {
		s->path[len++] = *pattern++;
		s->path[len] = '\0';
	}
	if (!*pattern)
		return matched(s);
	n = strcspn(pattern, "/");
	if (n > VFS_NAME_MAX || len + n >= sizeof(s->path))
		return 0;
	if (strcspn(pattern, "*?[\\") < n)
		return search_dir(s, len, pattern, n);
	memcpy(s->path + len, pattern, n);
	s->path[len + n] = '\0';
	return search(s, len + n, pattern + n);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int glob(const char *restrict pattern, int flags, int (*on_error)(const char *, int),
	glob_t *restrict g)
{
	struct search *s = calloc(1, sizeof(*s));
	size_t before;
	int err;

	if (!s)
		return GLOB_NOSPACE;
	if (!(flags & GLOB_APPEND)) {
		g->gl_pathc = 0;
		g->gl_pathv = NULL;
	}
	g->gl_matchc = 0;
	g->gl_flags = flags;
	before = (size_t)g->gl_pathc;
	*s = (struct search){.g = g, .flags = flags, .on_error = on_error};
	err = search(s, 0, pattern);
	free(s);
	if (!err && g->gl_matchc == 0)
		err = flags & GLOB_NOCHECK ? add(g, pattern, false) : GLOB_NOMATCH;
	if (!err && !(flags & GLOB_NOSORT))
		qsort(g->gl_pathv + (flags & GLOB_DOOFFS ? g->gl_offs : 0) + before,
			(size_t)g->gl_pathc - before, sizeof(char *), compare);
	return err;
}

void globfree(glob_t *g)
{
	size_t offs = g->gl_flags & GLOB_DOOFFS ? (size_t)g->gl_offs : 0;

	for (size_t i = 0; i < (size_t)g->gl_pathc; i++)
		free(g->gl_pathv[offs + i]);
	free(g->gl_pathv);
	g->gl_pathv = NULL;
	g->gl_pathc = 0;
}
