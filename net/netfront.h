/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront: Xen's paravirtual network card, front-end side. The data path is netfront.c,
 * the hand-shake netfront_xenbus.c, and netif.c is its one client: it turns pages into
 * lwIP pbufs and back.
 * Source: public/io/netif.h.
 */
#ifndef NET_NETFRONT_H
#define NET_NETFRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netfront;

#define NETFRONT_MAX_SLOTS                                                               \
	18 /* slots per packet that every back end takes: XEN_NETIF_NR_SLOTS_MIN */
#define NETFRONT_MAX_PACKET 65535 /* bytes */

/* What both ends agreed on; filled in by the hand-shake. */
struct netfront_features {
	bool split_channels; /* one event channel per direction */
	bool sg;             /* packets of several slots, both ways */
	bool csum_v4; /* we may send TCP/UDP with a partial checksum (and receive such) */
	bool csum_v6;
	bool gso_tcp4,
		gso_tcp6; /* the back end takes super-segments (used by a later change) */
	bool rx_notify;
};

/* One piece of a packet to send: lies within one page. */
struct netfront_frag {
	const void *data;
	uint16_t len;
};

/* A packet to send. */
struct netfront_tx {
	struct netfront_frag frag[NETFRONT_MAX_SLOTS];
	unsigned n_frags;
	bool csum_blank; /* only the pseudo-header is summed; the back end does the rest */
	uint16_t gso_size; /* 0, or the MSS to cut at */
	bool gso_v6;

	/*
	 * Nothing refers to the packet's memory any more: it was copied (then this comes
	 * before netfront_send() returns), or all slots are answered. Under the net lock;
	 * must not send.
	 */
	void (*done)(void *arg);
	void *arg;
};

/*
 * One received page (of a packet of one or more). The page belongs to the receiver:
 * netfront_rx_page_free().
 */
struct netfront_rx_page {
	void *page;
	uint16_t offset, len; /* checked: offset + len <= PAGE_SIZE, len > 0 */
};

/* A received packet. */
struct netfront_rx {
	struct netfront_rx_page page[NETFRONT_MAX_SLOTS];
	unsigned n_pages;
	unsigned len;        /* bytes in all */
	bool csum_validated; /* TCP/UDP checksum was checked, or is blank and trusted */
	uint16_t gso_size;   /* MSS of a super-segment, or 0 */
};

/* What the client (netif.c) is told; all run in a thread, under the net lock. */
struct netfront_client {
	void (*attached)(struct netfront *nf); /* a vif appeared: set its client data */
	void (*link_up)(struct netfront *nf);  /* both ends connected */
	void (*link_down)(
		struct netfront *nf); /* until the next link_up nothing can be sent */
	void (*detached)(struct netfront *nf);
	void (*receive)(
		struct netfront *nf, const struct netfront_rx *rx); /* takes the pages */
	void (*room)(struct netfront *nf); /* after an -ENOBUFS: try again */
};

/** Set before the module starts: who gets the packets. */
void netfront_set_client(const struct netfront_client *client);

unsigned netfront_id(const struct netfront *nf); /* N of vifN */
const uint8_t *netfront_mac(const struct netfront *nf);
unsigned netfront_mtu(const struct netfront *nf);
const struct netfront_features *netfront_features(const struct netfront *nf);
/** The ip= of the vif's XenStore node, "" when the toolstack gives none. */
const char *netfront_xenstore_ip(const struct netfront *nf);
/** A pointer for the client. */
void *netfront_client_data(const struct netfront *nf);
void netfront_set_client_data(struct netfront *nf, void *data);

/**
 * Queue a packet; it leaves at netfront_flush() at the latest.
 *
 * Returns 0 (done() will be or was called), -ENOBUFS when the ring or its buffers are
 * used up (nothing happened; the client's room() tells when to try again), -ENETDOWN
 * without a back end, -EMSGSIZE.
 * Context: thread, under the net lock.
 */
int netfront_send(struct netfront *nf, const struct netfront_tx *tx);

/**
 * Publish queued requests of all interfaces and notify back ends that want it. Under the
 * net lock.
 */
void netfront_flush(void);

/**
 * Consume responses of all interfaces: at most a budget of packets per call, to be fair
 * to other work.
 * Returns true when more is waiting. Under the net lock.
 */
bool netfront_poll(void);

/**
 * Give a received page back for reuse, also after the vif is gone: nf lives as long as
 * pages of it are out.
 * Context: thread, under the net lock.
 */
void netfront_rx_page_free(struct netfront *nf, void *page);

/** Received pages that have not come back yet. */
unsigned netfront_rx_pages_up(const struct netfront *nf);

/**
 * True when a back end waits for pages that we could not give: try netfront_flush() again
 * soon.
 */
bool netfront_starved(void);

/**
 * Name memory whose pages hold nothing but what every peer may read: packets may refer to
 * it without a copy.
 *
 * @start      first byte; its whole page counts
 * @len_bytes  up to and including the last byte; what follows in its page must be
 *             harmless too
 * Returns 0 or -ENOSPC (four ranges are kept).
 */
int netfront_share(const void *start, size_t len_bytes);

/** True when the whole block lies in such memory. */
bool netfront_may_share(const void *data, size_t len_bytes);

/**
 * Look for vifs and connect them; the client is set. Returns 0 or -errno. Context:
 * thread, sleeps.
 */
int netfront_start(void);

/**
 * Wait until no vif is on its way to be connected, or the deadline. Returns how many are.
 */
unsigned netfront_wait_settled(uint64_t deadline_ns);

/**
 * Log each vif that is not connected. Returns how many vifs there are, connected or not.
 * Under the net lock.
 */
unsigned netfront_report_missing(void);

/**
 * "00:16:3e:01:02:03" into bytes. Returns 0, or -EINVAL for anything else and for group
 * addresses.
 */
int netfront_parse_mac(const char *text, uint8_t mac[6]);

struct netfront_stats {
	uint64_t rx_packets, rx_bytes, rx_dropped, rx_bad, tx_packets, tx_bytes, tx_full,
		tx_errors;
	uint64_t notifications, wakeups, connects;
};
void netfront_get_stats(const struct netfront *nf, struct netfront_stats *s);

#endif
