/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the back end share; tests reach into it to break the protocol. */
#ifndef HOST_NETBACK_PRIVATE_H
#define HOST_NETBACK_PRIVATE_H

#include <xen/io/netif.h>
#include <xen/xen.h>

#include "host/netback.h"
#include "host/peer.h"
#include "xen/ring.h"

/* Slots of either ring, and the bytes of one: public/io/netif.h, DEFINE_RING_TYPES. */
#define NETBACK_RING     256u
#define NETBACK_TX_BYTES 12u
#define NETBACK_RX_BYTES 8u

struct netback_queue {
	struct netback *b;
	unsigned nr;
	struct ring_shared *tx, *rx; /* NULL = not connected */
	uint32_t tx_ref, rx_ref;
	struct channel *tx_channel, *rx_channel; /* the same one if not split */
	/* our private indices */
	uint32_t tx_req_cons, tx_rsp_prod;
	uint32_t rx_req_cons, rx_rsp_prod;
	bool rx_waits; /* the outlet keeps a packet for want of pages */
};

struct netback {
	uint16_t domid;
	const char *name;
	struct netback_features offers;
	struct outlet *outlet;

	/* what the front end has asked for */
	bool connected;
	unsigned n_queues;
	bool sg;
	struct packet_ability takes;
	struct netback_queue queue[NETBACK_QUEUES_MAX];

	char broken[128]; /* why it is cut off, "" = it is not */
	struct netback_counts counts;

	/*
	 * For tests. The first sees every packet with its requests (the first one's size
	 * is that of its slot), and returns true when it will answer them itself.
	 */
	bool (*on_taken)(struct netback_queue *q, const struct netif_tx_request *req,
		unsigned n, const struct packet *p);
	void (*on_signal)(struct netback_queue *q);
	bool stopped; /* does not look at the rings */
	void *test_arg;
};

/** The front end has done what nobody forgives: its rings are not looked at any more. */
void netback_cut_off(struct netback *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** Take what is on the transmit ring now. */
void netback_tx_run(struct netback_queue *q);

/** The front end may have put up pages. */
void netback_rx_run(struct netback_queue *q);

/** Write the next response on the transmit ring. */
void netback_tx_respond(struct netback_queue *q, uint16_t id, int16_t status);

/** Show responses to the front end, and notify it if it asked to be. */
void netback_tx_push(struct netback_queue *q);
void netback_rx_push(struct netback_queue *q);

/** Publish an index; did the front end ask to hear of it? */
bool netback_publish(struct ring_shared *s, uint32_t rsp_prod);

#endif
