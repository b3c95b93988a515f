/* SPDX-License-Identifier: BSD-2-Clause */
/* netinet/in.h with addresses as text, which sources find there. */
#ifndef NETINET_IN_H
#define NETINET_IN_H

#include_next <netinet/in.h>

#include <arpa/inet.h>

#endif
