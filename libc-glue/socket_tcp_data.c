/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What flows through a stream socket. Received pbufs are kept as they came and copied once, into the caller's buffer.
 * Sent data is copied once, into lwIP's pbufs; static data (files of the RAM disk) not at all: the packets refer to it.
 */
#include "libc-glue/socket_tcp.h"

#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"

#include <errno.h>
#include <string.h>

#include "libc-glue/poll.h"

#define RECVED_AT_ONCE 8192u  /* bytes read before lwIP hears of it, while more waits */
#define COPY_AT_ONCE   16384u /* bytes copied into lwIP's memory by one call */
#define STATIC_AT_ONCE 65535u /* bytes referred to by one call: lwIP counts in 16 bits */

static struct list starving = LIST_INIT(starving);

/* --- receiving ------------------------------------------------------------------------------------------------------- */

/* Let lwIP open its window by what was read. */
static void tell_read(struct tcp_sock *t)
{
	while (t->pcb && t->rx_untold) {
		u16_t part = t->rx_untold < 0xffff ? (u16_t)t->rx_untold : 0xffff;

		t->rx_untold -= part;
		tcp_recved(t->pcb, part);
	}
	t->rx_untold = 0;
}

static void drop_first(struct tcp_sock *t)
{
	struct pbuf *p = t->rx_first;

	t->rx_first = p->next;
	if (!t->rx_first)
		t->rx_last = NULL;
	t->rx_used = 0;
	p->next = NULL;
	p->tot_len = p->len;
	pbuf_free(p);
}

void tcp_sock_drop_input(struct tcp_sock *t)
{
	while (t->rx_first)
		drop_first(t);
	t->rx_untold += t->rx_bytes;
	t->rx_bytes = 0;
	tell_read(t);
}

static void queue_input(struct tcp_sock *t, struct pbuf *p)
{
	t->rx_bytes += p->tot_len;
	if (t->rx_last)
		t->rx_last->next = p;
	else
		t->rx_first = p;
	while (p->next)
		p = p->next;
	t->rx_last = p;
}

err_t tcp_sock_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct tcp_sock *t = arg;

	(void)err; /* always ERR_OK */
	if (!p) {
		t->rx_end = true;
		/* Both directions are over: lwIP frees the block by itself, and silently. */
		if (pcb->state == TIME_WAIT || pcb->state == CLOSING)
			tcp_sock_unhook(t);
	} else if (t->s.rx_shut) {
		tcp_recved(pcb, p->tot_len);
		pbuf_free(p);
		return ERR_OK;
	} else {
		queue_input(t, p);
	}
	sock_changed(&t->s, p ? POLLIN : POLLIN | POLLRDHUP);
	return ERR_OK;
}

/* Copy what waits to where the caller wants it; all of it stays when peeking. */
static size_t take_input(struct tcp_sock *t, const struct iovec *iov, size_t n, bool peek)
{
	const struct pbuf *p = t->rx_first;
	size_t used = t->rx_used, filled = 0, taken = 0;

	while (p && n) {
		size_t part = p->len - used, room = iov->iov_len - filled;

		if (part > room)
			part = room;
		memcpy((char *)iov->iov_base + filled, (const char *)p->payload + used,
			part);
		taken += part;
		used += part;
		filled += part;
		if (filled == iov->iov_len) {
			iov++, n--;
			filled = 0;
		}
		if (used < p->len)
			continue;
		used = 0;
		p = p->next;
		if (!peek)
			drop_first(t);
	}
	if (!peek) {
		t->rx_used = used;
		t->rx_bytes -= taken;
		t->rx_untold += taken;
	}
	return taken;
}

/* Sleep until there is input. 1: there is; 0: there will be none; -errno. */
static int wait_input(struct tcp_sock *t, uint64_t deadline_ns)
{
	while (!t->rx_bytes) {
		int err = sock_take_error(&t->s);

		if (err)
			return err;
		if (t->state == FRESH || t->state == LISTENING)
			return -ENOTCONN;
		if (t->rx_end || t->s.rx_shut || t->state == DEAD)
			return 0;
		err = sock_wait(&t->s, deadline_ns);
		if (err)
			return err;
	}
	return 1;
}

static size_t iov_bytes(const struct iovec *iov, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += iov[i].iov_len;
	return total;
}

/* MSG_WAITALL into one buffer: come back until it is full. */
static ssize_t take_all(struct tcp_sock *t, const struct iovec *iov, uint64_t deadline_ns)
{
	size_t got = 0;

	while (got < iov->iov_len) {
		struct iovec rest = {(char *)iov->iov_base + got, iov->iov_len - got};
		int more = wait_input(t, deadline_ns);

		if (more <= 0)
			return got ? (ssize_t)got : more;
		got += take_input(t, &rest, 1, false);
		tell_read(t);
	}
	return (ssize_t)got;
}

ssize_t tcp_sock_recv(struct sock *s, const struct iovec *iov, size_t n, int flags,
	uint64_t deadline_ns, struct endpoint *from, int *msg_flags)
{
	struct tcp_sock *t = to_tcp(s);
	ssize_t got;
	int more;

	(void)msg_flags;
	if (from)
		*from = t->peer;
	if (iov_bytes(iov, n) == 0)
		return 0;
	if (flags & MSG_WAITALL && n == 1 && !(flags & MSG_PEEK))
		return take_all(t, iov, deadline_ns);
	more = wait_input(t, deadline_ns);
	if (more <= 0)
		return more;
	got = (ssize_t)take_input(t, iov, n, flags & MSG_PEEK);
	if (!t->rx_bytes || t->rx_untold >= RECVED_AT_ONCE)
		tell_read(t);
	return got;
}

/* --- sending ------------------------------------------------------------------------------------------------------------ */

/* Bytes that lwIP would take now. */
static size_t tx_room(const struct tcp_sock *t)
{
	size_t room = t->pcb->snd_buf; /* tcp_sndbuf() stops at 65535 */

	if (!list_empty(&t->starved) || tcp_sndqueuelen(t->pcb) >= TCP_SND_QUEUELEN)
		return 0;
	if (t->tx_limit && t->tx_limit <= t->tx_queued)
		return 0;
	if (t->tx_limit && t->tx_limit - t->tx_queued < room)
		room = t->tx_limit - t->tx_queued;
	return room;
}

/* Worth waking a writer for: a third of the buffer is free, not just one packet. */
static bool is_writable(const struct tcp_sock *t)
{
	size_t limit =
		t->tx_limit && t->tx_limit < TCP_SND_BUF ? t->tx_limit : TCP_SND_BUF;

	return tx_room(t) >= limit / 3 &&
	       tcp_sndqueuelen(t->pcb) < TCP_SND_QUEUELEN / 3 * 2;
}

static void feed(struct tcp_sock *t)
{
	list_remove(&t->starved);
	if (t->pcb)
		tcp_poll(t->pcb, NULL, 0);
	sock_changed(&t->s, POLLOUT);
}

void tcp_sock_feed_starved(void)
{
	list_for_each_safe(&starving, l) feed(list_entry(l, struct tcp_sock, starved));
}

/* Nobody gave memory back within lwIP's slow timer: look again all the same. */
static err_t starved_poll(void *arg, struct tcp_pcb *pcb)
{
	(void)pcb;
	feed(arg);
	return ERR_OK;
}

static void starve(struct tcp_sock *t)
{
	if (list_empty(&t->starved))
		list_append(&starving, &t->starved);
	tcp_poll(t->pcb, starved_poll, 1);
}

err_t tcp_sock_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	struct tcp_sock *t = arg;

	(void)pcb;
	t->tx_queued -= len < t->tx_queued ? len : t->tx_queued;
	tcp_sock_feed_starved();
	if (is_writable(t) || t->tx_queued == 0)
		sock_changed(&t->s, POLLOUT);
	return ERR_OK;
}

void tcp_sock_push(struct tcp_sock *t)
{
	if (t->pcb && t->state == OPEN)
		tcp_output(t->pcb);
}

/* Sleep until lwIP takes data: the number of bytes, or -errno. */
static ssize_t wait_room(struct tcp_sock *t, uint64_t deadline_ns)
{
	for (;;) {
		int err = sock_take_error(&t->s);
		size_t room;

		if (err)
			return err;
		if (t->state == FRESH || t->state == LISTENING)
			return -ENOTCONN;
		if (t->s.tx_shut || t->state == DEAD || !t->pcb)
			return -EPIPE;
		room = t->state == OPEN ? tx_room(t) : 0;
		if (room)
			return (ssize_t)room;
		tcp_sock_push(t);
		err = sock_wait(&t->s, deadline_ns);
		if (err)
			return err;
	}
}

/* Queue what lwIP takes of a piece; the number of bytes, 0 when it has no memory, -errno. */
static ssize_t queue_output(
	struct tcp_sock *t, const char *data, size_t len, bool is_static, bool more)
{
	size_t part = is_static ? STATIC_AT_ONCE : COPY_AT_ONCE;
	u8_t flags = (u8_t)((is_static ? 0 : TCP_WRITE_FLAG_COPY));
	err_t err;

	if (part > len)
		part = len;
	do {
		if (more || part < len)
			flags |= TCP_WRITE_FLAG_MORE;
		err = tcp_write(t->pcb, data, (u16_t)part, flags);
		if (err == ERR_OK) {
			t->tx_queued += part;
			return (ssize_t)part;
		}
		part /= 2; /* perhaps there is memory for less */
	} while (err == ERR_MEM && part >= tcp_mss(t->pcb));
	return err == ERR_MEM ? 0 : sock_errno(err);
}

/* All of one piece, unless the call may not wait. */
static ssize_t send_piece(struct tcp_sock *t, const struct iovec *piece,
	const struct send_how *how, bool more, bool hold)
{
	const char *data = piece->iov_base;
	size_t done = 0;

	while (done < piece->iov_len) {
		ssize_t room = wait_room(t, how->deadline_ns), part;
		size_t left = piece->iov_len - done;

		if (room < 0)
			return done ? (ssize_t)done : room;
		if ((size_t)room > left)
			room = (ssize_t)left;
		part = queue_output(t, data + done, (size_t)room, how->is_static,
			more || (size_t)room < left);
		if (part < 0)
			return done ? (ssize_t)done : part;
		if (part == 0)
			starve(t);
		done += (size_t)part;
		if (part && !hold)
			tcp_output(t->pcb);
	}
	return (ssize_t)done;
}

ssize_t tcp_sock_send(struct sock *s, const struct iovec *iov, size_t n,
	const struct send_how *how, const struct endpoint *to)
{
	struct tcp_sock *t = to_tcp(s);
	bool cork = t->corked || how->flags & MSG_MORE;
	size_t done = 0;

	(void)to; /* a connected stream has its peer */
	for (size_t i = 0; i < n; i++) {
		bool more = cork || i + 1 < n;
		ssize_t part = send_piece(t, &iov[i], how, more, more);

		if (part < 0)
			return done ? (ssize_t)done : part;
		done += (size_t)part;
		if ((size_t)part < iov[i].iov_len)
			break;
	}
	/* A cork holds back only what does not fill a packet. */
	if (t->pcb && t->state == OPEN &&
		(!cork || (t->pcb->unsent && t->pcb->unsent->next)))
		tcp_output(t->pcb);
	return (ssize_t)done;
}

/* --- readiness -------------------------------------------------------------------------------------------------------------- */

static unsigned poll_open(const struct tcp_sock *t)
{
	unsigned events = 0;

	if (t->rx_bytes || t->rx_end || t->s.rx_shut)
		events |= POLLIN | POLLRDNORM;
	if (t->rx_end || t->s.rx_shut)
		events |= POLLRDHUP;
	if (t->s.tx_shut || !t->pcb || is_writable(t))
		events |= POLLOUT | POLLWRNORM;
	if (t->s.tx_shut && (t->rx_end || t->s.rx_shut))
		events |= POLLHUP;
	return events;
}

unsigned tcp_sock_poll(struct sock *s)
{
	const struct tcp_sock *t = to_tcp(s);
	unsigned error = s->error ? POLLERR : 0;

	switch (t->state) {
	case FRESH:
		return POLLOUT | POLLHUP | error;
	case CONNECTING:
		return 0;
	case OPEN:
		return poll_open(t) | error;
	case LISTENING:
		return list_empty(&t->pending) ? 0 : POLLIN | POLLRDNORM;
	default:
		return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM | POLLRDHUP | POLLHUP |
		       error;
	}
}
