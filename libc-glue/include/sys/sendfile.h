/* SPDX-License-Identifier: BSD-2-Clause */
/* Sending a file's bytes to a socket without a copy. */
#ifndef _SYS_SENDFILE_H
#define _SYS_SENDFILE_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif
ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count);
#ifdef __cplusplus
}
#endif

#endif
