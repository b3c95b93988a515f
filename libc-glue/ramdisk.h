/* SPDX-License-Identifier: BSD-2-Clause */
/* The RAM disk as the root of the file tree, and what a writable tree asks of it. */
#ifndef LIBC_GLUE_RAMDISK_H
#define LIBC_GLUE_RAMDISK_H

/**
 * Directories that the root has whatever the archive says, NULL at the end. Weak: images without rootfs.c have none,
 * and miss a RAM disk that is not there.
 */
extern const char *const ramdisk_mount_points[] __attribute__((weak));

#endif
