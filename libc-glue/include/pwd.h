/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's pwd.h, with the calls that read a file of one's own. */
#ifndef GLUE_PWD_H
#define GLUE_PWD_H

#include_next <pwd.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif
struct passwd *fgetpwent(FILE *file);
int fgetpwent_r(
	FILE *file, struct passwd *pw, char *buf, size_t len, struct passwd **result);
#ifdef __cplusplus
}
#endif

#endif
