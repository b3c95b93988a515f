/* SPDX-License-Identifier: BSD-2-Clause */
/* stdio.h, with what sources of Embox reach through it */
#ifndef STDIO_H
#define STDIO_H

#include_next <stdio.h>

#include <stdint.h>
#include <sys/types.h>

#endif
