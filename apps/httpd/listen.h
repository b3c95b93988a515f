/* SPDX-License-Identifier: BSD-2-Clause */
/* Where connections come from: the listening sockets, and how many may come. */
#ifndef HTTPD_LISTEN_H
#define HTTPD_LISTEN_H

/**
 * Start to listen.
 *
 * @address    an IPv4 or IPv6 address, or NULL for all of both
 * @port       0 = one that is free
 * @max_conns  served at once; those above are answered 503
 * Returns the port, or -errno: -EINVAL when @address is none, -EADDRINUSE when the port is taken.
 */
int listen_start(const char *address, unsigned port, unsigned max_conns);

/** Stop listening. */
void listen_stop(void);

#endif
