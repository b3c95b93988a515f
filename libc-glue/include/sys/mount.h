/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting file systems; the numbers are Linux's. */
#ifndef _SYS_MOUNT_H
#define _SYS_MOUNT_H

#define MS_RDONLY      1ul
#define MS_NOSUID      2ul
#define MS_NODEV       4ul
#define MS_NOEXEC      8ul
#define MS_SYNCHRONOUS 16ul
#define MS_REMOUNT     32ul
#define MS_MANDLOCK    64ul
#define MS_DIRSYNC     128ul
#define MS_NOSYMFOLLOW 256ul
#define MS_NOATIME     1024ul
#define MS_NODIRATIME  2048ul
#define MS_BIND        4096ul
#define MS_MOVE        8192ul

/**
 * Mount a new file system of a kind ("ramfs", "tmpfs", "devfs") on a directory; a RAM file system takes the option text
 * "size=64m" as data. EINVAL for MS_REMOUNT, MS_BIND, MS_MOVE; flags that ask for less than there is are honoured by
 * doing nothing.
 */
int mount(const char *source, const char *target, const char *kind, unsigned long flags,
	const void *data);
int umount(const char *target);
/** @flags  0; forcing is refused with EINVAL */
int umount2(const char *target, int flags);

#endif
