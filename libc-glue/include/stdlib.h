/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's stdlib.h, plus what Unix programs look for there. */
#ifndef GLUE_STDLIB_H
#define GLUE_STDLIB_H

#include_next <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif
int clearenv(void);
#ifdef __cplusplus
}
#endif

#endif
