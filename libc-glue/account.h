/* SPDX-License-Identifier: BSD-2-Clause */
/* Users and groups as lines of text: /etc/passwd and /etc/group. */
#ifndef LIBC_GLUE_ACCOUNT_H
#define LIBC_GLUE_ACCOUNT_H

#include <grp.h>
#include <pwd.h>
#include <stddef.h>

/**
 * Take a line of /etc/passwd apart, in place: the strings of *pw lie in it.
 *
 * @line  name:password:uid:gid:comment:home:shell, with or without a newline
 * Returns 0, or -EINVAL when it is no such line.
 * Source: POSIX, <pwd.h>.
 */
int account_parse_user(char *line, struct passwd *pw);

/**
 * Take a line of /etc/group apart, in place; the list of members goes behind it.
 *
 * @line  name:password:gid:member,member
 * @len   bytes that line has room for, with its end
 * Returns 0, -EINVAL when it is no such line, -ERANGE without room for the list.
 * Source: POSIX, <grp.h>.
 */
int account_parse_group(char *line, size_t len, struct group *gr);

#endif
