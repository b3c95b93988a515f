/* SPDX-License-Identifier: BSD-2-Clause */
/* A queue of received datagrams with where they came from, bounded in bytes. Under the net lock. */
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

static inline bool datagram_waits(const struct datagram_queue *q)
{
	return !list_empty(&q->datagrams);
}

/** Bytes of the next one, which may be 0; 0 when none waits. */
size_t datagram_next_bytes(const struct datagram_queue *q);

/** Set SO_RCVBUF. Returns 0 or -EINVAL. */
int datagram_set_limit(struct datagram_queue *q, int bytes);

/**
 * Copy what is to be sent into a packet buffer with room for headers.
 *
 * Returns its bytes, -EMSGSIZE when they are too many for a datagram, -ENOBUFS.
 */
ssize_t datagram_gather(
	const struct iovec *iov, size_t n, pbuf_layer layer, struct pbuf **out);

#endif
