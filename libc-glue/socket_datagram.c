/* SPDX-License-Identifier: BSD-2-Clause */
/* Received datagrams in a queue; sent ones gathered into a packet buffer. What UDP and raw sockets have in common. */
#include "libc-glue/socket_datagram.h"

#include <errno.h>
#include <poll.h>

#include "kernel/heap.h"

#define RX_LIMIT_DEFAULT                                                                 \
	65536u /* bytes queued; what comes on top is dropped, as UDP may */
#define RX_LIMIT_MAX 1048576
#define DATAGRAM_MAX 65507u /* bytes that fit a datagram of UDP over IPv4 */

struct datagram {
	struct list link;
	struct pbuf *p;
	struct endpoint from;
};

void datagram_queue_init(struct datagram_queue *q)
{
	list_init(&q->datagrams);
	q->bytes = 0;
	q->limit = RX_LIMIT_DEFAULT;
}

static int set_limit(struct datagram_queue *q, int bytes)
{
	if (bytes <= 0)
		return -EINVAL;
	q->limit = bytes < RX_LIMIT_MAX ? (size_t)bytes : RX_LIMIT_MAX;
	return 0;
}

/* --- receiving ----------------------------------------------------------------------------------------------------------- */

static size_t datagram_cost(const struct datagram *d)
{
	return d->p->tot_len + sizeof(*d);
}

static void datagram_free(struct datagram_queue *q, struct datagram *d)
{
	list_remove(&d->link);
	q->bytes -= datagram_cost(d);
	pbuf_free(d->p);
	kfree(d);
}

void datagram_queue_flush(struct datagram_queue *q)
{
	list_for_each_safe(&q->datagrams, l)
		datagram_free(q, list_entry(l, struct datagram, link));
}

void datagram_put(
	struct datagram_queue *q, struct pbuf *p, const ip_addr_t *addr, uint16_t port)
{
	struct datagram *d = NULL;

	if (q->bytes + p->tot_len <= q->limit)
		d = kmalloc(sizeof(*d));
	if (!d) {
		pbuf_free(p);
		return;
	}
	d->p = p;
	d->from.port = port;
	ip_addr_copy(d->from.addr, *addr);
	list_append(&q->datagrams, &d->link);
	q->bytes += datagram_cost(d);
}

static size_t scatter(const struct pbuf *p, const struct iovec *iov, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n && at < p->tot_len; i++) {
		size_t part = p->tot_len - at;

		if (part > iov[i].iov_len)
			part = iov[i].iov_len;
		pbuf_copy_partial(p, iov[i].iov_base, (u16_t)part, (u16_t)at);
		at += part;
	}
	return at;
}

ssize_t datagram_recv(struct sock *s, struct datagram_queue *q, const struct iovec *iov,
	size_t n, int flags, uint64_t deadline_ns, struct endpoint *from, int *msg_flags)
{
	struct datagram *d;
	size_t got, len;

	while (list_empty(&q->datagrams)) {
		int err = sock_take_error(s);

		if (!err && s->rx_shut)
			return 0;
		if (!err)
			err = sock_wait(s, deadline_ns);
		if (err)
			return err;
	}
	d = list_entry(q->datagrams.next, struct datagram, link);
	len = d->p->tot_len;
	got = scatter(d->p, iov, n);
	if (from)
		*from = d->from;
	if (got < len && msg_flags)
		*msg_flags |= MSG_TRUNC;
	if (!(flags & MSG_PEEK))
		datagram_free(q, d);
	return (ssize_t)(flags & MSG_TRUNC ? len : got);
}

size_t datagram_next_bytes(const struct datagram_queue *q)
{
	if (list_empty(&q->datagrams))
		return 0;
	return list_entry(q->datagrams.next, struct datagram, link)->p->tot_len;
}

/* --- sending ---------------------------------------------------------------------------------------------------------------- */

ssize_t datagram_gather(
	const struct iovec *iov, size_t n, pbuf_layer layer, struct pbuf **out)
{
	size_t total = 0, at = 0;
	struct pbuf *p;

	for (size_t i = 0; i < n; i++) {
		if (iov[i].iov_len > DATAGRAM_MAX - total)
			return -EMSGSIZE;
		total += iov[i].iov_len;
	}
	p = pbuf_alloc(layer, (u16_t)total, PBUF_RAM);
	if (!p)
		return -ENOBUFS;
	for (size_t i = 0; i < n; i++) {
		pbuf_take_at(p, iov[i].iov_base, (u16_t)iov[i].iov_len, (u16_t)at);
		at += iov[i].iov_len;
	}
	*out = p;
	return (ssize_t)total;
}

/* --- settings and questions --------------------------------------------------------------------------------------- */

int datagram_set_option(struct sock *s, struct datagram_queue *q, struct ip_pcb *pcb,
	bool bound, int level, int name, int value)
{
	switch (level == SOL_SOCKET ? name : 0) { /* 0 is none of them */
	case SO_BROADCAST:
		if (value)
			ip_set_option(pcb, SOF_BROADCAST);
		else
			ip_reset_option(pcb, SOF_BROADCAST);
		return 0;
	case SO_RCVBUF:
		return set_limit(q, value);
	case SO_SNDBUF: /* nothing is queued */
		return value > 0 ? 0 : -EINVAL;
	default:
		return sock_ip_set_option(s, pcb, bound, level, name, value);
	}
}

int datagram_get_option(const struct datagram_queue *q, const struct ip_pcb *pcb,
	int level, int name, int *value)
{
	if (level != SOL_SOCKET)
		return sock_ip_get_option(pcb, level, name, value);
	if (name == SO_BROADCAST)
		*value = ip_get_option(pcb, SOF_BROADCAST) != 0;
	else if (name == SO_RCVBUF || name == SO_SNDBUF)
		*value = (int)q->limit;
	else if (name == SO_ACCEPTCONN)
		*value = 0;
	else
		return -ENOPROTOOPT;
	return 0;
}

int datagram_linger(struct sock *s, const struct linger *set, struct linger *get)
{
	(void)s, (void)set;
	if (get)
		*get = (struct linger){0, 0};
	return 0;
}

unsigned datagram_poll(const struct sock *s, const struct datagram_queue *q)
{
	unsigned events = POLLOUT | POLLWRNORM;

	if (!list_empty(&q->datagrams) || s->rx_shut)
		events |= POLLIN | POLLRDNORM;
	if (s->error)
		events |= POLLERR;
	return events;
}
