/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of calls on descriptors, and of waiting for many. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kernel/thread.h"
#include "kernel/timer.h"
#include "libc-glue/epoll.h"
#include "libc-glue/fd.h"
#include "libc-glue/poll.h"
#include "libc-glue/posix.h"
#include "libc-glue/time.h"

ssize_t read(int fd, void *buf, size_t len)
{
	return posix_result(POSIX_RESTART(fd_read(fd, buf, len)));
}

ssize_t write(int fd, const void *buf, size_t len)
{
	return posix_result(POSIX_RESTART(fd_write(fd, buf, len)));
}

ssize_t readv(int fd, const struct iovec *iov, int n)
{
	return posix_result(POSIX_RESTART(fd_readv(fd, iov, n)));
}

ssize_t writev(int fd, const struct iovec *iov, int n)
{
	return posix_result(POSIX_RESTART(fd_writev(fd, iov, n)));
}

ssize_t pread(int fd, void *buf, size_t len, off_t at)
{
	return posix_result(fd_pread(fd, buf, len, at));
}

ssize_t pwrite(int fd, const void *buf, size_t len, off_t at)
{
	return posix_result(fd_pwrite(fd, buf, len, at));
}

off_t lseek(int fd, off_t offset, int whence)
{
	return posix_offset(fd_seek(fd, offset, whence));
}

int close(int fd)
{
	return posix_int(fd_close(fd));
}

int dup(int fd)
{
	return posix_int(fd_dup(fd, 0, false));
}

int dup2(int fd, int new_fd)
{
	return posix_int(fd_dup2(fd, new_fd, false));
}

int fstat(int fd, struct stat *st)
{
	return posix_int(fd_stat(fd, st));
}

int fsync(int fd)
{
	struct stat st;

	return posix_int(fd_stat(fd, &st)); /* nothing is kept back */
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	return posix_int(fd_ioctl(fd, request, arg));
}

int fcntl(int fd, int command, ...)
{
	va_list args;
	long arg;

	va_start(args, command);
	arg = va_arg(args, long); /* an int comes in the same register or stack slot */
	va_end(args);
	return posix_int(fd_fcntl(fd, command, arg));
}

/* --- many at once ---------------------------------------------------------------------------------------------------- */

/* Milliseconds as poll() has them: 0 = do not wait, negative = for ever. */
static uint64_t deadline_in_ms(int timeout_ms)
{
	if (timeout_ms < 0)
		return TIME_FOREVER;
	return timeout_ms ? time_deadline_in((uint64_t)timeout_ms * NS_PER_MS) : 0;
}

int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	return posix_int(poll_wait(fds, n, deadline_in_ms(timeout_ms)));
}

static int select_for(
	int n, fd_set *r, fd_set *w, fd_set *e, const struct timespec *timeout)
{
	uint64_t ns = 0;

	if (!timeout)
		return posix_int(poll_select(n, r, w, e, TIME_FOREVER));
	if (time_to_ns(timeout, &ns))
		return posix_int(-EINVAL);
	return posix_int(poll_select(n, r, w, e, ns ? time_deadline_in(ns) : 0));
}

int select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *timeout)
{
	struct timespec ts;

	if (!timeout)
		return select_for(n, r, w, e, NULL);
	ts.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
	ts.tv_nsec = timeout->tv_usec % 1000000 * 1000;
	return select_for(n, r, w, e, &ts);
}

/* Where signals exist (libc.process). One that waits already is handled before and does not end the wait. */
int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) __attribute__((weak));

/* Block other signals meanwhile; gives the mask to go back to. */
static void mask_signals(const sigset_t *mask, sigset_t *old)
{
	if (mask && pthread_sigmask)
		pthread_sigmask(SIG_SETMASK, mask, old);
}

int pselect(int n, fd_set *r, fd_set *w, fd_set *e, const struct timespec *timeout,
	const sigset_t *mask)
{
	sigset_t old;
	int result;

	mask_signals(mask, &old);
	result = select_for(n, r, w, e, timeout);
	mask_signals(mask ? &old : NULL, NULL);
	return result;
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
	const sigset_t *mask)
{
	uint64_t deadline_ns = TIME_FOREVER, ns;
	sigset_t old;
	int result;

	if (timeout && time_to_ns(timeout, &ns))
		return posix_int(-EINVAL);
	if (timeout)
		deadline_ns = ns ? time_deadline_in(ns) : 0;
	mask_signals(mask, &old);
	result = posix_int(poll_wait(fds, n, deadline_ns));
	mask_signals(mask ? &old : NULL, NULL);
	return result;
}

int epoll_create(int size)
{
	return posix_int(size > 0 ? epoll_open(0) : -EINVAL);
}

int epoll_create1(int flags)
{
	return posix_int(epoll_open(flags));
}

int epoll_ctl(int epfd, int operation, int fd, struct epoll_event *event)
{
	return posix_int(epoll_change(epfd, operation, fd, event));
}

int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout_ms)
{
	return posix_int(epoll_collect(epfd, events, max, deadline_in_ms(timeout_ms)));
}
