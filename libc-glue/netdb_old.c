/* SPDX-License-Identifier: BSD-2-Clause */
/* The older names that look up hosts, services and protocols. Their results are static, as POSIX had it. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libc-glue/posix.h"

#define ADDRESSES_MAX 8
#define NAME_BYTES    256

int h_errno;

/* --- hosts ------------------------------------------------------------------------------------------------------ */

static struct {
	struct hostent entry;
	char name[NAME_BYTES];
	char *no_aliases[1];
	char *list[ADDRESSES_MAX + 1];
	uint8_t addresses[ADDRESSES_MAX][16];
} host;

static struct hostent *host_begin(const char *name, int family)
{
	memset(&host, 0, sizeof(host));
	snprintf(host.name, sizeof(host.name), "%s", name);
	host.entry.h_name = host.name;
	host.entry.h_aliases = host.no_aliases;
	host.entry.h_addrtype = family;
	host.entry.h_length = family == AF_INET6 ? 16 : 4;
	host.entry.h_addr_list = host.list;
	return &host.entry;
}

static void host_add(unsigned i, const void *address)
{
	memcpy(host.addresses[i], address, (size_t)host.entry.h_length);
	host.list[i] = (char *)host.addresses[i];
}

static int h_errno_of(int error)
{
	return error == EAI_NONAME  ? HOST_NOT_FOUND
	       : error == EAI_AGAIN ? TRY_AGAIN
				    : NO_RECOVERY;
}

struct hostent *gethostbyname2(const char *name, int family)
{
	struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM}, *list;
	int err = getaddrinfo(name, NULL, &hints, &list);
	unsigned n = 0;

	if (err) {
		h_errno = h_errno_of(err);
		return NULL;
	}
	host_begin(name, family);
	for (struct addrinfo *i = list; i && n < ADDRESSES_MAX; i = i->ai_next)
		host_add(n++, family == AF_INET6
				      ? (const void *)&((struct sockaddr_in6 *)i->ai_addr)
						->sin6_addr
				      : (const void *)&((struct sockaddr_in *)i->ai_addr)
						->sin_addr);
	freeaddrinfo(list);
	return &host.entry;
}

struct hostent *gethostbyname(const char *name)
{
	return gethostbyname2(name, AF_INET);
}

/* Names are not looked up backwards: the number is the name. */
struct hostent *gethostbyaddr(const void *address, socklen_t len, int family)
{
	char text[INET6_ADDRSTRLEN];

	if (len != (family == AF_INET6 ? 16 : 4) ||
		!inet_ntop(family, address, text, sizeof(text))) {
		h_errno = NO_RECOVERY;
		return NULL;
	}
	host_begin(text, family);
	host_add(0, address);
	return &host.entry;
}

const char *hstrerror(int error)
{
	switch (error) {
	case 0:
		return "no error";
	case HOST_NOT_FOUND:
		return "unknown host";
	case TRY_AGAIN:
		return "no name server answers";
	case NO_RECOVERY:
		return "the name server failed";
	case NO_DATA:
		return "the host has no such address";
	default:
		return "unknown error";
	}
}

void herror(const char *what)
{
	if (what && *what)
		fprintf(stderr, "%s: ", what);
	fprintf(stderr, "%s\n", hstrerror(h_errno));
}

/* --- services ----------------------------------------------------------------------------------------------------- */

static struct servent *service_entry(const char *name, int port, const char *protocol)
{
	static struct servent entry;
	static char text[32], proto[8], *no_aliases[1];

	snprintf(text, sizeof(text), "%s", name);
	snprintf(proto, sizeof(proto), "%s", protocol ? protocol : "tcp");
	entry = (struct servent){text, no_aliases, port, proto};
	return &entry;
}

/* netdb.c has the table. */
struct servent *getservbyname(const char *name, const char *protocol)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *list;
	int port;

	if (strspn(name, "0123456789") == strlen(name) ||
		getaddrinfo(NULL, name, &hints, &list))
		return NULL;
	port = ((struct sockaddr_in *)list->ai_addr)->sin_port;
	freeaddrinfo(list);
	return service_entry(name, port, protocol);
}

struct servent *getservbyport(int port, const char *protocol)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = (in_port_t)port};
	char name[NI_MAXSERV];

	if (getnameinfo(
		    (struct sockaddr *)&in, sizeof(in), NULL, 0, name, sizeof(name), 0) ||
		strspn(name, "0123456789") == strlen(name))
		return NULL;
	return service_entry(name, port, protocol);
}

/* --- protocols ------------------------------------------------------------------------------------------------------- */

static char *no_aliases[1];
static struct protoent protocols[] = {
	{"ip", no_aliases, IPPROTO_IP},
	{"icmp", no_aliases, IPPROTO_ICMP},
	{"tcp", no_aliases, IPPROTO_TCP},
	{"udp", no_aliases, IPPROTO_UDP},
	{"ipv6", no_aliases, IPPROTO_IPV6},
	{"ipv6-icmp", no_aliases, IPPROTO_ICMPV6},
};

struct protoent *getprotobyname(const char *name)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcasecmp(protocols[i].p_name, name) == 0)
			return &protocols[i];
	return NULL;
}

struct protoent *getprotobynumber(int number)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].p_proto == number)
			return &protocols[i];
	return NULL;
}
