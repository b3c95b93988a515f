/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that go through directories for the program: scandir, realpath, ftw. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc-glue/posix.h"
#include "libc-glue/vfs.h"

/* --- realpath ---------------------------------------------------------------------------------------------------- */

/* Is the last component a link? Then *last becomes the place it leads to, and 1 is returned. */
static int follow_last(struct path_last *last, char target[VFS_PATH_MAX])
{
	struct inode *found, *dir = last->dir;
	const char *to;
	size_t len;
	int err = dir->ops->lookup(dir, last->name.name, last->name.name_len, &found);

	if (err)
		return err;
	if (S_ISLNK(found->mode)) {
		err = found->ops->readlink(found, &to, &len);
		if (!err && len >= VFS_PATH_MAX)
			err = -ENAMETOOLONG;
		if (!err) {
			memcpy(target, to, len);
			target[len] = '\0';
			err = path_parent(dir, target, last);
			if (!err)
				inode_put(dir);
			err = err ? err : 1;
		}
	}
	inode_put(found);
	return err;
}

/* The path of a file, by its directory's path and the name that is left when links are followed. */
static int path_of_file(const char *path, char out[VFS_PATH_MAX])
{
	char target[VFS_PATH_MAX];
	struct path_last last;
	int err = path_parent(NULL, path, &last);
	size_t len;

	if (err)
		return err;
	for (int n = 0; (err = follow_last(&last, target)) == 1;)
		if (++n > VFS_LINKS_MAX) {
			err = -ELOOP;
			break;
		}
	if (!err)
		err = path_of_dir(last.dir, out, VFS_PATH_MAX);
	inode_put(last.dir);
	if (err)
		return err;
	len = strlen(out);
	if (len == 1)
		len = 0;
	if (len + 1 + last.name.name_len >= VFS_PATH_MAX)
		return -ENAMETOOLONG;
	out[len] = '/';
	memcpy(out + len + 1, last.name.name, last.name.name_len + 1);
	return 0;
}

char *realpath(const char *restrict path, char *restrict resolved)
{
	char *out = resolved ? resolved : malloc(VFS_PATH_MAX);
	struct inode *i;
	int err = out ? path_lookup(path, 0, &i) : -ENOMEM;

	if (!err) {
		err = S_ISDIR(i->mode) ? path_of_dir(i, out, VFS_PATH_MAX)
				       : path_of_file(path, out);
		inode_put(i);
	}
	if (!err)
		return out;
	if (!resolved)
		free(out);
	errno = -err;
	return NULL;
}

/* --- scandir -------------------------------------------------------------------------------------------------------- */

int alphasort(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct scan {
	struct dirent **names;
	size_t n, room;
};

static int scan_add(struct scan *s, const struct dirent *e)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 16;
		struct dirent **names = realloc(s->names, room * sizeof(*names));

		if (!names)
			return -1;
		s->names = names;
		s->room = room;
	}
	s->names[s->n] = malloc(sizeof(*e));
	if (!s->names[s->n])
		return -1;
	*s->names[s->n++] = *e;
	return 0;
}

int scandir(const char *path, struct dirent ***names,
	int (*wanted)(const struct dirent *),
	int (*compare)(const struct dirent **, const struct dirent **))
{
	struct scan s = {0};
	DIR *d = opendir(path);
	const struct dirent *e;
	bool failed = false;

	if (!d)
		return -1;
	while (!failed && (e = readdir(d)))
		if (!wanted || wanted(e))
			failed = scan_add(&s, e) != 0;
	closedir(d);
	if (failed) {
		while (s.n)
			free(s.names[--s.n]);
		free(s.names);
		errno = ENOMEM;
		return -1;
	}
	if (compare && s.n)
		qsort(s.names, s.n, sizeof(*s.names),
			(int (*)(const void *, const void *))compare);
	*names = s.names;
	return (int)s.n;
}

/* --- ftw ---------------------------------------------------------------------------------------------------------------- */

struct walk {
	int flags;
	dev_t device; /* where FTW_MOUNT stays */
	int (*fn)(const char *, const struct stat *, int, struct FTW *);
	int (*plain_fn)(const char *, const struct stat *, int);
	char *path; /* VFS_PATH_MAX bytes */
};

static int visit(
	const struct walk *w, const struct stat *st, int kind, size_t base, int level)
{
	struct FTW f = {.base = (int)base, .level = level};

	return w->plain_fn ? w->plain_fn(w->path, st, kind)
			   : w->fn(w->path, st, kind, &f);
}

static int walk_below(struct walk *w, size_t len, int level);

/* What is at w->path, and what is below it. */
static int walk_at(struct walk *w, size_t base, int level)
{
	struct stat st;
	int result, kind = FTW_F;
	bool depth = w->flags & FTW_DEPTH;

	if (w->flags & FTW_PHYS ? lstat(w->path, &st) : stat(w->path, &st)) {
		if (lstat(w->path, &st))
			return level ? visit(w, &st, FTW_NS, base, level) : -1;
		kind = w->plain_fn ? FTW_NS : FTW_SLN;
	} else if (S_ISDIR(st.st_mode)) {
		kind = depth ? FTW_DP : FTW_D;
	} else if (S_ISLNK(st.st_mode)) {
		kind = FTW_SL;
	}
	if (level == 0)
		w->device = st.st_dev;
	if (w->flags & FTW_MOUNT && st.st_dev != w->device)
		return 0;
	if (kind != FTW_D && kind != FTW_DP)
		return visit(w, &st, kind, base, level);
	result = depth ? 0 : visit(w, &st, kind, base, level);
	if (!result)
		result = walk_below(w, strlen(w->path), level + 1);
	return result || !depth ? result : visit(w, &st, kind, base, level);
}

/* All names at once, so that no directory stays open while its children are visited. */
static int walk_below(struct walk *w, size_t len, int level)
{
	struct dirent **names;
	int n = scandir(w->path, &names, NULL, NULL), result = 0;
	bool slash = len && w->path[len - 1] == '/';

	if (n < 0)
		return -1;
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;
		size_t base = len + !slash;

		if (!result && strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
			if (base + strlen(name) >= VFS_PATH_MAX) {
				errno = ENAMETOOLONG;
				result = -1;
			} else {
				w->path[len] = '/';
				strcpy(w->path + base, name);
				result = walk_at(w, base, level);
				w->path[len] = '\0';
			}
		}
		free(names[i]);
	}
	free(names);
	return result;
}

static int walk_from(const char *path, struct walk *w)
{
	const char *name = strrchr(path, '/');
	int result;

	if (strlen(path) >= VFS_PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	w->path = malloc(VFS_PATH_MAX);
	if (!w->path)
		return -1;
	strcpy(w->path, path);
	result = walk_at(w, name && name[1] ? (size_t)(name + 1 - path) : 0, 0);
	free(w->path);
	return result;
}

/* Walks with FTW_CHDIR are refused; the number of descriptors is never more than one. */
int nftw(const char *path,
	int (*fn)(const char *, const struct stat *, int, struct FTW *), int n_fds,
	int flags)
{
	struct walk how = {.flags = flags, .fn = fn};

	(void)n_fds;
	if (flags & FTW_CHDIR) {
		errno = EINVAL;
		return -1;
	}
	return walk_from(path, &how);
}

int ftw(const char *path, int (*fn)(const char *, const struct stat *, int), int n_fds)
{
	struct walk how = {.plain_fn = fn};

	(void)n_fds;
	return walk_from(path, &how);
}
