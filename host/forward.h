/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A port of this machine that leads to one of the guest's, as --net user takes it:
 *
 *     tcp:127.0.0.1:8080-:80        udp:[::1]:53-[fd00::5]:53        tcp::8080-:80
 */
#ifndef HOST_FORWARD_H
#define HOST_FORWARD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct forward {
	bool udp, ip6;
	/* Of the same family; the guest's address is "any" when none is given. */
	union forward_address {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} host, guest;
};

/**
 * Read one.
 *
 * @text   what is between two commas
 * @bytes  its length
 * Returns NULL, or what is wrong with it.
 */
const char *forward_parse(const char *text, size_t bytes, struct forward *f);

/** "127.0.0.1 port 8080", for messages. */
void forward_describe(const struct forward *f, char *text, size_t text_bytes);

#endif
