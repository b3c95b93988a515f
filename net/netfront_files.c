/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netfront, file pages: memory that every peer may read as it lies, and the cache of its
 * grants.
 *
 * A page of a file goes out in two or three packets, and then again for the next client:
 * its grant is kept, one cache entry for each page by its number. A busy entry is never
 * evicted: a page that finds its place taken gets a grant for this once.
 */
#include <errno.h>

#include "arch/arch.h"
#include "kernel/heap.h"
#include "net/netfront_private.h"
#include "xen/grant.h"

/* --- what may be shared ------------------------------------------------------------- */

#define SHARED_RANGES 4
static struct shared_range {
	uintptr_t start, end;
} shared[SHARED_RANGES];

int netfront_share(const void *start, size_t len_bytes)
{
	uintptr_t first = (uintptr_t)start & PAGE_MASK;

	for (unsigned i = 0; i < SHARED_RANGES; i++) {
		if (shared[i].end && shared[i].start != first)
			continue;
		shared[i] = (struct shared_range){first, (uintptr_t)start + len_bytes};
		return 0;
	}
	return -ENOSPC;
}

bool netfront_may_share(const void *data, size_t len_bytes)
{
	uintptr_t at = (uintptr_t)data;

	for (unsigned i = 0; i < SHARED_RANGES; i++)
		if (at >= shared[i].start && at < shared[i].end &&
			len_bytes <= shared[i].end - at)
			return true;
	return false;
}

/* --- file pages --------------------------------------------------------------------- */

static struct file_grant *file_entry(struct netfront_tx_side *tx, const void *page)
{
	uintptr_t number = vaddr_to_pfn(ptr_vaddr(page)).v;

	return &tx->files[number & (NETFRONT_FILE_GRANTS - 1)];
}

static void end_grant(uint32_t ref)
{
	if (grant_end(ref))
		grant_quarantine(ref, NULL);
}

/*
 * Grant a file page through the cache. Fills in the slot's kind, where and ref; returns
 * the grant or -errno.
 */
int netfront_file_grant(struct netfront *nf, const void *page, struct tx_slot *slot)
{
	struct netfront_tx_side *tx = &nf->tx;
	struct file_grant *f;
	int ref;

	if (!tx->files)
		tx->files = kzalloc(NETFRONT_FILE_GRANTS * sizeof *tx->files);
	f = tx->files ? file_entry(tx, page) : NULL;
	if (f && f->page == page) {
		f->in_flight++;
		*slot = (struct tx_slot){
			.kind = TX_FILE, .where = (uint16_t)(f - tx->files)};
		return (int)f->ref;
	}
	ref = grant_access(nf->peer, ptr_to_mfn(page), GRANT_RO);
	if (ref < 0)
		return ref;
	if (!f || f->in_flight) {
		*slot = (struct tx_slot){.kind = TX_ONCE, .ref = (uint32_t)ref};
		return ref;
	}
	if (f->page)
		end_grant(f->ref);
	*f = (struct file_grant){page, (uint32_t)ref, 1};
	*slot = (struct tx_slot){.kind = TX_FILE, .where = (uint16_t)(f - tx->files)};
	return ref;
}

/** A slot that used a file page is answered. */
void netfront_file_release(struct netfront_tx_side *tx, const struct tx_slot *slot)
{
	if (slot->kind == TX_FILE)
		tx->files[slot->where].in_flight--;
	else
		end_grant(slot->ref);
}

/** End every grant of the cache; no slot uses one any more. */
void netfront_files_stop(struct netfront_tx_side *tx)
{
	for (unsigned i = 0; tx->files && i < NETFRONT_FILE_GRANTS; i++)
		if (tx->files[i].page)
			end_grant(tx->files[i].ref);
	kfree(tx->files);
	tx->files = NULL;
}
