/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the socket layer share. Everything here is under the net lock. */
#ifndef LIBC_GLUE_SOCKET_PRIVATE_H
#define LIBC_GLUE_SOCKET_PRIVATE_H

#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS /* <arpa/inet.h> has them */
#include "lwip/err.h"
#include "lwip/ip.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "kernel/sync.h"
#include "libc-glue/fd.h"

struct endpoint {
	ip_addr_t addr; /* IPADDR_TYPE_ANY: all addresses of both families */
	uint16_t port;  /* host order */
};

struct sock {
	struct file file;
	const struct sock_proto *proto;
	int domain; /* AF_INET, AF_INET6 */
	int error;  /* -errno of what went wrong meanwhile; told once */
	bool v6_only;
	bool rx_shut, tx_shut;
	struct cond changed;
	uint64_t rx_timeout_ns, tx_timeout_ns; /* 0 = for ever */
};

/* A piece of data to send: copied, or referred to where it lies for good. */
struct send_how {
	int flags; /* MSG_* */
	bool is_static;
	uint64_t deadline_ns; /* 0 = do not wait */
};

/* What differs between protocols. Called with the net lock held; may wait by sock_wait(). */
struct sock_proto {
	int type, protocol;               /* SOCK_STREAM, IPPROTO_TCP... */
	struct sock *(*open)(int domain); /* NULL without memory */
	int (*bind)(struct sock *s, const struct endpoint *local);
	int (*listen)(struct sock *s, int backlog);
	int (*accept)(struct sock *s, uint64_t deadline_ns, struct sock **child);
	int (*connect)(struct sock *s, const struct endpoint *peer, uint64_t deadline_ns);
	ssize_t (*send)(struct sock *s, const struct iovec *iov, size_t n,
		const struct send_how *how, const struct endpoint *to);
	ssize_t (*recv)(struct sock *s, const struct iovec *iov, size_t n, int flags,
		uint64_t deadline_ns, struct endpoint *from, int *msg_flags);
	int (*shutdown)(struct sock *s, bool rx, bool tx);
	int (*get_option)(
		struct sock *s, int level, int name, int *value); /* -ENOPROTOOPT */
	int (*set_option)(struct sock *s, int level, int name, int value);
	bool (*name)(struct sock *s, bool peer, struct endpoint *e); /* false: has none */
	unsigned (*poll)(struct sock *s);
	size_t (*readable)(struct sock *s); /* bytes, for FIONREAD */
	int (*linger)(struct sock *s, const struct linger *set, struct linger *get);
	void (*close)(struct sock *s); /* frees it */
};

extern const struct sock_proto sock_tcp, sock_udp, sock_raw;

/** Open a raw socket of a protocol; NULL without memory. In the module libc.raw; others have no raw sockets. */
struct sock *sock_raw_open(int domain, int protocol) __attribute__((weak));

/** The socket of a descriptor, with a reference on its file. Returns 0, -EBADF, -ENOTSOCK. */
int sock_get(int fd, struct sock **s);
void sock_put(struct sock *s);

/** Send as send(2) with its flags does; takes the net lock itself. @is_static: the data stays as it is for good. */
ssize_t sock_send_locked(struct sock *s, const struct iovec *iov, size_t n, int flags,
	bool is_static, const struct endpoint *to);

/** Prepare the common part; one reference. */
void sock_init(struct sock *s, const struct sock_proto *proto, int domain);

/** Something changed: wake who waits for the socket or polls it. */
void sock_changed(struct sock *s, unsigned events);

/** Wait for a change. Returns 0, or -EAGAIN when the deadline (0 = do not wait) has passed. */
int sock_wait(struct sock *s, uint64_t deadline_ns);

/** The pending error, once: 0 or -errno. */
int sock_take_error(struct sock *s);

/** lwIP's error as ours: 0 or -errno. */
int sock_errno(err_t err);

/** The lwIP address type that a new protocol block of this socket gets. */
uint8_t sock_addr_type(const struct sock *s);

/**
 * The options of IP that every kind of socket has: lifetime, type of service; to set, IPV6_V6ONLY while the socket is not
 * bound, and SO_BINDTODEVICE with the interface's index. Net lock held. Return 0, -EINVAL, or -ENOPROTOOPT for others.
 */
int sock_ip_set_option(
	struct sock *s, struct ip_pcb *pcb, bool bound, int level, int name, int value);
int sock_ip_get_option(const struct ip_pcb *pcb, int level, int name, int *value);

/** True if one of our interfaces has the address, or it is "any". */
bool sock_addr_is_local(const ip_addr_t *a);

/** True if two local addresses cannot both be bound to one port. */
bool sock_addr_overlaps(const ip_addr_t *a, const ip_addr_t *b);

/* --- sockaddr.c ---------------------------------------------------------------------------------------------- */

/** Returns 0, -EINVAL (too short), -EAFNOSUPPORT. */
int endpoint_from_sockaddr(const struct sock *s, const struct sockaddr *addr,
	socklen_t len, struct endpoint *e);

/** Store as much as fits *len, then the true length in *len. */
void endpoint_to_sockaddr(
	int domain, const struct endpoint *e, struct sockaddr *addr, socklen_t *len);

/** The local address that stands for "any" on this socket. */
void endpoint_any(const struct sock *s, struct endpoint *e);

#endif
