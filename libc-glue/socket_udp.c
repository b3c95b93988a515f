/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagram sockets. */
#include "libc-glue/socket_datagram.h"

#include "lwip/netif.h"
#include "lwip/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#include "kernel/heap.h"
#include "libc-glue/poll.h"

struct udp_sock {
	struct sock s;
	struct udp_pcb *pcb;
	struct datagram_queue rx;
	bool connected;
};

static struct udp_sock *to_udp(struct sock *s)
{
	return container_of(s, struct udp_sock, s);
}

static void udp_sock_received(
	void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *addr, u16_t port)
{
	struct udp_sock *u = arg;

	(void)pcb;
	if (u->s.rx_shut) {
		pbuf_free(p);
		return;
	}
	datagram_put(&u->rx, p, addr, port);
	sock_changed(&u->s, POLLIN);
}

static ssize_t udp_sock_recv(struct sock *s, const struct iovec *iov, size_t n, int flags,
	uint64_t deadline_ns, struct endpoint *from, int *msg_flags)
{
	return datagram_recv(
		s, &to_udp(s)->rx, iov, n, flags, deadline_ns, from, msg_flags);
}

/* A datagram never waits: what the interface cannot take is the sender's to repeat. */
static ssize_t udp_sock_send(struct sock *s, const struct iovec *iov, size_t n,
	const struct send_how *how, const struct endpoint *to)
{
	struct udp_sock *u = to_udp(s);
	int err = sock_take_error(s);
	struct pbuf *p;
	ssize_t total;

	(void)how;
	if (err)
		return err;
	if (s->tx_shut)
		return -EPIPE;
	if (!to && !u->connected)
		return -EDESTADDRREQ;
	if (to && to->port == 0)
		return -EINVAL;
	if (to && s->v6_only && IP_IS_V4(&to->addr))
		return -ENETUNREACH;
	total = datagram_gather(iov, n, PBUF_TRANSPORT, &p);
	if (total < 0)
		return total;
	err = sock_errno(
		to ? udp_sendto(u->pcb, p, &to->addr, to->port) : udp_send(u->pcb, p));
	pbuf_free(p);
	if (err == -ENOMEM)
		err = -ENOBUFS;
	return err ? err : total;
}

/* --- life -------------------------------------------------------------------------------------------------------------------- */

static struct sock *udp_sock_open(int domain)
{
	struct udp_sock *u = kzalloc(sizeof(*u));

	if (!u)
		return NULL;
	sock_init(&u->s, &sock_udp, domain);
	datagram_queue_init(&u->rx);
	u->pcb = udp_new_ip_type(sock_addr_type(&u->s));
	if (!u->pcb) {
		kfree(u);
		return NULL;
	}
	udp_recv(u->pcb, udp_sock_received, u);
	return &u->s;
}

static bool port_is_taken(const struct udp_sock *u, const struct endpoint *e)
{
	for (const struct udp_pcb *p = udp_pcbs; p; p = p->next) {
		bool shared = ip_get_option(p, SOF_REUSEADDR) &&
			      ip_get_option(u->pcb, SOF_REUSEADDR);

		if (p->local_port == e->port && !shared &&
			sock_addr_overlaps(&p->local_ip, &e->addr))
			return true;
	}
	return false;
}

static int udp_sock_bind(struct sock *s, const struct endpoint *local)
{
	struct udp_sock *u = to_udp(s);

	if (u->pcb->local_port)
		return -EINVAL;
	if (local->port && port_is_taken(u, local))
		return -EADDRINUSE;
	return sock_errno(udp_bind(u->pcb, &local->addr, local->port));
}

/* A peer with port 0 undoes the connection. */
static int udp_sock_connect(
	struct sock *s, const struct endpoint *peer, uint64_t deadline_ns)
{
	struct udp_sock *u = to_udp(s);
	struct endpoint to = *peer;
	err_t err = ERR_OK;

	(void)deadline_ns;
	if (peer->port == 0) {
		udp_disconnect(u->pcb);
		IP_SET_TYPE_VAL(u->pcb->remote_ip, sock_addr_type(s));
		u->connected = false;
		return 0;
	}
	if (s->v6_only && IP_IS_V4(&peer->addr))
		return -ENETUNREACH;
	if (ip_addr_isany(&to.addr))
		ip_addr_set_loopback(!IP_IS_V4(&to.addr), &to.addr);
	err = udp_connect(u->pcb, &to.addr, to.port);
	if (err == ERR_OK)
		u->connected = true;
	return sock_errno(err);
}

static int udp_sock_shutdown(struct sock *s, bool rx, bool tx)
{
	struct udp_sock *u = to_udp(s);

	if (!u->connected)
		return -ENOTCONN;
	s->rx_shut |= rx;
	s->tx_shut |= tx;
	sock_changed(s, POLLIN | POLLHUP);
	return 0;
}

static void udp_sock_close(struct sock *s)
{
	struct udp_sock *u = to_udp(s);

	udp_remove(u->pcb);
	datagram_queue_flush(&u->rx);
	kfree(u);
}

/* --- settings and questions ------------------------------------------------------------------------------------------------------ */

/* What this kind has in common with others of lwIP. */
static struct ip_pcb *common(struct udp_sock *u)
{
	return (struct ip_pcb *)u->pcb;
}

static int udp_sock_set_option(struct sock *s, int level, int name, int value)
{
	struct udp_sock *u = to_udp(s);

	if (level != SOL_SOCKET || name != SO_REUSEADDR)
		return datagram_set_option(s, &u->rx, common(u), u->pcb->local_port != 0,
			level, name, value);
	else if (value)
		ip_set_option(u->pcb, SOF_REUSEADDR);
	else
		ip_reset_option(u->pcb, SOF_REUSEADDR);
	return 0;
}

static int udp_sock_get_option(struct sock *s, int level, int name, int *value)
{
	struct udp_sock *u = to_udp(s);

	if (level != SOL_SOCKET || name != SO_REUSEADDR)
		return datagram_get_option(&u->rx, common(u), level, name, value);
	*value = ip_get_option(u->pcb, SOF_REUSEADDR) != 0;
	return 0;
}

/* The address that the peer will see, where the socket is bound to none. */
static const ip_addr_t *source_of(const struct udp_pcb *pcb)
{
	struct netif *netif = ip_route(&pcb->local_ip, &pcb->remote_ip);
	const ip_addr_t *source =
		netif ? ip_netif_get_local_ip(netif, &pcb->remote_ip) : NULL;

	return source ? source : &pcb->local_ip;
}

static bool udp_sock_name(struct sock *s, bool peer, struct endpoint *e)
{
	struct udp_sock *u = to_udp(s);

	if (peer && !u->connected)
		return false;
	e->addr = peer ? u->pcb->remote_ip : u->pcb->local_ip;
	e->port = peer ? u->pcb->remote_port : u->pcb->local_port;
	if (!peer && u->connected && ip_addr_isany(&e->addr))
		e->addr = *source_of(u->pcb);
	return true;
}

static unsigned udp_sock_poll(struct sock *s)
{
	return datagram_poll(s, &to_udp(s)->rx);
}

static size_t udp_sock_readable(struct sock *s)
{
	return datagram_next_bytes(&to_udp(s)->rx);
}

const struct sock_proto sock_udp = {
	.type = SOCK_DGRAM,
	.protocol = IPPROTO_UDP,
	.open = udp_sock_open,
	.bind = udp_sock_bind,
	.connect = udp_sock_connect,
	.send = udp_sock_send,
	.recv = udp_sock_recv,
	.shutdown = udp_sock_shutdown,
	.get_option = udp_sock_get_option,
	.set_option = udp_sock_set_option,
	.name = udp_sock_name,
	.poll = udp_sock_poll,
	.readable = udp_sock_readable,
	.linger = datagram_linger,
	.close = udp_sock_close,
};
