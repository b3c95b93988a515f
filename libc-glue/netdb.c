/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of hosts and services: numbers as they are, "localhost", the lines of /etc/hosts if the RAM disk has one, and
 * for the rest the name servers that lwIP knows (dns= or DHCP).
 */
#include <netdb.h>

#include "libc-glue/socket_private.h"

#include "lwip/dns.h"
#include "lwip/netif.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/timer.h"
#include "libc-glue/inet_text.h"
#include "libc-glue/posix.h"
#include "net/net.h"

#define ADDRESSES_MAX 4 /* per name */

struct found {
	ip_addr_t addr[ADDRESSES_MAX];
	unsigned n;
};

static const struct {
	const char *name;
	uint16_t port;
} services[] = {{"http", 80}, {"https", 443}, {"domain", 53}, {"ssh", 22}, {"ntp", 123},
	{"echo", 7}, {"daytime", 13}, {"telnet", 23}, {"ftp", 21}, {"smtp", 25}};

/* --- hosts ---------------------------------------------------------------------------------------------------------------- */

static bool family_fits(int family, const ip_addr_t *a)
{
	return family == AF_UNSPEC || (family == AF_INET) == IP_IS_V4(a);
}

static void add_found(struct found *f, int family, const ip_addr_t *a)
{
	if (f->n < ADDRESSES_MAX && family_fits(family, a))
		f->addr[f->n++] = *a;
}

static bool read_number(const char *text, ip_addr_t *a)
{
	uint8_t bytes[16];
	uint32_t words[4];

	memset(a, 0, sizeof(*a));
	if (inet_text_read_v4(text, bytes)) {
		memcpy(words, bytes, 4);
		ip_addr_set_ip4_u32_val(*a, words[0]);
		return true;
	}
	if (!inet_text_read_v6(text, bytes))
		return false;
	memcpy(words, bytes, 16);
	IP_ADDR6(a, words[0], words[1], words[2], words[3]);
	return true;
}

static void add_loopback(struct found *f, int family)
{
	ip_addr_t a;

	ip_addr_set_loopback(false, &a);
	add_found(f, family, &a);
	ip_addr_set_loopback(true, &a);
	add_found(f, family, &a);
}

/* A line of /etc/hosts: address, then names. */
static void read_hosts_line(struct found *f, char *line, const char *host, int family)
{
	char *rest = line, *word;
	ip_addr_t a;

	line[strcspn(line, "#\r\n")] = '\0';
	word = strtok_r(rest, " \t", &rest);
	if (!word || !read_number(word, &a))
		return;
	while ((word = strtok_r(NULL, " \t", &rest)))
		if (strcasecmp(word, host) == 0)
			add_found(f, family, &a);
}

static void read_hosts(struct found *f, const char *host, int family)
{
	FILE *hosts = fopen("/etc/hosts", "r");
	char line[256];

	if (!hosts)
		return;
	while (fgets(line, sizeof(line), hosts))
		read_hosts_line(f, line, host, family);
	fclose(hosts);
}

/* --- name servers ------------------------------------------------------------------------------------------------------------ */

#define DNS_WAIT_NS (60 * NS_PER_S) /* lwIP's retries are over long before */

/* A question to lwIP. Its answer may come when nobody waits any more. */
struct question {
	struct cond answered;
	bool done, found, abandoned;
	ip_addr_t addr;
};

static void dns_answer(const char *name, const ip_addr_t *addr, void *arg)
{
	struct question *q = arg;

	(void)name;
	if (q->abandoned) {
		kfree(q);
		return;
	}
	q->done = true;
	q->found = addr != NULL;
	if (addr)
		q->addr = *addr;
	cond_broadcast(&q->answered);
}

/* Ask and wait, under the net lock. Returns ERR_OK, ERR_TIMEOUT, or why lwIP did not ask. */
static err_t ask_and_wait(struct question *q, const char *host, u8_t type)
{
	uint64_t deadline_ns = clock_ns() + DNS_WAIT_NS;
	err_t err = dns_gethostbyname_addrtype(host, &q->addr, dns_answer, q, type);

	if (err != ERR_INPROGRESS) {
		q->done = true;
		q->found = err == ERR_OK;
		return err;
	}
	while (!q->done)
		if (net_wait(&q->answered, deadline_ns) == -ETIMEDOUT)
			return ERR_TIMEOUT;
	return ERR_OK;
}

/* Returns 0, EAI_NONAME, EAI_AGAIN, EAI_MEMORY. */
static int ask_server(struct found *f, const char *host, int family)
{
	struct question *q = kzalloc(sizeof(*q)); /* lwIP may answer after us */
	u8_t type = family == AF_INET    ? LWIP_DNS_ADDRTYPE_IPV4
		    : family == AF_INET6 ? LWIP_DNS_ADDRTYPE_IPV6
					 : LWIP_DNS_ADDRTYPE_IPV4_IPV6;
	err_t err;

	if (!q)
		return EAI_MEMORY;
	cond_init(&q->answered);
	net_lock();
	err = ask_and_wait(q, host, type);
	if (q->found)
		add_found(f, family, &q->addr);
	if (q->done)
		kfree(q);
	else
		q->abandoned = true;
	net_unlock();
	if (f->n)
		return 0;
	return err == ERR_OK ? EAI_NONAME : EAI_AGAIN;
}

static int find_host(struct found *f, const char *host, const struct addrinfo *hints)
{
	ip_addr_t a;

	if (!host) {
		if (hints->ai_flags & AI_PASSIVE) {
			memset(&a, 0, sizeof(a));
			add_found(f, hints->ai_family, &a);
			IP_SET_TYPE_VAL(a, IPADDR_TYPE_V6);
			add_found(f, hints->ai_family, &a);
		} else {
			add_loopback(f, hints->ai_family);
		}
		return 0;
	}
	if (read_number(host, &a)) {
		add_found(f, hints->ai_family, &a);
		return f->n ? 0 : EAI_NONAME;
	}
	if (hints->ai_flags & AI_NUMERICHOST)
		return EAI_NONAME;
	read_hosts(f, host, hints->ai_family);
	if (!f->n && strcasecmp(host, "localhost") == 0)
		add_loopback(f, hints->ai_family);
	return f->n ? 0 : ask_server(f, host, hints->ai_family);
}

/* --- services -------------------------------------------------------------------------------------------------------------------- */

static int find_service(const char *service, int flags, uint16_t *port)
{
	char *end;
	unsigned long n;

	*port = 0;
	if (!service)
		return 0;
	n = strtoul(service, &end, 10); /* of nothing: 0 */
	if (*end == '\0' && n <= 65535) {
		*port = (uint16_t)n;
		return 0;
	}
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (!(flags & AI_NUMERICSERV) && strcmp(services[i].name, service) == 0) {
			*port = services[i].port;
			return 0;
		}
	return flags & AI_NUMERICSERV ? EAI_NONAME : EAI_SERVICE;
}

/* --- getaddrinfo --------------------------------------------------------------------------------------------------------------------- */

static const struct kind {
	int type, protocol;
} kinds[] = {{SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, IPPROTO_UDP}, {SOCK_RAW, 0}};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Is it what is asked for, where 0 asks for any? A raw socket has the protocol that it is asked for. */
static bool kind_fits(const struct kind *k, const struct addrinfo *hints)
{
	if (hints->ai_socktype && hints->ai_socktype != k->type)
		return false;
	return !hints->ai_protocol || hints->ai_protocol == k->protocol ||
	       (hints->ai_socktype == SOCK_RAW && hints->ai_protocol > 0);
}

static bool any_kind_fits(const struct addrinfo *hints)
{
	for (unsigned i = 0; i < N_KINDS; i++)
		if (kind_fits(&kinds[i], hints))
			return true;
	return false;
}

/* A list entry in one block with its address. */
static struct addrinfo *make_info(
	const ip_addr_t *a, uint16_t port, const struct kind *kind, int protocol)
{
	struct {
		struct addrinfo info;
		struct sockaddr_storage addr;
	} *block = calloc(1, sizeof(*block));
	struct endpoint e = {*a, port};
	int family = IP_IS_V6(a) ? AF_INET6 : AF_INET;

	if (!block)
		return NULL;
	block->info.ai_family = family;
	block->info.ai_socktype = kind->type;
	block->info.ai_protocol = protocol ? protocol : kind->protocol;
	block->info.ai_addr = (struct sockaddr *)&block->addr;
	block->info.ai_addrlen = sizeof(block->addr);
	endpoint_to_sockaddr(family, &e, block->info.ai_addr, &block->info.ai_addrlen);
	return &block->info;
}

static int make_list(const struct found *f, uint16_t port, const struct addrinfo *hints,
	const char *canonical, struct addrinfo **result)
{
	struct addrinfo **tail = result;

	*result = NULL;
	for (unsigned i = 0; i < f->n; i++)
		for (unsigned k = 0; k < N_KINDS; k++) {
			if (!kind_fits(&kinds[k], hints))
				continue;
			*tail = make_info(
				&f->addr[i], port, &kinds[k], hints->ai_protocol);
			if (*tail && canonical && tail == result)
				(*tail)->ai_canonname = strdup(canonical);
			if (!*tail ||
				(canonical && tail == result && !(*tail)->ai_canonname)) {
				freeaddrinfo(*result);
				return EAI_MEMORY;
			}
			tail = &(*tail)->ai_next;
		}
	return *result ? 0 : EAI_NONAME;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
	struct addrinfo **result)
{
	static const struct addrinfo none;
	struct found f = {.n = 0};
	uint16_t port;
	int err;

	if (!hints)
		hints = &none;
	if (!host && !service)
		return EAI_NONAME;
	if (hints->ai_family != AF_UNSPEC && hints->ai_family != AF_INET &&
		hints->ai_family != AF_INET6)
		return EAI_FAMILY;
	if (!any_kind_fits(hints))
		return hints->ai_socktype ? EAI_SOCKTYPE : EAI_SERVICE;
	err = find_service(service, hints->ai_flags, &port);
	if (!err)
		err = find_host(&f, host, hints);
	if (err)
		return err;
	return make_list(
		&f, port, hints, hints->ai_flags & AI_CANONNAME ? host : NULL, result);
}

void freeaddrinfo(struct addrinfo *list)
{
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list->ai_canonname);
		free(list);
		list = next;
	}
}

/* --- getnameinfo ------------------------------------------------------------------------------------------------------------------------ */

static int write_service(uint16_t port, char *service, socklen_t len, int flags)
{
	const char *name = NULL;

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (!(flags & NI_NUMERICSERV) && services[i].port == port)
			name = services[i].name;
	if (name)
		return snprintf(service, len, "%s", name) < (int)len ? 0 : EAI_OVERFLOW;
	return snprintf(service, len, "%u", port) < (int)len ? 0 : EAI_OVERFLOW;
}

/* Names are not looked up backwards: the number is the name. */
int getnameinfo(const struct sockaddr *addr, socklen_t addr_len, char *host,
	socklen_t host_len, char *service, socklen_t service_len, int flags)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)addr;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)addr;
	bool is_v6 = addr->sa_family == AF_INET6;
	char text[INET6_ADDRSTRLEN];

	if (addr->sa_family != AF_INET && !is_v6)
		return EAI_FAMILY;
	if (addr_len < (is_v6 ? sizeof(*in6) : sizeof(*in)))
		return EAI_FAMILY;
	if (flags & NI_NAMEREQD)
		return EAI_NONAME;
	if (is_v6)
		inet_text_write_v6(in6->sin6_addr.s6_addr, text);
	else
		inet_text_write_v4((const uint8_t *)&in->sin_addr, text);
	if (host && host_len && snprintf(host, host_len, "%s", text) >= (int)host_len)
		return EAI_OVERFLOW;
	if (service && service_len)
		return write_service(ntohs(in->sin_port), service, service_len, flags);
	return 0;
}

const char *gai_strerror(int error)
{
	switch (error) {
	case 0:
		return "no error";
	case EAI_BADFLAGS:
		return "wrong flags";
	case EAI_NONAME:
		return "unknown name";
	case EAI_AGAIN:
		return "no name server answers";
	case EAI_FAIL:
		return "the name server failed";
	case EAI_FAMILY:
		return "unknown address family";
	case EAI_SOCKTYPE:
		return "unknown socket type";
	case EAI_SERVICE:
		return "unknown service";
	case EAI_MEMORY:
		return "out of memory";
	case EAI_OVERFLOW:
		return "buffer too small";
	default:
		return "unknown error";
	}
}
