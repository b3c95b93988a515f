/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's ftw.h, which needs struct stat before it. */
#ifndef GLUE_FTW_H
#define GLUE_FTW_H

#include <sys/stat.h>
#include_next <ftw.h>

#endif
