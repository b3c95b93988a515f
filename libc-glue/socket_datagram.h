/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What UDP and raw sockets share: a queue of received datagrams with where they came from, bounded in bytes, and
 * answers for it. Under the net lock.
 */
#ifndef LIBC_GLUE_SOCKET_DATAGRAM_H
#define LIBC_GLUE_SOCKET_DATAGRAM_H

#include "libc-glue/socket_private.h"

#include "lwip/pbuf.h"

#include "kernel/list.h"

struct datagram_queue {
	struct list datagrams;
	size_t bytes, limit; /* with the records of datagrams themselves */
};

void datagram_queue_init(struct datagram_queue *q);

/** Forget all. */
void datagram_queue_flush(struct datagram_queue *q);

/** Something came. Takes over p; drops it when there are too many already, as datagrams may be. */
void datagram_put(
	struct datagram_queue *q, struct pbuf *p, const ip_addr_t *addr, uint16_t port);

/** recvmsg(2) of the next one, waiting for it by sock_wait(). Returns its bytes, 0 after a shutdown, or -errno. */
ssize_t datagram_recv(struct sock *s, struct datagram_queue *q, const struct iovec *iov,
	size_t n, int flags, uint64_t deadline_ns, struct endpoint *from, int *msg_flags);

/** What poll(2) says of such a socket: it can always send. */
unsigned datagram_poll(const struct sock *s, const struct datagram_queue *q);

/** Bytes of the next one, which may be 0; 0 when none waits. */
size_t datagram_next_bytes(const struct datagram_queue *q);

/**
 * Options of both kinds: SO_BROADCAST, SO_RCVBUF, SO_SNDBUF, SO_ACCEPTCONN (to get), and those of sock_ip_set_option().
 * Return 0, -EINVAL, or -ENOPROTOOPT for others.
 */
int datagram_set_option(struct sock *s, struct datagram_queue *q, struct ip_pcb *pcb,
	bool bound, int level, int name, int value);
int datagram_get_option(const struct datagram_queue *q, const struct ip_pcb *pcb,
	int level, int name, int *value);

/** SO_LINGER: there is nothing to wait for. */
int datagram_linger(struct sock *s, const struct linger *set, struct linger *get);

/**
 * Copy what is to be sent into a packet buffer with room for headers.
 *
 * Returns its bytes, -EMSGSIZE when they are too many for a datagram, -ENOBUFS.
 */
ssize_t datagram_gather(
	const struct iovec *iov, size_t n, pbuf_layer layer, struct pbuf **out);

#endif
