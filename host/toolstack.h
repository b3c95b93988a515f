/* SPDX-License-Identifier: BSD-2-Clause */
/* The toolstack's part: what `xl` writes into XenStore for a domain, and asks it for. */
#ifndef HOST_TOOLSTACK_H
#define HOST_TOOLSTACK_H

#include <stdint.h>

#include "host/config.h"
#include "host/options.h"

/** The keys of a new domain that are not a device's. xenstored runs. */
void toolstack_introduce(const struct config *c);

/**
 * Write further keys, which belong to the domain if they are below its directory.
 *
 * @path  a file with a line PATH VALUE for each
 * Returns 0, or a host_status after one line.
 */
int toolstack_store(const char *path);

/** Ask the domain to "poweroff", "reboot" … through control/shutdown. */
void toolstack_shutdown(const char *how);

/** Is a request of that kind there that the domain has not taken yet? */
_Bool toolstack_shutdown_waits(void);

/**
 * Give the domain its vifs: the configuration's, each with the outlet that the command
 * line names for it.
 *
 * Returns 0, or a host_status after one line.
 */
int toolstack_plug_all(const struct config *c, const struct options *o);

/**
 * Plug one vif.
 *
 * @net  what --net takes
 * @v    its hardware address and addresses, if any
 */
int toolstack_plug(unsigned id, const char *net, const struct config_vif *v);

#endif
