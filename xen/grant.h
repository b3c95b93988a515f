/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grant table, version 1: letting another domain read or write single frames of ours, and
 * taking that back.
 */
#ifndef XEN_GRANT_H
#define XEN_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/addr.h"

enum grant_mode { GRANT_RW, GRANT_RO }; /* as the peer sees it */

/**
 * Let a domain map or copy one of our frames.
 *
 * @peer   domain id of the back end
 * @frame  machine frame to share, one page
 * @mode   GRANT_RO or GRANT_RW
 * Returns a grant reference >= 8, or -ENOSPC when the table is full and Xen's limit is
 * reached.
 * Context: thread or upcall, does not sleep (it may call Xen to grow the table). Owner:
 * caller, until grant_end().
 * Source: public/grant_table.h, "Introducing a valid entry into the grant table".
 */
int grant_access(uint16_t peer, mfn_t frame, enum grant_mode mode);

/**
 * Take the access back, by compare-and-swap, so that a mapping that the peer makes at the
 * same moment is seen.
 *
 * Returns 0: the frame is ours alone and the ref is free again; or -EBUSY: the peer still
 * uses it, nothing has changed, and the caller must not reuse the page: see
 * grant_quarantine().
 * Context: thread or upcall.
 * Source: public/grant_table.h, "Invalidating an unused GTF_permit_access entry".
 */
int grant_end(uint32_t ref);

/**
 * Give up a grant that is still in use together with its page: both are kept out of
 * circulation and retried now and then; when the peer lets go at last, the ref is freed
 * and the page goes back to page_free().
 *
 * @page  the page behind the ref, or NULL when it must not be freed (file pages, image
 *        pages)
 * Context: thread or upcall.
 */
void grant_quarantine(uint32_t ref, void *page);

struct grant_stats {
	unsigned in_use;      /* refs given out, quarantined ones included */
	unsigned quarantined; /* of these: abandoned by us, still held by a peer */
	unsigned capacity;    /* entries of the table as it is now */
	unsigned max;         /* entries at Xen's limit */
};
void grant_get_stats(struct grant_stats *s);

/** Module entry: ask Xen for the first frame of the table. Returns 0 or -errno. */
int grant_start(void);

#endif
