/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of mounts, line by line. */
#ifndef _MNTENT_H
#define _MNTENT_H

#include <stdio.h>

#define MOUNTED       "/etc/mtab"
#define _PATH_MOUNTED MOUNTED

struct mntent {
	char *mnt_fsname, *mnt_dir, *mnt_type, *mnt_opts;
	int mnt_freq, mnt_passno;
};

/** Open a table: MOUNTED and "/proc/mounts" mean what is mounted now, another name a file of that form. */
FILE *setmntent(const char *name, const char *mode);
/** The next line, good until the next call; NULL at the end. */
struct mntent *getmntent(FILE *table);
int endmntent(FILE *table); /* 1 */
char *hasmntopt(const struct mntent *m, const char *option);

#endif
