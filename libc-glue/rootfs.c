/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file tree of an image with writable files:
 *
 *     /       the RAM disk, read-only; with root=ram, or without a RAM disk, a RAM file system (the RAM disk's tree in it)
 *     /tmp    a RAM file system; a plain directory when / is one itself
 *     /dev    devices
 *     /mnt    empty, for mount()
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arch/arch.h"
#include "kernel/cmdline.h"
#include "libc-glue/devfs.h"
#include "libc-glue/mount.h"
#include "libc-glue/ramdisk.h"
#include "libc-glue/ramfs.h"

#define LOG_MODULE "rootfs"
#include "kernel/log.h"

int rootfs_start(void);
extern const struct cmdline_word rootfs_words[];

/* --- the command line ------------------------------------------------------------------------------------------- */

static bool root_in_ram;

static int set_root(const char *value)
{
	root_in_ram = strcmp(value, "ram") == 0;
	return root_in_ram || strcmp(value, "disk") == 0 ? 0 : -EINVAL;
}

const struct cmdline_word rootfs_words[] = {
	{"root", set_root,
		"root=disk (the RAM disk, read-only) or root=ram (a copy of it)"},
	{0},
};

/* --- what mount() can make ---------------------------------------------------------------------------------------- */

/* "size=64k", "size=3m", "size=1g"; "" gives 0, the default. */
static int parse_size(const char *options, uint64_t *bytes)
{
	const char *size = options ? strstr(options, "size=") : NULL;
	uint64_t n;
	char *end;

	*bytes = 0;
	if (!size)
		return 0;
	n = strtoull(size + 5, &end, 10);
	switch (*end) {
	case 'g':
		n *= 1024;
		/* fall through */
	case 'm':
		n *= 1024;
		/* fall through */
	case 'k':
		n *= 1024;
		end++;
	}
	if (end == size + 5 || (*end && *end != ',') || n == 0)
		return -EINVAL;
	*bytes = n;
	return 0;
}

static int make_ramfs(const char *source, const char *options, struct mount **out)
{
	uint64_t bytes;
	int err = parse_size(options, &bytes);

	(void)source;
	return err ? err : ramfs_create(bytes, out);
}

static int make_devfs(const char *source, const char *options, struct mount **out)
{
	(void)source, (void)options;
	return devfs_create(out);
}

static struct mount_kind kinds[] = {
	{.name = "ramfs", .create = make_ramfs},
	{.name = "tmpfs", .create = make_ramfs},
	{.name = "devfs", .create = make_devfs},
};

/* --- the tree ------------------------------------------------------------------------------------------------------- */

/* ramdisk.c gives the RAM disk's root these directories, whether the archive has them or not. */
const char *const ramdisk_mount_points[] = {"tmp", "dev", "mnt", NULL};

/* The root that ramdisk.c made, in a RAM file system. */
static int move_root_to_ram(void)
{
	struct inode *disk_root;
	struct mount *m;
	int err = ramfs_create(0, &m);

	if (err)
		return err;
	err = path_lookup("/", 0, &disk_root);
	if (!err) {
		err = ramfs_copy_tree(m, disk_root);
		inode_put(disk_root);
	}
	if (err)
		mount_put(m);
	else
		mount_set_root(m);
	return err;
}

/* A mount that fails leaves the directory as it is. */
static void mount_or_warn(const char *kind, const char *path)
{
	int err = mount_new(kind, kind, NULL, false, path);

	if (err)
		log_warn("no %s at %s: %s", kind, path, strerror(-err));
}

int rootfs_start(void)
{
	const struct inode_attr for_all = {.what = INODE_MODE, .mode = 01777};
	bool in_ram = root_in_ram || !boot_info.ramdisk;
	int err = in_ram ? move_root_to_ram() : 0;

	if (err) {
		log_error("no memory for the root; give the domain more (memory=)");
		return err;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++)
		mount_kind_add(&kinds[i]);
	device_add_standard();
	if (!in_ram)
		mount_or_warn("ramfs", "/tmp");
	mount_or_warn("devfs", "/dev");
	file_set_at(NULL, "/tmp", true, &for_all);
	return 0;
}
