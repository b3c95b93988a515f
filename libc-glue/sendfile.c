/* SPDX-License-Identifier: BSD-2-Clause */
/* sendfile(): from an open file to a stream socket, without a copy where the file lies in memory for good. */
#include "libc-glue/socket.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "kernel/heap.h"
#include "libc-glue/socket_private.h"
#include "libc-glue/vfs.h"

#define SENDFILE_CHUNK 16384 /* bytes copied at a time when a file is not in memory */

/* By way of a buffer, for files that are not in memory. */
static ssize_t send_file_copied(struct sock *s, struct file *in, off_t at, size_t count)
{
	char *buf = kmalloc(SENDFILE_CHUNK);
	ssize_t done = 0, part = 0;

	if (!buf)
		return -ENOMEM;
	while ((size_t)done < count) {
		size_t want = count - (size_t)done < SENDFILE_CHUNK ? count - (size_t)done
								    : SENDFILE_CHUNK;
		ssize_t got = in->ops->pread ? in->ops->pread(in, buf, want, at + done)
					     : -EINVAL;
		struct iovec iov = {buf, got > 0 ? (size_t)got : 0};

		part = got > 0 ? sock_send_locked(s, &iov, 1, 0, false, NULL) : got;
		if (part > 0)
			done += part;
		if (part < (ssize_t)want)
			break;
	}
	kfree(buf);
	return done ? done : part;
}

static ssize_t send_file_at(struct sock *s, struct file *in, off_t at, size_t count)
{
	size_t len;
	struct iovec iov;
	const void *data;

	if (at < 0)
		return -EINVAL;
	data = file_data(in, (uint64_t)at, &len);
	if (!data)
		return send_file_copied(s, in, at, count);
	iov.iov_base = (void *)data;
	iov.iov_len = len < count ? len : count;
	return iov.iov_len ? sock_send_locked(s, &iov, 1, 0, true, NULL) : 0;
}

/* The file's own position, when the caller gives none. */
static ssize_t send_file_from_position(struct sock *s, struct file *in, size_t count)
{
	off_t at = in->ops->seek ? in->ops->seek(in, 0, SEEK_CUR) : -ESPIPE;
	ssize_t done = at < 0 ? (ssize_t)at : send_file_at(s, in, at, count);

	if (done > 0)
		in->ops->seek(in, at + done, SEEK_SET);
	return done;
}

ssize_t sock_send_file(int out_fd, int in_fd, off_t *offset, size_t count)
{
	struct file *in = fd_get(in_fd);
	struct sock *s;
	ssize_t done;

	if (!in)
		return -EBADF;
	done = sock_get(out_fd, &s);
	if (done) {
		file_put(in);
		return done;
	}
	if (count > SSIZE_MAX)
		count = SSIZE_MAX;
	if (s->proto->type != SOCK_STREAM || !file_inode(in))
		done = -EINVAL;
	else if (!offset)
		done = send_file_from_position(s, in, count);
	else
		done = send_file_at(s, in, *offset, count);
	if (done > 0 && offset)
		*offset += done;
	sock_put(s);
	file_put(in);
	return done;
}
