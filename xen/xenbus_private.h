/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to XenBus: what its three files share. All of it runs in the xenbus thread. */
#ifndef XEN_XENBUS_PRIVATE_H
#define XEN_XENBUS_PRIVATE_H

#include <xen/io/xenbus.h>

#include "xen/xenbus.h"

#define BACKEND_GONE XenbusStateUnknown /* its directory is not there */

/* --- xenbus_keys.c ------------------------------------------------------ */

/** dir/key into a buffer of XENSTORE_PATH_MAX; -ENAMETOOLONG when it does not fit. */
int xenbus_path_join(char *path, const char *dir, const char *key);

/** Read dir/key as a number. Returns as xenstore_read_uint(). */
int xenbus_read_uint(const char *dir, const char *key, unsigned long *value);

/* --- xenbus_state.c ----------------------------------------------------- */

/** A device that is not known to anyone yet: Initialising. */
void xenbus_device_setup(struct xenbus_device *dev);

/** Something about its states may have changed: do what there is to do. */
void xenbus_device_step(struct xenbus_device *dev);

/** Write our state where the back end sees it. */
void xenbus_state_set(struct xenbus_device *dev, int state);

/** The state that the back end's directory says; BACKEND_GONE when there is none. */
int xenbus_backend_state(struct xenbus_device *dev);

/** Have the driver disconnect, if it is connected. */
void xenbus_device_unlink(struct xenbus_device *dev);

#endif
