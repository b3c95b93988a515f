/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels: numbered one-bit signals between domains and from Xen, two-level ABI. A
 * port is masked when it is opened: nothing is delivered before evtchn_unmask().
 */
#ifndef XEN_EVTCHN_H
#define XEN_EVTCHN_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t evtchn_port_nr; /* 1 .. 4095 on pv64, 1 .. 1023 on pv32; 0 is no port */

/**
 * Called in the upcall with events off, once per event or batch of events: mark and wake
 * only.
 */
typedef void evtchn_handler(evtchn_port_nr port, void *arg);

/**
 * Open a port that a domain may connect to.
 *
 * @peer  domain id that may bind to it
 * Returns the port, or -ENOSPC, -EPERM... from Xen.
 * Context: thread. Owner: caller, until evtchn_close().
 * Source: public/event_channel.h, EVTCHNOP_alloc_unbound.
 */
int evtchn_alloc_unbound(uint16_t peer, evtchn_handler *handler, void *arg);

/**
 * Connect to a port that @peer opened for us. Returns our port or -errno. Source:
 * EVTCHNOP_bind_interdomain.
 */
int evtchn_bind_interdomain(
	uint16_t peer, evtchn_port_nr peer_port, evtchn_handler *handler, void *arg);

/**
 * Bind a virtual interrupt (VIRQ_TIMER, ...) of our one vCPU. Returns the port or -errno.
 */
int evtchn_bind_virq(unsigned virq, evtchn_handler *handler, void *arg);

/**
 * Take over a port that exists already (console and xenstore, from start_info). Returns 0
 * or -errno.
 */
int evtchn_adopt(evtchn_port_nr port, evtchn_handler *handler, void *arg);

/**
 * Close and forget the port; its handler does not run after this returns. Context:
 * thread.
 */
void evtchn_close(evtchn_port_nr port);

/** Stop delivery of one port; events that come meanwhile stay pending. Context: any. */
void evtchn_mask(evtchn_port_nr port);

/** Allow delivery; an event that came while masked is delivered at once. Context: any. */
void evtchn_unmask(evtchn_port_nr port);

/** True if an event waits at the (masked) port. Context: any. */
bool evtchn_pending(evtchn_port_nr port);

/** Forget an event that waits at the port. Context: any. */
void evtchn_clear(evtchn_port_nr port);

/** Signal the other end. Returns 0 or -errno. Context: any. Source: EVTCHNOP_send. */
int evtchn_send(evtchn_port_nr port);

struct evtchn_stats {
	unsigned ports;    /* open by us */
	uint64_t upcalls;  /* times Xen called us */
	uint64_t events;   /* handlers run */
	uint64_t spurious; /* events on ports with no handler (masked from then on) */
};
void evtchn_get_stats(struct evtchn_stats *s);

/** Module entry: mask every port and take over the upcall. Returns 0. */
int evtchn_start(void);

#endif
