/* SPDX-License-Identifier: BSD-2-Clause */
/* pwd.h with the path that sources find there. */
#ifndef PWD_H
#define PWD_H

#include_next <pwd.h>

#define PASSWD_FILE "/etc/passwd"

#endif
