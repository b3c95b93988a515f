/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands to a running domain, as `xl` and `xenstore-*` give them, over a Unix socket:
 * a line each; the answer's lines end with one that is "ok" or "error WHY".
 *
 *     shutdown poweroff|reboot|halt|suspend     plug ID NET [mac=MAC] [ip=IP]
 *     unplug ID [force]                         die ID [crash]        return ID
 *     read PATH   write PATH VALUE   rm PATH    tree [PATH]           type TEXT
 *     stats                                     help
 */
#ifndef HOST_CONTROL_H
#define HOST_CONTROL_H

/**
 * Listen.
 *
 * @path  of the socket; one that nobody listens on any more is replaced
 * Returns 0 or a host_status after one line.
 */
int control_start(const char *path);

/** Close it and remove its name. */
void control_stop(void);

#endif
