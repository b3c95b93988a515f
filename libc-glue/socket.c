/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls on sockets: arguments checked, the lock taken, then on to the protocol. */
#include "libc-glue/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "kernel/thread.h"
#include "libc-glue/interface.h"
#include "libc-glue/poll.h"
#include "libc-glue/socket_private.h"
#include "libc-glue/time.h"
#include "net/net.h"

/* --- shared by the protocols ------------------------------------------------------------------------------------ */

void sock_changed(struct sock *s, unsigned events)
{
	cond_broadcast(&s->changed);
	file_notify(&s->file, events);
}

int sock_wait(struct sock *s, uint64_t deadline_ns)
{
	int err = deadline_ns == 0 ? -ETIMEDOUT : net_wait(&s->changed, deadline_ns);

	return err == -ETIMEDOUT ? -EAGAIN : err;
}

int sock_take_error(struct sock *s)
{
	int err = s->error;

	s->error = 0;
	return err;
}

int sock_errno(err_t err)
{
	static const short map[] = {
		[-ERR_OK] = 0,
		[-ERR_MEM] = ENOMEM,
		[-ERR_BUF] = EADDRNOTAVAIL, /* no port is free */
		[-ERR_TIMEOUT] = ETIMEDOUT,
		[-ERR_RTE] = ENETUNREACH,
		[-ERR_INPROGRESS] = EINPROGRESS,
		[-ERR_VAL] = EINVAL,
		[-ERR_WOULDBLOCK] = EAGAIN,
		[-ERR_USE] = EADDRINUSE,
		[-ERR_ALREADY] = EALREADY,
		[-ERR_ISCONN] = EISCONN,
		[-ERR_CONN] = ENOTCONN,
		[-ERR_IF] = ENETDOWN,
		[-ERR_ABRT] = ECONNABORTED,
		[-ERR_RST] = ECONNRESET,
		[-ERR_CLSD] = ENOTCONN,
		[-ERR_ARG] = EINVAL,
	};

	return err > 0 || -err >= (int)(sizeof(map) / sizeof(map[0])) ? -EIO : -map[-err];
}

/* --- the socket as an open file --------------------------------------------------------------------------------- */

static struct sock *to_sock(struct file *f)
{
	return container_of(f, struct sock, file);
}

/* When a call on the socket gives up: 0 = it does not wait at all. */
static uint64_t deadline_of(const struct sock *s, int msg_flags, uint64_t timeout_ns)
{
	if (s->file.flags & O_NONBLOCK || msg_flags & MSG_DONTWAIT)
		return 0;
	return timeout_ns ? time_deadline_in(timeout_ns) : TIME_FOREVER;
}

ssize_t sock_send_locked(struct sock *s, const struct iovec *iov, size_t n, int flags,
	bool is_static, const struct endpoint *to)
{
	struct send_how how = {flags, is_static, deadline_of(s, flags, s->tx_timeout_ns)};
	ssize_t done;

	net_lock();
	done = s->proto->send(s, iov, n, &how, to);
	net_unlock();
	return done;
}

static ssize_t sock_file_readv(struct file *f, const struct iovec *iov, int n)
{
	struct sock *s = to_sock(f);
	uint64_t deadline_ns = deadline_of(s, 0, s->rx_timeout_ns);
	ssize_t got;

	net_lock();
	got = s->proto->recv(s, iov, (size_t)n, 0, deadline_ns, NULL, NULL);
	net_unlock();
	return got;
}

static ssize_t sock_file_read(struct file *f, void *buf, size_t len)
{
	struct iovec iov = {buf, len};

	return sock_file_readv(f, &iov, 1);
}

static ssize_t sock_file_write(struct file *f, const void *buf, size_t len)
{
	struct iovec iov = {(void *)buf, len};

	return sock_send_locked(to_sock(f), &iov, 1, 0, false, NULL);
}

static ssize_t sock_file_writev(struct file *f, const struct iovec *iov, int n)
{
	return sock_send_locked(to_sock(f), iov, (size_t)n, 0, false, NULL);
}

static int sock_file_stat(struct file *f, struct stat *st)
{
	(void)f;
	st->st_mode = S_IFSOCK | 0777;
	st->st_nlink = 1;
	return 0;
}

static int sock_file_ioctl(struct file *f, unsigned long request, void *arg)
{
	struct sock *s = to_sock(f);
	size_t n;

	if (request != FIONREAD)
		return interface_ioctl ? interface_ioctl(request, arg) : -ENOTTY;
	net_lock();
	n = s->proto->readable(s);
	net_unlock();
	*(int *)arg = n > INT_MAX ? INT_MAX : (int)n;
	return 0;
}

static unsigned sock_file_poll(struct file *f)
{
	struct sock *s = to_sock(f);
	unsigned events;

	net_lock();
	events = s->proto->poll(s);
	net_unlock();
	return events;
}

static void sock_file_close(struct file *f)
{
	struct sock *s = to_sock(f);

	net_lock();
	s->proto->close(s);
	net_unlock();
}

static const struct file_ops sock_file_ops = {
	.kind = "socket",
	.read = sock_file_read,
	.write = sock_file_write,
	.readv = sock_file_readv,
	.writev = sock_file_writev,
	.stat = sock_file_stat,
	.ioctl = sock_file_ioctl,
	.poll = sock_file_poll,
	.close = sock_file_close,
};

void sock_init(struct sock *s, const struct sock_proto *proto, int domain)
{
	file_init(&s->file, &sock_file_ops, O_RDWR);
	s->proto = proto;
	s->domain = domain;
	cond_init(&s->changed);
}

int sock_get(int fd, struct sock **s)
{
	struct file *f = fd_get(fd);

	if (!f)
		return -EBADF;
	if (f->ops != &sock_file_ops) {
		file_put(f);
		return -ENOTSOCK;
	}
	*s = to_sock(f);
	return 0;
}

void sock_put(struct sock *s)
{
	file_put(&s->file);
}

/* --- making and naming --------------------------------------------------------------------------------------------- */

static int find_proto(int type, int protocol, const struct sock_proto **proto)
{
	static const struct sock_proto *const all[] = {&sock_tcp, &sock_udp};

	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i]->type != type)
			continue;
		if (protocol && protocol != all[i]->protocol)
			return -EPROTONOSUPPORT;
		*proto = all[i];
		return 0;
	}
	return -EPROTOTYPE;
}

/* An image without raw sockets says that they are not permitted. */
static int open_raw(int domain, int protocol, struct sock **s)
{
	if (!sock_raw_open)
		return -EPERM;
	if (protocol <= 0 || protocol > 255)
		return -EPROTONOSUPPORT;
	net_lock();
	*s = sock_raw_open(domain, protocol);
	net_unlock();
	return 0;
}

static int open_of(int domain, int type, int protocol, struct sock **s)
{
	const struct sock_proto *proto;
	int err;

	if (type == SOCK_RAW)
		return open_raw(domain, protocol, s);
	err = find_proto(type, protocol, &proto);
	if (err)
		return err;
	net_lock();
	*s = proto->open(domain);
	net_unlock();
	return 0;
}

static int install(struct sock *s, int flags)
{
	int fd;

	if (flags & SOCK_NONBLOCK)
		s->file.flags |= O_NONBLOCK;
	fd = fd_install(&s->file, 0, flags & SOCK_CLOEXEC);
	if (fd < 0)
		sock_put(s);
	return fd;
}

int sock_open(int domain, int type, int protocol)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
	struct sock *s;
	int err;

	if (domain != AF_INET && domain != AF_INET6)
		return -EAFNOSUPPORT;
	err = open_of(domain, type & ~flags, protocol, &s);
	if (err)
		return err;
	return s ? install(s, type & flags) : -ENOBUFS;
}

int sock_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct endpoint local;
	struct sock *s;
	int err = sock_get(fd, &s);

	if (err)
		return err;
	net_lock();
	err = endpoint_from_sockaddr(s, addr, len, &local);
	if (!err && !sock_addr_is_local(&local.addr))
		err = -EADDRNOTAVAIL;
	if (!err)
		err = s->proto->bind(s, &local);
	net_unlock();
	sock_put(s);
	return err;
}

int sock_listen(int fd, int backlog)
{
	struct sock *s;
	int err = sock_get(fd, &s);

	if (err)
		return err;
	net_lock();
	err = s->proto->listen ? s->proto->listen(s, backlog) : -EOPNOTSUPP;
	net_unlock();
	sock_put(s);
	return err;
}

static uint64_t accepted_timeout_ns;

void sock_set_accepted_timeout(uint64_t timeout_ns)
{
	accepted_timeout_ns = timeout_ns;
}

int sock_accept(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct endpoint peer;
	struct sock *s, *child;
	int err;

	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return -EINVAL;
	err = sock_get(fd, &s);
	if (err)
		return err;
	net_lock();
	if (!s->proto->accept)
		err = -EOPNOTSUPP;
	else
		err = s->proto->accept(s, deadline_of(s, 0, s->rx_timeout_ns), &child);
	if (!err) {
		child->rx_timeout_ns = accepted_timeout_ns;
		child->proto->name(child, true, &peer);
	}
	net_unlock();
	if (!err) {
		err = install(child, flags);
		if (err >= 0)
			endpoint_to_sockaddr(s->domain, &peer, addr, len);
	}
	sock_put(s);
	return err;
}

int sock_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct endpoint peer;
	struct sock *s;
	int err = sock_get(fd, &s);

	if (err)
		return err;
	net_lock();
	if (addr && len >= sizeof(sa_family_t) && addr->sa_family == AF_UNSPEC &&
		s->proto->type != SOCK_STREAM)
		memset(&peer, 0, sizeof(peer)); /* port 0: undo */
	else
		err = endpoint_from_sockaddr(s, addr, len, &peer);
	if (!err)
		err = s->proto->connect(s, &peer, deadline_of(s, 0, s->tx_timeout_ns));
	net_unlock();
	sock_put(s);
	return err;
}

static int name_of(int fd, bool peer, struct sockaddr *addr, socklen_t *len)
{
	struct endpoint e;
	struct sock *s;
	int err = sock_get(fd, &s);

	if (err)
		return err;
	net_lock();
	if (s->proto->name(s, peer, &e))
		endpoint_to_sockaddr(s->domain, &e, addr, len);
	else
		err = -ENOTCONN;
	net_unlock();
	sock_put(s);
	return err;
}

int sock_local_name(int fd, struct sockaddr *addr, socklen_t *len)
{
	return name_of(fd, false, addr, len);
}

int sock_peer_name(int fd, struct sockaddr *addr, socklen_t *len)
{
	return name_of(fd, true, addr, len);
}

/* --- data ----------------------------------------------------------------------------------------------------------- */

ssize_t sock_send(int fd, const struct iovec *iov, size_t n, int flags,
	const struct sockaddr *to, socklen_t to_len)
{
	struct endpoint peer;
	struct sock *s;
	ssize_t done = sock_get(fd, &s);

	if (done)
		return done;
	if (to)
		done = endpoint_from_sockaddr(s, to, to_len, &peer);
	if (n > FD_IOV_MAX)
		done = -EMSGSIZE;
	if (flags & MSG_OOB)
		done = -EOPNOTSUPP;
	if (!done)
		done = sock_send_locked(s, iov, n, flags, false, to ? &peer : NULL);
	sock_put(s);
	return done;
}

ssize_t sock_recv(int fd, const struct iovec *iov, size_t n, int flags,
	struct sockaddr *from, socklen_t *from_len, int *msg_flags)
{
	struct endpoint peer;
	struct sock *s;
	ssize_t got = sock_get(fd, &s);

	if (got)
		return got;
	if (n > FD_IOV_MAX || flags & MSG_OOB) {
		sock_put(s);
		return n > FD_IOV_MAX ? -EMSGSIZE : -EOPNOTSUPP;
	}
	memset(&peer, 0, sizeof(peer));
	net_lock();
	got = s->proto->recv(s, iov, n, flags, deadline_of(s, flags, s->rx_timeout_ns),
		&peer, msg_flags);
	net_unlock();
	if (got >= 0)
		endpoint_to_sockaddr(s->domain, &peer, from, from_len);
	sock_put(s);
	return got;
}

int sock_shutdown(int fd, int how)
{
	struct sock *s;
	int err;

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return -EINVAL;
	err = sock_get(fd, &s);
	if (err)
		return err;
	net_lock();
	err = s->proto->shutdown(s, how != SHUT_WR, how != SHUT_RD);
	net_unlock();
	sock_put(s);
	return err;
}
