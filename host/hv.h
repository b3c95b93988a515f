/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seam between the models of Xen's interfaces (event channels, grants, XenStore,
 * console, network back end) and the domain they serve. They know of that domain only
 * what is in the first part; the second is what they offer to whoever dispatches its
 * hypercalls: the domain part of domik-host for a real image, tests/fake for a kernel
 * that is compiled natively.
 *
 *     image / native kernel
 *         | hypercall                          ^ upcall
 *     dispatcher: arguments copied in and out  | if hv_event_pending() and not masked
 *         | hv_evtchn_op() hv_grant_op()       |
 *     evtchn.c  grant.c       then peers_run():  console.c xenstore.c netback.c ...
 *         | hv_frame() hv_shared_info() hv_now_ns()       | peer.h
 */
#ifndef HOST_HV_H
#define HOST_HV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/xen.h>

#define HV_DOMID 7u /* of the one domain */

/* --- what the models need: host/memory.c and host/clock.c, or tests/fake/seam.c ---- */

/**
 * A frame that the domain owns, as we see it.
 *
 * @mfn  machine frame, any number: it may come from the domain
 * Returns our address of its first byte, or NULL when there is no such frame.
 */
void *hv_frame(uint64_t mfn);

/**
 * The same for the use of a peer. While it is held for writing it cannot become a page
 * table; one that is a page table is not given for writing.
 *
 * Returns our address, or NULL: no frame of the domain's, or not to be written.
 */
void *hv_frame_get(uint64_t mfn, bool write);

/** End a use: same arguments. */
void hv_frame_put(uint64_t mfn, bool write);

/**
 * The machine frame kept for the n-th frame of the grant table, n < hv_grant_frames_max.
 * It is zeroed, belongs to Xen (no page table, no grant of the domain may name it) and
 * hv_frame() knows it.
 */
uint64_t hv_grant_frame(unsigned n);

/** The page that Xen and the domain share. Never NULL once the domain is built. */
struct shared_info *hv_shared_info(void);

/** Xen's system time. */
uint64_t hv_now_ns(void);

/* --- event channels: evtchn.c, channel.c --------------------------------------------------------- */

/**
 * Do one EVTCHNOP_.
 *
 * @arg  copy of the argument in our memory; results are written to it
 * Returns 0 or -XEN_E...
 */
long hv_evtchn_op(unsigned cmd, void *arg);

/** Does the vCPU have an upcall coming (masked or not)? */
bool hv_event_pending(void);

/** Is this port's pending bit set? False for a number that is none. */
bool hv_port_pending(uint32_t port);

/** Set a port pending as a signal from outside does. */
void hv_raise_port(uint32_t port);

/** Raise a virtual interrupt; false when nobody is bound to it. */
bool hv_raise_virq(unsigned virq);

/* Port numbers that the domain may have, 0 included (xl's max_event_channels + 1). */
extern unsigned hv_ports_max;

/** Ports in use. */
unsigned hv_ports_open(void);

/* --- grants: grant.c ------------------------------------------------------------------ */

/* Frames of grant entries that a domain may have (xl's max_grant_frames). */
#define HV_GRANT_FRAMES_LIMIT 64u
extern unsigned hv_grant_frames_max; /* set before the domain runs; 32 */

/**
 * Do one GNTTABOP_, one operation at a time.
 *
 * @arg  copy of the argument in our memory. For GNTTABOP_setup_table its frame_list.p is
 *       an array of ours with HV_GRANT_FRAMES_LIMIT places, whose first nr_frames are
 *       filled for the dispatcher to copy out.
 * Returns 0 (the operation's own status is in *arg) or -XEN_E...
 */
long hv_grant_op(unsigned cmd, void *arg);

/** Mappings by grant that peers hold now. */
unsigned hv_frames_mapped(void);

/* --- faults for tests ------------------------------------------------------------------ */

/** The next port that is handed out is @port, if free. */
void hv_ports_from(uint32_t port);

/**
 * The next @n event channel operations fail with this (positive, Xen's) errno; 0 = none.
 */
void hv_ports_fail(unsigned n, int xen_errno);

#endif
