/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes and pairs of local sockets: two open files over channels. */
#include "libc-glue/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "kernel/heap.h"
#include "libc-glue/channel.h"
#include "libc-glue/fd.h"

struct pipe_end {
	struct file file;
	struct channel *in, *out; /* NULL = not that way */
	mode_t mode;
};

static struct pipe_end *to_end(struct file *f)
{
	return container_of(f, struct pipe_end, file);
}

static bool may_wait(const struct file *f)
{
	return !(f->flags & O_NONBLOCK);
}

static ssize_t pipe_read(struct file *f, void *buf, size_t len)
{
	return channel_read(to_end(f)->in, buf, len, may_wait(f));
}

static ssize_t pipe_write(struct file *f, const void *buf, size_t len)
{
	return channel_write(to_end(f)->out, buf, len, may_wait(f));
}

static int pipe_stat(struct file *f, struct stat *st)
{
	st->st_mode = to_end(f)->mode;
	st->st_nlink = 1;
	st->st_blksize = CHANNEL_ATOMIC;
	return 0;
}

static int pipe_ioctl(struct file *f, unsigned long request, void *arg)
{
	if (request != FIONREAD)
		return -ENOTTY;
	*(int *)arg = to_end(f)->in ? (int)channel_used(to_end(f)->in) : 0;
	return 0;
}

static unsigned pipe_poll(struct file *f)
{
	struct pipe_end *end = to_end(f);

	return (end->in ? channel_poll(end->in, false) : 0) |
	       (end->out ? channel_poll(end->out, true) : 0);
}

static void pipe_close(struct file *f)
{
	struct pipe_end *end = to_end(f);

	if (end->in)
		channel_leave(end->in, false);
	if (end->out)
		channel_leave(end->out, true);
	kfree(end);
}

static const struct file_ops pipe_ops = {
	.kind = "pipe",
	.read = pipe_read,
	.write = pipe_write,
	.stat = pipe_stat,
	.ioctl = pipe_ioctl,
	.poll = pipe_poll,
	.close = pipe_close,
};

/* --- making ----------------------------------------------------------------------------------------------------- */

static struct pipe_end *end_create(int flags, mode_t mode)
{
	struct pipe_end *end = kzalloc(sizeof(*end));

	if (!end)
		return NULL;
	file_init(&end->file, &pipe_ops, flags);
	end->mode = mode;
	return end;
}

/* Lead a channel from one end to another. */
static int connect_ends(struct pipe_end *reader, struct pipe_end *writer)
{
	struct channel *c = channel_create(&reader->file, &writer->file);

	if (!c)
		return -ENOMEM;
	reader->in = writer->out = c;
	return 0;
}

/* Give both ends numbers; they are closed when that fails. */
static int install_ends(
	struct pipe_end *a, struct pipe_end *b, bool close_on_exec, int fds[2])
{
	int fd_a = fd_install(&a->file, 0, close_on_exec), fd_b;

	if (fd_a < 0) {
		file_put(&a->file);
		file_put(&b->file);
		return fd_a;
	}
	fd_b = fd_install(&b->file, 0, close_on_exec);
	if (fd_b < 0) {
		fd_close(fd_a);
		file_put(&b->file);
		return fd_b;
	}
	fds[0] = fd_a;
	fds[1] = fd_b;
	return 0;
}

/* Two ends, joined from b to a and, when both ways, back. Without memory: nothing. */
static int ends_create(struct pipe_end **a, struct pipe_end **b, int flags_a, int flags_b,
	mode_t mode, bool both_ways)
{
	int err = -ENOMEM;

	*a = end_create(flags_a, mode);
	*b = end_create(flags_b, mode);
	if (*a && *b)
		err = connect_ends(*a, *b);
	if (!err && both_ways)
		err = connect_ends(*b, *a);
	if (!err)
		return 0;
	if (*a)
		file_put(&(*a)->file);
	if (*b)
		file_put(&(*b)->file);
	return err;
}

int pipe_open(int fds[2], int flags)
{
	struct pipe_end *reader, *writer;
	int nonblock = flags & O_NONBLOCK, err;

	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	err = ends_create(&reader, &writer, O_RDONLY | nonblock, O_WRONLY | nonblock,
		S_IFIFO | 0600, false);
	return err ? err : install_ends(reader, writer, flags & O_CLOEXEC, fds);
}

int pipe_socket_pair(int domain, int type, int protocol, int fds[2])
{
	int flags = O_RDWR | (type & SOCK_NONBLOCK ? O_NONBLOCK : 0), err;
	struct pipe_end *a, *b;

	if (domain != AF_UNIX)
		return -EAFNOSUPPORT;
	if ((type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != SOCK_STREAM || protocol)
		return -EPROTONOSUPPORT;
	err = ends_create(&a, &b, flags, flags, S_IFSOCK | 0777, true);
	return err ? err : install_ends(a, b, type & SOCK_CLOEXEC, fds);
}
