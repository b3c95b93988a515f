/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A front end of the network without a driver: rings, keys and states in a test's own
 * hands, and an outlet that keeps what the back end takes.
 */
#ifndef TESTS_FAKE_RAW_VIF_H
#define TESTS_FAKE_RAW_VIF_H

#include <stdbool.h>
#include <stdint.h>
#include <xen/io/netif.h>

#include "host/outlet.h"
#include "host/vif.h"
#include "xen/ring.h"

#define RAW_SLOTS 256u

struct raw_queue {
	struct ring_shared *tx, *rx;
	uint32_t tx_ref, rx_ref, tx_port, rx_port;
	unsigned pfn; /* of the pages that are sent and received into: 256 each way */
	uint32_t tx_prod, tx_cons, rx_prod, rx_cons; /* of ours */
};

struct raw_vif {
	unsigned id;
	struct raw_queue queue[2];
	unsigned n_queues;

	/* what the outlet has got: the last packet, and how many */
	struct outlet outlet;
	struct packet last;
	uint8_t bytes[PACKET_BYTES_MAX];
	unsigned n_sent, n_rooms;
	bool closed; /* the outlet */
};

/** An interface of that number: rings granted, ports open, nothing in XenStore yet. */
void raw_vif_init(struct raw_vif *v, unsigned id, unsigned n_queues, bool split);

/** Plug its back end. @f NULL = all features. */
struct vif *raw_vif_plug(struct raw_vif *v, const struct netback_features *f);

/** Write a key of the front end; the whole hand-shake's keys; the state. */
void raw_vif_key(const struct raw_vif *v, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void raw_vif_keys(const struct raw_vif *v);
void raw_vif_state(const struct raw_vif *v, int state);

/** All of it: init, plug, keys, Connected. Returns the back end, NULL if it is not. */
struct netback *raw_vif_connect(struct raw_vif *v, const struct netback_features *f);

/** Unplug by force and let go of everything. */
void raw_vif_end(struct raw_vif *v);

/* --- the transmit ring of a queue --------------------------------------------------- */

/** Write a request for page @page of 0..255, unpublished. It is granted for reading. */
void raw_tx(struct raw_queue *q, unsigned page, unsigned offset, unsigned size,
	unsigned flags);

/** The same slot as an extra info. */
void raw_tx_extra(struct raw_queue *q, unsigned type, unsigned flags, unsigned gso_type,
	unsigned gso_size);

/** Publish, signal, let the back end work. */
void raw_tx_push(struct raw_queue *q);

/** The next response. False when there is none. */
bool raw_tx_response(struct raw_queue *q, struct netif_tx_response *rsp);

/** The status of all responses there are: the same one; 99 when none, 98 if they differ. */
int raw_tx_status(struct raw_queue *q, unsigned *count);

/* --- the receive ring --------------------------------------------------------------- */

/** Put up pages, granted for writing. */
void raw_rx_post(struct raw_queue *q, unsigned n);
void raw_rx_push(struct raw_queue *q);
bool raw_rx_response(struct raw_queue *q, struct netif_rx_response *rsp);

/** The page that a response with this id has filled. */
uint8_t *raw_rx_page(struct raw_queue *q, uint16_t id);

/** Give a packet to the guest, as an outlet does. */
bool raw_deliver(struct raw_vif *v, const struct packet *p);

#endif
