/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network interface as the toolstack sees it: the keys that `xl` writes for one, the
 * hotplug script's part, and the back-end driver's side of XenBus.
 *
 *     backend/vif/7/0/state, written by the driver    device/vif/0/state, by the guest
 *
 *     1 Initialising   keys of the toolstack          1
 *     2 InitWait       its features; wait for guest   2, 3 its own start
 *     4 Connected      rings mapped, hotplug done     4 rings and ports offered
 *     5 Closing        unplugged, dying, or the       5, 6 it lets go
 *     6 Closed         guest goes
 *
 * Source: docs/misc/xenstore-paths.pandoc; public/io/netif.h; Linux, xen-netback/xenbus.c.
 */
#ifndef HOST_VIF_H
#define HOST_VIF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/netback.h"

struct vif_config {
	unsigned id;            /* devid: 0 for the first */
	uint16_t backend_domid; /* 0, or a driver domain's */
	uint8_t mac[6];
	const char *ip;     /* as in the xl file, NULL or "" = none */
	const char *bridge; /* NULL = "xenbr0" */
	struct netback_features features;
	struct outlet *outlet; /* the vif closes it when it is gone */
	bool slow_hotplug;     /* vif_hotplug_done() comes later, or never */
	bool no_driver;        /* vif_return() comes later, or never */
};

struct vif;

/**
 * What `xl network-attach` does, or `xl create` for each vif; then the driver's probe.
 *
 * Returns NULL when there is a vif of that number, or no memory.
 */
struct vif *vif_plug(const struct vif_config *c);

/**
 * What `xl network-detach` does: the guest is asked to let go, and the vif is gone when it
 * has. With @force at once, whatever the guest does. v is not to be used afterwards.
 */
void vif_unplug(struct vif *v, bool force);

/** The interface of that number, NULL when there is none (any more). */
struct vif *vif_find(unsigned id);

/** The hotplug script has put the device on its bridge; or has failed. */
void vif_hotplug_done(struct vif *v, bool good);

enum vif_death {
	VIF_UNBOUND, /* the driver is taken off the device: it says Closing, Closed */
	VIF_CRASHED, /* its domain is gone: nothing is written, ports close by themselves */
};

/** The back end dies, in whatever state it is. */
void vif_die(struct vif *v, enum vif_death how);

/** It returns: probes the device anew. */
void vif_return(struct vif *v);

/** What the driver's state is (XenbusState...), and the guest's; 0 = none. */
int vif_backend_state(const struct vif *v);
int vif_frontend_state(const struct vif *v);

/** The back end, NULL while it is dead. */
struct netback *vif_netback(const struct vif *v);

/** What each vif has carried, for --stats. */
void vif_print_counts(FILE *f);

#endif
