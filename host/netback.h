/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network back end of one vif: the driver in domain 0 that takes packets off the
 * front end's rings for an outlet, and puts the outlet's packets into pages that the
 * front end has put up.
 *
 *     front end      tx ring -->  netback_tx.c  --> outlet_send()   slirp, tap ...
 *                    rx ring <--  netback_rx.c  <-- netback_deliver()
 *
 * It believes nothing that is on a ring. What a real back end answers with an error is
 * answered so; what one cuts the front end off for, it does too, and says why.
 * Source: public/io/netif.h; which fault has which consequence: Linux, drivers/net/xen-netback.
 */
#ifndef HOST_NETBACK_H
#define HOST_NETBACK_H

#include <stdbool.h>
#include <stdint.h>

#include "host/outlet.h"

#define NETBACK_QUEUES_MAX  8u
/* Requests of one packet: what every back end takes; and what it never forgives. */
#define NETBACK_SLOTS_MAX   18u
#define NETBACK_SLOTS_FATAL 20u

/* What it offers, each of which can be left out. */
struct netback_features {
	bool split;        /* an event channel for each ring */
	bool sg;           /* packets in several slots */
	bool csum4, csum6; /* checksums may be left blank */
	bool gso4, gso6;   /* TCP segments may be left uncut; need sg and the checksum */
	unsigned queues;   /* 1 .. NETBACK_QUEUES_MAX */
};
extern const struct netback_features netback_all_features;

/** Take out what needs something that is left out. */
void netback_make_consistent(struct netback_features *f);

struct netback_counts {
	uint64_t tx_packets, tx_bytes, tx_errors; /* errors: answered with one */
	uint64_t rx_packets, rx_bytes,
		rx_errors;   /* errors: pages that could not be filled */
	uint64_t rx_waits;   /* no pages: the outlet has kept the packet */
	uint64_t rx_dropped; /* too long, or the front end is cut off */
};

struct netback;

/**
 * Make a back end that is not connected.
 *
 * @domid   of the domain it is to work in, as the front end's grants name it
 * @name    for messages: "vif0"; kept as a pointer
 * @f       what it may offer; copied
 * @outlet  stays the caller's, and open as long as the back end is there
 */
struct netback *netback_create(uint16_t domid, const char *name,
	const struct netback_features *f, struct outlet *outlet);
void netback_destroy(struct netback *b);

/**
 * The text of one of the front end's keys ("tx-ring-ref", "queue-1/tx-ring-ref"), until
 * the next call; NULL when it is not there.
 */
typedef const char *netback_key(void *arg, const char *key);

/**
 * Map the rings and bind the ports that the front end's keys name.
 *
 * Returns NULL, or what is wrong with them (until the next call); nothing is held then.
 */
const char *netback_connect(struct netback *b, netback_key *key, void *arg);

/** Let go of rings and ports. Harmless when not connected. */
void netback_disconnect(struct netback *b);

bool netback_connected(const struct netback *b);

/** Why the front end has been cut off, or NULL. */
const char *netback_broken(const struct netback *b);

struct netback_counts netback_get_counts(const struct netback *b);
void netback_add_counts(struct netback_counts *to, const struct netback_counts *more);

/** What an outlet calls, with the netback as @arg: outlet.h, deliver. */
bool netback_deliver(void *arg, const struct packet *p);

#endif
