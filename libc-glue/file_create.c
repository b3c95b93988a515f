/* SPDX-License-Identifier: BSD-2-Clause */
/* Where open(O_CREAT) puts a new file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "libc-glue/vfs_private.h"

/* Where a link that leads nowhere would lead: *last becomes the place of its target. */
static int follow_dangling(struct inode *link, struct path_last *last)
{
	char path[VFS_PATH_MAX];
	struct inode *dir = last->dir;
	const char *target;
	size_t len;
	int err = link->ops->readlink(link, &target, &len);

	if (!err && len >= sizeof(path))
		err = -ENAMETOOLONG;
	last->dir = NULL;
	if (!err) {
		memcpy(path, target, len);
		path[len] = '\0';
		err = path_parent(dir, path, last);
	}
	inode_put(dir);
	return err;
}

/* The place of a file that open() is to make: through links, of which the last leads nowhere. */
static int place_for_open(
	struct inode *base, const char *path, int flags, struct path_last *last)
{
	int err = path_parent(base, path, last);

	for (int n = 0; !err; n++) {
		struct inode *found;

		if (path_is_special(last) ||
			last->dir->ops->lookup(
				last->dir, last->name.name, last->name.name_len, &found))
			return 0;
		if (!S_ISLNK(found->mode) || flags & (O_EXCL | O_NOFOLLOW))
			err = -EEXIST;
		else if (n >= VFS_LINKS_MAX)
			err = -ELOOP;
		if (err)
			inode_put(last->dir);
		else
			err = follow_dangling(found, last);
		inode_put(found);
	}
	return err;
}

int file_create_for_open(
	struct inode *base, const char *path, int flags, mode_t mode, struct inode **out)
{
	struct inode_new what = {.mode = S_IFREG | file_mode_masked(mode & 07777)};
	struct path_last last;
	int err = place_for_open(base, path, flags, &last);

	if (err)
		return err;
	if (path_is_special(&last) || last.slash)
		err = -EISDIR;
	else
		err = inode_refusal(last.dir);
	if (!err)
		err = last.dir->ops->create(
			last.dir, last.name.name, last.name.name_len, &what, out);
	inode_put(last.dir);
	return err;
}
