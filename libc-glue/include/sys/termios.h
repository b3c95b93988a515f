/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminal settings, for picolibc's termios.h: they read as nothing set, and setting them changes nothing. */
#ifndef _SYS_TERMIOS_H
#define _SYS_TERMIOS_H

#define NCCS 32

typedef unsigned tcflag_t;
typedef unsigned char cc_t;
typedef unsigned speed_t;

struct termios {
	tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
	cc_t c_cc[NCCS];
	speed_t c_ispeed, c_ospeed;
};

#define VMIN      6
#define VTIME     5
#define ICRNL     0x100
#define OPOST     0x1
#define ISIG      0x1
#define ICANON    0x2
#define ECHO      0x8
#define TCSANOW   0
#define TCSADRAIN 1
#define TCSAFLUSH 2

int tcgetattr(int fd, struct termios *t);
int tcsetattr(int fd, int when, const struct termios *t);

#endif
