/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenBus: the devices that the toolstack gives us, each a pair of directories in XenStore
 * that tell each other their states.
 *
 *     device/vif/0/                            /local/domain/0/backend/vif/7/0/
 *         backend, backend-id   ------------->     state    theirs: we watch it
 *         state        ours: they watch it         online   0 = on its way out
 *         keys         the hand-shake              keys     what the back end can do
 *
 * All of this runs in the xenbus thread, in the functions of two kinds of watch: one on
 * device/TYPE, for devices that come and go, and one on each back end's state. After each
 * event the pair of states is looked up in a table.
 *
 *   xenbus.c         devices that come and go     (this file)
 *   xenbus_state.c   what to do with one of them
 *   xenbus_keys.c    reading and writing the directories
 */
#include "xen/xenbus_private.h"

#include <errno.h>
#include <string.h>
#include <xen/io/xenbus.h>

#include "kernel/format.h"
#include "kernel/heap.h"
#include "kernel/sync.h"

#define LOG_MODULE "xenbus"
#include "kernel/log.h"

static struct mutex lock = MUTEX_INIT(lock); /* the drivers' figures */
static struct cond changed = COND_INIT(changed);

/* --- figures for those who wait ----------------------------------------- */

/* Will it come without anybody's doing, if the back end does its part? */
static bool device_underway(const struct xenbus_device *dev)
{
	return !dev->failed && !dev->announced && dev->backend_state != BACKEND_GONE &&
	       (dev->state == XenbusStateInitialising ||
		       dev->state == XenbusStateConnected);
}

static void figures_update(struct xenbus_driver *drv)
{
	unsigned n_connected = 0, n_underway = 0;

	list_for_each(&drv->devices, pos)
	{
		const struct xenbus_device *dev =
			list_entry(pos, struct xenbus_device, link);

		n_connected += dev->announced;
		n_underway += device_underway(dev);
	}
	mutex_lock(&lock);
	drv->n_connected = n_connected;
	drv->n_underway = n_underway;
	cond_broadcast(&changed);
	mutex_unlock(&lock);
}

int xenbus_wait_settled(struct xenbus_driver *drv, uint64_t deadline_ns)
{
	int n;

	mutex_lock(&lock);
	while (!drv->scanned || drv->n_underway > 0) {
		if (cond_wait_until(&changed, &lock, deadline_ns) == -ETIMEDOUT)
			break;
	}
	n = (int)drv->n_connected;
	mutex_unlock(&lock);
	return n;
}

/* --- devices come and go ------------------------------------------------ */

static void backend_changed(struct xenstore_watch *w, const char *path)
{
	struct xenbus_device *dev = w->arg;

	(void)path;
	xenbus_device_step(dev);
	figures_update(dev->driver);
}

static void device_free(struct xenbus_device *dev)
{
	int err;

	timer_cancel(&dev->patience);
	err = xenstore_watch_remove(&dev->backend_watch);
	if (err) /* what may still come finds no watch */
		log_debug("%s: unwatch: %d", dev->node, err);
	kfree(dev);
}

static void device_remove(struct xenbus_device *dev)
{
	log_info("%s removed", dev->node);
	xenbus_device_unlink(dev);
	dev->driver->remove(dev);
	list_remove(&dev->link);
	device_free(dev);
}

/*
 * What the toolstack wrote: who the back end is. -ENOENT while it is incomplete: its
 * event will come.
 */
static int device_read(struct xenbus_device *dev)
{
	unsigned long domid;
	int err =
		xenbus_read_frontend(dev, "backend", dev->backend, sizeof(dev->backend));

	if (err < 0)
		return err;
	err = xenbus_read_uint(dev->node, "backend-id", &domid);
	if (err)
		return err;
	if (domid > UINT16_MAX)
		return -EINVAL;
	dev->backend_domid = (uint16_t)domid;
	return xenbus_path_join(dev->watch_path, dev->backend, "state");
}

static struct xenbus_device *device_alloc(struct xenbus_driver *drv, unsigned id)
{
	struct xenbus_device *dev = kzalloc(sizeof(*dev));

	if (!dev)
		return NULL;
	dev->driver = drv;
	dev->id = id;
	xenbus_device_setup(dev);
	format_text(dev->node, sizeof(dev->node), "%s/%u", drv->path, id);
	return dev;
}

/*
 * Read it, let the driver see it, watch its back end: the watch's first event starts the
 * hand-shake.
 */
static void device_add(struct xenbus_driver *drv, unsigned id)
{
	struct xenbus_device *dev = device_alloc(drv, id);
	int err = dev ? device_read(dev) : -ENOMEM;
	unsigned long state;

	if (err)
		goto out_free;
	err = drv->probe(dev);
	if (err)
		goto out_free;
	dev->backend_watch = (struct xenstore_watch){
		.path = dev->watch_path, .changed = backend_changed, .arg = dev};
	err = xenstore_watch_add(&dev->backend_watch);
	if (err)
		goto out_remove;
	dev->backend_state = xenbus_backend_state(dev);
	list_append(&drv->devices, &dev->link);
	if (xenbus_read_uint(dev->node, "state", &state) ||
		state != XenbusStateInitialising)
		xenbus_state_set(
			dev, XenbusStateInitialising); /* left by someone before us */
	log_debug("%s: back end %s", dev->node, dev->backend);
	return;

out_remove:
	drv->remove(dev);
out_free:
	if (err != -ENOENT)
		log_error("%s/%u left alone: %d", drv->path, id, err);
	kfree(dev);
}

/* Is what stands in XenStore another device than the one that we know under this id? */
static bool device_replaced(struct xenbus_device *dev)
{
	char backend[XENSTORE_PATH_MAX];
	unsigned long state;

	if (xenbus_read_frontend(dev, "backend", backend, sizeof(backend)) < 0)
		return false; /* half-way through: the rest will come */
	if (strcmp(backend, dev->backend) != 0)
		return true;
	return dev->state != XenbusStateInitialising &&
	       !xenbus_read_uint(dev->node, "state", &state) &&
	       state == XenbusStateInitialising;
}

static struct xenbus_device *device_find(struct xenbus_driver *drv, unsigned long id)
{
	list_for_each(&drv->devices, pos)
	{
		struct xenbus_device *dev = list_entry(pos, struct xenbus_device, link);

		if (dev->id == id)
			return dev;
	}
	return NULL;
}

static bool names_have(char **names, size_t n, unsigned id)
{
	unsigned long value;

	for (size_t i = 0; i < n; i++) {
		if (!xenstore_parse_uint(names[i], &value) && value == id)
			return true;
	}
	return false;
}

static void devices_drop(struct xenbus_driver *drv, char **names, size_t n)
{
	list_for_each_safe(&drv->devices, pos)
	{
		struct xenbus_device *dev = list_entry(pos, struct xenbus_device, link);

		if (!names_have(names, n, dev->id) || device_replaced(dev))
			device_remove(dev);
	}
}

/* Make our list of devices what XenStore says. */
static void devices_scan(struct xenbus_driver *drv)
{
	char **names = NULL;
	size_t n = 0;
	unsigned long id;
	int err = xenstore_directory(XS_NO_TRANSACTION, drv->path, &names, &n);

	if (err && err != -ENOENT) { /* -ENOENT: no device of this type */
		log_error("cannot list %s: %d", drv->path, err);
		return;
	}
	devices_drop(drv, names, n);
	for (size_t i = 0; i < n; i++) {
		if (!xenstore_parse_uint(names[i], &id) && !device_find(drv, id))
			device_add(drv, (unsigned)id);
	}
	kfree(names);
}

/*
 * The keys of the hand-shake, ours for the most part, fire this watch as well. A device
 * that comes or goes shows at its directory, and at its "backend" and "backend-id".
 */
static bool path_matters(const struct xenbus_driver *drv, const char *path)
{
	size_t len = strlen(drv->path);
	const char *key;

	if (strncmp(path, drv->path, len) != 0 || path[len] == '\0')
		return true;
	key = strchr(path + len + 1, '/');
	return !key || strncmp(key, "/backend", strlen("/backend")) == 0;
}

static void devices_changed(struct xenstore_watch *w, const char *path)
{
	struct xenbus_driver *drv = w->arg;

	if (drv->scanned && !path_matters(drv, path))
		return;
	devices_scan(drv);
	mutex_lock(&lock);
	drv->scanned = true;
	mutex_unlock(&lock);
	figures_update(drv);
}

int xenbus_register(struct xenbus_driver *drv)
{
	list_init(&drv->devices);
	format_text(drv->path, sizeof(drv->path), "device/%s", drv->type);
	drv->watch = (struct xenstore_watch){
		.path = drv->path, .changed = devices_changed, .arg = drv};
	return xenstore_watch_add(&drv->watch);
}

int xenbus_start(void)
{
	int domid = xenstore_domid();

	if (domid < 0)
		return domid;
	log_debug("we are domain %d", domid);
	return 0;
}
