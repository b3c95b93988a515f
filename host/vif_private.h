/* SPDX-License-Identifier: BSD-2-Clause */
/* A vif's two halves: what the toolstack knows of it (vif.c), and the driver's state. */
#ifndef HOST_VIF_PRIVATE_H
#define HOST_VIF_PRIVATE_H

#include "host/vif.h"
#include "host/xenstore.h"
#include "kernel/list.h"

#define VIF_PATH_BYTES 96

struct vif {
	struct list link;
	struct vif_config config;
	char name[16];
	char front[VIF_PATH_BYTES], back[VIF_PATH_BYTES]; /* directories in XenStore */
	char front_state[VIF_PATH_BYTES + 8];             /* what the driver watches */
	struct store_watch watch;
	struct netback *netback;      /* NULL: no driver */
	struct netback_counts counts; /* of back ends that are gone */
	int state;                    /* the driver's, as it has written it */
	bool hotplug, unplugged;
};

/** Keys of one of the directories. The text is good until the next call; NULL = none. */
void vif_put(const char *dir, const char *key, const char *value);
void vif_put_number(const char *dir, const char *key, unsigned value);
const char *vif_get(const char *dir, const char *key);

/* --- vif_driver.c ------------------------------------------------------------------- */

/** Offer the device's features and wait for the guest. */
void vif_driver_probe(struct vif *v);

/** Go to a state of XenBus, step by step. */
void vif_driver_go(struct vif *v, int wanted);

/** The guest's state is this now. */
void vif_driver_sees(struct vif *v, int front);

/** No driver any more; nothing is written. */
void vif_driver_end(struct vif *v);

#endif
