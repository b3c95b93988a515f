/* SPDX-License-Identifier: BSD-2-Clause */
/* The C library's sys/wait.h, and what POSIX adds for processes that go on after a stop. */
#ifndef EMBOX_SYS_WAIT_H
#define EMBOX_SYS_WAIT_H

#include_next <sys/wait.h>

#include <signal.h>

#ifndef WIFCONTINUED
#define WIFCONTINUED(status) ((status) == 0xffff)
#endif

#endif
