/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront, the hand-shake: what the back end offers, read by one table; what we answer,
 * written by another.
 *
 *   InitWait of the back end   read its offers, open rings and ports, write our keys
 *   Connected of both          traffic
 *   Closing, or gone           everything back, ready to begin again
 *
 * Each offer has its fall-back: no split channels = one event channel for both
 * directions; no scatter-gather = every packet is put together into one slot; no IPv6
 * checksums = lwIP computes them. Only rx-copy is required.
 * Source: public/io/netif.h; docs/misc/xenstore-paths.pandoc.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/net.h"
#include "net/netfront_private.h"

#define LOG_MODULE "netfront"
#include "kernel/log.h"

#define MTU_DEFAULT 1500u
#define MTU_MIN     68u /* RFC 791 */
#define MTU_MAX     (NETFRONT_MAX_PACKET - 14u)

/* --- what the back end offers ------------------------------------------------------- */

/* One key of the back end: how it changes what both ends do. */
static const struct offer {
	const char *key;
	size_t field;  /* in struct netfront_features */
	bool inverted; /* the key takes something away */
} offers[] = {
	{"feature-split-event-channels",
		offsetof(struct netfront_features, split_channels), false},
	{"feature-sg", offsetof(struct netfront_features, sg), false},
	{"feature-no-csum-offload", offsetof(struct netfront_features, csum_v4), true},
	{"feature-ipv6-csum-offload", offsetof(struct netfront_features, csum_v6), false},
	{"feature-gso-tcpv4", offsetof(struct netfront_features, gso_tcp4), false},
	{"feature-gso-tcpv6", offsetof(struct netfront_features, gso_tcp6), false},
	{"feature-rx-notify", offsetof(struct netfront_features, rx_notify), false},
};

/* A key that is absent or no number means no. */
static bool backend_says(struct xenbus_device *dev, const char *key)
{
	unsigned long value;

	return xenbus_read_backend_uint(dev, key, &value) == 0 && value != 0;
}

static void read_offers(struct xenbus_device *dev, struct netfront_features *f)
{
	for (size_t i = 0; i < ARRAY_SIZE(offers); i++)
		*(bool *)((char *)f + offers[i].field) =
			backend_says(dev, offers[i].key) != offers[i].inverted;
}

/* --- what we answer ----------------------------------------------------------------- */

static unsigned long rx_ref(const struct netfront *nf)
{
	return nf->rx.ring_ref;
}
static unsigned long tx_ref(const struct netfront *nf)
{
	return nf->tx.ring_ref;
}
static unsigned long rx_port(const struct netfront *nf)
{
	return nf->rx_port;
}
static unsigned long tx_port(const struct netfront *nf)
{
	return nf->tx_port;
}
static unsigned long yes(const struct netfront *nf)
{
	return nf != NULL;
}

enum when { ALWAYS, SPLIT, NOT_SPLIT };

/* Our keys. gso is not among them: the back end then cuts what it sends to us. */
static const struct answer {
	const char *key;
	enum when when;
	unsigned long (*value)(const struct netfront *nf);
} answers[] = {
	{"tx-ring-ref", ALWAYS, tx_ref},
	{"rx-ring-ref", ALWAYS, rx_ref},
	{"event-channel", NOT_SPLIT, rx_port},
	{"event-channel-tx", SPLIT, tx_port},
	{"event-channel-rx", SPLIT, rx_port},
	{"request-rx-copy", ALWAYS, yes},
	{"feature-rx-notify", ALWAYS, yes},
	{"feature-sg", ALWAYS, yes},
	{"feature-ipv6-csum-offload", ALWAYS, yes},
};

static int write_answers(struct netfront *nf)
{
	enum when ours = nf->features.split_channels ? SPLIT : NOT_SPLIT;
	struct xenbus_key keys[ARRAY_SIZE(answers)];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		const struct answer *a = &answers[i];

		if (a->when != ALWAYS && a->when != ours)
			continue;
		snprintf(keys[n].name, sizeof keys[n].name, "%s", a->key);
		snprintf(keys[n].value, sizeof keys[n].value, "%lu", a->value(nf));
		n++;
	}
	return xenbus_write_keys(nf->dev, keys, n);
}

/* --- what the toolstack says -------------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "00:16:3e:01:02:03" into bytes; a group address cannot be a station's. */
int netfront_parse_mac(const char *text, uint8_t mac[6])
{
	for (int i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || text[2] != (i < 5 ? ':' : '\0'))
			return -EINVAL;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return mac[0] & 1 ? -EINVAL : 0;
}

static int read_mac(struct xenbus_device *dev, uint8_t mac[6])
{
	char text[32];

	if (xenbus_read_frontend(dev, "mac", text, sizeof text) >= 0 &&
		netfront_parse_mac(text, mac) == 0)
		return 0;
	log_error("vif%u has no valid mac in XenStore: give one in the domain's "
		  "vif=[\"mac=...\"]",
		dev->id);
	return -EINVAL;
}

static unsigned read_mtu(struct xenbus_device *dev)
{
	unsigned long mtu;

	if (xenbus_read_backend_uint(dev, "mtu", &mtu) || mtu == 0)
		return MTU_DEFAULT;
	if (mtu >= MTU_MIN && mtu <= MTU_MAX)
		return (unsigned)mtu;
	log_warn("vif%u: mtu %lu makes no sense, using %u", dev->id, mtu, MTU_DEFAULT);
	return MTU_DEFAULT;
}

/* --- the state machine's steps, in xenbus' thread ----------------------------------- */

static int probe(struct xenbus_device *dev)
{
	struct netfront *nf;
	uint8_t mac[6];
	int err = read_mac(dev, mac);

	if (err)
		return err;
	net_lock();
	nf = netfront_create(dev);
	if (nf) {
		memcpy(nf->mac, mac, sizeof mac);
		nf->mtu = MTU_DEFAULT;
		dev->priv = nf;
	}
	net_unlock();
	return nf ? 0 : -ENOMEM;
}

static int connect(struct xenbus_device *dev)
{
	struct netfront *nf = dev->priv;
	struct netfront_features features = {0};
	bool first = !nf->client_data;
	unsigned mtu = read_mtu(dev);
	int err;

	if (!backend_says(dev, "feature-rx-copy")) {
		log_error("vif%u: the back end cannot copy (feature-rx-copy): too old",
			nf->id);
		return -EOPNOTSUPP;
	}
	read_offers(dev, &features);
	if (xenbus_read_backend(dev, "ip", nf->ip, sizeof nf->ip) < 0)
		nf->ip[0] = '\0';
	net_lock();
	nf->features = features;
	nf->mtu = mtu;
	nf->peer = dev->backend_domid;
	err = netfront_open(nf);
	if (!err && first) {
		netfront_client->attached(nf);
		if (!nf->client_data) { /* there was no memory for the interface */
			netfront_close(nf);
			err = -ENOMEM;
		}
	}
	net_unlock();
	if (err) {
		log_error("vif%u: no memory or grants for its rings (%d)", nf->id, err);
		return err;
	}
	err = write_answers(nf);
	if (err) {
		net_lock();
		netfront_close(nf);
		net_unlock();
	}
	return err;
}

static void connected(struct xenbus_device *dev)
{
	net_lock();
	netfront_set_up(dev->priv);
	net_unlock();
}

static void disconnect(struct xenbus_device *dev)
{
	net_lock();
	netfront_close(dev->priv);
	net_unlock();
}

static void gone(struct xenbus_device *dev)
{
	struct netfront *nf = dev->priv;

	net_lock();
	netfront_close(nf);
	if (nf->client_data)
		netfront_client->detached(nf);
	netfront_destroy(nf);
	dev->priv = NULL;
	net_unlock();
}

static struct xenbus_driver driver = {
	.type = "vif",
	.probe = probe,
	.connect = connect,
	.connected = connected,
	.disconnect = disconnect,
	.remove = gone,
};

int netfront_start(void)
{
	return xenbus_register(&driver);
}

unsigned netfront_wait_settled(uint64_t deadline_ns)
{
	int n = xenbus_wait_settled(&driver, deadline_ns);

	return n > 0 ? (unsigned)n : 0;
}
