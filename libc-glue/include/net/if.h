/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and numbers of network interfaces. */
#ifndef _NET_IF_H
#define _NET_IF_H

#define IF_NAMESIZE 16
#define IFNAMSIZ    IF_NAMESIZE

#ifdef __cplusplus
extern "C" {
#endif
unsigned if_nametoindex(const char *name);
char *if_indextoname(unsigned index, char *name);
#ifdef __cplusplus
}
#endif

#endif
