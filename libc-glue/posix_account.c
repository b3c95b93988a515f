/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The POSIX names about users and groups, out of /etc/passwd and /etc/group. Without those files there is root alone:
 * everything runs as root anyway.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libc-glue/account.h"

#define LINE_BYTES 512 /* for the calls with a buffer of their own */

/* Lines of a file, or the one that stands for it. */
struct lines {
	FILE *file;
	const char *instead; /* NULL once given */
};

static void lines_open(struct lines *l, const char *path, const char *instead)
{
	l->file = fopen(path, "r");
	l->instead = l->file ? NULL : instead;
}

static void lines_close(struct lines *l)
{
	if (l->file)
		fclose(l->file);
	l->file = NULL;
	l->instead = NULL;
}

/* The next line; 1, 0 after the last, -ERANGE when it does not fit. */
static int lines_next(struct lines *l, char *buf, size_t len)
{
	if (!l->file) {
		const char *line = l->instead;

		l->instead = NULL;
		if (!line)
			return 0;
		return snprintf(buf, len, "%s", line) < (int)len ? 1 : -ERANGE;
	}
	if (len < 2)
		return -ERANGE;
	if (!fgets(buf, (int)len, l->file))
		return 0;
	return strchr(buf, '\n') || feof(l->file) ? 1 : -ERANGE;
}

static void users_open(struct lines *l)
{
	lines_open(l, "/etc/passwd", "root::0:0:root:/:");
}

static void groups_open(struct lines *l)
{
	lines_open(l, "/etc/group", "root::0:root");
}

/* The next user or group that the text means; 1, 0, -ERANGE. */
static int next_user(struct lines *l, struct passwd *pw, char *buf, size_t len)
{
	int more;

	while ((more = lines_next(l, buf, len)) > 0)
		if (account_parse_user(buf, pw) == 0)
			return 1;
	return more;
}

static int next_group(struct lines *l, struct group *gr, char *buf, size_t len)
{
	int more;

	while ((more = lines_next(l, buf, len)) > 0) {
		int err = account_parse_group(buf, len, gr);

		if (err != -EINVAL)
			return err ? err : 1;
	}
	return more;
}

/* --- users ------------------------------------------------------------------------------------------------------ */

/* By name, or by number when that is NULL. Returns 0 or an error number, as the names with _r do. */
static int find_user(const char *name, uid_t uid, struct passwd *pw, char *buf,
	size_t len, struct passwd **result)
{
	struct lines l;
	int more;

	*result = NULL;
	users_open(&l);
	while ((more = next_user(&l, pw, buf, len)) > 0)
		if (name ? strcmp(pw->pw_name, name) == 0 : pw->pw_uid == uid) {
			*result = pw;
			break;
		}
	lines_close(&l);
	return more < 0 ? -more : 0;
}

int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t len,
	struct passwd **result)
{
	return find_user(name, 0, pw, buf, len, result);
}

int getpwuid_r(
	uid_t uid, struct passwd *pw, char *buf, size_t len, struct passwd **result)
{
	return find_user(NULL, uid, pw, buf, len, result);
}

static struct passwd one_user;
static char user_line[LINE_BYTES];

struct passwd *getpwnam(const char *name)
{
	struct passwd *found;
	int err = find_user(name, 0, &one_user, user_line, sizeof(user_line), &found);

	if (err)
		errno = err;
	return found;
}

struct passwd *getpwuid(uid_t uid)
{
	struct passwd *found;
	int err = find_user(NULL, uid, &one_user, user_line, sizeof(user_line), &found);

	if (err)
		errno = err;
	return found;
}

static struct lines all_users;
static bool users_begun;

void endpwent(void)
{
	lines_close(&all_users);
	users_begun = false;
}

void setpwent(void)
{
	endpwent();
	users_open(&all_users);
	users_begun = true;
}

struct passwd *getpwent(void)
{
	if (!users_begun)
		setpwent();
	return next_user(&all_users, &one_user, user_line, sizeof(user_line)) > 0
		       ? &one_user
		       : NULL;
}

int fgetpwent_r(
	FILE *file, struct passwd *pw, char *buf, size_t len, struct passwd **result)
{
	struct lines l = {.file = file};
	int more = next_user(&l, pw, buf, len);

	*result = more > 0 ? pw : NULL;
	return more > 0 ? 0 : more < 0 ? -more : ENOENT;
}

struct passwd *fgetpwent(FILE *file)
{
	struct passwd *found;
	int err = fgetpwent_r(file, &one_user, user_line, sizeof(user_line), &found);

	if (err)
		errno = err;
	return found;
}

char *getlogin(void)
{
	struct passwd *pw = getpwuid(getuid());

	return pw ? pw->pw_name : NULL;
}

/* --- groups ----------------------------------------------------------------------------------------------------- */

static int find_group(const char *name, gid_t gid, struct group *gr, char *buf,
	size_t len, struct group **result)
{
	struct lines l;
	int more;

	*result = NULL;
	groups_open(&l);
	while ((more = next_group(&l, gr, buf, len)) > 0)
		if (name ? strcmp(gr->gr_name, name) == 0 : gr->gr_gid == gid) {
			*result = gr;
			break;
		}
	lines_close(&l);
	return more < 0 ? -more : 0;
}

int getgrnam_r(
	const char *name, struct group *gr, char *buf, size_t len, struct group **result)
{
	return find_group(name, 0, gr, buf, len, result);
}

int getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t len, struct group **result)
{
	return find_group(NULL, gid, gr, buf, len, result);
}

static struct group one_group;
static char group_line[LINE_BYTES];

struct group *getgrnam(const char *name)
{
	struct group *found;
	int err = find_group(name, 0, &one_group, group_line, sizeof(group_line), &found);

	if (err)
		errno = err;
	return found;
}

struct group *getgrgid(gid_t gid)
{
	struct group *found;
	int err =
		find_group(NULL, gid, &one_group, group_line, sizeof(group_line), &found);

	if (err)
		errno = err;
	return found;
}

static struct lines all_groups;
static bool groups_begun;

void endgrent(void)
{
	lines_close(&all_groups);
	groups_begun = false;
}

void setgrent(void)
{
	endgrent();
	groups_open(&all_groups);
	groups_begun = true;
}

struct group *getgrent(void)
{
	if (!groups_begun)
		setgrent();
	return next_group(&all_groups, &one_group, group_line, sizeof(group_line)) > 0
		       ? &one_group
		       : NULL;
}
