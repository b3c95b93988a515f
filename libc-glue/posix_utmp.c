/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is logged in: root, on the console and on every pseudo terminal. Nothing is recorded, the terminals are asked. */
#include <stdio.h>
#include <string.h>
#include <utmp.h>

#include "libc-glue/pty.h"
#include "libc-glue/tty.h"

static unsigned position; /* 0 = the console, then the pseudo terminals */

void setutent(void)
{
	position = 0;
}

void endutent(void)
{
	position = 0;
}

static struct utmp *session(const char *line, int pid)
{
	static struct utmp entry;

	memset(&entry, 0, sizeof(entry));
	entry.ut_type = USER_PROCESS;
	entry.ut_pid = pid;
	snprintf(entry.ut_line, sizeof(entry.ut_line), "%s", line);
	memcpy(entry.ut_id, line + strlen(line) - (strlen(line) < 4 ? strlen(line) : 4),
		strlen(line) < 4 ? strlen(line) : 4);
	strcpy(entry.ut_user, "root");
	return &entry;
}

struct utmp *getutent(void)
{
	int foreground[PTY_MAX];
	char line[TTY_NAME_BYTES];

	if (position == 0) {
		position++;
		return session("console",
			tty_console && tty_console() ? tty_console()->foreground : 1);
	}
	pty_list(foreground);
	while (position <= PTY_MAX) {
		int pid = foreground[position++ - 1];

		if (pid < 0)
			continue;
		snprintf(line, sizeof(line), "pts/%u", (position - 2) % PTY_MAX);
		return session(line, pid);
	}
	return NULL;
}
