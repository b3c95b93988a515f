/* SPDX-License-Identifier: BSD-2-Clause */
/* The file system behind /dev. Its names are a list that modules add to; all mounts show the same one. */
#include "libc-glue/devfs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "kernel/thread.h"

static struct device *devices; /* in the order in which they came, which is readdir's */
static uint32_t n_devices;

struct devfs {
	struct mount mount;
	struct inode root;
};

/* A device in a mount: made when somebody looks for it. */
struct dev_inode {
	struct inode inode;
	const struct device *device;
};

static const struct inode_ops devfs_ops, dev_inode_ops;

void device_add(struct device *d)
{
	struct device **at = &devices;

	preempt_disable();
	d->number = 2 + n_devices++;
	while (*at && strcmp((*at)->name, d->name) != 0)
		at = &(*at)->next;
	d->next = *at ? (*at)->next : NULL;
	*at = d;
	preempt_enable();
}

static const struct device *device_find(const char *name, size_t len)
{
	const struct device *d = devices;

	while (d && !(strlen(d->name) == len && memcmp(d->name, name, len) == 0))
		d = d->next;
	return d;
}

int device_open(dev_t rdev, int flags, struct file **out)
{
	for (const struct device *d = devices; d; d = d->next)
		if (d->rdev == rdev)
			return d->open(d, flags, out);
	return -ENXIO;
}

/* --- the directory ---------------------------------------------------------------------------------------------- */

static int devfs_lookup(
	struct inode *dir, const char *name, size_t len, struct inode **child)
{
	const struct device *d = device_find(name, len);
	struct dev_inode *i = d ? kzalloc(sizeof(*i)) : NULL;

	if (!i)
		return d ? -ENOMEM : -ENOENT;
	i->device = d;
	i->inode.ops = &dev_inode_ops;
	i->inode.mount = dir->mount;
	i->inode.number = d->number;
	i->inode.mode = d->mode;
	*child = inode_get(&i->inode);
	return 0;
}

static struct inode *devfs_parent(struct inode *dir)
{
	return inode_get(dir);
}

static int devfs_name(struct inode *dir, char name[VFS_NAME_MAX + 1])
{
	(void)dir, (void)name; /* only the root is a directory */
	return -ENOENT;
}

static int devfs_next(struct inode *dir, uint64_t *position, struct dir_entry *e)
{
	const struct device *d = devices;

	(void)dir;
	for (uint64_t n = 0; d && n < *position; n++)
		d = d->next;
	if (!d)
		return 0;
	++*position;
	e->name_len = strlen(d->name);
	memcpy(e->name, d->name, e->name_len + 1);
	e->number = d->number;
	e->mode = d->mode;
	return 1;
}

static const struct inode_ops devfs_ops = {
	.lookup = devfs_lookup,
	.parent = devfs_parent,
	.name = devfs_name,
	.next = devfs_next,
};

/* --- devices as inodes -------------------------------------------------------------------------------------------- */

static const struct device *device_of(const struct inode *i)
{
	return container_of((struct inode *)(uintptr_t)i, struct dev_inode, inode)
		->device;
}

static int dev_inode_open(struct inode *i, int flags, struct file **out)
{
	return device_of(i)->open(device_of(i), flags, out);
}

static void dev_inode_stat(const struct inode *i, struct stat *st)
{
	st->st_rdev = device_of(i)->rdev;
}

static void dev_inode_release(struct inode *i)
{
	kfree(container_of(i, struct dev_inode, inode));
}

static const struct inode_ops dev_inode_ops = {
	.release = dev_inode_release,
	.stat = dev_inode_stat,
	.open = dev_inode_open,
};

/* --- the file system ------------------------------------------------------------------------------------------------ */

static void devfs_destroy(struct mount *m)
{
	kfree(container_of(m, struct devfs, mount));
}

int devfs_create(struct mount **out)
{
	struct devfs *fs = kzalloc(sizeof(*fs));

	if (!fs)
		return -ENOMEM;
	fs->root.ops = &devfs_ops;
	fs->root.mount = &fs->mount;
	fs->root.number = 1;
	fs->root.mode = S_IFDIR | 0755;
	fs->mount = (struct mount){
		.kind = "devfs", .root = &fs->root, .refs = 1, .destroy = devfs_destroy};
	*out = &fs->mount;
	return 0;
}
