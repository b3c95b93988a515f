/* SPDX-License-Identifier: BSD-2-Clause */
/* What is mounted below the root. The list itself is vfs.c's, which walks it. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "kernel/thread.h"
#include "libc-glue/mount.h"
#include "libc-glue/vfs_private.h"

static struct mutex table_lock =
	MUTEX_INIT(table_lock); /* one mount or listing at a time */
static struct mount_kind *kinds;
static unsigned last_number = 1; /* the root's */

bool mount_is_point(const struct inode *dir)
{
	bool found = false;

	preempt_disable();
	for (const struct mount *m = mount_list; m && !found; m = m->next)
		found = m->covered == dir;
	preempt_enable();
	return found;
}

bool mount_retire_dir(struct inode *dir)
{
	bool is_free;

	preempt_disable();
	is_free = !mount_is_point(dir);
	if (is_free)
		dir->nlink = 0;
	preempt_enable();
	return is_free;
}

/* --- on and off ------------------------------------------------------------------------------------------------- */

static char *copy_text(const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = kmalloc(len);

	return copy ? memcpy(copy, text, len) : NULL;
}

static void forget_texts(struct mount *m)
{
	kfree(m->source);
	kfree(m->path);
	m->source = m->path = NULL;
}

static int remember_texts(struct mount *m, const char *source, struct inode *dir)
{
	char path[VFS_PATH_MAX];
	int err = path_of_dir(dir, path, sizeof(path));

	if (err)
		return err;
	m->source = copy_text(source);
	m->path = copy_text(path);
	if (m->source && m->path)
		return 0;
	forget_texts(m);
	return -ENOMEM;
}

/* Into the list, unless the directory was removed meanwhile or is a mount point already. */
static int link_in(struct mount *m, struct inode *dir)
{
	int err = 0;

	preempt_disable();
	if (mount_is_point(dir) || dir == dir->mount->root)
		err = -EBUSY;
	else if (dir->ops->release && !dir->nlink)
		err = -ENOENT;
	if (!err) {
		m->number = ++last_number;
		m->covered = dir;
		m->next = mount_list->next;
		mount_list->next = m;
	}
	preempt_enable();
	return err;
}

int mount_at(struct mount *m, const char *source, const char *path)
{
	struct inode *dir;
	int err = path_lookup(path, PATH_DIRECTORY, &dir);

	if (err)
		return err;
	mutex_lock(&table_lock);
	err = m->covered ? -EBUSY : remember_texts(m, source, dir);
	if (!err) {
		err = link_in(m, dir);
		if (err)
			forget_texts(m);
	}
	mutex_unlock(&table_lock);
	if (err)
		inode_put(dir);
	return err;
}

/* Out of the list, if the only user is who found its root. */
static int link_out(struct mount *m, const struct inode *root)
{
	struct mount **at = &mount_list;
	int err = 0;

	preempt_disable();
	while (*at && *at != m)
		at = &(*at)->next;
	if (root != m->root || !*at)
		err = -EINVAL;
	else if (!m->covered || m->refs != 2 || root->refs != 1)
		err = -EBUSY;
	if (!err)
		*at = m->next;
	preempt_enable();
	return err;
}

int mount_off(const char *path)
{
	struct inode *root, *covered;
	struct mount *m;
	int err = path_lookup(path, 0, &root);

	if (err)
		return err;
	m = root->mount;
	covered = m->covered;
	mutex_lock(&table_lock);
	err = link_out(m, root);
	mutex_unlock(&table_lock);
	if (!err)
		forget_texts(m);
	inode_put(root);
	if (err)
		return err;
	mount_put(m);
	inode_put(covered);
	return 0;
}

int mount_foreach(int (*fn)(const struct mount_info *m, void *arg), void *arg)
{
	int result = 0;

	mutex_lock(&table_lock);
	for (const struct mount *m = mount_list; m && !result; m = m->next) {
		const struct mount_info info = {m->source ? m->source : m->kind,
			m->path ? m->path : "/", m->kind,
			m->read_only || !m->root->ops->set};

		result = fn(&info, arg);
	}
	mutex_unlock(&table_lock);
	return result;
}

void mount_space_of(const struct inode *i, struct mount_space *s)
{
	*s = (struct mount_space){.block_bytes = 4096};
	if (i->mount->space)
		i->mount->space(i->mount, s);
}

/* --- kinds -------------------------------------------------------------------------------------------------------- */

void mount_kind_add(struct mount_kind *kind)
{
	kind->next = kinds;
	kinds = kind;
}

int mount_new(const char *kind, const char *source, const char *options, bool read_only,
	const char *path)
{
	const struct mount_kind *k = kinds;
	struct mount *m;
	int err;

	while (k && strcmp(k->name, kind) != 0)
		k = k->next;
	if (!k)
		return -ENODEV;
	err = k->create(source, options, &m);
	if (err)
		return err;
	m->read_only = read_only;
	err = mount_at(m, source, path);
	if (err)
		mount_put(m);
	return err;
}
