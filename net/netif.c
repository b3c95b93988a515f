/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between netfront and lwIP: pages become pbufs and pbufs become pieces of pages.
 *
 *   in    a page with data in it is wrapped as a custom pbuf, without a copy, and goes
 *         back when lwIP or a socket frees it. Small packets are copied instead: an
 *         acknowledgement should not hold a page. So are packets that come while many
 *         pages are out; what is beyond lwIP's budget is dropped.
 *   out   each pbuf of a chain is cut at page borders; netfront copies or shares the
 *         pieces. When the ring is full, packets wait in a queue; when that is full too,
 *         lwIP is told (ERR_MEM) and keeps the data.
 *
 * Checksums of TCP are left to the back end both ways where it can do it: on the way out
 * the checksum field then holds the sum of the pseudo-header, on the way in a packet
 * marked as good is not summed again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/priv/tcp_priv.h"
#include "netif/ethernet.h"

#include "kernel/addr.h"
#include "kernel/heap.h"
#include "net/conflict.h"
#include "net/limits.h"
#include "net/net.h"
#include "net/netif.h"
#include "net/vif.h"

#define LOG_MODULE "net"
#include "kernel/log.h"

#define RX_COPY_MAX                                                                      \
	256u /* bytes; up to here a copy is cheaper than a page that stays out */
#define CHECKS_TCP_UDP (NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP)

/* --- in ----------------------------------------------------------------------------- */

/* A received page as a pbuf. Unused ones are kept in a list. */
struct page_pbuf {
	struct pbuf_custom custom;
	struct netfront *nf;
	void *page;
	struct page_pbuf *next;
};
static struct page_pbuf *unused_pbufs;

/* lwIP has freed the last reference. */
static void free_page_pbuf(struct pbuf *p)
{
	struct page_pbuf *pp =
		container_of((struct pbuf_custom *)p, struct page_pbuf, custom);

	netfront_rx_page_free(pp->nf, pp->page);
	pp->next = unused_pbufs;
	unused_pbufs = pp;
}

static struct pbuf *wrap_page(struct netfront *nf, const struct netfront_rx_page *rp)
{
	struct page_pbuf *pp = unused_pbufs;

	if (pp)
		unused_pbufs = pp->next;
	else
		pp = kmalloc(sizeof *pp);
	if (!pp)
		return NULL;
	pp->custom.custom_free_function = free_page_pbuf;
	pp->nf = nf;
	pp->page = rp->page;
	return pbuf_alloced_custom(PBUF_RAW, rp->len, PBUF_REF, &pp->custom,
		(uint8_t *)rp->page + rp->offset, rp->len);
}

static void free_pages(struct netfront *nf, const struct netfront_rx *rx, unsigned from)
{
	for (unsigned i = from; i < rx->n_pages; i++)
		netfront_rx_page_free(nf, rx->page[i].page);
}

static struct pbuf *wrap_packet(struct netfront *nf, const struct netfront_rx *rx)
{
	struct pbuf *head = NULL;

	for (unsigned i = 0; i < rx->n_pages; i++) {
		struct pbuf *p = wrap_page(nf, &rx->page[i]);

		if (!p) {
			free_pages(nf, rx, i);
			if (head)
				pbuf_free(head);
			return NULL;
		}
		if (head)
			pbuf_cat(head, p);
		else
			head = p;
	}
	return head;
}

static struct pbuf *copy_packet(struct netfront *nf, const struct netfront_rx *rx)
{
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)rx->len, PBUF_RAM);
	uint8_t *to = p ? p->payload : NULL;

	for (unsigned i = 0; p && i < rx->n_pages; i++) {
		memcpy(to, (uint8_t *)rx->page[i].page + rx->page[i].offset,
			rx->page[i].len);
		to += rx->page[i].len;
	}
	free_pages(nf, rx, 0);
	return p;
}

static bool pages_are_short(const struct netfront *nf)
{
	return netfront_rx_pages_up(nf) > net_limits()->rx_pages_max / 2;
}

static void receive(struct netfront *nf, const struct netfront_rx *rx)
{
	struct vif *v = netfront_client_data(nf);
	struct netif *n = &v->netif;
	struct pbuf *p = rx->len <= RX_COPY_MAX || pages_are_short(nf)
				 ? copy_packet(nf, rx)
				 : wrap_packet(nf, rx);

	if (!p)
		return;
	conflict_input(v, p);
	/*
	 * lwIP works on the packet before input() returns: its checks are switched for
	 * this one.
	 */
	if (!rx->csum_validated)
		NETIF_SET_CHECKSUM_CTRL(n, n->chksum_flags | CHECKS_TCP_UDP);
	if (n->input(p, n) != ERR_OK)
		pbuf_free(p);
	NETIF_SET_CHECKSUM_CTRL(n, n->chksum_flags & ~CHECKS_TCP_UDP);
}

/* --- out: packets ------------------------------------------------------------------- */

static void sent(void *arg)
{
	pbuf_free(arg);
}

/* Cut the chain at page borders. Returns false when there are more pieces than slots. */
static bool cut_packet(const struct pbuf *p, struct netfront_tx *tx)
{
	for (; p; p = p->next) {
		const uint8_t *data = p->payload;
		unsigned left = p->len;

		while (left) {
			unsigned in_page = PAGE_SIZE - page_offset((uintptr_t)data);
			unsigned part = left < in_page ? left : in_page;

			if (tx->n_frags == NETFRONT_MAX_SLOTS)
				return false;
			tx->frag[tx->n_frags++] =
				(struct netfront_frag){data, (uint16_t)part};
			data += part;
			left -= part;
		}
	}
	return true;
}

/* Hand over one packet; takes over the caller's reference unless it returns -ENOBUFS. */
static int transmit(struct vif *v, struct pbuf *p)
{
	struct netfront_tx tx = {.done = sent, .arg = p};
	int err;

	tx.csum_blank = vif_blank_checksum(v, p);
	if (!cut_packet(p, &tx)) {
		struct pbuf *whole = pbuf_clone(PBUF_RAW, PBUF_RAM, p);

		pbuf_free(p);
		if (!whole)
			return -ENOMEM;
		tx.arg = p = whole;
		tx.n_frags = 0;
		if (!cut_packet(p, &tx)) {
			pbuf_free(p);
			return -EMSGSIZE;
		}
	}
	err = netfront_send(v->nf, &tx);
	if (err && err != -ENOBUFS)
		pbuf_free(p);
	return err;
}

/*
 * Memory that is neither lwIP's nor shared may change once lwIP has let go of it: such
 * packets wait as copies.
 */
static struct pbuf *hold(struct pbuf *p)
{
	for (const struct pbuf *q = p; q; q = q->next) {
		bool ours = q->type_internal & PBUF_TYPE_FLAG_STRUCT_DATA_CONTIGUOUS;

		if (!ours && !(q->flags & PBUF_FLAG_IS_CUSTOM) &&
			!netfront_may_share(q->payload, q->len))
			return pbuf_clone(PBUF_RAW, PBUF_RAM, p);
	}
	pbuf_ref(p);
	return p;
}

static err_t enqueue(struct vif *v, struct pbuf *p)
{
	struct pbuf *held;

	if (v->queue_in - v->queue_out == VIF_QUEUE) {
		v->refused = true;
		return ERR_MEM;
	}
	held = hold(p);
	if (!held)
		return ERR_MEM;
	v->queue[v->queue_in++ % VIF_QUEUE] = held;
	return ERR_OK;
}

/*
 * Connections whose segments were refused would try again in half a second: now is
 * better.
 */
static void retry_refused(struct vif *v)
{
	v->refused = false;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb && !v->refused; pcb = pcb->next)
		if (pcb->flags & TF_NAGLEMEMERR)
			tcp_output(pcb);
}

/* There is room again. */
static void drain(struct netfront *nf)
{
	struct vif *v = netfront_client_data(nf);

	while (v->queue_out != v->queue_in) {
		if (transmit(v, v->queue[v->queue_out % VIF_QUEUE]) == -ENOBUFS)
			return;
		v->queue_out++;
	}
	if (v->refused)
		retry_refused(v);
}

static void drop_queue(struct vif *v)
{
	while (v->queue_out != v->queue_in)
		pbuf_free(v->queue[v->queue_out++ % VIF_QUEUE]);
}

static err_t output(struct netif *n, struct pbuf *p)
{
	struct vif *v = netif_vif(n);
	int err;

	if (v->queue_in != v->queue_out)
		return enqueue(v, p);
	pbuf_ref(p);
	err = transmit(v, p);
	if (err == -ENOBUFS) {
		pbuf_free(p);
		return enqueue(v, p);
	}
	return err == 0 ? ERR_OK : err == -ENOMEM ? ERR_MEM : ERR_IF;
}

/* --- addresses ---------------------------------------------------------------------- */

/* lwIP calls this when the interface or an address of it changes. */
static void status_changed(struct netif *n)
{
	struct vif *v = netif_vif(n);
	char addresses[120];

	if (!v->fixed_ip4 && !ip4_addr_eq(netif_ip4_addr(n), &v->logged)) {
		ip4_addr_copy(v->logged, *netif_ip4_addr(n));
		log_info("vif%u: %s", netfront_id(v->nf),
			vif_addresses(v, addresses, sizeof addresses));
	}
	net_address_changed();
}

/* --- life --------------------------------------------------------------------------- */

static err_t init(struct netif *n)
{
	struct vif *v = n->state;

	n->name[0] = 'v';
	n->name[1] = 'f';
	n->hostname = "domik";
	n->linkoutput = output;
	n->output = etharp_output;
	n->output_ip6 = ethip6_output;
	n->hwaddr_len = ETH_HWADDR_LEN;
	memcpy(n->hwaddr, netfront_mac(v->nf), ETH_HWADDR_LEN);
	n->mtu = (u16_t)netfront_mtu(v->nf);
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
		   NETIF_FLAG_MLD6;
	return ERR_OK;
}

bool netif_is_vif(const struct netif *n)
{
	return n->linkoutput == output;
}

static void attached(struct netfront *nf)
{
	struct vif *v = kzalloc(sizeof *v);

	if (!v)
		return;
	v->nf = nf;
	netfront_set_client_data(nf, v);
	netif_add_noaddr(&v->netif, v, init, ethernet_input);
	netif_set_status_callback(&v->netif, status_changed);
	if (!netif_default || !netif_is_vif(netif_default))
		netif_set_default(&v->netif);
	netif_set_up(&v->netif);
}

/* What the two ends agreed on may differ from last time. */
static void take_features(struct vif *v)
{
	const struct netfront_features *f = netfront_features(v->nf);
	unsigned flags = NETIF_CHECKSUM_ENABLE_ALL & ~CHECKS_TCP_UDP;

	if (f->csum_v4)
		flags &= ~(unsigned)NETIF_CHECKSUM_GEN_TCP;
	NETIF_SET_CHECKSUM_CTRL(&v->netif, (u16_t)flags);
	v->netif.mtu = (u16_t)netfront_mtu(v->nf);
	v->netif.mtu6 = v->netif.mtu;
}

static void log_link(const struct vif *v)
{
	const struct netfront_features *f = netfront_features(v->nf);
	const uint8_t *m = v->netif.hwaddr;
	char addresses[120];

	log_info("vif%u %02x:%02x:%02x:%02x:%02x:%02x connected (%s%s%s), %s",
		netfront_id(v->nf), m[0], m[1], m[2], m[3], m[4], m[5],
		f->split_channels ? "split" : "one channel", f->sg ? ", sg" : "",
		f->csum_v4 ? (f->csum_v6 ? ", csum" : ", csum of IPv4") : "",
		vif_addresses(v, addresses, sizeof addresses));
}

static void link_up(struct netfront *nf)
{
	struct vif *v = netfront_client_data(nf);

	take_features(v);
	netif_set_link_up(&v->netif); /* announces the addresses that it has */
	vif_announce(v);
	vif_configure(v);
	log_link(v);
	conflict_link_up(v);
}

static void link_down(struct netfront *nf)
{
	struct vif *v = netfront_client_data(nf);

	log_warn("vif%u disconnected", netfront_id(nf));
	netif_set_link_down(&v->netif);
	drop_queue(v);
}

static void detached(struct netfront *nf)
{
	struct vif *v = netfront_client_data(nf);

	netfront_set_client_data(nf, NULL);
	drop_queue(v);
	netif_remove(&v->netif);
	kfree(v);
}

static const struct netfront_client client = {
	.attached = attached,
	.link_up = link_up,
	.link_down = link_down,
	.detached = detached,
	.receive = receive,
	.room = drain,
};

int netif_start(void)
{
	netfront_set_client(&client);
	return netfront_start();
}

void netif_stop(void)
{
	while (unused_pbufs) {
		struct page_pbuf *pp = unused_pbufs;

		unused_pbufs = pp->next;
		kfree(pp);
	}
}
