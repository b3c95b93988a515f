/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of calls that open paths and ask about them. */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc-glue/posix_at.h"
#include "libc-glue/vfs.h"

/* The mode that follows the flags when they contain O_CREAT. */
#define MODE_AFTER(flags, mode)                                                          \
	do {                                                                             \
		va_list args;                                                            \
                                                                                         \
		va_start(args, flags);                                                   \
		mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;                       \
		va_end(args);                                                            \
	} while (0)

int open(const char *path, int flags, ...)
{
	mode_t mode;

	MODE_AFTER(flags, mode);
	return posix_int(file_open_at(NULL, path, flags, mode));
}

int openat(int dirfd, const char *path, int flags, ...)
{
	struct at_dir at;
	mode_t mode;
	int fd = at_begin(&at, dirfd, path);

	MODE_AFTER(flags, mode);
	if (!fd)
		fd = file_open_at(at.dir, path, flags, mode);
	return posix_int(at_end(&at, fd));
}

int creat(const char *path, mode_t mode)
{
	return posix_int(file_open_at(NULL, path, O_WRONLY | O_CREAT | O_TRUNC, mode));
}

int stat(const char *restrict path, struct stat *restrict st)
{
	return posix_int(file_stat(path, true, st));
}

int lstat(const char *restrict path, struct stat *restrict st)
{
	return posix_int(file_stat(path, false, st));
}

int fstatat(int dirfd, const char *restrict path, struct stat *restrict st, int flags)
{
	struct at_dir at;
	int err = at_begin(&at, dirfd, path);

	if (!err)
		err = file_stat_at(at.dir, path, !(flags & AT_SYMLINK_NOFOLLOW), st);
	return posix_int(at_end(&at, err));
}

int access(const char *path, int mode)
{
	return posix_int(file_access_at(NULL, path, mode));
}

int faccessat(int dirfd, const char *path, int mode, int flags)
{
	struct at_dir at;
	int err = at_begin(&at, dirfd, path);

	(void)flags; /* there is one user */
	if (!err)
		err = file_access_at(at.dir, path, mode);
	return posix_int(at_end(&at, err));
}

ssize_t readlink(const char *restrict path, char *restrict buf, size_t len)
{
	return posix_result(file_readlink_at(NULL, path, buf, len));
}

ssize_t readlinkat(int dirfd, const char *restrict path, char *restrict buf, size_t len)
{
	struct at_dir at;
	ssize_t n = at_begin(&at, dirfd, path);

	if (!n)
		n = file_readlink_at(at.dir, path, buf, len);
	at_end(&at, 0);
	return posix_result(n);
}
