/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names that ask and set terminals: all by requests to the open file. */
#include <errno.h>
#include <stdint.h>
#include <termios.h>
#include <unistd.h>

#include "libc-glue/fd.h"
#include "libc-glue/posix.h"

int isatty(int fd)
{
	return posix_int(fd_isatty(fd)) == 1;
}

int tcgetattr(int fd, struct termios *t)
{
	return posix_int(fd_ioctl(fd, TCGETS, t));
}

int tcsetattr(int fd, int when, const struct termios *t)
{
	if (when < TCSANOW || when > TCSAFLUSH)
		return posix_int(-EINVAL);
	return posix_int(fd_ioctl(fd, TCSETS + (unsigned)when, (void *)t));
}

int tcflush(int fd, int queue)
{
	return posix_int(fd_ioctl(fd, TCFLSH, (void *)(intptr_t)queue));
}

int tcdrain(int fd)
{
	return posix_int(fd_ioctl(fd, TCSBRK, (void *)1));
}

int tcflow(int fd, int action)
{
	return posix_int(fd_ioctl(fd, TCXONC, (void *)(intptr_t)action));
}

int tcsendbreak(int fd, int duration)
{
	(void)duration;
	return posix_int(fd_ioctl(fd, TCSBRK, NULL));
}

pid_t tcgetpgrp(int fd)
{
	int group;
	int err = fd_ioctl(fd, TIOCGPGRP, &group);

	return posix_int(err ? err : group);
}

int tcsetpgrp(int fd, pid_t group)
{
	int id = group;

	return posix_int(fd_ioctl(fd, TIOCSPGRP, &id));
}

/* Every terminal is one session; its foreground process stands for it. */
pid_t tcgetsid(int fd)
{
	return tcgetpgrp(fd);
}

/* --- settings by themselves ------------------------------------------------------------------------------------------ */

speed_t cfgetispeed(const struct termios *t)
{
	return t->c_cflag & CBAUD;
}

speed_t cfgetospeed(const struct termios *t)
{
	return t->c_cflag & CBAUD;
}

int cfsetospeed(struct termios *t, speed_t speed)
{
	static const unsigned bits_per_second[] = {0, 50, 75, 110, 134, 150, 200, 300,
		600, 1200, 1800, 2400, 4800, 9600, 19200, 38400};
	static const unsigned high[] = {
		0, 57600, 115200, 230400, 460800, 500000, 576000, 921600};
	unsigned n = speed & ~(speed_t)BOTHER;

	if (speed & ~(speed_t)CBAUD || (speed & BOTHER ? n == 0 || n > 7 : n > 15))
		return posix_int(-EINVAL);
	t->c_cflag = (t->c_cflag & ~(tcflag_t)CBAUD) | speed;
	t->c_ispeed = t->c_ospeed = speed & BOTHER ? high[n] : bits_per_second[n];
	return 0;
}

int cfsetispeed(struct termios *t, speed_t speed)
{
	return speed == B0 ? 0 : cfsetospeed(t, speed); /* 0 = as the output's */
}

int cfsetspeed(struct termios *t, speed_t speed)
{
	return cfsetospeed(t, speed);
}

void cfmakeraw(struct termios *t)
{
	t->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR |
				  ICRNL | IXON);
	t->c_oflag &= ~(tcflag_t)OPOST;
	t->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t->c_cflag = (t->c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}
