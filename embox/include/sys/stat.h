/* SPDX-License-Identifier: BSD-2-Clause */
/* sys/stat.h with the masks for everybody */
#ifndef SYS_STAT_H
#define SYS_STAT_H

#include_next <sys/stat.h>

#include <stdint.h>

#define S_IRALL         0444
#define S_IWALL         0222
#define S_IXALL         0111
#define VFS_DIR_VIRTUAL 0x01000000 /* a mark of Embox's own file tree: has no effect */

#endif
