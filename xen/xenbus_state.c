/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XenBus, the state machine: what to do with one device when either end's state changes.
 * All of it runs in the xenbus thread. After each event the pair of states is looked up
 * in the table below until it says that there is nothing to do.
 */
#include <errno.h>
#include <xen/io/xenbus.h>

#include "kernel/format.h"
#include "xen/xenbus_private.h"

#define LOG_MODULE "xenbus"
#include "kernel/log.h"

#define PATIENCE_NS (3 * NS_PER_S)
#define N_STATES    (XenbusStateReconfigured + 1)

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

/* --- steps of one device: in the xenbus thread -------------------------- */

void xenbus_state_set(struct xenbus_device *dev, int state)
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

void xenbus_device_unlink(struct xenbus_device *dev)
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
		xenbus_state_set(dev, XenbusStateClosed);
		return;
	}
	dev->linked = true;
	xenbus_state_set(dev, XenbusStateConnected);
}

/* Both ends are closed: is the device to stay? Returns true if there is more to do. */
static bool device_reopen(struct xenbus_device *dev)
{
	unsigned long online;

	if (dev->failed || xenbus_read_backend_uint(dev, "online", &online) ||
		online != 1)
		return false;
	xenbus_state_set(dev, XenbusStateInitialising);
	return true;
}

/*
 * What the back end's directory says now. When the directory is gone, -EACCES is as
 * likely as -ENOENT: xenstored does not tell what is missing below a directory that we
 * may not read.
 */
int xenbus_backend_state(struct xenbus_device *dev)
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
		xenbus_device_unlink(dev);
		xenbus_state_set(dev, XenbusStateClosed);
		return true;
	case REOPEN:
		return device_reopen(dev);
	case RECLOSE:
		if (before == XenbusStateClosed)
			return false;
		xenbus_state_set(dev, XenbusStateClosed);
		return true;
	case RESTART:
		xenbus_device_unlink(dev);
		xenbus_state_set(dev, XenbusStateInitialising);
		return true;
	}
	return false;
}

/* Act on the two states until there is nothing to do. */
static void states_follow(struct xenbus_device *dev)
{
	enum action action;
	int before;

	if (dev->failed && dev->state != XenbusStateClosing &&
		dev->state != XenbusStateClosed) {
		xenbus_device_unlink(dev);
		xenbus_state_set(dev, XenbusStateClosing);
	}
	do {
		before = dev->backend_state;
		dev->backend_state = xenbus_backend_state(dev);
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

void xenbus_device_step(struct xenbus_device *dev)
{
	states_follow(dev);
	patience_check(dev);
}

void xenbus_device_setup(struct xenbus_device *dev)
{
	dev->state = XenbusStateInitialising;
	timer_setup(&dev->patience, patience_end);
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
