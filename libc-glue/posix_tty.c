/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names that make and name terminals, getpass(), and ppty(). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "libc-glue/fd.h"
#include "libc-glue/posix.h"
#include "libc-glue/pty.h"
#include "libc-glue/tty.h"

/* --- names ------------------------------------------------------------------------------------------------------------ */

int ttyname_r(int fd, char *name, size_t len)
{
	struct file *f = fd_get(fd);
	struct tty *t;
	int err = 0;

	if (!f)
		return EBADF;
	t = tty_of_file(f);
	if (!t)
		err = ENOTTY;
	else if (strlen(t->name) >= len)
		err = ERANGE;
	else
		strcpy(name, t->name);
	file_put(f);
	return err;
}

char *ttyname(int fd)
{
	static char name[TTY_NAME_BYTES];

	errno = ttyname_r(fd, name, sizeof(name));
	return errno ? NULL : name;
}

/* --- pseudo terminals --------------------------------------------------------------------------------------------------- */

int ppty(int fds[2])
{
	return posix_int(pty_open(fds, 0));
}

int openpty(int *master, int *slave, char *name, const struct termios *set,
	const struct winsize *size)
{
	int fds[2], err = pty_open(fds, 0);

	if (err)
		return posix_int(err);
	*master = fds[0];
	*slave = fds[1];
	if (name)
		ttyname_r(*slave, name, TTY_NAME_BYTES);
	if (set)
		tcsetattr(*slave, TCSANOW, set);
	if (size)
		ioctl(*slave, TIOCSWINSZ, size);
	return 0;
}

int posix_openpt(int flags)
{
	return posix_int(pty_open_master(flags));
}

static int number_of(int fd)
{
	struct file *f = fd_get(fd);
	int number = f ? pty_number(f) : -EBADF;

	if (f)
		file_put(f);
	return number;
}

int ptsname_r(int fd, char *name, size_t len)
{
	int number = number_of(fd);

	if (number < 0)
		return -number;
	return snprintf(name, len, "/dev/pts/%d", number) < (int)len ? 0 : ERANGE;
}

char *ptsname(int fd)
{
	static char name[TTY_NAME_BYTES];

	errno = ptsname_r(fd, name, sizeof(name));
	return errno ? NULL : name;
}

/* There is one user, who may use every terminal at once. */
int grantpt(int fd)
{
	int number = number_of(fd);

	return posix_int(number < 0 ? number : 0);
}

int unlockpt(int fd)
{
	return grantpt(fd);
}

int login_tty(int fd)
{
	for (int i = 0; i < 3; i++)
		if (dup2(fd, i) < 0)
			return -1;
	if (fd > 2)
		close(fd);
	return 0;
}

/* --- getpass ------------------------------------------------------------------------------------------------------------ */

/* One line without its end, into buf; what does not fit is dropped. -1 when there is none. */
static int read_line(int fd, char *buf, size_t len)
{
	size_t n = 0;
	ssize_t got;
	char c;

	while ((got = read(fd, &c, 1)) == 1 && c != '\n')
		if (n < len - 1)
			buf[n++] = c;
	buf[n] = '\0';
	return got < 0 || (got == 0 && n == 0) ? -1 : 0;
}

char *getpass(const char *prompt)
{
	static char password[129];
	struct termios set, quiet;
	bool is_terminal = tcgetattr(STDIN_FILENO, &set) == 0;
	int err;

	quiet = set;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	if (is_terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	write(STDERR_FILENO, prompt, strlen(prompt));
	err = read_line(STDIN_FILENO, password, sizeof(password));
	if (is_terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &set);
	write(STDERR_FILENO, "\n", 1);
	return err ? NULL : password;
}
