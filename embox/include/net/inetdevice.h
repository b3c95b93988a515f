/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses of network interfaces */
#ifndef NET_INETDEVICE_H
#define NET_INETDEVICE_H

#include <netinet/in.h>

#include <net/netdevice.h>

/* The addresses of an interface: a picture too. Setting goes by the functions. */
typedef struct in_device {
	struct net_device *dev;
	in_addr_t ifa_address, ifa_mask, ifa_broadcast; /* network order */
	struct in6_addr ifa6_address;
} in_device_t;

#ifdef __cplusplus
extern "C" {
#endif
struct in_device *inetdev_get_by_name(const char *name);
struct in_device *inetdev_get_by_dev(struct net_device *dev);
struct in_device *inetdev_get_by_addr(in_addr_t address);
struct in_device *inetdev_get_loopback_dev(void);
struct in_device *inetdev_get_first(void);
struct in_device *inetdev_get_next(struct in_device *in_dev);
in_addr_t inetdev_get_addr(struct in_device *in_dev);

/* Each returns 0 or -errno. */
int inetdev_set_addr(struct in_device *in_dev, in_addr_t address);
int inetdev_set_mask(struct in_device *in_dev, in_addr_t mask);
int inetdev_set_bcast(struct in_device *in_dev, in_addr_t broadcast);
#ifdef __cplusplus
}
#endif

#endif
