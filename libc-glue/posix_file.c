/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of calls on paths and directories. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "libc-glue/posix.h"
#include "libc-glue/vfs.h"

int open(const char *path, int flags, ...)
{
	return posix_int(
		file_open(path, flags)); /* the mode of a new file has no use yet */
}

int creat(const char *path, mode_t mode)
{
	(void)mode;
	return posix_int(file_open(path, O_WRONLY | O_CREAT | O_TRUNC));
}

int stat(const char *restrict path, struct stat *restrict st)
{
	return posix_int(file_stat(path, true, st));
}

int lstat(const char *restrict path, struct stat *restrict st)
{
	return posix_int(file_stat(path, false, st));
}

int access(const char *path, int mode)
{
	return posix_int(file_access(path, mode));
}

ssize_t readlink(const char *restrict path, char *restrict buf, size_t len)
{
	return posix_result(file_readlink(path, buf, len));
}

/* --- changes, which a read-only tree refuses ----------------------------------------------------------------------------- */

int mkdir(const char *path, mode_t mode)
{
	struct stat st;

	(void)mode;
	return posix_int(
		file_stat(path, false, &st) ? file_refuse_change(path) : -EEXIST);
}

int rmdir(const char *path)
{
	return posix_int(file_refuse_change(path));
}

int unlink(const char *path)
{
	return posix_int(file_refuse_change(path));
}

int rename(const char *from, const char *to)
{
	(void)to;
	return posix_int(file_refuse_change(from));
}

int link(const char *from, const char *to)
{
	(void)from;
	return posix_int(file_refuse_change(to));
}

int symlink(const char *target, const char *path)
{
	(void)target;
	return posix_int(file_refuse_change(path));
}

int chmod(const char *path, mode_t mode)
{
	(void)mode;
	return posix_int(file_refuse_change(path));
}

int truncate(const char *path, off_t len)
{
	(void)len;
	return posix_int(file_refuse_change(path));
}

/* --- directories ------------------------------------------------------------------------------------------------------------ */

struct __dir {
	int fd;
	uint64_t position;
	struct dirent entry;
};

DIR *fdopendir(int fd)
{
	struct file *f = fd_get(fd);
	struct inode *i = f ? file_inode(f) : NULL;
	DIR *d = NULL;

	if (!f)
		errno = EBADF;
	else if (!i || !S_ISDIR(i->mode))
		errno = ENOTDIR;
	else
		d = calloc(1, sizeof(*d));
	if (d)
		d->fd = fd;
	if (f)
		file_put(f);
	return d;
}

DIR *opendir(const char *path)
{
	int fd = posix_int(file_open(path, O_RDONLY | O_DIRECTORY));
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		fd_close(fd);
	return d;
}

int closedir(DIR *d)
{
	int err = fd_close(d->fd);

	free(d);
	return posix_int(err);
}

static unsigned char entry_type(mode_t mode)
{
	return S_ISDIR(mode)   ? DT_DIR
	       : S_ISREG(mode) ? DT_REG
	       : S_ISLNK(mode) ? DT_LNK
			       : DT_UNKNOWN;
}

struct dirent *readdir(DIR *d)
{
	struct file *f = fd_get(d->fd);
	struct dir_entry e;
	int more = f ? dir_read(f, &d->position, &e) : -EBADF;

	if (more > 0) {
		d->entry.d_ino = e.number;
		d->entry.d_type = entry_type(e.mode);
		memcpy(d->entry.d_name, e.name, e.name_len);
		d->entry.d_name[e.name_len] = '\0';
	}
	if (f)
		file_put(f);
	return posix_int(more) > 0 ? &d->entry : NULL;
}

void rewinddir(DIR *d)
{
	d->position = 0;
}

long telldir(DIR *d)
{
	return (long)d->position;
}

void seekdir(DIR *d, long position)
{
	d->position = (uint64_t)position;
}

int dirfd(DIR *d)
{
	return d->fd;
}

int chdir(const char *path)
{
	return posix_int(dir_change(path));
}

int fchdir(int fd)
{
	return posix_int(dir_change_to(fd));
}

char *getcwd(char *buf, size_t len)
{
	char *own = buf ? NULL : malloc(len ? len : VFS_PATH_MAX);

	if (!buf && !own) {
		errno = ENOMEM;
		return NULL;
	}
	if (posix_int(dir_current(buf ? buf : own, !buf && !len ? VFS_PATH_MAX : len))) {
		free(own);
		return NULL;
	}
	return buf ? buf : own;
}
