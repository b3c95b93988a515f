/* SPDX-License-Identifier: BSD-2-Clause */
/* lwIP's options: no operating system layer, the raw API under one lock (net/net.h), memory from our heap. */
#ifndef NET_LWIP_LWIPOPTS_H
#define NET_LWIP_LWIPOPTS_H

#define NO_SYS 1
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define SYS_LIGHTWEIGHT_PROT 0

#define LWIP_IPV4 1
#define LWIP_IPV6 1
#define LWIP_DHCP 1
#define LWIP_DNS 1
#define LWIP_ACD 0
#define LWIP_DHCP_DOES_ACD_CHECK 0

#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define MEM_ALIGNMENT 16

#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 4
#define TCP_MSS 1460
#define TCP_WND (512 * 1024)
#define TCP_SND_BUF (512 * 1024)
#define TCP_SND_QUEUELEN 1024
#define MEMP_NUM_TCP_SEG 4096
#define TCP_SNDLOWAT 32768
#define TCP_SNDQUEUELOWAT 256
#define LWIP_TCP_SACK_OUT 1
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1
#define LWIP_SUPPORT_CUSTOM_PBUF 1

#endif
