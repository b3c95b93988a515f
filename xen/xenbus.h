/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenBus: finds our front-end devices in XenStore and walks each through the hand-shake
 * with its back end.
 *
 * A driver gives a table of callbacks; the state machine of both ends lives in xenbus.c
 * as a table. All callbacks run in the xenbus thread, one at a time.
 *
 *   front end   Initialising -> Connected -------> Closing -> Closed -> (Initialising)
 *   back end    InitWait ----------------------------> Connected -> Closing -> Closed
 *
 * Source: public/io/xenbus.h (states), docs/misc/xenstore-paths.pandoc (device paths).
 */
#ifndef XEN_XENBUS_H
#define XEN_XENBUS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/list.h"
#include "kernel/timer.h"
#include "xen/xenstore.h"

struct xenbus_device;

struct xenbus_driver {
	const char *type; /* "vif": devices are device/TYPE/ID */

	/**
	 * A device appeared: allocate driver data into dev->priv. Returns 0, or -errno to
	 * leave the device alone.
	 */
	int (*probe)(struct xenbus_device *dev);

	/**
	 * The back end waits for us (InitWait): set up rings, grants and ports, write our
	 * keys with xenbus_write_keys(); Returns 0 and xenbus moves our state to
	 * Connected, or -errno: it is closed.
	 */
	int (*connect)(struct xenbus_device *dev);

	/**
	 * The back end is Connected too: traffic may flow. Comes again, without a
	 * disconnect(), when a new back end has taken over the same rings: notify it of
	 * what waits there.
	 */
	void (*connected)(struct xenbus_device *dev);

	/**
	 * Stop traffic and free rings, grants and ports: the back end is closing, went
	 * away or the device is being removed. A connect() may follow.
	 */
	void (*disconnect)(struct xenbus_device *dev);

	/** The device is gone for good: free dev->priv. Comes after disconnect(). */
	void (*remove)(struct xenbus_device *dev);

	/* private */
	struct list devices;
	struct xenstore_watch watch;
	char path[32];        /* "device/TYPE" */
	bool scanned;         /* the first look is done */
	unsigned n_connected; /* devices whose connected() was called */
	unsigned n_underway;  /* devices on their way there */
};

struct xenbus_device {
	struct xenbus_driver *driver;
	unsigned id;                     /* as in device/vif/ID */
	char node[XENSTORE_PATH_MAX];    /* "device/vif/0" */
	char backend[XENSTORE_PATH_MAX]; /* "/local/domain/0/backend/vif/3/0" */
	uint16_t backend_domid;
	int state, backend_state; /* enum xenbus_state of public/io/xenbus.h */
	bool linked;              /* between connect() and disconnect() */
	void *priv;               /* the driver's */
	/* private to xenbus.c */
	struct list link;
	bool announced; /* connected() was called */
	uint64_t
		patience_ns; /* until then a back end may take to say Connected; 0 = not waiting */
	struct timer patience; /* armed while waiting */
	bool failed;           /* given up until it is attached anew */
	struct xenstore_watch backend_watch;
	char watch_path[XENSTORE_PATH_MAX];
};

/**
 * Announce a driver: probes the devices that exist, and later ones as they are attached.
 * Returns 0 or -errno. Context: thread, sleeps.
 */
int xenbus_register(struct xenbus_driver *drv);

/**
 * Wait until no device of the driver is on its way to Connected, or the deadline. Returns
 * devices connected.
 */
int xenbus_wait_settled(struct xenbus_driver *drv, uint64_t deadline_ns);

/** Read a key of the back end / of our own node; like the xenstore_ functions. */
int xenbus_read_backend_uint(
	struct xenbus_device *dev, const char *key, unsigned long *value);
int xenbus_read_backend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes);
int xenbus_read_frontend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes);

/** "Connected" and so on; "gone" for 0. */
const char *xenbus_state_name(int state);

/** One key = value line of the hand-shake. */
struct xenbus_key {
	char name[40];
	char value[24];
};

/**
 * Write all keys below our node in one transaction, retried on conflict. Returns 0 or
 * -errno.
 */
int xenbus_write_keys(struct xenbus_device *dev, const struct xenbus_key *keys, size_t n);

/** Module entry: learn our domain id. Returns 0 or -errno. */
int xenbus_start(void);

/**
 * The driver found the back end broken: log, go to Closing, disconnect; recovery by
 * re-attach. Context: any thread.
 */
void xenbus_device_fail(struct xenbus_device *dev, int error, const char *what);

#endif
