/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of the network interfaces. */
#ifndef _IFADDRS_H
#define _IFADDRS_H

#include <netinet/in.h>
#include <sys/socket.h>

struct ifaddrs {
	struct ifaddrs *ifa_next;
	char *ifa_name;
	unsigned ifa_flags; /* IFF_* */
	struct sockaddr *ifa_addr;
	struct sockaddr *ifa_netmask;
	union {
		struct sockaddr *ifu_broadaddr;
		struct sockaddr *ifu_dstaddr;
	} ifa_ifu;
#define ifa_broadaddr ifa_ifu.ifu_broadaddr
#define ifa_dstaddr   ifa_ifu.ifu_dstaddr
	void *ifa_data;
};

#ifdef __cplusplus
extern "C" {
#endif
int getifaddrs(struct ifaddrs **list);
void freeifaddrs(struct ifaddrs *list);
#ifdef __cplusplus
}
#endif

#endif
