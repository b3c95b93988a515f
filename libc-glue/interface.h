/* SPDX-License-Identifier: BSD-2-Clause */
/* The network interfaces as programs ask and set them: lwIP's netifs. Under the net lock. */
#ifndef LIBC_GLUE_INTERFACE_H
#define LIBC_GLUE_INTERFACE_H

#include "libc-glue/socket_private.h"

struct netif;
struct ifreq;

/** The interface of a name as lwIP has it ("vi0", "lo0"), or NULL; the name need not be terminated. */
struct netif *interface_find(const char *name);

/** IFF_* of an interface. */
unsigned interface_flags(const struct netif *n);

/** Take an interface up or down. */
void interface_set_up(struct netif *n, bool up);

/** Store an IPv4 address as a sockaddr. */
void interface_sockaddr(uint32_t address, struct sockaddr *addr);

/** The address that reaches everybody on the interface's network, in network order. */
uint32_t interface_broadcast(const struct netif *n);

/**
 * ioctl(2) of an interface: SIOCGIF*, SIOCSIF*. Takes the net lock itself.
 *
 * Returns 0, -ENODEV, -EINVAL, -EADDRNOTAVAIL (it has no address), -EOPNOTSUPP, -ENOTTY (no such request).
 * Context: thread. In the module libc.interfaces: a socket of an image without it knows no such requests.
 */
int interface_ioctl(unsigned long request, void *arg) __attribute__((weak));

#endif
