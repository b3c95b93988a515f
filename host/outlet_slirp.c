/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network of an ordinary user: libslirp ends the guest's connections and makes them
 * anew with sockets of this process.
 *
 *     guest 192.168.2.11, by DHCP or the toolstack's ip key; IPv6 by router advertisement
 *     gateway 192.168.2.2, name server 192.168.2.3; fec0::2, fec0::3
 *
 * The addresses are those of the lab (tools/README.md), so that one configuration fits
 * both; vif n is in 192.168.(2 + n).0.
 */
#include <errno.h>
#include <poll.h>
#include <netinet/in.h>
#include <slirp/libslirp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host/forward.h"
#include "host/join.h"
#include "host/loop.h"
#include "host/offload.h"
#include "host/outlet.h"
#include "host/say.h"
#include "host/stats.h"
#include "host/status.h"
#include "host/trace.h"

/* libslirp listens with a backlog of 1: of several clients all but one would wait for
 * their second SYN, a second later. */
#define BACKLOG   512
#define QUEUE_MAX 4096u /* packets that wait for the guest's pages */

struct queued {
	struct queued *next;
	unsigned len_bytes;
	uint8_t data[];
};

struct timer {
	struct timer *next;
	SlirpTimerCb fn;
	void *arg;
	int64_t due_ms; /* 0: not set */
};

struct slirp_outlet {
	struct outlet o;
	struct loop_source source;
	Slirp *slirp;
	struct timer *timers;
	struct queued *first, **last;
	unsigned n_queued;
};

/* --- to the guest ------------------------------------------------------------------- */

static bool deliver(struct slirp_outlet *s, uint8_t *data, unsigned len_bytes)
{
	/* No wire has damaged it: its sums are as libslirp made them. */
	struct packet p = {.data = data, .len_bytes = len_bytes, .csum_good = true};

	return outlet_deliver(&s->o, &p);
}

static void enqueue(struct slirp_outlet *s, const void *data, size_t len_bytes)
{
	struct queued *q =
		s->n_queued < QUEUE_MAX ? malloc(sizeof(*q) + len_bytes) : NULL;

	if (!q) {
		s->o.dropped++;
		return;
	}
	q->next = NULL;
	q->len_bytes = (unsigned)len_bytes;
	memcpy(q->data, data, len_bytes);
	*s->last = q;
	s->last = &q->next;
	s->n_queued++;
}

static void room(struct outlet *o)
{
	struct slirp_outlet *s = (struct slirp_outlet *)o;

	while (s->first && deliver(s, s->first->data, s->first->len_bytes)) {
		struct queued *q = s->first;

		s->first = q->next;
		if (!s->first)
			s->last = &s->first;
		s->n_queued--;
		free(q);
	}
}

static ssize_t slirp_sends(const void *data, size_t len_bytes, void *arg)
{
	struct slirp_outlet *s = arg;

	if (len_bytes > PACKET_BYTES_MAX)
		return -1;
	if (s->first || !deliver(s, (uint8_t *)data, (unsigned)len_bytes))
		enqueue(s, data, len_bytes);
	return (ssize_t)len_bytes;
}

/* --- from the guest ----------------------------------------------------------------- */

/*
 * libslirp looks at every checksum. A TCP segment need not be cut for it: it takes packets
 * as long as IP allows, whatever its MTU, and passes the bytes on in one piece.
 */
static void send_packet(struct outlet *o, struct packet *p)
{
	struct slirp_outlet *s = (struct slirp_outlet *)o;

	if (p->csum_blank || p->gso != GSO_NONE) {
		o->summed++;
		offload_sum(p->data, p->len_bytes);
	}
	slirp_input(s->slirp, p->data, (int)p->len_bytes);
}

/* --- what libslirp asks for --------------------------------------------------------- */

static void guest_error(const char *message, void *arg)
{
	(void)arg;
	TRACE(TRACE_NET, "slirp %s", message);
}

static int64_t clock_ns(void *arg)
{
	(void)arg;
	return (int64_t)stats_clock_ns();
}

static void *timer_new(SlirpTimerCb fn, void *fn_arg, void *arg)
{
	struct slirp_outlet *s = arg;
	struct timer *t = calloc(1, sizeof(*t));

	if (!t)
		abort(); /* it cannot be told; nothing runs yet */
	*t = (struct timer){.next = s->timers, .fn = fn, .arg = fn_arg};
	s->timers = t;
	return t;
}

static void timer_free(void *timer, void *arg)
{
	struct slirp_outlet *s = arg;

	for (struct timer **p = &s->timers; *p; p = &(*p)->next)
		if (*p == timer) {
			*p = (*p)->next;
			free(timer);
			return;
		}
}

static void timer_mod(void *timer, int64_t due_ms, void *arg)
{
	(void)arg;
	((struct timer *)timer)->due_ms = due_ms;
}

static void run_timers(struct slirp_outlet *s)
{
	int64_t now_ms = clock_ns(NULL) / 1000000;

	for (struct timer *t = s->timers, *next; t; t = next) {
		next = t->next;
		if (t->due_ms && t->due_ms <= now_ms) {
			t->due_ms = 0;
			t->fn(t->arg);
		}
	}
}

static void of_no_interest(int fd, void *arg)
{
	(void)fd;
	(void)arg;
}

static void notify(void *arg)
{
	(void)arg; /* descriptors are named anew before each wait */
}

/* --- the loop ----------------------------------------------------------------------- */

static int add_poll(int fd, int events, void *arg)
{
	short wanted = 0;

	(void)arg;
	if (events & SLIRP_POLL_IN)
		wanted |= POLLIN;
	if (events & SLIRP_POLL_OUT)
		wanted |= POLLOUT;
	if (events & SLIRP_POLL_PRI)
		wanted |= POLLPRI;
	return loop_want(fd, wanted);
}

static int get_revents(int index, void *arg)
{
	short ready = loop_ready(index);

	(void)arg;
	return (ready & POLLIN ? SLIRP_POLL_IN : 0) |
	       (ready & POLLOUT ? SLIRP_POLL_OUT : 0) |
	       (ready & POLLPRI ? SLIRP_POLL_PRI : 0) |
	       (ready & POLLERR ? SLIRP_POLL_ERR : 0) |
	       (ready & POLLHUP ? SLIRP_POLL_HUP : 0);
}

static struct slirp_outlet *of_source(struct loop_source *source)
{
	return (struct slirp_outlet *)((char *)source -
				       offsetof(struct slirp_outlet, source));
}

static void prepare(struct loop_source *source)
{
	struct slirp_outlet *s = of_source(source);
	uint32_t timeout_ms = UINT32_MAX;
	int64_t now_ms = clock_ns(NULL) / 1000000;

	outlet_flush(&s->o);
	slirp_pollfds_fill(s->slirp, &timeout_ms, add_poll, NULL);
	if (timeout_ms != UINT32_MAX)
		loop_within((int64_t)timeout_ms * 1000000);
	for (const struct timer *t = s->timers; t; t = t->next)
		if (t->due_ms)
			loop_within((t->due_ms - now_ms) * 1000000);
}

static void work(struct loop_source *source)
{
	struct slirp_outlet *s = of_source(source);

	run_timers(s);
	slirp_pollfds_poll(s->slirp, 0, get_revents, NULL);
}

/* --- life --------------------------------------------------------------------------- */

static void close_slirp(struct outlet *o)
{
	struct slirp_outlet *s = (struct slirp_outlet *)o;

	loop_remove(&s->source);
	slirp_cleanup(s->slirp);
	while (s->first) {
		struct queued *q = s->first;

		s->first = q->next;
		free(q);
	}
	while (s->timers)
		timer_free(s->timers, s);
	free(s);
}

/* The address that the guest makes of its own hardware address and our prefix. */
static void guest_ip6(const struct outlet_guest *guest, struct in6_addr *a)
{
	static const uint8_t prefix[8] = {0xfe, 0xc0};

	memcpy(a->s6_addr, prefix, 8);
	a->s6_addr[8] = guest->mac[0] ^ 2;
	memcpy(a->s6_addr + 9, guest->mac + 1, 2);
	a->s6_addr[11] = 0xff;
	a->s6_addr[12] = 0xfe;
	memcpy(a->s6_addr + 13, guest->mac + 3, 3);
}

static int add_forward(
	struct slirp_outlet *s, const struct outlet_guest *guest, struct forward *f)
{
	int flags =
		(f->udp ? SLIRP_HOSTFWD_UDP : 0) | (f->ip6 ? SLIRP_HOSTFWD_V6ONLY : 0);
	socklen_t n = f->ip6 ? sizeof(f->host.in6) : sizeof(f->host.in);
	char what[80];

	if (f->ip6 && IN6_IS_ADDR_UNSPECIFIED(&f->guest.in6.sin6_addr))
		guest_ip6(guest, &f->guest.in6.sin6_addr);
	errno = 0;
	if (slirp_add_hostxfwd(s->slirp, &f->host.sa, n, &f->guest.sa, n, flags) == 0)
		return 0;
	forward_describe(f, what, sizeof(what));
	switch (errno) {
	case EADDRINUSE:
		host_say("%s is in use: stop what uses it, or forward another", what);
		return STATUS_PORT_IN_USE;
	case EACCES:
		host_say("%s: only root may use it; choose one from 1024 up", what);
		return STATUS_PORT_IN_USE;
	default:
		host_say("%s cannot be opened: %s", what, strerror(errno));
		return STATUS_NET;
	}
}

static int add_forwards(
	struct slirp_outlet *s, const char *options, const struct outlet_guest *guest)
{
	while (options) {
		size_t n = strcspn(options, ",");
		struct forward f;
		const char *wrong = forward_parse(options, n, &f);
		int status;

		if (wrong) {
			host_say("--net user,%.*s: %s: tcp:127.0.0.1:8080-:80", (int)n,
				options, wrong);
			return STATUS_USAGE;
		}
		status = add_forward(s, guest, &f);
		if (status)
			return status;
		options = options[n] ? options + n + 1 : NULL;
	}
	return 0;
}

static int raise_backlog(int fd, int events, void *arg)
{
	int listens = 0;
	socklen_t n = sizeof(listens);

	(void)events;
	(void)arg;
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) == 0 && listens)
		listen(fd, BACKLOG);
	return -1;
}

static struct in_addr ip4(unsigned vif, unsigned last)
{
	return (struct in_addr){htonl(0xc0a80000u + ((2 + vif) << 8) + last)};
}

static struct in6_addr ip6(uint8_t last)
{
	return (struct in6_addr){.s6_addr = {0xfe, 0xc0, [15] = last}};
}

static Slirp *start(struct slirp_outlet *s, const struct outlet_guest *guest)
{
	static const SlirpCb callbacks = {.send_packet = slirp_sends,
		.guest_error = guest_error,
		.clock_get_ns = clock_ns,
		.timer_new = timer_new,
		.timer_free = timer_free,
		.timer_mod = timer_mod,
		.register_poll_fd = of_no_interest,
		.unregister_poll_fd = of_no_interest,
		.notify = notify};
	SlirpConfig c = {.version = 1,
		.in_enabled = true,
		.vnetwork = ip4(guest->vif, 0),
		.vnetmask = {htonl(0xffffff00u)},
		.vhost = ip4(guest->vif, 2),
		.vnameserver = ip4(guest->vif, 3),
		.vdhcp_start = ip4(guest->vif, 11),
		.in6_enabled = true,
		.vprefix_addr6 = ip6(0),
		.vprefix_len = 64,
		.vhost6 = ip6(2),
		.vnameserver6 = ip6(3)};

	if (guest->ip[0])
		inet_aton(guest->ip, &c.vdhcp_start);
	return slirp_new(&c, &callbacks, s);
}

struct outlet *outlet_slirp(
	const char *options, const struct outlet_guest *guest, int *status)
{
	static const struct outlet_ops ops = {
		.name = "user", .send = send_packet, .room = room, .close = close_slirp};
	struct slirp_outlet *s = calloc(1, sizeof(*s));
	uint32_t timeout_ms = 0;

	*status = STATUS_HOST;
	if (!s)
		return NULL;
	s->o.ops = &ops;
	s->o.join = join_create(); /* it does without, if need be */
	s->last = &s->first;
	s->source.prepare = prepare;
	s->source.work = work;
	s->slirp = start(s, guest);
	if (!s->slirp) {
		free(s);
		return NULL;
	}
	loop_add(&s->source);
	*status = add_forwards(s, options, guest);
	if (*status) {
		outlet_close(&s->o);
		return NULL;
	}
	slirp_pollfds_fill(s->slirp, &timeout_ms, raise_backlog, NULL);
	return &s->o;
}
