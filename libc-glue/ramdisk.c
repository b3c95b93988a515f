/* SPDX-License-Identifier: BSD-2-Clause */
/* The RAM disk that the toolstack placed in our memory becomes the root of the file tree. */
#include "arch/arch.h"
#include "libc-glue/ramdisk.h"
#include "libc-glue/tarfs.h"

#define LOG_MODULE "ramdisk"
#include "kernel/log.h"

int ramdisk_start(void);

int ramdisk_start(void)
{
	struct mount *m;
	int err = tarfs_create(
		boot_info.ramdisk, boot_info.ramdisk_bytes, ramdisk_mount_points, &m);

	if (err) {
		log_error("no memory for the index of its files; give the domain more "
			  "(memory=)");
		return err;
	}
	if (!boot_info.ramdisk && !ramdisk_mount_points)
		log_error("there is none, so no files; add ramdisk=\"site.tar\" to the "
			  "domain's configuration");
	mount_set_root(m);
	return 0;
}
