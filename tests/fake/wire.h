/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network of two hosts in one process: ours, through XenBus and netfront, and a peer,
 * which is a second interface of the same lwIP at the other end of the back end.
 *
 *     lwIP -- netif.c -- netfront -- rings -- host/netback.c -- outlet -- lwIP's interface
 *     "pr"
 *
 * The toolstack's and the driver's parts are those of host/vif.c.
 */
#ifndef TESTS_FAKE_WIRE_H
#define TESTS_FAKE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/netif.h"

#include "tests/fake/back.h"

struct wire_options {
	const char *ip; /* of the toolstack; NULL = none */
	bool no_split, no_sg, no_csum, no_csum6;
	bool lame; /* the back end never answers */
};

extern struct back wire_back;
extern struct netif wire_peer; /* 10.0.0.1/24 */
extern bool wire_cut;          /* frames to the peer are lost */

/* Called with every frame of ours before the peer gets it, if set. */
extern void (*wire_seen)(const uint8_t *frame, unsigned len);

/** Boot the modules under the network, once; net_start() is the test's. */
void wire_boot(void);

/**
 * What `xl network-attach` and the back end's driver write, and take away. The wire is
 * that of interface 0; others lead nowhere.
 */
void wire_attach(unsigned id, const struct wire_options *o);
void wire_detach(void);

/** The same for another one than 0; politely, if the guest is to have its say. */
void wire_unplug(unsigned id, bool polite);

/** A lame back end, or one that has died, begins to do its part. */
void wire_wake(unsigned id);

/** The back end dies: by its driver's being unbound, or without a word. */
void wire_die(unsigned id, bool crash);

/**
 * The back end's driver moves by itself (unbind, an error): what it writes as its state.
 */
void wire_backend_state(unsigned id, int state);

/** The state that our side has written; 0 = none. */
int wire_frontend_state(unsigned id);

/** Give us a frame. False when we have no page for it. */
bool wire_give(const void *frame, unsigned len, uint16_t flags);

/** Carry frames and let time pass. */
void wire_run(unsigned ms);

#endif
