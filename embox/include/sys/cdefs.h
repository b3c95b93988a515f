/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's, and the brackets around declarations for C++, which the image does not have. */
#ifndef EMBOX_SYS_CDEFS_H
#define EMBOX_SYS_CDEFS_H

#include_next <sys/cdefs.h>

#ifndef __BEGIN_DECLS
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#endif
