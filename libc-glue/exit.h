/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the first process, which is that of the domain. */
#ifndef LIBC_GLUE_EXIT_H
#define LIBC_GLUE_EXIT_H

#include "kernel/util.h"

/** Power the domain off; a status other than 0 is reported. Context: thread. */
void exit_domain(int status) NORETURN;

#endif
