/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte order: macros that may stand in constant initialisers. */
#ifndef _ARPA_INET_ORDER_H
#define _ARPA_INET_ORDER_H

#include <stdint.h>

#undef htons
#undef htonl
#undef ntohs
#undef ntohl
#define htons(x) ((uint16_t)__builtin_bswap16((uint16_t)(x)))
#define htonl(x) ((uint32_t)__builtin_bswap32((uint32_t)(x)))
#define ntohs(x) htons(x)
#define ntohl(x) htonl(x)

#endif
