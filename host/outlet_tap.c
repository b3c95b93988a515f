/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tap device: the guest is a neighbour of Linux' own network stack.
 *
 * Each packet carries the header of virtio-net, in which checksums and segmentation are
 * left to the receiver, both ways: the kernel is told what the guest's front end takes.
 * Source: Linux, if_tun.h (IFF_VNET_HDR, TUNSETOFFLOAD); virtio, "Network Device".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "host/join.h"
#include "host/loop.h"
#include "host/offload.h"
#include "host/outlet.h"
#include "host/say.h"
#include "host/status.h"

#define BATCH 64u /* packets in one turn */

struct tap_outlet {
	struct outlet o;
	struct loop_source source;
	int fd, index;
	/* The packet that was read last; waits while the guest has no room. */
	struct packet packet;
	bool waits;
	bool gone; /* somebody has removed the device */
	uint8_t data[PACKET_BYTES_MAX];
};

/* --- from the guest ----------------------------------------------------------------- */

/* The checksum is the kernel's work: tell it where. */
static void ask_for_sum(
	struct virtio_net_hdr *h, struct packet *p, const struct layers *l)
{
	offload_sum_pseudo(p->data, p->len_bytes);
	h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->csum_start = (uint16_t)l->transport;
	h->csum_offset = l->proto == IPPROTO_TCP ? 16 : 6;
}

static void send_packet(struct outlet *o, struct packet *p)
{
	struct tap_outlet *t = (struct tap_outlet *)o;
	struct virtio_net_hdr h = {0};
	struct iovec v[] = {{&h, sizeof(h)}, {p->data, p->len_bytes}};
	struct layers l;
	bool known = (p->csum_blank || p->gso != GSO_NONE) &&
		     layers_find(p->data, p->len_bytes, &l) &&
		     (l.proto == IPPROTO_TCP || l.proto == IPPROTO_UDP);

	if (known)
		ask_for_sum(&h, p, &l);
	if (known && p->gso != GSO_NONE && p->gso_bytes) {
		h.gso_type = l.ip6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		h.gso_size = p->gso_bytes;
		h.hdr_len = (uint16_t)l.payload;
	}
	if (writev(t->fd, v, 2) < 0)
		o->dropped++;
}

/* --- to the guest ------------------------------------------------------------------- */

static bool read_packet(struct tap_outlet *t)
{
	struct virtio_net_hdr h;
	struct iovec v[] = {{&h, sizeof(h)}, {t->data, sizeof(t->data)}};
	ssize_t n = readv(t->fd, v, 2);
	unsigned gso;

	if (n < (ssize_t)sizeof(h))
		return false;
	gso = h.gso_type & ~VIRTIO_NET_HDR_GSO_ECN;
	t->packet = (struct packet){.data = t->data,
		.len_bytes = (unsigned)((size_t)n - sizeof(h)),
		.csum_blank = h.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_good = h.flags &
			     (VIRTIO_NET_HDR_F_NEEDS_CSUM | VIRTIO_NET_HDR_F_DATA_VALID),
		.gso = gso == VIRTIO_NET_HDR_GSO_TCPV4   ? GSO_TCP4
		       : gso == VIRTIO_NET_HDR_GSO_TCPV6 ? GSO_TCP6
							 : GSO_NONE,
		.gso_bytes = h.gso_size};
	return true;
}

static void read_packets(struct tap_outlet *t)
{
	for (unsigned i = 0; i < BATCH && !t->waits && read_packet(t); i++)
		t->waits = !outlet_deliver(&t->o, &t->packet);
}

static void room(struct outlet *o)
{
	struct tap_outlet *t = (struct tap_outlet *)o;

	if (t->waits)
		t->waits = !outlet_deliver(o, &t->packet);
	if (!t->waits)
		read_packets(t);
}

static struct tap_outlet *of_source(struct loop_source *source)
{
	return (struct tap_outlet *)((char *)source -
				     offsetof(struct tap_outlet, source));
}

static void prepare(struct loop_source *source)
{
	struct tap_outlet *t = of_source(source);

	outlet_flush(&t->o);
	t->index = t->waits || t->gone ? -1 : loop_want(t->fd, POLLIN);
}

static void work(struct loop_source *source)
{
	struct tap_outlet *t = of_source(source);

	short ready = loop_ready(t->index);

	if (ready & POLLIN) {
		read_packets(t);
	} else if (ready) {
		host_say("%s is gone: nothing comes from it any more", t->o.ops->name);
		t->gone = true;
	}
}

/* What the guest does not take, the kernel does before it gives us the packet. */
static void guest_takes(struct outlet *o, const struct packet_ability *a)
{
	struct tap_outlet *t = (struct tap_outlet *)o;
	unsigned offload = 0;

	if (a->csum_blank4 || a->csum_blank6) {
		offload = TUN_F_CSUM | (a->gso_tcp4 ? TUN_F_TSO4 : 0) |
			  (a->gso_tcp6 ? TUN_F_TSO6 : 0);
	}
	if (ioctl(t->fd, TUNSETOFFLOAD, offload) < 0)
		host_say("tap: offloads cannot be set: %s", strerror(errno));
}

/* --- life --------------------------------------------------------------------------- */

static void close_tap(struct outlet *o)
{
	struct tap_outlet *t = (struct tap_outlet *)o;

	loop_remove(&t->source);
	close(t->fd);
	free(t);
}

static int complain(const char *name, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		host_say("tap %s: no permission: have root make it yours (ip tuntap add "
			 "dev "
			 "%s mode tap user $USER; ip link set %s up), or use --net user",
			name, name, name);
		return STATUS_NET_RIGHTS;
	case EBUSY:
		host_say("tap %s is in use by another program", name);
		return STATUS_PORT_IN_USE;
	case ENOENT:
	case ENODEV:
	case ENXIO:
		host_say("tap %s: this machine has no /dev/net/tun: modprobe tun, or use "
			 "--net user",
			name);
		return STATUS_NET;
	default:
		host_say("tap %s: %s", name, strerror(error));
		return STATUS_NET;
	}
}

/* A tap that nobody has set up yet carries nothing; who may make one may do that too. */
static void set_up(const char *name)
{
	struct ifreq r = {0};
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(r.ifr_name, name, strlen(name) + 1);
	if (s < 0)
		return;
	if (ioctl(s, SIOCGIFFLAGS, &r) == 0 && !(r.ifr_flags & IFF_UP)) {
		r.ifr_flags |= IFF_UP;
		if (ioctl(s, SIOCSIFFLAGS, &r) < 0)
			host_say("tap %s is not up: ip link set %s up", name, name);
	}
	close(s);
}

static int open_device(const char *name, int *fd)
{
	struct ifreq r = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};

	memcpy(r.ifr_name, name, strlen(name) + 1);
	*fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (*fd < 0)
		return complain(name, errno);
	if (ioctl(*fd, TUNSETIFF, &r) < 0) {
		int error = errno;

		close(*fd);
		return complain(name, error);
	}
	set_up(name);
	return 0;
}

/* Open the tap of another network namespace, and come back. */
static int open_in_namespace(const char *name, const char *namespace, int *fd)
{
	char path[300];
	int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), theirs, status;

	snprintf(path, sizeof(path), strchr(namespace, '/') ? "%s" : "/run/netns/%s",
		namespace);
	theirs = open(path, O_RDONLY | O_CLOEXEC);
	if (ours < 0 || theirs < 0) {
		host_say("network namespace %s: %s", namespace, strerror(errno));
		status = errno == EACCES ? STATUS_NET_RIGHTS : STATUS_NET;
	} else if (setns(theirs, CLONE_NEWNET) < 0) {
		host_say("network namespace %s: only root may enter it: start domik-host "
			 "in "
			 "it (ip netns exec %s …)",
			namespace, namespace);
		status = STATUS_NET_RIGHTS;
	} else {
		status = open_device(name, fd);
		if (setns(ours, CLONE_NEWNET) < 0 && !status) {
			close(*fd);
			status = complain(name, errno);
		}
	}
	if (theirs >= 0)
		close(theirs);
	if (ours >= 0)
		close(ours);
	return status;
}

static int open_tap(const char *options, int *fd)
{
	size_t n = strcspn(options, ",");
	char name[IFNAMSIZ];

	if (n == 0 || n >= sizeof(name)) {
		host_say("--net tap=%s: a device's name has 1 to %d characters", options,
			IFNAMSIZ - 1);
		return STATUS_USAGE;
	}
	memcpy(name, options, n);
	name[n] = '\0';
	if (!options[n])
		return open_device(name, fd);
	if (strncmp(options + n, ",netns=", 7) == 0 && options[n + 7])
		return open_in_namespace(name, options + n + 7, fd);
	host_say("--net tap=%s: give tap=NAME or tap=NAME,netns=NAMESPACE", options);
	return STATUS_USAGE;
}

struct outlet *outlet_tap(const char *options, int *status)
{
	static const struct outlet_ops ops = {.name = "tap",
		.send = send_packet,
		.guest_takes = guest_takes,
		.room = room,
		.close = close_tap};
	struct tap_outlet *t;
	int fd = -1;

	*status = open_tap(options, &fd);
	if (*status)
		return NULL;
	t = calloc(1, sizeof(*t));
	if (!t) {
		close(fd);
		*status = STATUS_HOST;
		return NULL;
	}
	t->o.ops = &ops;
	t->o.join = join_create(); /* it does without, if need be */
	t->fd = fd;
	t->index = -1;
	t->source.prepare = prepare;
	t->source.work = work;
	loop_add(&t->source);
	return &t->o;
}
