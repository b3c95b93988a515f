/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tester's hands on the network back end of host/netback.h: it keeps what the back end
 * takes, holds answers back, and breaks the protocol on demand. Works on queue 0.
 */
#ifndef TESTS_FAKE_BACK_H
#define TESTS_FAKE_BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/netif.h>

#include "host/netback_private.h"

#define BACK_DOMID   3u
#define BACK_PACKETS 1024u /* kept for the test */

/* A packet that the front end sent. */
struct back_packet {
	uint8_t *data;
	unsigned len, slots, first_len; /* bytes in the first slot */
	uint16_t flags;                 /* of the first slot, NETTXF_... */
};

/* A request that has been taken and not answered (hold). */
struct back_held {
	struct netif_tx_request req;
	const uint8_t *mapped;
};

struct back {
	struct netback *netback; /* NULL = none */
	bool hold;               /* take packets but do not answer: back_answer() does */
	const char
		*wrong; /* the first thing that the front end did against the protocol */
	struct back_packet packet[BACK_PACKETS];
	unsigned n_packets;
	struct back_held held[256];
	unsigned n_held;
	unsigned events; /* that the front end sent */
};

/** Look over this back end's shoulder from now on. */
void back_watch(struct back *b, struct netback *netback);

/** Not connected, or its queue. */
struct netback_queue *back_queue(const struct back *b);

/** Connect it by these keys. Returns NULL, or what is wrong. */
const char *back_connect(struct back *b, netback_key *key, void *arg);

/** Let go of rings and ports; what was held stays mapped until back_release(). */
void back_disconnect(struct back *b);
void back_release(struct back *b);

/** Forget the packets kept. */
void back_clear(struct back *b);

/** Take what is on the transmit ring now. */
void back_run(struct back *b);

/** Do not even look at the rings, or do again. */
void back_stop(struct back *b, bool stopped);

/** Answer the i-th held request with a status; the others move up. */
void back_answer(struct back *b, unsigned i, int status);

/**
 * Publish responses on either ring and notify the front end if it asked to be (or
 * always).
 */
void back_push(struct back *b, bool always);

/** Requests for pages that wait. */
unsigned back_rx_waiting(const struct back *b);

/**
 * Put a packet into slots of our choice, unpublished.
 *
 * @flags       of the first slot, NETRXF_...
 * @slot_bytes  bytes to put into one slot, up to 4096
 * Returns false when there are too few pages.
 */
bool back_give(struct back *b, const void *data, unsigned len, uint16_t flags,
	unsigned slot_bytes);

/** Take the next request for a page (not answered yet). False when there is none. */
bool back_rx_take(struct back *b, struct netif_rx_request *req);

/** Fill a posted page. False when the grant does not allow it. */
bool back_rx_fill(
	struct back *b, uint32_t ref, unsigned offset, const void *data, unsigned len);

/** Write any eight bytes as the next response. */
void back_rx_raw(struct back *b, const void *response);

/** Write any response on the transmit ring. */
void back_tx_raw(struct back *b, uint16_t id, int16_t status);

#endif
