/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of calls on directories. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc-glue/posix.h"
#include "libc-glue/vfs.h"

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

/* Leaves the descriptor open. */
int fdclosedir(DIR *d)
{
	int fd = d->fd;

	free(d);
	return fd;
}

int closedir(DIR *d)
{
	int err = fd_close(d->fd);

	free(d);
	return posix_int(err);
}

static unsigned char entry_type(mode_t mode)
{
	return S_ISDIR(mode)    ? DT_DIR
	       : S_ISREG(mode)  ? DT_REG
	       : S_ISLNK(mode)  ? DT_LNK
	       : S_ISCHR(mode)  ? DT_CHR
	       : S_ISBLK(mode)  ? DT_BLK
	       : S_ISFIFO(mode) ? DT_FIFO
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
