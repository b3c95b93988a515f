/* SPDX-License-Identifier: BSD-2-Clause */
/* Toolstack and hotplug script of a vif, its end and its counts: vif.h says who writes what. */
#include "host/vif.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xen/io/xenbus.h>

#include "host/hv.h"
#include "host/vif_private.h"

static struct list vifs = LIST_INIT(vifs);

/* --- XenStore ------------------------------------------------------------------------- */

void vif_put(const char *dir, const char *key, const char *value)
{
	char path[VIF_PATH_BYTES * 3];

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	store_write(path, "%s", value);
}

void vif_put_number(const char *dir, const char *key, unsigned value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	vif_put(dir, key, text);
}

const char *vif_get(const char *dir, const char *key)
{
	char path[VIF_PATH_BYTES * 3];

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	return store_read(path);
}

static int get_state(const char *dir)
{
	const char *text = vif_get(dir, "state");

	return text ? atoi(text) : 0;
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

/* The device is gone: as the toolstack sees it, and the driver's bookkeeping. */
static void vif_end(struct vif *v)
{
	store_unwatch(&v->watch);
	list_remove(&v->link);
	vif_driver_end(v);
	outlet_close(v->config.outlet);
	store_begin();
	store_rm(v->back);
	store_rm(v->front);
	store_commit();
	free(v);
}

static void front_changed(struct store_watch *w, const char *path)
{
	struct vif *v = w->arg;
	int front = vif_frontend_state(v);

	(void)path;
	if (!v->netback)
		return;
	vif_driver_sees(v, front);
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
	vif_put(v->back, "frontend", v->front);
	vif_put_number(v->back, "frontend-id", HV_DOMID);
	vif_put_number(v->back, "online", 1);
	vif_put_number(v->back, "state", XenbusStateInitialising);
	vif_put(v->back, "script", "/etc/xen/scripts/vif-bridge");
	vif_put(v->back, "mac", mac);
	if (c->ip && *c->ip)
		vif_put(v->back, "ip", c->ip);
	vif_put(v->back, "bridge", c->bridge ? c->bridge : "xenbr0");
	vif_put_number(v->back, "handle", c->id);
	vif_put(v->back, "type", "vif");
	vif_put(v->front, "backend", v->back);
	vif_put_number(v->front, "backend-id", c->backend_domid);
	vif_put_number(v->front, "state", XenbusStateInitialising);
	vif_put_number(v->front, "handle", c->id);
	vif_put(v->front, "mac", mac);
	vif_put_number(v->front, "mtu", 1500);
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
		vif_driver_probe(v);
	store_commit();
	store_watch(&v->watch);
	if (!c->slow_hotplug)
		vif_hotplug_done(v, true);
	return v;
}

void vif_hotplug_done(struct vif *v, bool good)
{
	vif_put(v->back, "hotplug-status", good ? "connected" : "error");
	v->hotplug = good;
	if (good && v->netback && vif_frontend_state(v) == XenbusStateConnected)
		vif_driver_go(v, XenbusStateConnected);
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
	vif_put_number(v->back, "online", 0);
	vif_put_number(v->back, "state", XenbusStateClosing);
	store_commit();
}

/* --- death and return --------------------------------------------------------------------- */

void vif_die(struct vif *v, enum vif_death how)
{
	if (!v->netback)
		return;
	if (how == VIF_UNBOUND)
		vif_driver_go(v, XenbusStateClosed);
	vif_driver_end(v);
}

void vif_return(struct vif *v)
{
	if (v->netback)
		return;
	vif_driver_probe(v);
	store_unwatch(&v->watch); /* a new watch has its first event */
	store_watch(&v->watch);
}

/* --- counts --------------------------------------------------------------------------- */

static void print(FILE *f, const char *what, uint64_t packets, uint64_t bytes)
{
	fprintf(f, "    %-24s %12" PRIu64 " packets %15" PRIu64 " bytes\n", what, packets,
		bytes);
}

static void print_unless_zero(FILE *f, const char *what, uint64_t n)
{
	if (n)
		fprintf(f, "    %-24s %12" PRIu64 "\n", what, n);
}

void vif_print_counts(FILE *f)
{
	list_for_each(&vifs, pos)
	{
		const struct vif *v = list_entry(pos, struct vif, link);
		const struct outlet *o = v->config.outlet;
		struct netback_counts c = v->counts, now;

		if (v->netback) {
			now = netback_get_counts(v->netback);
			netback_add_counts(&c, &now);
		}
		fprintf(f, "  %s (%s)\n", v->name, o->ops->name);
		print(f, "from the guest", c.tx_packets, c.tx_bytes);
		print(f, "to the guest", c.rx_packets, c.rx_bytes);
		print_unless_zero(f, "answered with an error", c.tx_errors + c.rx_errors);
		print_unless_zero(f, "waited for pages", c.rx_waits);
		print_unless_zero(f, "dropped by the back end", c.rx_dropped);
		print_unless_zero(f, "dropped by the outlet", o->dropped);
		print_unless_zero(f, "segments cut", o->cut);
		print_unless_zero(f, "checksums computed", o->summed);
		print_unless_zero(f, "packets joined", o->joined);
	}
}
