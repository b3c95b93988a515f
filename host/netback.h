/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network back end for native tests: it keeps the protocol as strictly as a real one
 * would, or breaks it on demand.
 *
 * Left alone it takes every packet off the transmit ring, keeps a copy for the test and
 * answers at once. It reaches the domain only through host/peer.h.
 * Source: public/io/netif.h.
 */
#ifndef HOST_NETBACK_H
#define HOST_NETBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/xen.h>
#include <xen/io/netif.h>

#define NETBACK_DOMID   3u
#define NETBACK_PACKETS 1024u /* kept for the test */

/* A packet that the front end sent. */
struct netback_packet {
	uint8_t *data;
	unsigned len, slots, first_len; /* bytes in the first slot */
	uint16_t flags;                 /* of the first slot, NETTXF_... */
};

/* A request that has been taken and not answered (hold). */
struct netback_held {
	struct netif_tx_request req;
	const uint8_t *mapped;
};

struct netback {
	/* for the test */
	bool hold;    /* take packets but do not answer: netback_answer() does */
	bool stopped; /* do not even look at the rings */
	const char
		*wrong; /* the first thing that the front end did against the protocol */
	struct netback_packet packet[NETBACK_PACKETS];
	unsigned n_packets;
	struct netback_held held[256];
	unsigned n_held;
	unsigned events; /* that the front end sent */
	void (*on_packet)(struct netback *b, const struct netback_packet *p);

	/* the model's own */
	struct ring_shared *tx, *rx;
	uint32_t tx_ref, rx_ref;
	struct channel *tx_channel, *rx_channel;
	uint32_t tx_req_cons, tx_rsp_prod, rx_req_cons, rx_rsp_prod;
	struct netif_tx_request
		part[32]; /* a packet of which more requests are to come */
	unsigned n_part;
};

/** The value of one of the front end's keys, or 0. */
typedef unsigned long netback_key(void *arg, const char *key);

/**
 * Map the rings and bind the ports that the front end's keys name. Returns NULL, or what
 * is missing.
 */
const char *netback_connect(struct netback *b, netback_key *key, void *arg);

/** Let go of rings and ports; what was held stays mapped until netback_release(). */
void netback_disconnect(struct netback *b);
void netback_release(struct netback *b);

/** Forget the packets kept. */
void netback_clear(struct netback *b);

/** Take what is on the transmit ring now. */
void netback_run(struct netback *b);

/** Answer the i-th held request with a status; the others move up. */
void netback_answer(struct netback *b, unsigned i, int status);

/**
 * Publish responses on either ring and notify the front end if it asked to be (or
 * always).
 */
void netback_push(struct netback *b, bool always);

/* --- packets for the front end ------------------------------------------------------ */

/** Requests for pages that wait. */
unsigned netback_rx_waiting(const struct netback *b);

/**
 * Send a packet, in as many slots as it needs.
 *
 * @flags    of the first slot, NETRXF_...
 * @slot_bytes  bytes to put into one slot, up to 4096
 * Returns false when there are too few pages.
 */
bool netback_give(struct netback *b, const void *data, unsigned len, uint16_t flags,
	unsigned slot_bytes);

/** Take the next request for a page (not answered yet). False when there is none. */
bool netback_rx_take(struct netback *b, struct netif_rx_request *req);

/**
 * Copy into a posted page, as the hypervisor does for a back end. False when the grant
 * does not allow it.
 */
bool netback_rx_fill(
	struct netback *b, uint32_t ref, unsigned offset, const void *data, unsigned len);

/** Write any eight bytes as the next response. */
void netback_rx_raw(struct netback *b, const void *response);

/** Write any response on the transmit ring. */
void netback_tx_raw(struct netback *b, uint16_t id, int16_t status);

#endif
