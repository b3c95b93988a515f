/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet addresses as text. */
#ifndef _ARPA_INET_H
#define _ARPA_INET_H

#include <netinet/in.h>

#ifdef __cplusplus
extern "C" {
#endif
const char *inet_ntop(int family, const void *addr, char *text, socklen_t len);
int inet_pton(int family, const char *text, void *addr);
in_addr_t inet_addr(const char *text);
int inet_aton(const char *text, struct in_addr *addr);
char *inet_ntoa(struct in_addr addr);
#ifdef __cplusplus
}
#endif

#endif
