/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What another domain may do to ours, in one process: signal it, be signalled, and reach
 * its frames by grant. Back ends, xenstored and the console daemon are written against
 * this and nothing else, so that they can serve a kernel compiled natively (tests/fake)
 * as well as a real image.
 *
 * A peer's work is a function that runs when the domain has signalled it, in peers_run():
 * after a hypercall, or when the domain sleeps, as the dispatcher of hypercalls chooses.
 * @ref, @peer and the like come from the domain and may be any number.
 */
#ifndef HOST_PEER_H
#define HOST_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- event channels: channel.c ------------------------------------------ */

struct channel; /* the peer's end of one */
typedef void channel_handler(void *arg);

/** One that exists from birth (console, xenstore); *guest_port gets our end. */
struct channel *channel_wire(
	uint16_t peer, channel_handler *fn, void *arg, uint32_t *guest_port);

/** Bind to a port that our domain opened for @peer. NULL when there is none such. */
struct channel *channel_bind(
	uint16_t peer, uint32_t guest_port, channel_handler *fn, void *arg);

/** Open a port for our domain to bind to; *peer_port gets its number. */
struct channel *channel_open(
	uint16_t peer, channel_handler *fn, void *arg, uint32_t *peer_port);

/** Signal our domain. Nothing happens when its end is closed. */
void channel_notify(struct channel *c);

/** Have the peer's function run once more without a signal. */
void channel_again(struct channel *c);

/** Close the peer's end: ours is open again for the same domain. */
void channel_close(struct channel *c);

/* --- frames by grant: grant.c -------------------------------------------- */

/**
 * Map the frame behind a reference as Xen would. NULL when the entry does not allow it.
 */
void *frame_map(uint16_t peer, uint32_t ref, bool write);

/** Give a mapping back; same arguments. */
void frame_unmap(uint16_t peer, uint32_t ref, bool write);

/* --- when peers work: channel.c ----------------------------------------- */

/** Let each peer that has been signalled work once. Returns how many did. */
unsigned peers_run(void);

/** Has any been signalled since it ran last? */
bool peers_signalled(void);

#endif
