/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of /etc/passwd and /etc/group, taken apart. */
#include "libc-glue/account.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Cut the line at colons into exactly n fields. */
static bool cut(char *line, char **field, unsigned n)
{
	line[strcspn(line, "\r\n")] = '\0';
	for (unsigned i = 0; i < n; i++) {
		field[i] = line;
		line += strcspn(line, ":");
		if ((*line == ':') != (i + 1 < n))
			return false;
		*line++ = '\0';
	}
	return field[0][0] != '\0';
}

/* A decimal number and nothing else. */
static bool read_id(const char *text, unsigned *id)
{
	*id = 0;
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || *id > 400000000)
			return false;
		*id = *id * 10 + (unsigned)(*text - '0');
	}
	return true;
}

int account_parse_user(char *line, struct passwd *pw)
{
	unsigned uid, gid;
	char *field[7];

	if (!cut(line, field, 7) || !read_id(field[2], &uid) || !read_id(field[3], &gid))
		return -EINVAL;
	memset(pw, 0, sizeof(*pw));
	pw->pw_name = field[0];
	pw->pw_passwd = field[1];
	pw->pw_uid = (uid_t)uid;
	pw->pw_gid = (gid_t)gid;
	pw->pw_gecos = field[4];
	pw->pw_dir = field[5];
	pw->pw_shell = field[6];
	return 0;
}

int account_parse_group(char *line, size_t len, struct group *gr)
{
	char *end = line + len, *rest;
	char *field[4], **member;
	unsigned gid;

	rest = line + strlen(line) + 1;
	if (!cut(line, field, 4) || !read_id(field[2], &gid))
		return -EINVAL;
	member = (char **)(((uintptr_t)rest + sizeof(*member) - 1) &
			   ~(uintptr_t)(sizeof(*member) - 1));
	memset(gr, 0, sizeof(*gr));
	gr->gr_name = field[0];
	gr->gr_passwd = field[1];
	gr->gr_gid = (gid_t)gid;
	gr->gr_mem = member;
	for (char *at = field[3];;) {
		if ((char *)(member + 1) > end)
			return -ERANGE;
		*member = *at ? at : NULL;
		if (!*member++)
			return 0;
		at += strcspn(at, ",");
		if (*at)
			*at++ = '\0';
	}
}
