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
 * event the pair of states is looked up in the table below until it says that there is
 * nothing to do.
 */
#include "xen/xenbus.h"

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

/* --- the state machine -------------------------------------------------- */

#define BACKEND_GONE XenbusStateUnknown /* its directory is not there */
#define PATIENCE_NS  (3 * NS_PER_S)
#define N_STATES     (XenbusStateReconfigured + 1)

enum action {
	WAIT,     /* it is the back end's turn */
	CONNECT,  /* connect(), then we are Connected */
	ANNOUNCE, /* connected(), once */
	CLOSE,    /* disconnect(), then we are Closed */
	REOPEN,   /* Initialising again, if the device is to stay */
	RESTART,  /* disconnect(), then Initialising: the back end begins anew */
	RECLOSE,  /* Closed once more, if it closed just now: it must see us open again */
};

/*
 * Two facts of Linux' netback are in this table:
 * - Rebound to its driver, it goes InitWait -> Connected while we are Connected, and goes
 *   on with the same rings.
 * - From Closed it goes to InitWait only when it sees us in Initialising.
 */
/* clang-format off */
static const unsigned char actions[N_STATES][N_STATES] = {
/* theirs:    gone   Init'ing InitWait Init'ed  Connected Closing Closed   (Reconfig.) */
[XenbusStateInitialising] =
             {WAIT,  WAIT,    CONNECT, CONNECT, WAIT,     CLOSE,  RECLOSE, WAIT, WAIT},
[XenbusStateConnected] =
             {CLOSE, RESTART, WAIT,    WAIT,    ANNOUNCE, CLOSE,  CLOSE,   WAIT, WAIT},
[XenbusStateClosing] =
             {CLOSE, CLOSE,   CLOSE,   WAIT,    WAIT,     CLOSE,  CLOSE,   WAIT, WAIT},
[XenbusStateClosed] =
             {WAIT,  REOPEN,  REOPEN,  WAIT,    WAIT,     WAIT,   REOPEN,  WAIT, WAIT},
};
/* clang-format on */

const char *xenbus_state_name(int state)
{
	static const char *const names[N_STATES] = {"gone", "Initialising", "InitWait",
		"Initialised", "Connected", "Closing", "Closed", "Reconfiguring",
		"Reconfigured"};

	return state >= 0 && state < N_STATES ? names[state] : "unknown";
}

/* --- keys --------------------------------------------------------------- */

/* dir/key; -ENAMETOOLONG when it does not fit. */
static int path_join(char *path, const char *dir, const char *key)
{
	size_t len = format_text(path, XENSTORE_PATH_MAX, "%s/%s", dir, key);

	return len < XENSTORE_PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int key_read(const char *dir, const char *key, char *buf, size_t buf_bytes)
{
	char path[XENSTORE_PATH_MAX];
	int err = path_join(path, dir, key);

	return err ? err : xenstore_read_buf(XS_NO_TRANSACTION, path, buf, buf_bytes);
}

static int key_read_uint(const char *dir, const char *key, unsigned long *value)
{
	char path[XENSTORE_PATH_MAX];
	int err = path_join(path, dir, key);

	return err ? err : xenstore_read_uint(XS_NO_TRANSACTION, path, value);
}

int xenbus_read_backend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes)
{
	return key_read(dev->backend, key, buf, buf_bytes);
}

int xenbus_read_backend_uint(
	struct xenbus_device *dev, const char *key, unsigned long *value)
{
	return key_read_uint(dev->backend, key, value);
}

int xenbus_read_frontend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes)
{
	return key_read(dev->node, key, buf, buf_bytes);
}

struct key_writes {
	const struct xenbus_device *dev;
	const struct xenbus_key *keys;
	size_t n;
};

/*
 * A write would bring a removed node back to life, or reach a device that has taken the
 * place of ours.
 */
static int node_check(xs_transaction t, const struct xenbus_device *dev)
{
	char path[XENSTORE_PATH_MAX], backend[XENSTORE_PATH_MAX];
	int err = path_join(path, dev->node, "backend");

	if (err)
		return err;
	err = xenstore_read_buf(t, path, backend, sizeof(backend));
	if (err < 0)
		return err;
	return strcmp(backend, dev->backend) == 0 ? 0 : -ENOENT;
}

static int keys_write_in(xs_transaction t, void *arg)
{
	const struct key_writes *w = arg;
	char path[XENSTORE_PATH_MAX];
	int err = node_check(t, w->dev);

	for (size_t i = 0; !err && i < w->n; i++) {
		const struct xenbus_key *key = &w->keys[i];

		err = path_join(path, w->dev->node, key->name);
		if (!err)
			err = xenstore_write(t, path, key->value, strlen(key->value));
	}
	return err;
}

int xenbus_write_keys(struct xenbus_device *dev, const struct xenbus_key *keys, size_t n)
{
	struct key_writes w = {dev, keys, n};

	return xenstore_transact(keys_write_in, &w);
}

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
		if (cond_wait_until(&changed, &lock, deadline_ns))
			break;
	}
	n = (int)drv->n_connected;
	mutex_unlock(&lock);
	return n;
}

/* --- steps of one device: in the xenbus thread -------------------------- */

static void state_set(struct xenbus_device *dev, int state)
{
	struct xenbus_key key = {.name = "state"};
	int err;

	log_debug("%s: %s, back end %s", dev->node, xenbus_state_name(state),
		xenbus_state_name(dev->backend_state));
	dev->state = state;
	format_text(key.value, sizeof(key.value), "%d", state);
	err = xenbus_write_keys(dev, &key, 1);
	if (err && err != -ENOENT && err != -EACCES) /* those: it is being removed */
		log_error("%s: cannot write state %s: %d", dev->node,
			xenbus_state_name(state), err);
}

static void device_unlink(struct xenbus_device *dev)
{
	if (!dev->linked)
		return;
	dev->linked = false;
	dev->announced = false;
	dev->driver->disconnect(dev);
}

static void device_connect(struct xenbus_device *dev)
{
	int err = dev->driver->connect(dev);

	if (err) {
		dev->failed = true;
		log_error("%s: cannot connect: %d; detach and attach it to try again",
			dev->node, err);
		state_set(dev, XenbusStateClosed);
		return;
	}
	dev->linked = true;
	state_set(dev, XenbusStateConnected);
}

/* Both ends are closed: is the device to stay? Returns true if there is more to do. */
static bool device_reopen(struct xenbus_device *dev)
{
	unsigned long online;

	if (dev->failed || xenbus_read_backend_uint(dev, "online", &online) ||
		online != 1)
		return false;
	state_set(dev, XenbusStateInitialising);
	return true;
}

/*
 * What the back end's directory says now. When the directory is gone, -EACCES is as
 * likely as -ENOENT: xenstored does not tell what is missing below a directory that we
 * may not read.
 */
static int backend_state_read(struct xenbus_device *dev)
{
	unsigned long state;
	int err = xenbus_read_backend_uint(dev, "state", &state);

	if (err && err != -ENOENT && err != -EACCES && err != -EINVAL) {
		log_warn("%s: cannot read the back end's state: %d", dev->node, err);
		return dev->backend_state;
	}
	return err || state >= N_STATES ? BACKEND_GONE : (int)state;
}

/*
 * One action; returns true if there may be more to do. The back end's state was @before
 * until now.
 */
static bool device_act(struct xenbus_device *dev, enum action action, int before)
{
	switch (action) {
	case WAIT:
		return false;
	case CONNECT:
		device_connect(dev);
		return !dev->failed;
	case ANNOUNCE:
		if (!dev->announced) {
			dev->announced = true;
			dev->driver->connected(dev);
		}
		return false;
	case CLOSE:
		device_unlink(dev);
		state_set(dev, XenbusStateClosed);
		return true;
	case REOPEN:
		return device_reopen(dev);
	case RECLOSE:
		if (before == XenbusStateClosed)
			return false;
		state_set(dev, XenbusStateClosed);
		return true;
	case RESTART:
		device_unlink(dev);
		state_set(dev, XenbusStateInitialising);
		return true;
	}
	return false;
}

static void device_step(struct xenbus_device *dev)
{
	enum action action;
	int before;

	if (dev->failed && dev->state != XenbusStateClosing &&
		dev->state != XenbusStateClosed) {
		device_unlink(dev);
		state_set(dev, XenbusStateClosing);
	}
	do {
		before = dev->backend_state;
		dev->backend_state = backend_state_read(dev);
		if (dev->backend_state != before &&
			dev->backend_state != XenbusStateConnected)
			dev->announced = false;
		action = (enum action)actions[dev->state][dev->backend_state];
	} while (device_act(dev, action, before));
}

/*
 * A back end whose hot-plug script has not run connects, but never says so: netback keeps
 * its state to itself until then. After a while its word is not waited for any more.
 */
static void patience_check(struct xenbus_device *dev)
{
	if (dev->state != XenbusStateConnected || dev->announced ||
		dev->backend_state != XenbusStateInitWait) {
		dev->patience_ns = 0;
		timer_cancel(&dev->patience);
		return;
	}
	if (dev->patience_ns == 0) {
		dev->patience_ns = clock_ns() + PATIENCE_NS;
		timer_set(&dev->patience, dev->patience_ns);
	} else if (clock_ns() >= dev->patience_ns) {
		log_info("%s: back end still %s, going on without its word", dev->node,
			xenbus_state_name(dev->backend_state));
		(void)device_act(dev, ANNOUNCE, dev->backend_state);
	}
}

static void patience_end(struct timer *t)
{
	struct xenbus_device *dev = container_of(t, struct xenbus_device, patience);

	xenstore_watch_poke(&dev->backend_watch);
}

static void backend_changed(struct xenstore_watch *w, const char *path)
{
	struct xenbus_device *dev = w->arg;

	(void)path;
	device_step(dev);
	patience_check(dev);
	figures_update(dev->driver);
}

void xenbus_device_fail(struct xenbus_device *dev, int error, const char *what)
{
	if (dev->failed)
		return;
	log_error("%s: broken: %s (%d); detach and attach it to try again", dev->node,
		what, error);
	WRITE_ONCE(dev->failed, true);
	xenstore_watch_poke(&dev->backend_watch);
}

/* --- devices come and go ------------------------------------------------ */

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
	device_unlink(dev);
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
	err = key_read_uint(dev->node, "backend-id", &domid);
	if (err)
		return err;
	if (domid > UINT16_MAX)
		return -EINVAL;
	dev->backend_domid = (uint16_t)domid;
	return path_join(dev->watch_path, dev->backend, "state");
}

static struct xenbus_device *device_alloc(struct xenbus_driver *drv, unsigned id)
{
	struct xenbus_device *dev = kzalloc(sizeof(*dev));

	if (!dev)
		return NULL;
	dev->driver = drv;
	dev->id = id;
	dev->state = XenbusStateInitialising;
	timer_setup(&dev->patience, patience_end);
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
	dev->backend_state = backend_state_read(dev);
	list_append(&drv->devices, &dev->link);
	if (key_read_uint(dev->node, "state", &state) || state != XenbusStateInitialising)
		state_set(dev, XenbusStateInitialising); /* left by someone before us */
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
	       !key_read_uint(dev->node, "state", &state) &&
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
