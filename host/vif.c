/* SPDX-License-Identifier: BSD-2-Clause */
/* Toolstack, hotplug script and back-end driver of a vif: vif.h says who writes what. */
#include "host/vif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xen/io/xenbus.h>

#include "host/hv.h"
#include "host/say.h"
#include "host/xenstore.h"
#include "kernel/list.h"

#define PATH_BYTES 96

struct vif {
	struct list link;
	struct vif_config config;
	char name[16];
	char front[PATH_BYTES], back[PATH_BYTES]; /* directories in XenStore */
	char front_state[PATH_BYTES + 8];         /* what the driver watches */
	struct store_watch watch;
	struct netback *netback; /* NULL: no driver */
	int state;               /* the driver's, as it has written it */
	bool hotplug, unplugged;
};

static struct list vifs = LIST_INIT(vifs);

/* --- XenStore ------------------------------------------------------------------------- */

static void put(const char *dir, const char *key, const char *value)
{
	char path[PATH_BYTES * 3];

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	store_write(path, "%s", value);
}

static void put_number(const char *dir, const char *key, unsigned value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	put(dir, key, text);
}

static const char *get(const char *dir, const char *key)
{
	char path[PATH_BYTES * 3];

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	return store_read(path);
}

static int get_state(const char *dir)
{
	const char *text = get(dir, "state");

	return text ? atoi(text) : 0;
}

static const char *front_key(void *arg, const char *key)
{
	const struct vif *v = arg;

	return get(v->front, key);
}

int vif_frontend_state(const struct vif *v)
{
	return get_state(v->front);
}

int vif_backend_state(const struct vif *v)
{
	return get_state(v->back);
}

struct netback *vif_netback(const struct vif *v)
{
	return v->netback;
}

static void set_state(struct vif *v, int state)
{
	v->state = state;
	put_number(v->back, "state", (unsigned)state);
}

/* --- the driver ------------------------------------------------------------------------ */

static void driver_fails(struct vif *v, const char *why)
{
	char dir[PATH_BYTES * 2];

	snprintf(dir, sizeof(dir), "/local/domain/%u/error/backend/vif/%u/%u",
		v->config.backend_domid, HV_DOMID, v->config.id);
	put(dir, "error", why);
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

static void driver_go(struct vif *v, int wanted)
{
	while (v->state != wanted && driver_step(v, wanted))
		;
}

static void driver_offer(struct vif *v)
{
	const struct netback_features *f = &v->config.features;

	put_number(v->back, "feature-rx-copy", 1);
	put_number(v->back, "feature-rx-flip", 0);
	put_number(v->back, "feature-sg", f->sg);
	put_number(v->back, "feature-gso-tcpv4", f->gso4);
	put_number(v->back, "feature-gso-tcpv6", f->gso6);
	if (!f->csum4)
		put_number(v->back, "feature-no-csum-offload", 1);
	put_number(v->back, "feature-ipv6-csum-offload", f->csum6);
	put_number(v->back, "feature-split-event-channels", f->split);
	put_number(v->back, "multi-queue-max-queues", f->queues);
}

static void driver_probe(struct vif *v)
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

/* The device is gone: as the toolstack sees it, and the driver's bookkeeping. */
static void vif_end(struct vif *v)
{
	store_unwatch(&v->watch);
	list_remove(&v->link);
	if (v->netback)
		netback_destroy(v->netback);
	outlet_close(v->config.outlet);
	store_begin();
	store_rm(v->back);
	store_rm(v->front);
	store_commit();
	free(v);
}

/* The front end's state has changed, or something else of it. */
static void driver_sees(struct vif *v, int front)
{
	char what[48];

	switch (front) {
	case XenbusStateInitialising:
		driver_go(v, XenbusStateInitWait);
		break;
	case XenbusStateInitialised:
		break;
	case XenbusStateConnected:
	case XenbusStateClosing:
	case XenbusStateClosed:
		driver_go(v, front);
		break;
	case XenbusStateUnknown: /* its directory is gone */
		driver_go(v, XenbusStateClosed);
		break;
	default:
		snprintf(what, sizeof(what), "its state is %d", front);
		if (v->state == XenbusStateInitWait || v->state == XenbusStateConnected)
			driver_fails(v, what);
		break;
	}
}

static void front_changed(struct store_watch *w, const char *path)
{
	struct vif *v = w->arg;
	int front = vif_frontend_state(v);

	(void)path;
	if (!v->netback)
		return;
	driver_sees(v, front);
	if (v->unplugged && v->state == XenbusStateClosed &&
		(front == XenbusStateClosed || front == XenbusStateUnknown))
		vif_end(v);
}

/* --- the toolstack ----------------------------------------------------------------------- */

struct vif *vif_find(unsigned id)
{
	list_for_each(&vifs, pos)
	{
		struct vif *v = list_entry(pos, struct vif, link);

		if (v->config.id == id)
			return v;
	}
	return NULL;
}

static void make_dir(const char *dir, unsigned owner, unsigned reader)
{
	char perms[32];

	snprintf(perms, sizeof(perms), "n%u r%u", owner, reader);
	store_write(dir, "%s", "");
	store_set_perms(dir, perms); /* what comes below inherits them */
}

static void write_keys(struct vif *v)
{
	const struct vif_config *c = &v->config;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", c->mac[0], c->mac[1],
		c->mac[2], c->mac[3], c->mac[4], c->mac[5]);
	make_dir(v->front, HV_DOMID, c->backend_domid);
	make_dir(v->back, c->backend_domid, HV_DOMID);
	put(v->back, "frontend", v->front);
	put_number(v->back, "frontend-id", HV_DOMID);
	put_number(v->back, "online", 1);
	put_number(v->back, "state", XenbusStateInitialising);
	put(v->back, "script", "/etc/xen/scripts/vif-bridge");
	put(v->back, "mac", mac);
	if (c->ip && *c->ip)
		put(v->back, "ip", c->ip);
	put(v->back, "bridge", c->bridge ? c->bridge : "xenbr0");
	put_number(v->back, "handle", c->id);
	put(v->back, "type", "vif");
	put(v->front, "backend", v->back);
	put_number(v->front, "backend-id", c->backend_domid);
	put_number(v->front, "state", XenbusStateInitialising);
	put_number(v->front, "handle", c->id);
	put(v->front, "mac", mac);
	put_number(v->front, "mtu", 1500);
}

struct vif *vif_plug(const struct vif_config *c)
{
	struct vif *v = vif_find(c->id) ? NULL : calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->config = *c;
	netback_make_consistent(&v->config.features);
	snprintf(v->name, sizeof(v->name), "vif%u", c->id);
	snprintf(v->front, sizeof(v->front), "/local/domain/%u/device/vif/%u", HV_DOMID,
		c->id);
	snprintf(v->back, sizeof(v->back), "/local/domain/%u/backend/vif/%u/%u",
		c->backend_domid, HV_DOMID, c->id);
	snprintf(v->front_state, sizeof(v->front_state), "%s/state", v->front);
	v->watch = (struct store_watch){
		.path = v->front_state, .changed = front_changed, .arg = v};
	list_append(&vifs, &v->link);
	store_begin();
	write_keys(v);
	if (!c->no_driver)
		driver_probe(v);
	store_commit();
	store_watch(&v->watch);
	if (!c->slow_hotplug)
		vif_hotplug_done(v, true);
	return v;
}

void vif_hotplug_done(struct vif *v, bool good)
{
	put(v->back, "hotplug-status", good ? "connected" : "error");
	v->hotplug = good;
	if (good && v->netback && vif_frontend_state(v) == XenbusStateConnected)
		driver_go(v, XenbusStateConnected);
}

void vif_unplug(struct vif *v, bool force)
{
	int front = vif_frontend_state(v);

	v->unplugged = true;
	if (force || !v->netback || front == XenbusStateUnknown ||
		front == XenbusStateClosed) {
		vif_end(v);
		return;
	}
	store_begin();
	put_number(v->back, "online", 0);
	put_number(v->back, "state", XenbusStateClosing);
	store_commit();
}

/* --- death and return --------------------------------------------------------------------- */

void vif_die(struct vif *v, enum vif_death how)
{
	if (!v->netback)
		return;
	if (how == VIF_UNBOUND)
		driver_go(v, XenbusStateClosed);
	netback_destroy(v->netback);
	v->netback = NULL;
	v->state = XenbusStateUnknown;
}

void vif_return(struct vif *v)
{
	if (v->netback)
		return;
	driver_probe(v);
	store_unwatch(&v->watch); /* a new watch has its first event */
	store_watch(&v->watch);
}
