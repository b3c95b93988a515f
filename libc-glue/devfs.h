/* SPDX-License-Identifier: BSD-2-Clause */
/* /dev: a flat directory of names that modules open themselves. */
#ifndef LIBC_GLUE_DEVFS_H
#define LIBC_GLUE_DEVFS_H

#include "libc-glue/vfs.h"

/* A device. The object is its owner's and stays. */
struct device {
	const char *name; /* below /dev */
	mode_t mode;      /* S_IFCHR and permissions */
	dev_t rdev;       /* DEVICE(major, minor) as Linux numbers them */
	int (*open)(const struct device *d, int flags, struct file **out);
	uint32_t number; /* devfs.c numbers and links them */
	struct device *next;
};

#define DEVICE(major, minor) ((dev_t)((major) << 8 | (minor)))

/**
 * Put a device into /dev; one of the same name is replaced. Context: thread, at boot before devfs is used or later.
 */
void device_add(struct device *d);

/** Make the file system. Returns 0 or -ENOMEM. */
int devfs_create(struct mount **out);

/** Add null, zero, full, random, urandom, console, tty, stdin, stdout and stderr. */
void device_add_standard(void);

#endif
