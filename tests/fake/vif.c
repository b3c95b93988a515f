/* SPDX-License-Identifier: BSD-2-Clause */
/* The stage for netfront's tests: vif.h says what is on it. */
#include "tests/fake/vif.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "net/net.h"
#include "tests/fake/domain.h"
#include "tests/fake/fake.h"
#include "xen/clock.h"
#include "xen/grant.h"

#define LOG_MODULE "test"
#include "kernel/log.h"

struct vif vif;

static struct xenbus_driver *driver;
static struct back back;

/* What it takes goes nowhere; what it gives comes from the tests. */
static void drop(struct outlet *o, struct packet *p)
{
	(void)o;
	(void)p;
}

static const struct outlet_ops nowhere_ops = {.name = "nowhere", .send = drop};
static struct outlet nowhere = {.ops = &nowhere_ops};
static struct xenbus_key written[16];
static size_t n_written;
static struct vif_options options;
static struct {
	struct page_stats pages;
	struct grant_stats grants;
	struct heap_stats heap;
	unsigned ports;
} before;

/* --- what net.c gives --------------------------------------------------------------- */

static bool locked;

void net_lock(void)
{
	assert(!locked);
	locked = true;
}

void net_unlock(void)
{
	netfront_flush();
	locked = false;
}

void net_kick(void)
{
	vif.kicks++;
}

/* --- XenBus, as tables -------------------------------------------------------------- */

int xenbus_register(struct xenbus_driver *drv)
{
	driver = drv;
	return 0;
}

int xenbus_wait_settled(struct xenbus_driver *drv, uint64_t deadline_ns)
{
	(void)drv;
	(void)deadline_ns;
	return 1;
}

static const char *backend_value(const char *key)
{
	const struct {
		const char *key;
		bool no;
	} features[] = {
		{"feature-rx-copy", options.no_rx_copy},
		{"feature-split-event-channels", options.no_split},
		{"feature-sg", options.no_sg},
		{"feature-no-csum-offload", !options.no_csum},
		{"feature-ipv6-csum-offload", options.no_csum6},
	};

	for (size_t i = 0; i < ARRAY_SIZE(features); i++)
		if (strcmp(features[i].key, key) == 0)
			return features[i].no ? NULL : "1";
	if (strcmp(key, "mtu") == 0)
		return options.mtu;
	return strcmp(key, "ip") == 0 ? options.ip : NULL;
}

int xenbus_read_backend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes)
{
	const char *value = backend_value(key);

	(void)dev;
	assert(!locked); /* it sleeps */
	if (!value)
		return -ENOENT;
	return snprintf(buf, buf_bytes, "%s", value);
}

int xenbus_read_backend_uint(
	struct xenbus_device *dev, const char *key, unsigned long *value)
{
	char text[64], *end;
	int len = xenbus_read_backend(dev, key, text, sizeof(text));

	if (len < 0)
		return len;
	*value = strtoul(text, &end, 10);
	return len == 0 || *end ? -EINVAL : 0;
}

int xenbus_read_frontend(
	struct xenbus_device *dev, const char *key, char *buf, size_t buf_bytes)
{
	const char *mac = options.mac ? options.mac : "00:16:3e:01:02:03";

	(void)dev;
	assert(!locked);
	if (strcmp(key, "mac") != 0 || !*mac)
		return -ENOENT;
	return snprintf(buf, buf_bytes, "%s", mac);
}

int xenbus_write_keys(struct xenbus_device *dev, const struct xenbus_key *keys, size_t n)
{
	(void)dev;
	assert(!locked && n <= ARRAY_SIZE(written));
	if (vif.write_error)
		return vif.write_error;
	memcpy(written, keys, n * sizeof(*keys));
	n_written = n;
	return 0;
}

void xenbus_device_fail(struct xenbus_device *dev, int error, const char *what)
{
	assert(dev == &vif.dev && error < 0 && !vif.failed);
	vif.failed = what;
}

const char *vif_key(const char *key)
{
	for (size_t i = 0; i < n_written; i++)
		if (strcmp(written[i].name, key) == 0)
			return written[i].value;
	return "";
}

const char *vif_key_text(void *arg, const char *key)
{
	const char *text = vif_key(key);

	(void)arg;
	return *text ? text : NULL;
}

/* --- the client --------------------------------------------------------------------- */

static void attached(struct netfront *nf)
{
	if (!vif.refuse)
		netfront_set_client_data(nf, &vif);
}

static void link_up(struct netfront *nf)
{
	(void)nf;
	vif.ups++;
}

static void link_down(struct netfront *nf)
{
	(void)nf;
	vif.downs++;
}

static void detached(struct netfront *nf)
{
	(void)nf;
	vif.detaches++;
}

static void room(struct netfront *nf)
{
	(void)nf;
	vif.rooms++;
}

static void receive(struct netfront *nf, const struct netfront_rx *rx)
{
	assert(vif.n_received < VIF_RECEIVED);
	vif.received[vif.n_received++] = *rx;
	for (unsigned i = 0; i < rx->n_pages && !vif.keep; i++)
		netfront_rx_page_free(nf, rx->page[i].page);
}

static const struct netfront_client client = {
	.attached = attached,
	.link_up = link_up,
	.link_down = link_down,
	.detached = detached,
	.receive = receive,
	.room = room,
};

void vif_give_back(void)
{
	for (unsigned i = 0; i < vif.n_received; i++)
		for (unsigned j = 0; j < vif.received[i].n_pages; j++)
			netfront_rx_page_free(vif.nf, vif.received[i].page[j].page);
	vif.n_received = 0;
}

/* --- steps -------------------------------------------------------------------------- */

static void xen_start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	domain_start();
	assert(evtchn_start() == 0);
	assert(grant_start() == 0);
	assert(clock_start() == 0);
	netfront_set_client(&client);
	netfront_start();
	/* what heap, ports and grants keep once they have been used */
	kfree(kmalloc(1));
	evtchn_close((evtchn_port_nr)evtchn_alloc_unbound(BACK_DOMID, NULL, NULL));
	grant_end((uint32_t)grant_access(BACK_DOMID, mfn(0), GRANT_RO));
}

/* Take the device down, whatever state it is in. */
static void clear_stage(void)
{
	fake_fail_pages_after(SIZE_MAX);
	back_release(&back);
	if (back.netback)
		netback_destroy(back.netback);
	back.netback = NULL;
	if (vif.dev.priv) {
		driver->disconnect(&vif.dev);
		driver->remove(&vif.dev);
	}
	vif.dev.priv = NULL;
	locked = false;
}

int vif_probe(const struct vif_options *o)
{
	xen_start();
	clear_stage(); /* a case that failed may have left it half-way */
	options = *o;
	memset(&vif, 0, sizeof(vif));
	memset(&back, 0, sizeof(back));
	back_watch(&back,
		netback_create(BACK_DOMID, "vif0", &netback_all_features, &nowhere));
	n_written = 0;
	page_get_stats(&before.pages);
	grant_get_stats(&before.grants);
	heap_get_stats(kernel_heap, &before.heap);
	before.ports = hv_ports_open();
	vif.back = &back;
	vif.dev = (struct xenbus_device){.driver = driver, .backend_domid = BACK_DOMID};
	return driver->probe(&vif.dev);
}

bool vif_connect(const struct vif_options *o)
{
	const char *missing;

	if (vif_probe(o) || driver->connect(&vif.dev)) {
		test_fail(__FILE__, __LINE__, "netfront does not connect");
		return false;
	}
	missing = back_connect(&back, vif_key_text, NULL);
	if (missing) {
		test_fail(__FILE__, __LINE__, "the back end misses %s", missing);
		return false;
	}
	driver->connected(&vif.dev);
	vif.nf = vif.dev.priv;
	vif_settle();
	return true;
}

void vif_deliver(void)
{
	irq_restore(irq_save());
}

void vif_settle(void)
{
	vif_deliver();
	net_lock();
	for (unsigned i = 0; netfront_poll() && i < 1000; i++)
		;
	net_unlock();
}

static void count(void *arg)
{
	++*(unsigned *)arg;
}

int vif_send(unsigned len, unsigned *done)
{
	static uint8_t data[8192] __attribute__((aligned(4096)));
	struct netfront_tx tx = {.done = count, .arg = done};
	int err;

	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	for (unsigned at = 0; at < len; at += 4096) {
		tx.frag[tx.n_frags].data = data + at;
		tx.frag[tx.n_frags++].len = (uint16_t)(len - at < 4096 ? len - at : 4096);
	}
	net_lock();
	err = netfront_send(vif.nf, &tx);
	net_unlock();
	return err;
}

void vif_check_leaks(void)
{
	struct page_stats pages;
	struct grant_stats grants;
	struct heap_stats heap;

	page_get_stats(&pages);
	grant_get_stats(&grants);
	heap_get_stats(kernel_heap, &heap);
	CHECK_EQ(grants.in_use, before.grants.in_use);
	CHECK_EQ(hv_ports_open(), before.ports);
	CHECK_EQ(heap.blocks, before.heap.blocks);
	CHECK_EQ(pages.free + heap.pages, before.pages.free + before.heap.pages);
}

void vif_end(void)
{
	clear_stage();
	CHECK_EQ(hv_frames_mapped(), 0);
	vif_check_leaks();
}
