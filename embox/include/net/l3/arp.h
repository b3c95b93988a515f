/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of hardware */
#ifndef NET_L3_ARP_H
#define NET_L3_ARP_H

#include <stdint.h>

#include <net/if.h>

enum { ARP_HRD_ETHERNET = 1, ARP_HRD_LOOPBACK = 772 };

#endif
