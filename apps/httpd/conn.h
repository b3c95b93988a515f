/* SPDX-License-Identifier: BSD-2-Clause */
/* One client's connection, from accept to close. */
#ifndef HTTPD_CONN_H
#define HTTPD_CONN_H

#include <netinet/in.h>
#include <stdbool.h>

/**
 * Take over a connection that has been accepted.
 *
 * @fd      non-blocking; closed by us from now on, in case of failure too
 * @peer    an IPv4 address is mapped into IPv6
 * @refuse  there are too many: answer 503 and close
 * Returns 0, or -errno when it was closed at once.
 */
int conn_open(int fd, const struct in6_addr *peer, bool refuse);

/** How many there are. */
unsigned conn_count(void);

/** Close the one that has been idle longest, if that is LIMIT_EVICT_MS. Returns whether there was one. */
bool conn_evict_idle(void);

/** Close all. */
void conn_close_all(void);

/** Call this whenever a connection has ended. */
void conn_on_close(void (*notify)(void));

#endif
