/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront between a XenBus made of tables and the model of a back end, with a client
 * that keeps what it gets: for the tests of net/netfront*.c.
 */
#ifndef TESTS_FAKE_VIF_H
#define TESTS_FAKE_VIF_H

#include "net/netfront_private.h"
#include "tests/fake/back.h"
#include "tests/test.h"

#define VIF_RECEIVED 600

/* What the toolstack and the back end's driver put into XenStore. */
struct vif_options {
	const char *mac; /* NULL = a good one, "" = none */
	const char *mtu, *ip;
	bool no_rx_copy, no_split, no_sg, no_csum, no_csum6;
};

struct vif {
	struct back *back;
	struct xenbus_device dev;
	struct netfront *nf; /* after vif_connect() */

	/* what the client got */
	struct netfront_rx received[VIF_RECEIVED];
	unsigned n_received;
	unsigned ups, downs, rooms, detaches;
	bool refuse;        /* the client has no memory for a vif */
	bool keep;          /* received pages stay out */
	const char *failed; /* what xenbus_device_fail() was told */
	unsigned kicks;     /* net_kick() */
	int write_error;    /* what writing the keys results in */
};
extern struct vif vif;

/** Name the keys; probe. Returns probe's result. */
int vif_probe(const struct vif_options *o);

/** probe, connect, the back end too, connected. Cases go on only if it returns true. */
bool vif_connect(const struct vif_options *o);

/** The value that the hand-shake wrote, "" if none. */
const char *vif_key(const char *key);
netback_key vif_key_text;

/** Let the events that wait be delivered. */
void vif_deliver(void);

/** The same, then poll until nothing is left, and flush. */
void vif_settle(void);

/**
 * Send n bytes of heap data, each byte its index. Returns netfront_send()'s result; *done
 * counts.
 */
int vif_send(unsigned len, unsigned *done);

/** Give back what the client kept. */
void vif_give_back(void);

/**
 * Disconnect, remove; then check that pages, grants and ports are as before vif_probe().
 */
void vif_end(void);

/** The same without the back end's letting go first. */
void vif_check_leaks(void);

#endif
