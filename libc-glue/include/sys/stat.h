/* SPDX-License-Identifier: BSD-2-Clause */
/* picolibc's sys/stat.h, plus what newer systems and older programs have in it. */
#ifndef GLUE_SYS_STAT_H
#define GLUE_SYS_STAT_H

#include <limits.h>
#include <sys/types.h>
#include <time.h>
#include_next <sys/stat.h>

/* In tv_nsec of utimensat() and futimens(). */
#define UTIME_NOW  ((1l << 30) - 1l)
#define UTIME_OMIT ((1l << 30) - 2l)

#define S_IRWXA 0777
#define S_IRALL 0444
#define S_IWALL 0222
#define S_IXALL 0111

/* mkdir() of programs that know it: a directory in memory, which every directory is here. */
#define VFS_DIR_VIRTUAL 0x01000000

#undef S_BLKSIZE
#define S_BLKSIZE 512 /* the unit of st_blocks */

int lstat(const char *__restrict path, struct stat *__restrict st);
int mknod(const char *path, mode_t mode, dev_t dev);
int fchmodat(int dirfd, const char *path, mode_t mode, int flags);
int fstatat(
	int dirfd, const char *__restrict path, struct stat *__restrict st, int flags);
int mkdirat(int dirfd, const char *path, mode_t mode);
int mkfifoat(int dirfd, const char *path, mode_t mode);
int mknodat(int dirfd, const char *path, mode_t mode, dev_t dev);
int futimens(int fd, const struct timespec times[2]);
int utimensat(int dirfd, const char *path, const struct timespec times[2], int flags);

#endif
