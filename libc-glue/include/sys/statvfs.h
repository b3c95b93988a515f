/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file system has room for. */
#ifndef _SYS_STATVFS_H
#define _SYS_STATVFS_H

#include <sys/types.h>

#define ST_RDONLY 1ul
#define ST_NOSUID 2ul

struct statvfs {
	unsigned long f_bsize;  /* bytes of a block */
	unsigned long f_frsize; /* the same: the unit of the next three */
	fsblkcnt_t f_blocks;
	fsblkcnt_t f_bfree;
	fsblkcnt_t f_bavail;
	fsfilcnt_t f_files;
	fsfilcnt_t f_ffree;
	fsfilcnt_t f_favail;
	unsigned long f_fsid;
	unsigned long f_flag; /* ST_* */
	unsigned long f_namemax;
};

int statvfs(const char *__restrict path, struct statvfs *__restrict s);
int fstatvfs(int fd, struct statvfs *s);

/** The kind of file system behind f_fsid, "?" for a wrong one, and back (0). Not POSIX. */
char *fsid2fsname(unsigned long fsid);
unsigned long fsname2fsid(const char *name);

#endif
