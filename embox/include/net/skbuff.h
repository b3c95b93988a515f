/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a packet */
#ifndef NET_SKBUFF_H
#define NET_SKBUFF_H

struct sk_buff; /* packets are lwIP's: nothing more is known of them */

#endif
