/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets: whole packets of one protocol over IP, ICMP for ping above all. Over IPv4 a received packet begins with
 * its IP header, over IPv6 it does not; a sent one gets its header from us unless IP_HDRINCL is set.
 * Source: ip(7) and raw(7) of Linux, whose programs expect that; RFC 3542, 3.
 */
#include "libc-glue/socket_datagram.h"

#include "lwip/ip.h"
#include "lwip/raw.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>

#include "kernel/heap.h"

struct raw_sock {
	struct sock s;
	struct raw_pcb *pcb;
	struct datagram_queue rx;
	bool connected;
};

static struct raw_sock *to_raw(struct sock *s)
{
	return container_of(s, struct raw_sock, s);
}

/* --- data --------------------------------------------------------------------------------------------------------- */

/* The socket gets a copy: the stack itself goes on with the packet, and answers an echo request, say. */
static u8_t raw_sock_received(
	void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *addr)
{
	u16_t skip = IP_IS_V6(addr) ? IP6_HLEN : 0;
	struct raw_sock *r = arg;
	struct pbuf *copy;

	(void)pcb;
	if (r->s.rx_shut || p->tot_len < skip)
		return 0;
	copy = pbuf_alloc(PBUF_RAW, (u16_t)(p->tot_len - skip), PBUF_RAM);
	if (!copy)
		return 0;
	pbuf_copy_partial(p, copy->payload, copy->tot_len, skip);
	datagram_put(&r->rx, copy, addr, 0);
	sock_changed(&r->s, POLLIN);
	return 0;
}

static ssize_t raw_sock_recv(struct sock *s, const struct iovec *iov, size_t n, int flags,
	uint64_t deadline_ns, struct endpoint *from, int *msg_flags)
{
	return datagram_recv(
		s, &to_raw(s)->rx, iov, n, flags, deadline_ns, from, msg_flags);
}

static ssize_t raw_sock_send(struct sock *s, const struct iovec *iov, size_t n,
	const struct send_how *how, const struct endpoint *to)
{
	struct raw_sock *r = to_raw(s);
	int err = sock_take_error(s);
	struct pbuf *p;
	ssize_t total;

	(void)how;
	if (err)
		return err;
	if (s->tx_shut)
		return -EPIPE;
	if (!to && !r->connected)
		return -EDESTADDRREQ;
	total = datagram_gather(iov, n, PBUF_IP, &p);
	if (total < 0)
		return total;
	err = sock_errno(to ? raw_sendto(r->pcb, p, &to->addr) : raw_send(r->pcb, p));
	pbuf_free(p);
	return err == -ENOMEM ? -ENOBUFS : err ? err : total;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

struct sock *sock_raw_open(int domain, int protocol)
{
	struct raw_sock *r = kzalloc(sizeof(*r));

	if (!r)
		return NULL;
	sock_init(&r->s, &sock_raw, domain);
	r->s.v6_only = domain == AF_INET6; /* there are no mapped addresses here */
	datagram_queue_init(&r->rx);
	r->pcb = raw_new_ip_type(sock_addr_type(&r->s), (u8_t)protocol);
	if (!r->pcb) {
		kfree(r);
		return NULL;
	}
	if (protocol == IPPROTO_RAW)
		raw_set_flags(r->pcb, RAW_FLAGS_HDRINCL);
	raw_recv(r->pcb, raw_sock_received, r);
	return &r->s;
}

static int raw_sock_bind(struct sock *s, const struct endpoint *local)
{
	return sock_errno(raw_bind(to_raw(s)->pcb, &local->addr));
}

static int raw_sock_connect(
	struct sock *s, const struct endpoint *peer, uint64_t deadline_ns)
{
	struct raw_sock *r = to_raw(s);
	err_t err;

	(void)deadline_ns;
	if (ip_addr_isany(&peer->addr)) {
		raw_disconnect(r->pcb);
		r->connected = false;
		return 0;
	}
	err = raw_connect(r->pcb, &peer->addr);
	r->connected = err == ERR_OK;
	return sock_errno(err);
}

static int raw_sock_shutdown(struct sock *s, bool rx, bool tx)
{
	if (!to_raw(s)->connected)
		return -ENOTCONN;
	s->rx_shut |= rx;
	s->tx_shut |= tx;
	sock_changed(s, POLLIN | POLLHUP);
	return 0;
}

static void raw_sock_close(struct sock *s)
{
	struct raw_sock *r = to_raw(s);

	raw_remove(r->pcb);
	datagram_queue_flush(&r->rx);
	kfree(r);
}

/* --- settings and questions --------------------------------------------------------------------------------------- */

/* What this kind has in common with others of lwIP. */
static struct ip_pcb *common(struct raw_sock *r)
{
	return (struct ip_pcb *)r->pcb;
}

static int raw_sock_set_option(struct sock *s, int level, int name, int value)
{
	struct raw_sock *r = to_raw(s);

	if (level != IPPROTO_IP || name != IP_HDRINCL)
		return datagram_set_option(
			s, &r->rx, common(r), true, level, name, value);
	else if (value)
		raw_set_flags(r->pcb, RAW_FLAGS_HDRINCL);
	else
		raw_clear_flags(r->pcb, RAW_FLAGS_HDRINCL);
	return 0;
}

static int raw_sock_get_option(struct sock *s, int level, int name, int *value)
{
	struct raw_sock *r = to_raw(s);

	if (level != IPPROTO_IP || name != IP_HDRINCL)
		return datagram_get_option(&r->rx, common(r), level, name, value);
	*value = raw_is_flag_set(r->pcb, RAW_FLAGS_HDRINCL) != 0;
	return 0;
}

static bool raw_sock_name(struct sock *s, bool peer, struct endpoint *e)
{
	struct raw_sock *r = to_raw(s);

	if (peer && !r->connected)
		return false;
	e->addr = peer ? r->pcb->remote_ip : r->pcb->local_ip;
	e->port = 0;
	return true;
}

static unsigned raw_sock_poll(struct sock *s)
{
	return datagram_poll(s, &to_raw(s)->rx);
}

static size_t raw_sock_readable(struct sock *s)
{
	return datagram_next_bytes(&to_raw(s)->rx);
}

const struct sock_proto sock_raw = {
	.type = SOCK_RAW,
	.protocol = IPPROTO_RAW,
	.bind = raw_sock_bind,
	.connect = raw_sock_connect,
	.send = raw_sock_send,
	.recv = raw_sock_recv,
	.shutdown = raw_sock_shutdown,
	.get_option = raw_sock_get_option,
	.set_option = raw_sock_set_option,
	.name = raw_sock_name,
	.poll = raw_sock_poll,
	.readable = raw_sock_readable,
	.linger = datagram_linger,
	.close = raw_sock_close,
};
