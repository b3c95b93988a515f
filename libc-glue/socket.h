/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets over lwIP's raw API, without a thread or a mailbox between.
 *
 *     application thread            net lock             network thread
 *     recv() --> socket.c --> queue of pbufs  <-- callback <-- lwIP <-- netfront
 *     send() --> socket.c --> tcp_write() --> lwIP --> netfront
 *
 * lwIP calls back under the net lock (net/net.h), into socket_tcp.c or socket_udp.c, which queue what came and wake who
 * waits. A call that has to wait does so on the socket's condition with the lock released (net_wait()).
 */
#ifndef LIBC_GLUE_SOCKET_H
#define LIBC_GLUE_SOCKET_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

struct iovec;

/** socket(2): a descriptor or -errno. @type may carry SOCK_NONBLOCK and SOCK_CLOEXEC. */
int sock_open(int domain, int type, int protocol);

int sock_bind(int fd, const struct sockaddr *addr, socklen_t len);
int sock_listen(int fd, int backlog);

/** accept4(2). The address is stored before *len, as some callers overlay the two. */
int sock_accept(int fd, struct sockaddr *addr, socklen_t *len, int flags);

/** For how long a call waits for data of a connection that was accepted from now on, unless the program sets SO_RCVTIMEO
 * itself; 0 = for ever, the beginning. */
void sock_set_accepted_timeout(uint64_t timeout_ns);

int sock_connect(int fd, const struct sockaddr *addr, socklen_t len);

/** All of sendmsg(2); a blocking stream takes everything, or fails. */
ssize_t sock_send(int fd, const struct iovec *iov, size_t n, int flags,
	const struct sockaddr *to, socklen_t to_len);

/** All of recvmsg(2); *msg_flags gets MSG_TRUNC when a datagram was cut. */
ssize_t sock_recv(int fd, const struct iovec *iov, size_t n, int flags,
	struct sockaddr *from, socklen_t *from_len, int *msg_flags);

int sock_shutdown(int fd, int how);
int sock_get_option(int fd, int level, int name, void *value, socklen_t *len);
int sock_set_option(int fd, int level, int name, const void *value, socklen_t len);
int sock_local_name(int fd, struct sockaddr *addr, socklen_t *len);
int sock_peer_name(int fd, struct sockaddr *addr, socklen_t *len);

/**
 * sendfile(2): bytes of an open file go to a stream socket. What lies in memory for good (the RAM disk) is referred to
 * by the packets and never copied.
 *
 * @offset  where to start, moved on by what was sent; NULL = the file's own position
 * Returns the number of bytes taken over, or -errno.
 */
ssize_t sock_send_file(int out_fd, int in_fd, off_t *offset, size_t count);

#endif
