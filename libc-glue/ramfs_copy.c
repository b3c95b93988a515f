/* SPDX-License-Identifier: BSD-2-Clause */
/* A tree of another file system as the beginning of a RAM file system. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "libc-glue/ramfs.h"
#include "libc-glue/ramfs_private.h"

/* Directories that exist on both sides, the copy still empty. A queue: the stack is small, and trees may be deep. */
struct pair {
	struct list link;
	struct inode *to, *from; /* counted */
};

static int pair_add(struct list *queue, struct inode *to, struct inode *from)
{
	struct pair *p = kmalloc(sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->to = inode_get(to);
	p->from = inode_get(from);
	list_append(queue, &p->link);
	return 0;
}

static void pair_free(struct pair *p)
{
	list_remove(&p->link);
	inode_put(p->to);
	inode_put(p->from);
	kfree(p);
}

/* The contents where they are; only a file system that has none in memory is read. */
static int copy_file(struct inode *to, struct inode *from)
{
	struct ram_file *f = &to_ram(to)->file;
	char part[512];
	uint64_t at = 0;
	ssize_t n = 0;
	size_t len;

	if (from->ops->data) {
		f->base = from->ops->data(from, 0, &len);
		f->base_len = f->base ? len : 0;
		ram_set_size(to_ram(to), f->base_len);
		return 0;
	}
	while ((n = from->ops->read(from, part, sizeof(part), at)) > 0) {
		ssize_t done = ramfs_write(to, part, (size_t)n, &at);

		if (done < n)
			return done < 0 ? (int)done : -ENOSPC;
		at += (uint64_t)n;
	}
	return (int)n;
}

static int copy_inode(struct list *queue, struct inode *to_dir, const struct dir_entry *e,
	struct inode *from)
{
	struct inode_new what = {.mode = from->mode};
	struct inode_attr attr = {.what = INODE_ATIME | INODE_MTIME};
	struct inode *made;
	int err = 0;

	if (S_ISLNK(from->mode))
		err = from->ops->readlink(from, &what.target, &what.target_len);
	if (!err)
		err = to_dir->ops->create(to_dir, e->name, e->name_len, &what, &made);
	if (err)
		return err;
	if (S_ISDIR(from->mode))
		err = pair_add(queue, made, from);
	else if (S_ISREG(from->mode))
		err = copy_file(made, from);
	attr.atime.tv_sec = attr.mtime.tv_sec = (time_t)from->mtime_s;
	made->ops->set(made, &attr);
	inode_put(made);
	return err;
}

static int copy_dir(struct list *queue, const struct pair *p)
{
	const struct inode_attr attr = {.what = INODE_ATIME | INODE_MTIME,
		.atime.tv_sec = (time_t)p->from->mtime_s,
		.mtime.tv_sec = (time_t)p->from->mtime_s};
	uint64_t position = 0;
	struct dir_entry e;
	int more, err = 0;

	while (!err && (more = p->from->ops->next(p->from, &position, &e)) != 0) {
		struct inode *child;

		if (more < 0)
			return more;
		err = p->from->ops->lookup(p->from, e.name, e.name_len, &child);
		if (err)
			return err;
		err = copy_inode(queue, p->to, &e, child);
		inode_put(child);
	}
	return err ? err : p->to->ops->set(p->to, &attr);
}

int ramfs_copy_tree(struct mount *ramfs, struct inode *from)
{
	const struct inode_attr mode = {.what = INODE_MODE, .mode = from->mode};
	struct list queue = LIST_INIT(queue);
	int err = pair_add(&queue, ramfs->root, from);

	while (!list_empty(&queue)) {
		struct pair *p = list_entry(queue.next, struct pair, link);

		if (!err)
			err = copy_dir(&queue, p);
		pair_free(p);
	}
	return err ? err : ramfs->root->ops->set(ramfs->root, &mode);
}
