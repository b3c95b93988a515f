/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces: names, numbers, and what ioctl() on a socket asks and sets. */
#ifndef _NET_IF_H
#define _NET_IF_H

#include <sys/socket.h>

#define IF_NAMESIZE 16
#define IFNAMSIZ    IF_NAMESIZE
#define IFHWADDRLEN 6

#define IFF_UP          0x1
#define IFF_BROADCAST   0x2
#define IFF_DEBUG       0x4
#define IFF_LOOPBACK    0x8
#define IFF_POINTOPOINT 0x10
#define IFF_RUNNING     0x40
#define IFF_NOARP       0x80
#define IFF_PROMISC     0x100
#define IFF_ALLMULTI    0x200
#define IFF_MULTICAST   0x1000

#define ARPHRD_ETHER    1
#define ARPHRD_LOOPBACK 772

struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifr_addr;
		struct sockaddr ifr_dstaddr;
		struct sockaddr ifr_broadaddr;
		struct sockaddr ifr_netmask;
		struct sockaddr ifr_hwaddr;
		short ifr_flags;
		int ifr_ifindex;
		int ifr_metric;
		int ifr_mtu;
		char ifr_slave[IFNAMSIZ];
		char ifr_newname[IFNAMSIZ];
		void *ifr_data;
	};
};

struct ifconf {
	int ifc_len; /* bytes */
	union {
		char *ifc_buf;
		struct ifreq *ifc_req;
	};
};

struct if_nameindex {
	unsigned if_index; /* 0 = the end of the list */
	char *if_name;
};

#ifdef __cplusplus
extern "C" {
#endif
unsigned if_nametoindex(const char *name);
char *if_indextoname(unsigned index, char *name);
struct if_nameindex *if_nameindex(void);
void if_freenameindex(struct if_nameindex *list);
#ifdef __cplusplus
}
#endif

#endif
