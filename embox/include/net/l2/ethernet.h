/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames of Ethernet */
#ifndef NET_L2_ETHERNET_H
#define NET_L2_ETHERNET_H

#include <stdint.h>

#define ETH_ALEN      6
#define ETH_HLEN      14
#define ETH_DATA_LEN  1500
#define ETH_FRAME_LEN 1514

#define ETH_P_IP   0x0800
#define ETH_P_ARP  0x0806
#define ETH_P_IPV6 0x86dd

typedef struct ethhdr {
	uint8_t h_dest[ETH_ALEN], h_source[ETH_ALEN];
	uint16_t h_proto; /* ETH_P_*, network order */
} __attribute__((packed)) ethhdr_t;

#endif
