/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls on descriptors: from the number to the open file, and on to its operations. */
#include "libc-glue/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

/* The file of a descriptor that may be used so: reading (O_RDONLY) or writing (O_WRONLY). */
static int get_for(int fd, int mode, struct file **out)
{
	struct file *f = fd_get(fd);

	if (!f)
		return -EBADF;
	if ((f->flags & O_ACCMODE) != O_RDWR && (f->flags & O_ACCMODE) != mode) {
		file_put(f);
		return -EBADF;
	}
	*out = f;
	return 0;
}

ssize_t fd_read(int fd, void *buf, size_t len)
{
	struct file *f;
	ssize_t n = get_for(fd, O_RDONLY, &f);

	if (n)
		return n;
	n = f->ops->read && len <= SSIZE_MAX ? f->ops->read(f, buf, len) : -EINVAL;
	file_put(f);
	return n;
}

ssize_t fd_write(int fd, const void *buf, size_t len)
{
	struct file *f;
	ssize_t n = get_for(fd, O_WRONLY, &f);

	if (n)
		return n;
	n = f->ops->write && len <= SSIZE_MAX ? f->ops->write(f, buf, len) : -EINVAL;
	file_put(f);
	return n;
}

/* Bytes of a vector, or -EINVAL when there are too many for the result. */
static ssize_t iov_total(const struct iovec *iov, int n)
{
	size_t total = 0;

	if (n < 0 || n > FD_IOV_MAX)
		return -EINVAL;
	for (int i = 0; i < n; i++) {
		if (iov[i].iov_len > SSIZE_MAX - total)
			return -EINVAL;
		total += iov[i].iov_len;
	}
	return (ssize_t)total;
}

static ssize_t readv_in_turn(struct file *f, const struct iovec *iov, int n)
{
	ssize_t got = 0;

	for (int i = 0; i < n; i++) {
		ssize_t part = f->ops->read
				       ? f->ops->read(f, iov[i].iov_base, iov[i].iov_len)
				       : -EINVAL;

		if (part < 0)
			return got ? got : part;
		got += part;
		if (part < (ssize_t)iov[i].iov_len)
			break;
	}
	return got;
}

ssize_t fd_readv(int fd, const struct iovec *iov, int n)
{
	struct file *f;
	ssize_t got = iov_total(iov, n), err;

	if (got < 0)
		return got;
	err = get_for(fd, O_RDONLY, &f);
	if (err)
		return err;
	got = f->ops->readv ? f->ops->readv(f, iov, n) : readv_in_turn(f, iov, n);
	file_put(f);
	return got;
}

static ssize_t writev_in_turn(struct file *f, const struct iovec *iov, int n)
{
	ssize_t done = 0;

	for (int i = 0; i < n; i++) {
		ssize_t part = f->ops->write
				       ? f->ops->write(f, iov[i].iov_base, iov[i].iov_len)
				       : -EINVAL;

		if (part < 0)
			return done ? done : part;
		done += part;
		if ((size_t)part < iov[i].iov_len)
			break;
	}
	return done;
}

ssize_t fd_writev(int fd, const struct iovec *iov, int n)
{
	struct file *f;
	ssize_t done = iov_total(iov, n), err;

	if (done < 0)
		return done;
	err = get_for(fd, O_WRONLY, &f);
	if (err)
		return err;
	done = f->ops->writev ? f->ops->writev(f, iov, n) : writev_in_turn(f, iov, n);
	file_put(f);
	return done;
}

ssize_t fd_pread(int fd, void *buf, size_t len, off_t at)
{
	struct file *f;
	ssize_t n = get_for(fd, O_RDONLY, &f);

	if (n)
		return n;
	if (!f->ops->pread)
		n = -ESPIPE;
	else
		n = at < 0 || len > SSIZE_MAX ? -EINVAL : f->ops->pread(f, buf, len, at);
	file_put(f);
	return n;
}

ssize_t fd_pwrite(int fd, const void *buf, size_t len, off_t at)
{
	struct file *f;
	ssize_t n = get_for(fd, O_WRONLY, &f);

	if (n)
		return n;
	if (!f->ops->pwrite)
		n = -ESPIPE;
	else
		n = at < 0 || len > SSIZE_MAX ? -EINVAL : f->ops->pwrite(f, buf, len, at);
	file_put(f);
	return n;
}

off_t fd_seek(int fd, off_t offset, int whence)
{
	struct file *f = fd_get(fd);
	off_t at;

	if (!f)
		return -EBADF;
	at = f->ops->seek ? f->ops->seek(f, offset, whence) : -ESPIPE;
	file_put(f);
	return at;
}

int fd_stat(int fd, struct stat *st)
{
	struct file *f = fd_get(fd);
	int err = 0;

	if (!f)
		return -EBADF;
	memset(st, 0, sizeof(*st));
	if (f->ops->stat) {
		err = f->ops->stat(f, st);
	} else {
		st->st_mode = S_IFCHR | 0600;
		st->st_nlink = 1;
	}
	file_put(f);
	return err;
}

static void set_nonblocking(struct file *f, bool on)
{
	f->flags = on ? f->flags | O_NONBLOCK : f->flags & ~O_NONBLOCK;
}

int fd_ioctl(int fd, unsigned long request, void *arg)
{
	struct file *f = fd_get(fd);
	int err = 0;

	if (!f)
		return -EBADF;
	if (request == FIONBIO)
		set_nonblocking(f, *(const int *)arg != 0);
	else
		err = f->ops->ioctl ? f->ops->ioctl(f, request, arg) : -ENOTTY;
	file_put(f);
	return err;
}

static int status_flags(int fd, bool set, long value)
{
	const int changeable = O_NONBLOCK | O_APPEND;
	struct file *f = fd_get(fd);
	int result = 0;

	if (!f)
		return -EBADF;
	if (set)
		f->flags = (f->flags & ~changeable) | ((int)value & changeable);
	else
		result = f->flags;
	file_put(f);
	return result;
}

static int record_lock(int fd, int command, long arg)
{
	struct file *f;
	int err;

	if (!file_lock_fcntl)
		return -EINVAL;
	f = fd_get(fd);
	if (!f)
		return -EBADF;
	err = file_lock_fcntl(f, command, (void *)arg);
	file_put(f);
	return err;
}

int fd_fcntl(int fd, int command, long arg)
{
	switch (command) {
	case F_DUPFD:
		return arg < 0 || arg >= FD_MAX ? -EINVAL : fd_dup(fd, (int)arg, false);
	case F_DUPFD_CLOEXEC:
		return arg < 0 || arg >= FD_MAX ? -EINVAL : fd_dup(fd, (int)arg, true);
	case F_GETFD:
		return fd_flags(fd, false, 0);
	case F_SETFD:
		return fd_flags(fd, true, arg);
	case F_GETFL:
		return status_flags(fd, false, 0);
	case F_SETFL:
		return status_flags(fd, true, arg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return record_lock(fd, command, arg);
	default:
		return -EINVAL;
	}
}

int fd_isatty(int fd)
{
	struct winsize size;
	int err = fd_ioctl(fd, TIOCGWINSZ, &size);

	return err ? err : 1;
}
