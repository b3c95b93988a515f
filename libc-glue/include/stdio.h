/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's stdio.h, plus temporary files in /tmp, renameat(), and the types that programs expect through it. */
#ifndef GLUE_STDIO_H
#define GLUE_STDIO_H

#include <stdint.h>
#include <sys/types.h>
#include_next <stdio.h>

#undef P_tmpdir
#define P_tmpdir "/tmp"
#undef L_tmpnam
#define L_tmpnam 16 /* "/tmp/TXXXXXX" */

int renameat(int from_fd, const char *from, int to_fd, const char *to);

#endif
