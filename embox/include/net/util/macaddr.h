/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware addresses as text */
#ifndef NET_UTIL_MACADDR_H
#define NET_UTIL_MACADDR_H

#define MACADDR_FMT        "%02x:%02x:%02x:%02x:%02x:%02x"
#define MACADDR_FMT_ARG(x) (x)[0], (x)[1], (x)[2], (x)[3], (x)[4], (x)[5]

#ifdef __cplusplus
extern "C" {
#endif
/* In the module embox.net.util.macaddr, which the checkout has. */
unsigned char *macaddr_scan(const unsigned char *text, unsigned char *address);
void macaddr_print(unsigned char *text, const unsigned char *address);
#ifdef __cplusplus
}
#endif

#endif
