/* SPDX-License-Identifier: BSD-2-Clause */
/* The settings of stream sockets. A listener's go to the connections that it accepts. */
#include "libc-glue/socket_tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#define SNDBUF_MIN 4096 /* bytes */

void tcp_sock_apply_options(struct tcp_sock *t)
{
	if (!t->pcb || t->state == LISTENING) /* a listener's block has no such flags */
		return;
	if (t->no_delay)
		tcp_nagle_disable(t->pcb);
	else
		tcp_nagle_enable(t->pcb);
}

int tcp_sock_linger(struct sock *s, const struct linger *set, struct linger *get)
{
	struct tcp_sock *t = to_tcp(s);

	if (get)
		*get = t->linger;
	if (set && set->l_linger < 0)
		return -EINVAL;
	if (set)
		t->linger = *set;
	return 0;
}

/* --- reading --------------------------------------------------------------------------------------------------------------- */

static int get_socket_level(const struct tcp_sock *t, int name, int *value)
{
	switch (name) {
	case SO_REUSEADDR:
		*value = 1; /* always: see socket_tcp.c, make_block() */
		return 0;
	case SO_KEEPALIVE:
		*value = t->pcb && ip_get_option(t->pcb, SOF_KEEPALIVE);
		return 0;
	case SO_SNDBUF:
		*value = (int)(t->tx_limit ? t->tx_limit : TCP_SND_BUF);
		return 0;
	case SO_RCVBUF:
		*value = (int)TCP_WND;
		return 0;
	case SO_ACCEPTCONN:
		*value = t->state == LISTENING;
		return 0;
	case SO_BROADCAST:
		*value = 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int get_tcp_level(const struct tcp_sock *t, int name, int *value)
{
	bool has_block = t->pcb && t->state != LISTENING;

	switch (name) {
	case TCP_NODELAY:
		*value = t->no_delay;
		return 0;
	case TCP_CORK:
		*value = t->corked;
		return 0;
	case TCP_MAXSEG:
		*value = has_block ? tcp_mss(t->pcb) : TCP_MSS;
		return 0;
	case TCP_KEEPIDLE:
		*value = has_block ? (int)(t->pcb->keep_idle / 1000) : 0;
		return 0;
	case TCP_KEEPINTVL:
		*value = has_block ? (int)(t->pcb->keep_intvl / 1000) : 0;
		return 0;
	case TCP_KEEPCNT:
		*value = has_block ? (int)t->pcb->keep_cnt : 0;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int tcp_sock_get_option(struct sock *s, int level, int name, int *value)
{
	const struct tcp_sock *t = to_tcp(s);

	if (level == SOL_SOCKET)
		return get_socket_level(t, name, value);
	if (level == IPPROTO_TCP)
		return get_tcp_level(t, name, value);
	if (!t->pcb)
		return -ENOTCONN;
	return sock_ip_get_option((struct ip_pcb *)t->pcb, level, name, value);
}

/* --- setting ----------------------------------------------------------------------------------------------------------------- */

static int set_socket_level(struct tcp_sock *t, int name, int value)
{
	switch (name) {
	case SO_KEEPALIVE:
		if (t->pcb && value)
			ip_set_option(t->pcb, SOF_KEEPALIVE);
		else if (t->pcb)
			ip_reset_option(t->pcb, SOF_KEEPALIVE);
		return 0;
	case SO_SNDBUF:
		if (value <= 0)
			return -EINVAL;
		t->tx_limit = value < SNDBUF_MIN ? SNDBUF_MIN : (size_t)value;
		return 0;
	case SO_RCVBUF: /* the window follows the domain's memory */
		return value > 0 ? 0 : -EINVAL;
	case SO_REUSEADDR:
	case SO_BROADCAST:
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int set_keep_alive(struct tcp_sock *t, int name, int value)
{
	if (value <= 0 || value > 32767)
		return -EINVAL;
	if (!t->pcb || t->state == LISTENING)
		return -EINVAL;
	if (name == TCP_KEEPIDLE)
		t->pcb->keep_idle = (u32_t)value * 1000;
	else if (name == TCP_KEEPINTVL)
		t->pcb->keep_intvl = (u32_t)value * 1000;
	else
		t->pcb->keep_cnt = (u32_t)value;
	return 0;
}

static int set_tcp_level(struct tcp_sock *t, int name, int value)
{
	switch (name) {
	case TCP_NODELAY:
		t->no_delay = value != 0;
		tcp_sock_apply_options(t);
		if (value)
			tcp_sock_push(t);
		return 0;
	case TCP_CORK:
		t->corked = value != 0;
		if (!value)
			tcp_sock_push(t);
		return 0;
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
	case TCP_KEEPCNT:
		return set_keep_alive(t, name, value);
	default:
		return -ENOPROTOOPT;
	}
}

int tcp_sock_set_option(struct sock *s, int level, int name, int value)
{
	struct tcp_sock *t = to_tcp(s);

	if (level == SOL_SOCKET && name != SO_BINDTODEVICE)
		return set_socket_level(t, name, value);
	if (level == IPPROTO_TCP)
		return set_tcp_level(t, name, value);
	if (!t->pcb)
		return -ENOTCONN;
	return sock_ip_set_option(s, (struct ip_pcb *)t->pcb,
		t->state != FRESH || t->pcb->local_port, level, name, value);
}
