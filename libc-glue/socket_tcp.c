/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a stream socket: bind, listen, accept, connect, shutdown, close. */
#include "libc-glue/socket_tcp.h"

#include "lwip/priv/tcp_priv.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/timer.h"
#include "libc-glue/poll.h"
#include "libc-glue/time.h"

#define BACKLOG_MIN                                                                      \
	16 /* a smaller one is a hint: browsers open six connections at once */
#define BACKLOG_MAX 255 /* lwIP counts in a byte */

/* --- lwIP's block --------------------------------------------------------------------------------------------------- */

static void remember_names(struct tcp_sock *t)
{
	ip_addr_copy(t->local.addr, t->pcb->local_ip);
	t->local.port = t->pcb->local_port;
	ip_addr_copy(t->peer.addr, t->pcb->remote_ip);
	t->peer.port = t->pcb->remote_port;
}

/* The connection was refused, reset or given up; lwIP has freed its block. */
static void tcp_sock_failed(void *arg, err_t err);

void tcp_sock_hook(struct tcp_sock *t)
{
	tcp_arg(t->pcb, t);
	tcp_err(t->pcb, tcp_sock_failed);
	tcp_recv(t->pcb, tcp_sock_received);
	tcp_sent(t->pcb, tcp_sock_sent);
}

void tcp_sock_unhook(struct tcp_sock *t)
{
	tcp_arg(t->pcb, NULL);
	if (t->state != LISTENING) {
		tcp_err(t->pcb, NULL);
		tcp_recv(t->pcb, NULL);
		tcp_sent(t->pcb, NULL);
		tcp_poll(t->pcb, NULL, 0);
	}
	t->pcb = NULL;
}

static int make_block(struct tcp_sock *t)
{
	t->pcb = tcp_new_ip_type(sock_addr_type(&t->s));
	if (!t->pcb)
		return -ENOBUFS;
	ip_set_option(t->pcb,
		SOF_REUSEADDR); /* a port in TIME_WAIT can be bound; bind() below sees to the rest */
	tcp_sock_hook(t);
	tcp_sock_apply_options(t);
	t->state = FRESH;
	return 0;
}

static struct tcp_sock *tcp_sock_new(int domain)
{
	struct tcp_sock *t = kzalloc(sizeof(*t));

	if (!t)
		return NULL;
	sock_init(&t->s, &sock_tcp, domain);
	list_init(&t->starved);
	list_init(&t->pending);
	return t;
}

static struct sock *tcp_sock_open(int domain)
{
	struct tcp_sock *t = tcp_sock_new(domain);

	if (t && make_block(t)) {
		kfree(t);
		t = NULL;
	}
	return t ? &t->s : NULL;
}

static void tcp_sock_free(struct tcp_sock *t)
{
	list_remove(&t->starved);
	kfree(t);
}

static void leave_listener(struct tcp_sock *t)
{
	list_remove(&t->pending);
	t->listener->n_pending--;
	t->listener = NULL;
}

static void tcp_sock_failed(void *arg, err_t err)
{
	struct tcp_sock *t = arg;

	t->pcb = NULL;
	if (t->listener) { /* nobody has accepted it: nobody hears of it */
		leave_listener(t);
		tcp_sock_drop_input(t);
		tcp_sock_free(t);
		return;
	}
	if (err == ERR_ABRT)
		t->s.error = -ETIMEDOUT;
	else if (err != ERR_CLSD)
		t->s.error = t->state == CONNECTING ? -ECONNREFUSED : -ECONNRESET;
	t->state = DEAD;
	t->tx_queued = 0;
	sock_changed(&t->s, POLLIN | POLLOUT | POLLERR | POLLHUP);
	tcp_sock_feed_starved();
}

/* --- bind and listen ---------------------------------------------------------------------------------------------------- */

/* True if a listener or another bound socket has the port on an address of these. */
static bool port_is_taken(const struct endpoint *e)
{
	struct tcp_pcb_listen *l;
	struct tcp_pcb *p;

	for (l = tcp_listen_pcbs.listen_pcbs; l; l = l->next)
		if (l->local_port == e->port &&
			sock_addr_overlaps(&l->local_ip, &e->addr))
			return true;
	for (p = tcp_bound_pcbs; p; p = p->next)
		if (p->local_port == e->port &&
			sock_addr_overlaps(&p->local_ip, &e->addr))
			return true;
	return false;
}

static int tcp_sock_bind(struct sock *s, const struct endpoint *local)
{
	struct tcp_sock *t = to_tcp(s);

	if (t->state != FRESH || t->pcb->local_port)
		return -EINVAL;
	if (local->port && port_is_taken(local))
		return -EADDRINUSE;
	return sock_errno(tcp_bind(t->pcb, &local->addr, local->port));
}

static err_t tcp_sock_arrived(void *arg, struct tcp_pcb *pcb, err_t err);

static int tcp_sock_listen(struct sock *s, int backlog)
{
	struct tcp_sock *t = to_tcp(s);
	struct tcp_pcb *listener;
	struct endpoint any;
	err_t err;

	if (backlog < BACKLOG_MIN)
		backlog = BACKLOG_MIN;
	t->backlog = backlog < BACKLOG_MAX ? (unsigned)backlog : BACKLOG_MAX;
	if (t->state == LISTENING) {
		tcp_backlog_set((struct tcp_pcb_listen *)t->pcb, (u8_t)t->backlog);
		return 0;
	}
	if (t->state != FRESH)
		return -EINVAL;
	endpoint_any(s, &any);
	if (!t->pcb->local_port && (err = tcp_bind(t->pcb, &any.addr, 0)) != ERR_OK)
		return sock_errno(err);
	listener = tcp_listen_with_backlog_and_err(t->pcb, (u8_t)t->backlog, &err);
	if (!listener)
		return sock_errno(err);
	t->pcb = listener;
	t->state = LISTENING;
	tcp_arg(t->pcb, t);
	tcp_accept(t->pcb, tcp_sock_arrived);
	return 0;
}

/* --- accept ------------------------------------------------------------------------------------------------------------------ */

/* lwIP has a connection for a listener. Anything but ERR_OK makes it reset the connection. */
static err_t tcp_sock_arrived(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct tcp_sock *l = arg, *t;

	if (err != ERR_OK || !pcb || !l || l->n_pending >= l->backlog)
		return ERR_VAL;
	t = tcp_sock_new(l->s.domain);
	if (!t)
		return ERR_MEM;
	t->pcb = pcb;
	t->state = OPEN;
	t->no_delay = l->no_delay;
	t->linger = l->linger;
	t->tx_limit = l->tx_limit;
	t->s.v6_only = l->s.v6_only;
	t->s.rx_timeout_ns = l->s.rx_timeout_ns;
	t->s.tx_timeout_ns = l->s.tx_timeout_ns;
	remember_names(t);
	tcp_sock_hook(t);
	tcp_sock_apply_options(t);
	tcp_backlog_delayed(pcb); /* counts until accept() */
	t->listener = l;
	list_append(&l->pending, &t->pending);
	l->n_pending++;
	sock_changed(&l->s, POLLIN);
	return ERR_OK;
}

static int tcp_sock_accept(struct sock *s, uint64_t deadline_ns, struct sock **child)
{
	struct tcp_sock *l = to_tcp(s), *t;

	if (l->state != LISTENING)
		return -EINVAL;
	while (list_empty(&l->pending)) {
		int err = s->rx_shut ? -EINVAL : sock_wait(s, deadline_ns);

		if (err)
			return err;
	}
	t = list_entry(l->pending.next, struct tcp_sock, pending);
	leave_listener(t);
	if (t->pcb)
		tcp_backlog_accepted(t->pcb);
	*child = &t->s;
	return 0;
}

/* --- connect ----------------------------------------------------------------------------------------------------------------------- */

static err_t tcp_sock_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct tcp_sock *t = arg;

	(void)pcb, (void)err; /* always ERR_OK: a failure comes to tcp_sock_failed() */
	t->state = OPEN;
	remember_names(t);
	sock_changed(&t->s, POLLOUT);
	return ERR_OK;
}

/* "Any" as a destination means ourselves. */
static void any_to_loopback(struct endpoint *e)
{
	if (!ip_addr_isany(&e->addr))
		return;
	if (IP_IS_V6(&e->addr) || IP_IS_ANY_TYPE_VAL(e->addr))
		ip_addr_set_loopback(true, &e->addr);
	else
		ip_addr_set_loopback(false, &e->addr);
}

static int start_connect(struct tcp_sock *t, const struct endpoint *peer)
{
	struct endpoint to = *peer;
	int err;

	if (peer->port == 0)
		return -ECONNREFUSED;
	if (t->state == DEAD) {
		err = make_block(t);
		if (err)
			return err;
	}
	any_to_loopback(&to);
	if (IP_IS_V4(&to.addr) && t->s.v6_only)
		return -ENETUNREACH;
	err = sock_errno(tcp_connect(t->pcb, &to.addr, to.port, tcp_sock_connected));
	if (err)
		return err;
	t->state = CONNECTING;
	return 0;
}

static int tcp_sock_connect(
	struct sock *s, const struct endpoint *peer, uint64_t deadline_ns)
{
	struct tcp_sock *t = to_tcp(s);
	bool started = false;
	int err;

	if (t->state == OPEN)
		return -EISCONN;
	if (t->state == LISTENING)
		return -EOPNOTSUPP;
	if (t->state != CONNECTING) {
		s->error = 0;
		err = start_connect(t, peer);
		if (err)
			return err;
		started = true;
	}
	if (deadline_ns == 0)
		return started ? -EINPROGRESS : -EALREADY;
	while (t->state == CONNECTING) {
		err = sock_wait(s, deadline_ns);
		if (err)
			return err == -EINTR ? err : -EINPROGRESS;
	}
	return t->state == OPEN ? 0 : sock_take_error(s);
}

/* --- the end ----------------------------------------------------------------------------------------------------------------------- */

static int tcp_sock_shutdown(struct sock *s, bool rx, bool tx)
{
	struct tcp_sock *t = to_tcp(s);

	if (t->state == LISTENING && rx) { /* as Linux: it accepts no more */
		t->backlog = 0;
		s->rx_shut = true;
		sock_changed(s, POLLIN | POLLHUP);
		return 0;
	}
	if (t->state != OPEN)
		return -ENOTCONN;
	if (rx) {
		s->rx_shut = true;
		tcp_sock_drop_input(t);
	}
	if (tx && !s->tx_shut) {
		s->tx_shut = true;
		if (t->pcb)
			tcp_shutdown(t->pcb, 0, 1);
	}
	sock_changed(s, POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
	return 0;
}

/* SO_LINGER with a time: wait until everything, FIN included, is acknowledged. */
static void wait_until_delivered(struct tcp_sock *t)
{
	uint64_t deadline_ns = time_deadline_in((uint64_t)t->linger.l_linger * NS_PER_S);

	if (!t->s.tx_shut)
		tcp_shutdown(t->pcb, 0, 1);
	while (t->pcb && (t->pcb->unsent || t->pcb->unacked))
		if (sock_wait(&t->s, deadline_ns))
			break;
}

static void close_connection(struct tcp_sock *t)
{
	struct tcp_pcb *pcb;

	tcp_sock_drop_input(t);
	if (t->linger.l_onoff && t->linger.l_linger > 0)
		wait_until_delivered(t);
	pcb = t->pcb;
	if (!pcb)
		return;
	tcp_sock_unhook(t);
	if (t->linger.l_onoff && t->linger.l_linger == 0)
		tcp_abort(pcb);
	else
		tcp_orphan(pcb);
}

static void close_listener(struct tcp_sock *l)
{
	struct tcp_pcb *listener = l->pcb;

	list_for_each_safe(&l->pending, pos)
	{
		struct tcp_sock *t = list_entry(pos, struct tcp_sock, pending);
		struct tcp_pcb *pcb = t->pcb;

		leave_listener(t);
		tcp_sock_drop_input(t);
		if (pcb) {
			tcp_sock_unhook(t);
			tcp_abort(pcb);
		}
		tcp_sock_free(t);
	}
	tcp_sock_unhook(l);
	tcp_close(listener);
}

static void tcp_sock_close(struct sock *s)
{
	struct tcp_sock *t = to_tcp(s);
	struct tcp_pcb *pcb = t->pcb;

	if (pcb && t->state == LISTENING) {
		close_listener(t);
	} else if (pcb && t->state == OPEN) {
		close_connection(t);
	} else if (
		pcb) { /* never opened, or still connecting: there is nothing to deliver */
		tcp_sock_unhook(t);
		tcp_close(pcb);
	}
	tcp_sock_drop_input(t);
	tcp_sock_free(t);
	tcp_sock_feed_starved();
}

/* --- the table -------------------------------------------------------------------------------------------------------------------- */

static bool tcp_sock_name(struct sock *s, bool peer, struct endpoint *e)
{
	struct tcp_sock *t = to_tcp(s);

	if (t->state == OPEN)
		*e = peer ? t->peer : t->local;
	else if (peer)
		return false;
	else if (!t->pcb)
		*e = t->local;
	else
		*e = (struct endpoint){t->pcb->local_ip, t->pcb->local_port};
	return true;
}

static size_t tcp_sock_readable(struct sock *s)
{
	return to_tcp(s)->rx_bytes;
}

const struct sock_proto sock_tcp = {
	.type = SOCK_STREAM,
	.protocol = IPPROTO_TCP,
	.open = tcp_sock_open,
	.bind = tcp_sock_bind,
	.listen = tcp_sock_listen,
	.accept = tcp_sock_accept,
	.connect = tcp_sock_connect,
	.send = tcp_sock_send,
	.recv = tcp_sock_recv,
	.shutdown = tcp_sock_shutdown,
	.get_option = tcp_sock_get_option,
	.set_option = tcp_sock_set_option,
	.name = tcp_sock_name,
	.poll = tcp_sock_poll,
	.readable = tcp_sock_readable,
	.linger = tcp_sock_linger,
	.close = tcp_sock_close,
};
