/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket options: those that every socket has; the others by way of the protocol's table. */
#include "libc-glue/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include "kernel/timer.h"
#include "libc-glue/interface.h"
#include "libc-glue/socket_private.h"
#include "libc-glue/time.h"
#include "net/net.h"

/* An option's value on its way between the caller and us. */
union option {
	int number;
	struct linger linger;
	struct timeval time;
};

static size_t option_size(int level, int name)
{
	if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO))
		return sizeof(struct timeval);
	if (level == SOL_SOCKET && name == SO_LINGER)
		return sizeof(struct linger);
	return sizeof(int);
}

static int set_timeout(uint64_t *timeout_ns, const struct timeval *tv)
{
	struct timespec ts = {.tv_sec = tv->tv_sec, .tv_nsec = tv->tv_usec * 1000};

	if (tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return -EDOM;
	if (tv->tv_sec < 0) { /* as Linux: do not wait at all */
		*timeout_ns = 1;
		return 0;
	}
	return time_to_ns(&ts, timeout_ns);
}

static void get_timeout(uint64_t timeout_ns, struct timeval *tv)
{
	tv->tv_sec = (time_t)(timeout_ns / NS_PER_S);
	tv->tv_usec = (suseconds_t)(timeout_ns % NS_PER_S / NS_PER_US);
}

static int get_common(struct sock *s, int name, union option *o)
{
	switch (name) {
	case SO_ERROR:
		o->number = -sock_take_error(s);
		return 0;
	case SO_TYPE:
		o->number = s->proto->type;
		return 0;
	case SO_PROTOCOL:
		o->number = s->proto->protocol;
		return 0;
	case SO_DOMAIN:
		o->number = s->domain;
		return 0;
	case SO_RCVTIMEO:
		get_timeout(s->rx_timeout_ns, &o->time);
		return 0;
	case SO_SNDTIMEO:
		get_timeout(s->tx_timeout_ns, &o->time);
		return 0;
	case SO_LINGER:
		return s->proto->linger(s, NULL, &o->linger);
	default:
		return s->proto->get_option(s, SOL_SOCKET, name, &o->number);
	}
}

/* "" means any interface again, as index 0 does. An image without libc.interfaces cannot choose. */
static int set_interface(struct sock *s, const char *name, socklen_t len)
{
	int index = interface_index ? interface_index(name, len) : -ENOPROTOOPT;

	if (index < 0)
		return index;
	return s->proto->set_option(s, SOL_SOCKET, SO_BINDTODEVICE, index);
}

static int set_common(struct sock *s, int name, const union option *o)
{
	switch (name) {
	case SO_RCVTIMEO:
		return set_timeout(&s->rx_timeout_ns, &o->time);
	case SO_SNDTIMEO:
		return set_timeout(&s->tx_timeout_ns, &o->time);
	case SO_LINGER:
		return s->proto->linger(s, &o->linger, NULL);
	default:
		return s->proto->set_option(s, SOL_SOCKET, name, o->number);
	}
}

static int get_v6_only(const struct sock *s, union option *o)
{
	if (s->domain != AF_INET6)
		return -ENOPROTOOPT;
	o->number = s->v6_only;
	return 0;
}

int sock_get_option(int fd, int level, int name, void *value, socklen_t *len)
{
	size_t size = option_size(level, name);
	union option o = {.number = 0};
	struct sock *s;
	int err = sock_get(fd, &s);

	if (err)
		return err;
	net_lock();
	if (level == SOL_SOCKET)
		err = get_common(s, name, &o);
	else if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY)
		err = get_v6_only(s, &o);
	else
		err = s->proto->get_option(s, level, name, &o.number);
	net_unlock();
	sock_put(s);
	if (err)
		return err;
	if (*len > size)
		*len = (socklen_t)size;
	memcpy(value, &o, *len);
	return 0;
}

int sock_set_option(int fd, int level, int name, const void *value, socklen_t len)
{
	bool is_device = level == SOL_SOCKET && name == SO_BINDTODEVICE;
	size_t size = option_size(level, name);
	union option o = {.number = 0};
	struct sock *s;
	int err = sock_get(fd, &s);

	if (err)
		return err;
	if (!value || (len < size && !is_device))
		err = -EINVAL;
	else if (!is_device)
		memcpy(&o, value, size);
	net_lock();
	if (!err && is_device)
		err = set_interface(s, value, len);
	else if (!err && level == SOL_SOCKET)
		err = set_common(s, name, &o);
	else if (!err)
		err = s->proto->set_option(s, level, name, o.number);
	net_unlock();
	sock_put(s);
	return err;
}

/* --- of IP ------------------------------------------------------------------------------------------------------------ */

/* Which byte of the protocol's block an option is; NULL for none. */
static u8_t *header_byte(struct ip_pcb *pcb, int level, int name)
{
	if ((level == IPPROTO_IP && name == IP_TTL) ||
		(level == IPPROTO_IPV6 && name == IPV6_UNICAST_HOPS))
		return &pcb->ttl;
	if (level == SOL_SOCKET && name == SO_BINDTODEVICE)
		return &pcb->netif_idx;
	return level == IPPROTO_IP && name == IP_TOS ? &pcb->tos : NULL;
}

static int set_v6_only(struct sock *s, struct ip_pcb *pcb, bool bound, int value)
{
	if (s->domain != AF_INET6)
		return -ENOPROTOOPT;
	if (bound)
		return -EINVAL;
	s->v6_only = value != 0;
	IP_SET_TYPE_VAL(pcb->local_ip, sock_addr_type(s));
	IP_SET_TYPE_VAL(pcb->remote_ip, sock_addr_type(s));
	return 0;
}

int sock_ip_set_option(
	struct sock *s, struct ip_pcb *pcb, bool bound, int level, int name, int value)
{
	u8_t *byte = header_byte(pcb, level, name);

	if (level == IPPROTO_IPV6 && name == IPV6_V6ONLY)
		return set_v6_only(s, pcb, bound, value);
	if (!byte)
		return -ENOPROTOOPT;
	if (value < 0 || value > 255)
		return -EINVAL;
	*byte = (u8_t)value;
	return 0;
}

int sock_ip_get_option(const struct ip_pcb *pcb, int level, int name, int *value)
{
	const u8_t *byte = header_byte((struct ip_pcb *)(uintptr_t)pcb, level, name);

	if (!byte)
		return -ENOPROTOOPT;
	*value = *byte;
	return 0;
}
