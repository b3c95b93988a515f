/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of calls on sockets, and of addresses as text. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "libc-glue/inet_text.h"
#include "libc-glue/posix.h"
#include "libc-glue/socket.h"

const struct in6_addr in6addr_any = IN6ADDR_ANY_INIT;
const struct in6_addr in6addr_loopback = IN6ADDR_LOOPBACK_INIT;

int socket(int domain, int type, int protocol)
{
	return posix_int(sock_open(domain, type, protocol));
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	return posix_int(sock_bind(fd, addr, len));
}

int listen(int fd, int backlog)
{
	return posix_int(sock_listen(fd, backlog));
}

int accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	return posix_int(POSIX_RESTART(sock_accept(fd, addr, len, 0)));
}

int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	return posix_int(POSIX_RESTART(sock_accept(fd, addr, len, flags)));
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	return posix_int(POSIX_RESTART(sock_connect(fd, addr, len)));
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	struct iovec iov = {(void *)buf, len};

	return posix_result(POSIX_RESTART(sock_send(fd, &iov, 1, flags, NULL, 0)));
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
	socklen_t to_len)
{
	struct iovec iov = {(void *)buf, len};

	return posix_result(POSIX_RESTART(sock_send(fd, &iov, 1, flags, to, to_len)));
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	if (!msg)
		return posix_result(-EINVAL);
	return posix_result(POSIX_RESTART(sock_send(fd, msg->msg_iov, msg->msg_iovlen,
		flags, msg->msg_name, msg->msg_namelen)));
}

ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	struct iovec iov = {buf, len};

	return posix_result(
		POSIX_RESTART(sock_recv(fd, &iov, 1, flags, NULL, NULL, NULL)));
}

ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from,
	socklen_t *from_len)
{
	struct iovec iov = {buf, len};

	return posix_result(
		POSIX_RESTART(sock_recv(fd, &iov, 1, flags, from, from_len, NULL)));
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	if (!msg)
		return posix_result(-EINVAL);
	msg->msg_flags = 0;
	msg->msg_controllen = 0;
	return posix_result(POSIX_RESTART(sock_recv(fd, msg->msg_iov, msg->msg_iovlen,
		flags, msg->msg_name, &msg->msg_namelen, &msg->msg_flags)));
}

int shutdown(int fd, int how)
{
	return posix_int(sock_shutdown(fd, how));
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	return posix_int(sock_get_option(fd, level, name, value, len));
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	return posix_int(sock_set_option(fd, level, name, value, len));
}

int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	return posix_int(sock_local_name(fd, addr, len));
}

int getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
	return posix_int(sock_peer_name(fd, addr, len));
}

ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count)
{
	return posix_result(sock_send_file(out_fd, in_fd, offset, count));
}

/* --- addresses ------------------------------------------------------------------------------------------------------------- */

const char *inet_ntop(int family, const void *addr, char *text, socklen_t len)
{
	char buf[INET6_ADDRSTRLEN];

	if (family == AF_INET)
		inet_text_write_v4(addr, buf);
	else if (family == AF_INET6)
		inet_text_write_v6(addr, buf);
	else
		errno = EAFNOSUPPORT;
	if (family != AF_INET && family != AF_INET6)
		return NULL;
	if (strlen(buf) >= len) {
		errno = ENOSPC;
		return NULL;
	}
	return strcpy(text, buf);
}

int inet_pton(int family, const char *text, void *addr)
{
	uint8_t bytes[16];

	if (family != AF_INET && family != AF_INET6)
		return posix_int(-EAFNOSUPPORT);
	if (family == AF_INET ? !inet_text_read_v4(text, bytes)
			      : !inet_text_read_v6(text, bytes))
		return 0;
	memcpy(addr, bytes, family == AF_INET ? 4 : 16);
	return 1;
}

int inet_aton(const char *text, struct in_addr *addr)
{
	return inet_text_read_loose_v4(text, (uint8_t *)addr);
}

in_addr_t inet_addr(const char *text)
{
	struct in_addr addr;

	return inet_aton(text, &addr) ? addr.s_addr : INADDR_NONE;
}

char *inet_ntoa(struct in_addr addr)
{
	static char text[INET_ADDRSTRLEN];

	inet_text_write_v4((const uint8_t *)&addr, text);
	return text;
}
