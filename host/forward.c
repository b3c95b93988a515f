/* SPDX-License-Identifier: BSD-2-Clause */
/* Forwarded ports as the command line has them. */
#include "host/forward.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *parse_port(const char *text, in_port_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || n > 65535 || n == 0)
		return "a port is a number from 1 to 65535";
	*port = htons((in_port_t)n);
	return NULL;
}

/* "ADDRESS:PORT", "[ADDRESS]:PORT" or ":PORT", in place. */
static const char *parse_end(char *text, union forward_address *a)
{
	char *colon = strrchr(text, ':'), *bracket;

	memset(a, 0, sizeof(*a));
	if (!colon)
		return "expected ADDRESS:PORT or :PORT";
	*colon = '\0';
	if (*text != '[') {
		a->in.sin_family = AF_INET;
		if (*text && inet_pton(AF_INET, text, &a->in.sin_addr) != 1)
			return "an address is four numbers, or IPv6 in [ ]";
		return parse_port(colon + 1, &a->in.sin_port);
	}
	bracket = strchr(text, ']');
	if (!bracket || bracket[1])
		return "an IPv6 address ends with ]";
	*bracket = '\0';
	a->in6.sin6_family = AF_INET6;
	if (inet_pton(AF_INET6, text + 1, &a->in6.sin6_addr) != 1)
		return "that is no IPv6 address";
	return parse_port(colon + 1, &a->in6.sin6_port);
}

/* The guest's end says no address: it is of the host end's family. */
static void same_family(struct forward *f)
{
	in_port_t port = f->guest.in.sin_port;

	if (!f->ip6 || f->guest.sa.sa_family == AF_INET6 ||
		f->guest.in.sin_addr.s_addr != 0)
		return;
	memset(&f->guest, 0, sizeof(f->guest));
	f->guest.in6.sin6_family = AF_INET6;
	f->guest.in6.sin6_port = port;
}

const char *forward_parse(const char *text, size_t bytes, struct forward *f)
{
	char copy[128], *dash;
	const char *wrong;

	memset(f, 0, sizeof(*f));
	if (bytes >= sizeof(copy))
		return "too long for a forward";
	memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	f->udp = strncmp(copy, "udp:", 4) == 0;
	if (!f->udp && strncmp(copy, "tcp:", 4) != 0)
		return "a forward begins with tcp: or udp:";
	dash = strchr(copy, '-');
	if (!dash)
		return "expected -:PORT, the guest's, at the end";
	*dash = '\0';
	wrong = parse_end(copy + 4, &f->host);
	if (!wrong)
		wrong = parse_end(dash + 1, &f->guest);
	if (wrong)
		return wrong;
	f->ip6 = f->host.sa.sa_family == AF_INET6;
	same_family(f);
	return f->host.sa.sa_family == f->guest.sa.sa_family
		       ? NULL
		       : "both ends are IPv4, or both are IPv6";
}

void forward_describe(const struct forward *f, char *text, size_t text_bytes)
{
	char address[INET6_ADDRSTRLEN];

	if (f->ip6)
		inet_ntop(AF_INET6, &f->host.in6.sin6_addr, address, sizeof(address));
	else
		inet_ntop(AF_INET, &f->host.in.sin_addr, address, sizeof(address));
	snprintf(text, text_bytes, "%s port %u of %s", f->udp ? "UDP" : "TCP",
		ntohs(f->ip6 ? f->host.in6.sin6_port : f->host.in.sin_port), address);
}
