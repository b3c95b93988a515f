/* SPDX-License-Identifier: BSD-2-Clause */
/* The console as an open file. */
#ifndef LIBC_GLUE_CONSOLE_FILE_H
#define LIBC_GLUE_CONSOLE_FILE_H

#include "libc-glue/fd.h"

/** The one open file of the console, with a reference for the caller. */
struct file *console_file(void);

#endif
