/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a connection after close(): nobody holds it any more, and the answer that is still queued has to arrive.
 *
 * A plain tcp_close() answers data that comes afterwards by a reset, which makes the peer throw away what it has not
 * read yet: a server that answers before it has read all of a request would destroy its answer. So only the sending
 * side is closed, what comes is acknowledged and dropped for a while, and then lwIP's own rules for a closed
 * connection apply.
 *
 *     close() --> FIN is sent behind the data --> all acknowledged --LINGER_POLLS--> resets are allowed again
 *         +-----> peer takes nothing for STALL_POLLS --> reset
 *
 * While orphaned, a block's argument counts the polls since something was acknowledged.
 */
#include "libc-glue/socket_tcp.h"

#include "lwip/priv/tcp_priv.h"

#define POLL_INTERVAL 4  /* of lwIP's slow timer, 500 ms each */
#define LINGER_POLLS  2  /* 4 s */
#define STALL_POLLS   30 /* 60 s */

static uintptr_t count_of(void *arg)
{
	return (uintptr_t)arg;
}

static err_t orphan_received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg, (void)err;
	if (p) {
		tcp_recved(pcb, p->tot_len);
		pbuf_free(p);
	}
	return ERR_OK;
}

static bool all_acknowledged(const struct tcp_pcb *pcb)
{
	return !pcb->unsent && !pcb->unacked;
}

static err_t orphan_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
	(void)arg, (void)len;
	tcp_arg(pcb, NULL);
	if (pcb->state == CLOSE_WAIT && all_acknowledged(pcb))
		tcp_shutdown(pcb, 0, 1);
	tcp_sock_feed_starved();
	return ERR_OK;
}

static err_t orphan_poll(void *arg, struct tcp_pcb *pcb)
{
	uintptr_t n = count_of(arg) + 1;

	tcp_arg(pcb, (void *)n);
	if (pcb->state == FIN_WAIT_2 && n >= LINGER_POLLS) {
		pcb->flags |= TF_RXCLOSED; /* as if closed plainly: lwIP times it out */
		tcp_poll(pcb, NULL, 0);
	} else if (n >= STALL_POLLS) {
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	return ERR_OK;
}

void tcp_orphan(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	tcp_err(pcb, NULL);
	tcp_recv(pcb, orphan_received);
	tcp_sent(pcb, orphan_sent);
	tcp_poll(pcb, orphan_poll, POLL_INTERVAL);
	/* The peer has closed already: lwIP gives up a connection in LAST_ACK after a short silence, so the FIN waits
	 * until the data has arrived. */
	if (pcb->state == CLOSE_WAIT && !all_acknowledged(pcb))
		tcp_output(pcb);
	else
		tcp_shutdown(pcb, 0, 1);
}
