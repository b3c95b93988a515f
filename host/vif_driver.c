/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The back-end driver of a vif: its side of XenBus, which follows the guest's state as
 * Linux' netback does.
 */
#include <stdio.h>
#include <xen/io/xenbus.h>

#include "host/hv.h"
#include "host/say.h"
#include "host/vif_private.h"

static const char *front_key(void *arg, const char *key)
{
	const struct vif *v = arg;

	return vif_get(v->front, key);
}

static void set_state(struct vif *v, int state)
{
	v->state = state;
	vif_put_number(v->back, "state", (unsigned)state);
}

static void driver_fails(struct vif *v, const char *why)
{
	char dir[VIF_PATH_BYTES * 2];

	snprintf(dir, sizeof(dir), "/local/domain/%u/error/backend/vif/%u/%u",
		v->config.backend_domid, HV_DOMID, v->config.id);
	vif_put(dir, "error", why);
	host_refused("%s: the front end cannot be connected: %s", v->name, why);
	netback_disconnect(v->netback);
	set_state(v, XenbusStateClosing);
}

static void driver_connect(struct vif *v)
{
	const char *wrong;

	if (!v->hotplug)
		return; /* vif_hotplug_done() comes back to this */
	wrong = netback_connect(v->netback, front_key, v);
	if (wrong)
		driver_fails(v, wrong);
	else
		set_state(v, XenbusStateConnected);
}

/* One step from its state to the one that is wanted. False: it has to wait there. */
static bool driver_step(struct vif *v, int wanted)
{
	bool closing = wanted == XenbusStateClosing || wanted == XenbusStateClosed;

	switch (v->state) {
	case XenbusStateClosed:
		set_state(v, closing ? XenbusStateClosing : XenbusStateInitWait);
		return true;
	case XenbusStateInitWait:
		if (closing)
			set_state(v, XenbusStateClosing);
		else
			driver_connect(v);
		return closing;
	case XenbusStateConnected:
		netback_disconnect(v->netback);
		set_state(v, XenbusStateClosing);
		return true;
	default: /* XenbusStateClosing */
		set_state(v, XenbusStateClosed);
		return true;
	}
}

void vif_driver_go(struct vif *v, int wanted)
{
	while (v->state != wanted && driver_step(v, wanted))
		;
}

static void driver_offer(struct vif *v)
{
	const struct netback_features *f = &v->config.features;

	vif_put_number(v->back, "feature-rx-copy", 1);
	vif_put_number(v->back, "feature-rx-flip", 0);
	vif_put_number(v->back, "feature-sg", f->sg);
	vif_put_number(v->back, "feature-gso-tcpv4", f->gso4);
	vif_put_number(v->back, "feature-gso-tcpv6", f->gso6);
	if (!f->csum4)
		vif_put_number(v->back, "feature-no-csum-offload", 1);
	vif_put_number(v->back, "feature-ipv6-csum-offload", f->csum6);
	vif_put_number(v->back, "feature-split-event-channels", f->split);
	vif_put_number(v->back, "multi-queue-max-queues", f->queues);
}

void vif_driver_probe(struct vif *v)
{
	v->netback = netback_create(
		v->config.backend_domid, v->name, &v->config.features, v->config.outlet);
	if (!v->netback) {
		host_say("%s: no memory for a back end", v->name);
		return;
	}
	driver_offer(v);
	set_state(v, XenbusStateInitWait);
}

/* The front end's state has changed, or something else of it. */
void vif_driver_sees(struct vif *v, int front)
{
	char what[48];

	switch (front) {
	case XenbusStateInitialising:
		vif_driver_go(v, XenbusStateInitWait);
		break;
	case XenbusStateInitialised:
		break;
	case XenbusStateConnected:
	case XenbusStateClosing:
	case XenbusStateClosed:
		vif_driver_go(v, front);
		break;
	case XenbusStateUnknown: /* its directory is gone */
		vif_driver_go(v, XenbusStateClosed);
		break;
	default:
		snprintf(what, sizeof(what), "its state is %d", front);
		if (v->state == XenbusStateInitWait || v->state == XenbusStateConnected)
			driver_fails(v, what);
		break;
	}
}

void vif_driver_end(struct vif *v)
{
	struct netback_counts c;

	if (!v->netback)
		return;
	c = netback_get_counts(v->netback);
	netback_add_counts(&v->counts, &c);
	netback_destroy(v->netback);
	v->netback = NULL;
	v->state = XenbusStateUnknown;
}
