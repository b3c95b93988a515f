/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's unistd.h, plus what programs expect through it. */
#ifndef GLUE_UNISTD_H
#define GLUE_UNISTD_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include_next <unistd.h>

#endif
