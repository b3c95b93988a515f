/* SPDX-License-Identifier: BSD-2-Clause */
/* Network interfaces as ifconfig and its like see them; embox/net_facade.c fills them in */
#ifndef NET_NETDEVICE_H
#define NET_NETDEVICE_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include <net/if.h>
#include <net/skbuff.h>

#define MAX_ADDR_LEN 16 /* bytes of a hardware address */

/* Counters of a network card; what its driver does not count stays 0. */
typedef struct net_device_stats {
	unsigned long rx_packets, tx_packets, rx_bytes, tx_bytes;
	unsigned long rx_err, tx_err, rx_dropped, tx_dropped;
	unsigned long multicast, collisions;
	unsigned long rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors;
	unsigned long rx_fifo_errors, rx_missed_errors;
	unsigned long tx_aborted_errors, tx_carrier_errors, tx_fifo_errors;
	unsigned long tx_heartbeat_errors, tx_window_errors;
} net_device_stats_t;

/* A picture of a network interface, taken when it was asked for. */
typedef struct net_device {
	int index;
	char name[IFNAMSIZ];
	unsigned char dev_addr[MAX_ADDR_LEN], broadcast[MAX_ADDR_LEN];
	unsigned short type; /* ARP_HRD_* */
	unsigned char hdr_len, addr_len;
	unsigned flags; /* IFF_* */
	unsigned mtu;
	uintptr_t base_addr;
	unsigned irq;
	struct net_device_stats stats;
} net_device_t;

#ifdef __cplusplus
extern "C" {
#endif
struct net_device *netdev_get_by_name(const char *name);

/* Each returns 0 or -errno; what Xen or lwIP decides cannot be set: -EOPNOTSUPP. */
int netdev_flag_up(struct net_device *dev, unsigned flag);
int netdev_flag_down(struct net_device *dev, unsigned flag);
int netdev_set_mtu(struct net_device *dev, int mtu);
int netdev_set_macaddr(struct net_device *dev, const void *address);
int netdev_set_irq(struct net_device *dev, int irq);
int netdev_set_baseaddr(struct net_device *dev, unsigned long address);
int netdev_set_bcastaddr(struct net_device *dev, const void *address);
#ifdef __cplusplus
}
#endif

#endif
