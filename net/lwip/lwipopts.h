/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's options: no operating-system layer (NO_SYS), the raw API under our core lock, timers of our own,
 * memory from our heap, checksums left to the back end where it can.
 *
 * TCP_WND and TCP_SND_BUF are a floor plus what the memory of this domain allows, known at run time
 * (net/limits.c); the preprocessor, which only checks them, sees the floor.
 */
#ifndef NET_LWIP_LWIPOPTS_H
#define NET_LWIP_LWIPOPTS_H

#include <stdint.h>

/* --- system ---------------------------------------------------------------------------------------------- */
#define NO_SYS               1
#define LWIP_TIMERS          0 /* net/timers.c runs them, and only when needed */
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_HOOK_FILENAME   "net/lwip/hooks.h"

/* --- memory ------------------------------------------------------------------------------------------------ */
#define MEM_CUSTOM_ALLOCATOR     1
#define MEM_CUSTOM_MALLOC        net_mem_alloc
#define MEM_CUSTOM_CALLOC        net_mem_calloc
#define MEM_CUSTOM_FREE          net_mem_free
#define MEMP_MEM_MALLOC          1
#define MEM_ALIGNMENT            8
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define PBUF_POOL_SIZE           0 /* received data stays in the pages that it came in */

/* Counts of the pools only: timers.c asks which are in use. */
#define LWIP_STATS       1
#define LWIP_STATS_LARGE 0
#define MEMP_STATS       1
#define MEM_STATS        0
#define SYS_STATS        0
#define LINK_STATS       0
#define ETHARP_STATS     0
#define IP_STATS         0
#define IPFRAG_STATS     0
#define ICMP_STATS       0
#define IGMP_STATS       0
#define UDP_STATS        0
#define TCP_STATS        0
#define IP6_STATS        0
#define ICMP6_STATS      0
#define IP6_FRAG_STATS   0
#define MLD6_STATS       0
#define ND6_STATS        0

/* --- link and IP ------------------------------------------------------------------------------------------- */
#define LWIP_ARP                       1
#define ARP_QUEUEING                   1
#define ARP_QUEUE_LEN                  8
#define ARP_TABLE_SIZE                 64
#define ETHARP_SUPPORT_STATIC_ENTRIES  0
#define LWIP_IPV4                      1
#define LWIP_IPV6                      1
#define LWIP_IPV6_MLD                  1
#define LWIP_IPV6_NUM_ADDRESSES        4
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS  1
#define LWIP_ND6_NUM_NEIGHBORS         64
#define LWIP_ND6_NUM_DESTINATIONS      64
#define LWIP_ND6_ALLOW_RA_UPDATES      1
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 2
#define IPV6_FRAG_COPYHEADER                                                             \
	1 /* with 64-bit pointers the notes on a fragment are larger than its header */
#define IP_REASS_MAX_PBUFS        64
#define LWIP_ICMP                 1
#define LWIP_ICMP6                1
#define LWIP_RAW                  1
#define LWIP_UDP                  1
#define LWIP_DHCP                 1
#define LWIP_DHCP_DOES_ACD_CHECK  0 /* net/conflict.c looks, without holding up the boot */
#define LWIP_ACD                  0
#define LWIP_AUTOIP               0
#define LWIP_IGMP                 0
#define LWIP_DNS                  1
#define DNS_MAX_SERVERS           3
#define LWIP_DHCP_MAX_DNS_SERVERS 2

/* --- interfaces ---------------------------------------------------------------------------------------------- */
#define LWIP_NETIF_HOSTNAME          1
#define LWIP_NETIF_STATUS_CALLBACK   1
#define LWIP_NETIF_LINK_CALLBACK     0
#define LWIP_HAVE_LOOPIF             1
#define LWIP_NETIF_LOOPBACK          1
#define LWIP_LOOPBACK_MAX_PBUFS      256
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1

/* --- TCP ----------------------------------------------------------------------------------------------------- */
#define LWIP_TCP       1
#define TCP_MSS        1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE  5
extern uint32_t net_tcp_wnd_more, net_tcp_snd_buf_more; /* bytes above the floor */
#define TCP_WND             (0x8000 + net_tcp_wnd_more)
#define TCP_SND_BUF         (0x8000 + net_tcp_snd_buf_more)
#define TCP_SND_QUEUELEN    2048 /* pbufs; a segment of file data takes two or three */
#define TCP_SNDLOWAT        0x4000
#define TCP_SNDQUEUELOWAT   1024
#define TCP_QUEUE_OOSEQ     1
#define TCP_OOSEQ_MAX_BYTES TCP_WND
#define LWIP_TCP_SACK_OUT   1
#define TCP_OVERSIZE                                                                     \
	0 /* file data is queued by reference: spare room behind a header would be wasted */
#define TCP_LISTEN_BACKLOG         1
#define TCP_DEFAULT_LISTEN_BACKLOG 255
#define LWIP_TCP_KEEPALIVE         1
#define TCP_MSL                    1000 /* ms; TIME_WAIT lasts twice that */
#define SO_REUSE                   1
#define LWIP_TCP_PCB_NUM_EXT_ARGS  0

#endif
