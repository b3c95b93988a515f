/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of netfront share: one struct netfront per vif.
 *
 *   netfront.c         devices, polling, flushing, the end of a broken one
 *   netfront_rx.c      pages granted to the back end, responses into packets
 *   netfront_tx.c      packets into slots, completions
 *   netfront_files.c   file pages that are sent as they lie, the cache of their grants
 *   netfront_xenbus.c  the hand-shake
 *
 * Everything here is touched under the net lock, except the fields marked "upcall".
 */
#ifndef NET_NETFRONT_PRIVATE_H
#define NET_NETFRONT_PRIVATE_H

#include <stdint.h>
#include <xen/xen.h>
#include <xen/io/netif.h>

#include "kernel/addr.h"
#include "kernel/list.h"
#include "kernel/timer.h"
#include "net/netfront.h"
#include "xen/evtchn.h"
#include "xen/ring.h"
#include "xen/xenbus.h"

#define NETFRONT_RING_SLOTS                                                              \
	256u                    /* of 8 and 12 bytes: both directions come out the same */
#define NETFRONT_RX_BUDGET  64u /* responses per netfront_poll() */
#define NETFRONT_MAX_EXTRAS 2u  /* extra slots that a received packet may have */
#define NETFRONT_CHUNK                                                                   \
	2048u /* bytes of a tx copy buffer: a full frame fits, two make a page */

/* --- receive ------------------------------------------------------------------------ */

/* A page in the hands of the back end; index = id of its request. */
struct rx_slot {
	void *page; /* NULL: this id is free */
	uint32_t ref;
};

struct netfront_rx_side {
	struct ring ring;
	uint32_t ring_ref;
	struct rx_slot slot[NETFRONT_RING_SLOTS];
	uint16_t free_id[NETFRONT_RING_SLOTS];
	unsigned n_free;
	uint16_t posted_id[NETFRONT_RING_SLOTS]; /* by ring slot: extras carry no id */

	void *pool;          /* free pages, linked by their first word */
	unsigned pool_pages; /* in the pool */
	unsigned pages_up;   /* with the client */
	unsigned target;     /* pages to keep posted */
	unsigned target_max;
	unsigned pages_max; /* posted + pool + with the client */

	/* The packet being put together: its slots may come in several batches. */
	struct netfront_rx packet;
	unsigned slots, extras; /* of it, so far */
	uint16_t first_flags;
	bool bad;          /* drop it at its end */
	bool expect_extra; /* the next response is an extra, not a page */
	bool more_data;    /* the last page was not the packet's last */
};

/* --- transmit ----------------------------------------------------------------------- */

enum tx_kind {
	TX_FREE,
	TX_COPY,     /* a chunk of ours, granted for as long as the connection lasts */
	TX_FILE,     /* a file page whose grant stays in the cache */
	TX_ONCE,     /* a file page granted for this slot only */
	TX_ANSWERED, /* first slot of a packet whose others are still out */
};

/*
 * A slot on its way; index = id of its request. The first slot of a packet carries the
 * packet's own fields.
 */
struct tx_slot {
	enum tx_kind kind;
	uint16_t first;          /* id of the packet's first slot */
	uint16_t waiting;        /* first slot only: slots without an answer */
	uint16_t where;          /* TX_COPY: chunk; TX_FILE: cache entry */
	uint32_t ref;            /* TX_ONCE */
	void (*done)(void *arg); /* first slot only; NULL when called already */
	void *arg;
};

/* A page that holds only copies for this peer. */
struct tx_page {
	void *page; /* NULL: not there yet */
	uint32_t ref;
};
#define NETFRONT_CHUNKS          NETFRONT_RING_SLOTS
#define NETFRONT_CHUNKS_PER_PAGE (PAGE_SIZE / NETFRONT_CHUNK)

/* A file page that stays granted, read-only. */
struct file_grant {
	const void *page; /* NULL: free */
	uint32_t ref;
	uint32_t in_flight; /* slots on the ring that use it */
};
#define NETFRONT_FILE_GRANTS 1024u /* power of two */

struct netfront_tx_side {
	struct ring ring;
	uint32_t ring_ref;
	struct tx_slot slot[NETFRONT_RING_SLOTS];
	uint16_t free_id[NETFRONT_RING_SLOTS];
	unsigned n_free;

	struct tx_page page[NETFRONT_CHUNKS / NETFRONT_CHUNKS_PER_PAGE];
	unsigned n_pages, pages_max;
	uint16_t free_chunk[NETFRONT_CHUNKS];
	unsigned n_free_chunks;

	struct file_grant *files; /* NETFRONT_FILE_GRANTS, from the first file page on */
	bool full; /* somebody was sent away: wants an event when there is room */
};

/* --- a vif -------------------------------------------------------------------------- */

struct netfront {
	struct list link;
	struct xenbus_device *dev; /* NULL once removed */
	uint16_t peer;
	uint8_t mac[6];
	unsigned id, mtu;
	char ip[160];
	struct netfront_features features;
	void *client_data;

	bool rings; /* rings and ports exist: between connect() and disconnect() */
	bool up;    /* both ends are Connected */
	bool broken;
	evtchn_port_nr rx_port, tx_port; /* one and the same without split channels */
	struct netfront_rx_side rx;
	struct netfront_tx_side tx;

	bool kicked; /* upcall: an event came */
	bool masked; /* upcall: the ports are, until a poll has found nothing more */
	unsigned idle_events; /* events in a row that had nothing behind them */
	struct timer throttle;
	struct netfront_stats stats;
};

extern const struct netfront_client *netfront_client;

/** The back end broke the protocol: stop using it, tell xenbus. Under the net lock. */
void netfront_break(struct netfront *nf, const char *what);

/* netfront_rx.c */
int netfront_rx_start(struct netfront *nf);
void netfront_rx_stop(struct netfront *nf);
void netfront_rx_fill(struct netfront *nf);
unsigned netfront_rx_poll(struct netfront *nf, unsigned budget);
void netfront_rx_pool_free(struct netfront *nf);

/* netfront_tx.c */
int netfront_tx_start(struct netfront *nf);
void netfront_tx_stop(struct netfront *nf);
unsigned netfront_tx_reap(struct netfront *nf);
bool netfront_tx_sleep_check(struct netfront *nf);

/* netfront_files.c */
int netfront_file_grant(struct netfront *nf, const void *page, struct tx_slot *slot);
void netfront_file_release(struct netfront_tx_side *tx, const struct tx_slot *slot);
void netfront_files_stop(struct netfront_tx_side *tx);

/* netfront.c */
struct netfront *netfront_create(struct xenbus_device *dev);
void netfront_destroy(struct netfront *nf);
int netfront_open(struct netfront *nf);
void netfront_set_up(struct netfront *nf);
void netfront_close(struct netfront *nf);

/** A page for a ring, granted to the peer. Returns it, or NULL. */
void *netfront_ring_create(
	struct netfront *nf, struct ring *ring, uint32_t slot_bytes, uint32_t *ref);
void netfront_ring_destroy(struct ring *ring, uint32_t ref);

#endif
