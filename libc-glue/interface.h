/* SPDX-License-Identifier: BSD-2-Clause */
/* The network interfaces as programs ask and set them: lwIP's netifs. Under the net lock. */
#ifndef LIBC_GLUE_INTERFACE_H
#define LIBC_GLUE_INTERFACE_H

#include <net/if.h>

#include "libc-glue/socket_private.h"

struct netif;

/** The name that programs see: "lo", and "eth0" and on for network cards. */
void interface_name(const struct netif *n, char name[IF_NAMESIZE]);

/** The interface of such a name, of which at most IF_NAMESIZE bytes count, or NULL. */
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

/** The number of the interface of a name of len bytes; 0 for "", -ENODEV. Where interface_ioctl() is. */
int interface_index(const char *name, size_t len) __attribute__((weak));

#endif
