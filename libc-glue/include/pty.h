/* SPDX-License-Identifier: BSD-2-Clause */
/* Pseudo terminals. */
#ifndef _PTY_H
#define _PTY_H

#include <stddef.h>
#include <sys/ioctl.h>
#include <termios.h>

#ifdef __cplusplus
extern "C" {
#endif
/** A pair of open files: fds[0] has the keys and the screen of the terminal fds[1]. */
int ppty(int fds[2]);
int openpty(int *master, int *slave, char *name, const struct termios *set,
	const struct winsize *size);
int login_tty(int fd);
int posix_openpt(int flags);
int grantpt(int fd);
int unlockpt(int fd);
char *ptsname(int fd);
int ptsname_r(int fd, char *name, size_t len);
#ifdef __cplusplus
}
#endif

#endif
