/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of calls that change names and what inodes say of themselves. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "libc-glue/posix_at.h"
#include "libc-glue/process.h"
#include "libc-glue/time.h"
#include "libc-glue/vfs.h"

/* --- making ---------------------------------------------------------------------------------------------------- */

static int create_at(int dirfd, const char *path, const struct inode_new *what)
{
	struct at_dir at;
	int err = at_begin(&at, dirfd, path);

	if (!err)
		err = file_create_at(at.dir, path, what);
	return posix_int(at_end(&at, err));
}

int mkdirat(int dirfd, const char *path, mode_t mode)
{
	const struct inode_new what = {.mode = S_IFDIR | (mode & 07777)};

	return create_at(dirfd, path, &what);
}

int mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

/* A mode without a type means a file. */
int mknodat(int dirfd, const char *path, mode_t mode, dev_t dev)
{
	struct inode_new what = {.mode = mode & (S_IFMT | 07777), .rdev = dev};

	if (!(mode & S_IFMT))
		what.mode |= S_IFREG;
	if (S_ISDIR(what.mode) || S_ISLNK(what.mode))
		return posix_int(-EINVAL);
	return create_at(dirfd, path, &what);
}

int mknod(const char *path, mode_t mode, dev_t dev)
{
	return mknodat(AT_FDCWD, path, mode, dev);
}

int mkfifoat(int dirfd, const char *path, mode_t mode)
{
	return mknodat(dirfd, path, S_IFIFO | (mode & 07777), 0);
}

int mkfifo(const char *path, mode_t mode)
{
	return mkfifoat(AT_FDCWD, path, mode);
}

int symlinkat(const char *target, int dirfd, const char *path)
{
	const struct inode_new what = {
		.mode = S_IFLNK | 0777, .target = target, .target_len = strlen(target)};

	if (what.target_len == 0)
		return posix_int(-ENOENT);
	if (what.target_len >= VFS_PATH_MAX)
		return posix_int(-ENAMETOOLONG);
	return create_at(dirfd, path, &what);
}

int symlink(const char *target, const char *path)
{
	return symlinkat(target, AT_FDCWD, path);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	struct at_dir a, b;
	int err = at_begin(&a, from_fd, from);
	int err_b = at_begin(&b, to_fd, to);

	if (!err)
		err = err_b;
	if (!err)
		err = file_link_at(a.dir, from, b.dir, to, flags & AT_SYMLINK_FOLLOW);
	at_end(&b, 0);
	return posix_int(at_end(&a, err));
}

int link(const char *from, const char *to)
{
	return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

mode_t umask(mode_t mask)
{
	struct process *p = process_self();
	mode_t old = p->umask;

	p->umask = mask & 0777;
	return old;
}

/* --- taking away and moving --------------------------------------------------------------------------------------- */

int unlinkat(int dirfd, const char *path, int flags)
{
	struct at_dir at;
	int err = at_begin(&at, dirfd, path);

	if (!err)
		err = file_unlink_at(at.dir, path, flags & AT_REMOVEDIR);
	return posix_int(at_end(&at, err));
}

int unlink(const char *path)
{
	return posix_int(file_unlink_at(NULL, path, false));
}

int rmdir(const char *path)
{
	return posix_int(file_unlink_at(NULL, path, true));
}

/* Replaces the library's own, which knows files only. */
int remove(const char *path)
{
	int err = file_unlink_at(NULL, path, false);

	return posix_int(err == -EISDIR ? file_unlink_at(NULL, path, true) : err);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	struct at_dir a, b;
	int err = at_begin(&a, from_fd, from);
	int err_b = at_begin(&b, to_fd, to);

	if (!err)
		err = err_b;
	if (!err)
		err = file_rename_at(a.dir, from, b.dir, to);
	at_end(&b, 0);
	return posix_int(at_end(&a, err));
}

int rename(const char *from, const char *to)
{
	return posix_int(file_rename_at(NULL, from, NULL, to));
}

/* --- permissions and owners ----------------------------------------------------------------------------------------- */

static int set_at(int dirfd, const char *path, int flags, const struct inode_attr *attr)
{
	struct at_dir at;
	int err = at_begin(&at, dirfd, path);

	if (!err)
		err = file_set_at(at.dir, path, !(flags & AT_SYMLINK_NOFOLLOW), attr);
	return posix_int(at_end(&at, err));
}

int fchmodat(int dirfd, const char *path, mode_t mode, int flags)
{
	const struct inode_attr attr = {.what = INODE_MODE, .mode = mode};

	return set_at(dirfd, path, flags, &attr);
}

int chmod(const char *path, mode_t mode)
{
	return fchmodat(AT_FDCWD, path, mode, 0);
}

int fchmod(int fd, mode_t mode)
{
	const struct inode_attr attr = {.what = INODE_MODE, .mode = mode};

	return posix_int(file_set(fd, &attr));
}

/* An id of -1 stays as it is. */
static struct inode_attr owner(uid_t uid, gid_t gid)
{
	return (struct inode_attr){.what = (uid != (uid_t)-1 ? INODE_UID : 0u) |
					   (gid != (gid_t)-1 ? INODE_GID : 0u),
		.uid = uid,
		.gid = gid};
}

int fchownat(int dirfd, const char *path, uid_t uid, gid_t gid, int flags)
{
	const struct inode_attr attr = owner(uid, gid);

	return set_at(dirfd, path, flags, &attr);
}

int chown(const char *path, uid_t uid, gid_t gid)
{
	return fchownat(AT_FDCWD, path, uid, gid, 0);
}

int lchown(const char *path, uid_t uid, gid_t gid)
{
	return fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
	const struct inode_attr attr = owner(uid, gid);

	return posix_int(file_set(fd, &attr));
}

/* --- times ------------------------------------------------------------------------------------------------------------ */

/* One of the two times: now, as it was, or as given. Returns the bit for what changes, or -EINVAL. */
static int one_time(const struct timespec *given, struct timespec *t, unsigned bit)
{
	if (!given || given->tv_nsec == UTIME_NOW)
		return time_get(CLOCK_REALTIME, t) ? -EINVAL : (int)bit;
	if (given->tv_nsec == UTIME_OMIT)
		return 0;
	if (given->tv_nsec < 0 || given->tv_nsec > 999999999)
		return -EINVAL;
	*t = *given;
	return (int)bit;
}

/* NULL = now. */
static int times(const struct timespec given[2], struct inode_attr *attr)
{
	int a = one_time(given, &attr->atime, INODE_ATIME);
	int m = one_time(given ? given + 1 : NULL, &attr->mtime, INODE_MTIME);

	if (a < 0 || m < 0)
		return -EINVAL;
	attr->what = (unsigned)(a | m);
	return 0;
}

int utimensat(int dirfd, const char *path, const struct timespec given[2], int flags)
{
	struct inode_attr attr;
	int err = times(given, &attr);

	return err ? posix_int(err) : set_at(dirfd, path, flags, &attr);
}

int futimens(int fd, const struct timespec given[2])
{
	struct inode_attr attr;
	int err = times(given, &attr);

	return posix_int(err ? err : file_set(fd, &attr));
}

static int from_timeval(const struct timeval in[2], struct timespec out[2])
{
	for (int i = 0; i < 2; i++) {
		if (in[i].tv_usec < 0 || in[i].tv_usec > 999999)
			return -EINVAL;
		out[i] = (struct timespec){
			.tv_sec = in[i].tv_sec, .tv_nsec = (long)in[i].tv_usec * 1000};
	}
	return 0;
}

static int utimes_with(const char *path, const struct timeval given[2], int flags)
{
	struct timespec ts[2];

	if (given && from_timeval(given, ts))
		return posix_int(-EINVAL);
	return utimensat(AT_FDCWD, path, given ? ts : NULL, flags);
}

int utimes(const char *path, const struct timeval given[2])
{
	return utimes_with(path, given, 0);
}

int lutimes(const char *path, const struct timeval given[2])
{
	return utimes_with(path, given, AT_SYMLINK_NOFOLLOW);
}

int futimes(int fd, const struct timeval given[2])
{
	struct timespec ts[2];

	if (given && from_timeval(given, ts))
		return posix_int(-EINVAL);
	return futimens(fd, given ? ts : NULL);
}

int utime(const char *path, const struct utimbuf *given)
{
	const struct timespec ts[2] = {{.tv_sec = given ? given->actime : 0},
		{.tv_sec = given ? given->modtime : 0}};

	return utimensat(AT_FDCWD, path, given ? ts : NULL, 0);
}

/* --- sizes ------------------------------------------------------------------------------------------------------------ */

int truncate(const char *path, off_t size)
{
	return posix_int(file_truncate(path, size));
}

int ftruncate(int fd, off_t size)
{
	return posix_int(file_truncate_fd(fd, size));
}

/* Memory is all there is: nothing is kept back. */
int fdatasync(int fd)
{
	return fsync(fd);
}

void sync(void)
{
}
