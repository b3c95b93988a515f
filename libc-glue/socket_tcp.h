/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stream sockets: a TCP protocol block of lwIP, a queue of received pbufs, a queue of connections to accept.
 *
 *     FRESH --connect()--> CONNECTING --SYN,ACK--> OPEN --reset, or all done--> DEAD
 *       |                                           ^
 *       +--listen()--> LISTENING --peer connects----+ (a new socket, in the listener's queue)
 *
 * lwIP frees its block when a connection is reset or over, and tells only in some cases; pcb is NULL from the moment
 * on when it may go. socket_tcp.c is the life of a socket, socket_tcp_data.c what flows through it,
 * socket_tcp_option.c its settings, socket_orphan.c the end of a connection that nobody holds any more.
 */
#ifndef LIBC_GLUE_SOCKET_TCP_H
#define LIBC_GLUE_SOCKET_TCP_H

#include "libc-glue/socket_private.h"

#include "lwip/tcp.h"

#include "kernel/list.h"

enum tcp_sock_state { FRESH, CONNECTING, OPEN, LISTENING, DEAD };

struct tcp_sock {
	struct sock s;
	struct tcp_pcb *pcb; /* NULL: gone */
	enum tcp_sock_state state;

	struct pbuf *rx_first, *rx_last; /* one chain by ->next, whatever its length */
	size_t rx_used;                  /* bytes of rx_first that are read already */
	size_t rx_bytes;                 /* that wait, in all */
	size_t rx_untold; /* bytes read that lwIP's window does not know of yet */
	bool rx_end;      /* the peer's FIN came */

	size_t tx_queued;    /* bytes given to lwIP and not acknowledged */
	size_t tx_limit;     /* SO_SNDBUF; 0 = what lwIP allows */
	bool corked;         /* TCP_CORK: keep what does not fill a packet */
	struct list starved; /* in the list of those for whom lwIP had no memory */

	struct list
		pending; /* LISTENING: sockets to accept; else our place in that list */
	struct tcp_sock *listener;
	unsigned n_pending, backlog;

	struct endpoint local, peer;
	bool no_delay;
	struct linger linger;
};

static inline struct tcp_sock *to_tcp(struct sock *s)
{
	return container_of(s, struct tcp_sock, s);
}

/** Take over lwIP's block: callbacks of an open connection from now on. */
void tcp_sock_hook(struct tcp_sock *t);

/** Let go of lwIP's block without touching it. */
void tcp_sock_unhook(struct tcp_sock *t);

/* --- socket_tcp_data.c -------------------------------------------------------------------------------------------- */

err_t tcp_sock_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err);
err_t tcp_sock_sent(void *arg, struct tcp_pcb *pcb, u16_t len);
ssize_t tcp_sock_send(struct sock *s, const struct iovec *iov, size_t n,
	const struct send_how *how, const struct endpoint *to);
ssize_t tcp_sock_recv(struct sock *s, const struct iovec *iov, size_t n, int flags,
	uint64_t deadline_ns, struct endpoint *from, int *msg_flags);
unsigned tcp_sock_poll(struct sock *s);
/** Send what a cork kept back. */
void tcp_sock_push(struct tcp_sock *t);
/** Free what was received and not read, and tell lwIP. */
void tcp_sock_drop_input(struct tcp_sock *t);
/** Memory has come back: who waits for some may try again. */
void tcp_sock_feed_starved(void);

/* --- socket_tcp_option.c -------------------------------------------------------------------------------------------- */

int tcp_sock_get_option(struct sock *s, int level, int name, int *value);
int tcp_sock_set_option(struct sock *s, int level, int name, int value);
int tcp_sock_linger(struct sock *s, const struct linger *set, struct linger *get);
/** Give a new block the settings that do not live in it. */
void tcp_sock_apply_options(struct tcp_sock *t);

/* --- socket_orphan.c -------------------------------------------------------------------------------------------------- */

/** Let a connection end by itself: what is queued is delivered, what still comes is acknowledged and dropped. */
void tcp_orphan(struct tcp_pcb *pcb);

#endif
