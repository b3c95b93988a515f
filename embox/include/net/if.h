/* SPDX-License-Identifier: BSD-2-Clause */
/* net/if.h with the flags that ifconfig names */
#ifndef NET_IF_H
#define NET_IF_H

#include_next <net/if.h>

#ifndef IFF_NOTRAILERS
#define IFF_NOTRAILERS 0x20
#endif

#endif
