/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront, the way out: a packet becomes one slot for each piece that lies in one page.
 *
 * What may a back end see? A grant opens a whole page, and the heap puts strangers side
 * by side in one. So everything that comes from the heap (headers, copied data) is copied
 * into pages that hold nothing else, granted to the peer once and reused: cheaper than a
 * grant per packet, too. Only pages named by netfront_share() (netfront_files.c), the files
 * of the RAM disk, are granted as they lie, read-only:
 *
 *    packet   | headers 66 bytes | file data 1448 bytes, across a page border |
 *    slots    [ copy chunk      ][ file page n        ][ file page n + 1       ]
 *
 * File pages keep their grants in a cache (netfront_files.c). The back end copies the first
 * 128 bytes of slot 1 and maps the rest: the headers have to be in the first slot.
 * Source: public/io/netif.h.
 */
#include <errno.h>
#include <string.h>

#include "arch/arch.h"
#include "kernel/heap.h"
#include "kernel/page.h"
#include "net/limits.h"
#include "net/netfront_private.h"
#include "xen/grant.h"

#define LOG_MODULE "netfront"
#include "kernel/log.h"

_Static_assert(sizeof(struct netif_tx_request) == 12, "public/io/netif.h");
_Static_assert(sizeof(struct netif_tx_response) == 4, "public/io/netif.h");

#define TX_SLOT_BYTES  12u
#define TX_SHARE_MIN   256u /* bytes: less than this of a file page is cheaper to copy */
#define TX_REAP_AT     64u  /* look for completions when this many are out */
#define TX_EVENT_NEVER 0x8000u /* further responses than the ring has: no event */

/* --- copy chunks -------------------------------------------------------------------- */

static uint8_t *chunk_data(const struct netfront_tx_side *tx, unsigned chunk)
{
	return (uint8_t *)tx->page[chunk / NETFRONT_CHUNKS_PER_PAGE].page +
	       chunk % NETFRONT_CHUNKS_PER_PAGE * NETFRONT_CHUNK;
}

/* One more page of chunks, granted for the life of the connection. */
static bool add_chunk_page(struct netfront *nf)
{
	struct netfront_tx_side *tx = &nf->tx;
	void *page;
	int ref;

	if (tx->n_pages >= tx->pages_max)
		return false;
	page = page_alloc_zeroed(1);
	if (!page)
		return false;
	ref = grant_access(nf->peer, ptr_to_mfn(page), GRANT_RO);
	if (ref < 0) {
		page_free(page, 1);
		return false;
	}
	for (unsigned i = 0; i < NETFRONT_CHUNKS_PER_PAGE; i++)
		tx->free_chunk[tx->n_free_chunks++] =
			(uint16_t)(tx->n_pages * NETFRONT_CHUNKS_PER_PAGE + i);
	tx->page[tx->n_pages++] = (struct tx_page){page, (uint32_t)ref};
	return true;
}

/* Returns the chunk, or -ENOBUFS. */
static int take_chunk(struct netfront *nf)
{
	struct netfront_tx_side *tx = &nf->tx;

	if (tx->n_free_chunks == 0 && !add_chunk_page(nf))
		return -ENOBUFS;
	return tx->free_chunk[--tx->n_free_chunks];
}

/* Give back what a slot holds. */
static void release_slot(struct netfront_tx_side *tx, const struct tx_slot *s)
{
	if (s->kind == TX_COPY)
		tx->free_chunk[tx->n_free_chunks++] = s->where;
	else if (s->kind == TX_FILE || s->kind == TX_ONCE)
		netfront_file_release(tx, s);
}

/* --- a packet into slots ------------------------------------------------------------ */

/*
 * The slots of one packet before they are written to the ring: nothing is final until all
 * are there.
 */
struct plan {
	struct tx_slot slot[NETFRONT_MAX_SLOTS];
	struct netif_tx_request req[NETFRONT_MAX_SLOTS];
	unsigned n;
	unsigned room; /* bytes left in the last slot's chunk; 0 for a file page */
	bool shares;   /* a slot refers to the caller's memory */
};

static void plan_undo(struct netfront_tx_side *tx, struct plan *p)
{
	while (p->n)
		release_slot(tx, &p->slot[--p->n]);
}

static int plan_copy(
	struct netfront *nf, struct plan *p, const uint8_t *data, unsigned len)
{
	while (len) {
		unsigned part;
		uint8_t *to;

		if (!p->room) {
			int chunk =
				p->n < NETFRONT_MAX_SLOTS ? take_chunk(nf) : -EMSGSIZE;

			if (chunk < 0)
				return chunk;
			p->slot[p->n] = (struct tx_slot){
				.kind = TX_COPY, .where = (uint16_t)chunk};
			p->req[p->n++] = (struct netif_tx_request){
				.gref = nf->tx.page[(unsigned)chunk /
						      NETFRONT_CHUNKS_PER_PAGE]
						.ref,
				.offset = (uint16_t)page_offset(
					(uintptr_t)chunk_data(&nf->tx, (unsigned)chunk))};
			p->room = NETFRONT_CHUNK;
		}
		part = len < p->room ? len : p->room;
		to = chunk_data(&nf->tx, p->slot[p->n - 1].where) +
		     (NETFRONT_CHUNK - p->room);
		memcpy(to, data, part);
		p->req[p->n - 1].size = (uint16_t)(p->req[p->n - 1].size + part);
		p->room -= part;
		data += part;
		len -= part;
	}
	return 0;
}

static int plan_share(
	struct netfront *nf, struct plan *p, const uint8_t *data, unsigned len)
{
	const void *page = data - page_offset((uintptr_t)data);
	int ref;

	if (p->n == NETFRONT_MAX_SLOTS)
		return -EMSGSIZE;
	ref = netfront_file_grant(nf, page, &p->slot[p->n]);
	if (ref < 0) /* no grants left: a copy needs none */
		return plan_copy(nf, p, data, len);
	p->req[p->n++] = (struct netif_tx_request){.gref = (uint32_t)ref,
		.offset = (uint16_t)page_offset((uintptr_t)data),
		.size = (uint16_t)len};
	p->room = 0;
	p->shares = true;
	return 0;
}

static int plan_packet(
	struct netfront *nf, struct plan *p, const struct netfront_tx *t, bool share)
{
	int err = 0;

	p->n = p->room = 0;
	p->shares = false;
	for (unsigned i = 0; i < t->n_frags && !err; i++) {
		const struct netfront_frag *f = &t->frag[i];
		bool by_page = share && p->n && f->len >= TX_SHARE_MIN &&
			       netfront_may_share(f->data, f->len);

		err = by_page ? plan_share(nf, p, f->data, f->len)
			      : plan_copy(nf, p, f->data, f->len);
	}
	if (!err && p->n > 1 && !nf->features.sg)
		err = -EMSGSIZE;
	if (err)
		plan_undo(&nf->tx, p);
	return err;
}

static int check_packet(const struct netfront_tx *t, unsigned *total)
{
	unsigned len = 0;

	if (t->n_frags == 0 || t->n_frags > NETFRONT_MAX_SLOTS)
		return -EMSGSIZE;
	for (unsigned i = 0; i < t->n_frags; i++) {
		assert(page_offset((uintptr_t)t->frag[i].data) + t->frag[i].len <=
			PAGE_SIZE);
		len += t->frag[i].len;
	}
	*total = len;
	return len == 0 || len > NETFRONT_MAX_PACKET ? -EMSGSIZE : 0;
}

/* Write the planned slots to the ring; ids and ring slots are known to be free. */
static void commit(
	struct netfront *nf, struct plan *p, const struct netfront_tx *t, unsigned total)
{
	struct netfront_tx_side *tx = &nf->tx;
	uint16_t first = tx->free_id[tx->n_free - 1];

	/* the first slot tells the whole; the back end subtracts the others */
	p->req[0].size = (uint16_t)total;
	if (t->csum_blank)
		p->req[0].flags = NETTXF_csum_blank | NETTXF_data_validated;
	for (unsigned i = 0; i < p->n; i++) {
		uint16_t id = tx->free_id[--tx->n_free];

		if (i + 1 < p->n)
			p->req[i].flags |= NETTXF_more_data;
		p->req[i].id = id;
		p->slot[i].first = first;
		tx->slot[id] = p->slot[i];
		memcpy(ring_next_request(&tx->ring), &p->req[i], sizeof p->req[i]);
	}
	tx->slot[first].waiting = (uint16_t)p->n;
	tx->slot[first].done = p->shares ? t->done : NULL;
	tx->slot[first].arg = t->arg;
	nf->stats.tx_packets++;
	nf->stats.tx_bytes += total;
}

static bool room_for(const struct netfront_tx_side *tx, unsigned n_slots)
{
	return tx->n_free >= n_slots && ring_free_slots(&tx->ring) >= n_slots;
}

static int plan_and_commit(
	struct netfront *nf, const struct netfront_tx *t, unsigned total)
{
	struct plan p;
	int err = plan_packet(nf, &p, t, nf->features.sg);

	if (err == -EMSGSIZE) /* too many pieces: fewer when they are put together */
		err = plan_packet(nf, &p, t, false);
	if (err)
		return err;
	if (!room_for(&nf->tx, p.n)) {
		plan_undo(&nf->tx, &p);
		return -ENOBUFS;
	}
	commit(nf, &p, t, total);
	if (!p.shares && t->done)
		t->done(t->arg);
	return 0;
}

int netfront_send(struct netfront *nf, const struct netfront_tx *t)
{
	unsigned total;
	int err;

	if (!nf->up || nf->broken)
		return -ENETDOWN;
	err = check_packet(t, &total);
	if (err)
		return err;
	if (ring_outstanding(&nf->tx.ring) >= TX_REAP_AT)
		netfront_tx_reap(nf);
	err = plan_and_commit(nf, t, total);
	if (err == -ENOBUFS && netfront_tx_reap(nf))
		err = plan_and_commit(nf, t, total);
	if (err == -ENOBUFS) {
		nf->stats.tx_full++;
		nf->tx.full = true;
	}
	return err;
}

/* --- completions -------------------------------------------------------------------- */

/*
 * A slot is answered: what it holds is ours again, and with its packet's last one the
 * packet is done.
 */
static void complete_slot(struct netfront *nf, uint16_t id)
{
	struct netfront_tx_side *tx = &nf->tx;
	uint16_t first = tx->slot[id].first;
	struct tx_slot *head = &tx->slot[first];

	release_slot(tx, &tx->slot[id]);
	if (id == first) {
		head->kind = TX_ANSWERED;
	} else {
		tx->slot[id].kind = TX_FREE;
		tx->free_id[tx->n_free++] = id;
	}
	if (--head->waiting > 0)
		return;
	head->kind = TX_FREE;
	tx->free_id[tx->n_free++] = first;
	if (head->done)
		head->done(head->arg);
}

static const char *take_response(struct netfront *nf, const struct netif_tx_response *rsp)
{
	const struct netfront_tx_side *tx = &nf->tx;

	if (rsp->id >= NETFRONT_RING_SLOTS)
		return "a completion of no request";
	if (tx->slot[rsp->id].kind == TX_FREE || tx->slot[rsp->id].kind == TX_ANSWERED)
		return "a completion of nothing under way";
	if (rsp->status > NETIF_RSP_OKAY || rsp->status < NETIF_RSP_DROPPED)
		return "a completion of unknown status"; /* NULL answers extras: none */
	if (rsp->status != NETIF_RSP_OKAY)
		nf->stats.tx_errors++;
	complete_slot(nf, rsp->id);
	return NULL;
}

/** Consume all completions; returns how many. */
unsigned netfront_tx_reap(struct netfront *nf)
{
	struct ring *ring = &nf->tx.ring;
	unsigned n = 0;
	int waiting;

	if (!nf->rings || nf->broken)
		return 0;
	waiting = ring_responses(ring);
	if (waiting < 0)
		netfront_break(nf, "more completions than packets");
	for (; waiting > 0; waiting--, n++) {
		struct netif_tx_response rsp;
		const char *wrong;

		memcpy(&rsp, ring_slot(ring, ring->rsp_cons++), sizeof rsp);
		arch_compiler_barrier(); /* from here on only the copy is looked at */
		wrong = take_response(nf, &rsp);
		if (wrong) {
			netfront_break(nf, wrong);
			break;
		}
	}
	return n;
}

/**
 * Say when completions should be signalled: while somebody waits for room, when half of
 * the ring is through; otherwise not at all, since the next packet in either direction
 * collects them.
 *
 * Returns true when completions arrived meanwhile.
 */
bool netfront_tx_sleep_check(struct netfront *nf)
{
	struct ring *ring = &nf->tx.ring;
	uint32_t out = ring->req_published - ring->rsp_cons;

	if (!nf->tx.full || out == 0)
		return ring_sleep_check(ring, TX_EVENT_NEVER);
	return ring_sleep_check(ring, out / 2 + 1);
}

/* --- start and stop ----------------------------------------------------------------- */

/** Fresh ring, every id free. Returns 0 or -ENOMEM. */
int netfront_tx_start(struct netfront *nf)
{
	struct netfront_tx_side *tx = &nf->tx;

	tx->n_free = 0;
	for (unsigned i = NETFRONT_RING_SLOTS; i-- > 0;) {
		tx->slot[i].kind = TX_FREE;
		tx->free_id[tx->n_free++] = (uint16_t)i;
	}
	tx->n_pages = tx->n_free_chunks = 0;
	tx->pages_max = net_limits()->tx_pages_max;
	tx->full = false;
	if (!netfront_ring_create(nf, &tx->ring, TX_SLOT_BYTES, &tx->ring_ref))
		return -ENOMEM;
	return 0;
}

/**
 * Call every packet under way done, take everything back; what the peer still maps is
 * quarantined.
 */
void netfront_tx_stop(struct netfront *nf)
{
	struct netfront_tx_side *tx = &nf->tx;

	for (unsigned id = 0; id < NETFRONT_RING_SLOTS; id++)
		if (tx->slot[id].kind != TX_FREE && tx->slot[id].kind != TX_ANSWERED)
			complete_slot(nf, (uint16_t)id);
	netfront_files_stop(tx);
	for (unsigned i = 0; i < tx->n_pages; i++) {
		if (grant_end(tx->page[i].ref) == 0)
			page_free(tx->page[i].page, 1);
		else
			grant_quarantine(tx->page[i].ref, tx->page[i].page);
	}
	tx->n_pages = tx->n_free_chunks = 0;
	netfront_ring_destroy(&tx->ring, tx->ring_ref);
}
