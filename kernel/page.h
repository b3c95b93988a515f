/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page allocator: runs of whole pages of our memory, always mapped read-write at
 * their direct-map address.
 */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include <stddef.h>

#include "kernel/addr.h"

/**
 * Allocate pages that follow each other in pfn and virtual address (not in machine
 * frames).
 *
 * @n_pages  1 or more
 * Returns the first page, page-aligned and with old contents, or NULL when memory is
 * used up.
 * Context: thread or upcall, does not sleep. Owner: caller, until page_free().
 * Source: own design.
 */
void *page_alloc(size_t n_pages);

/** The same, filled with zeroes. */
void *page_alloc_zeroed(size_t n_pages);

/**
 * Give pages back.
 *
 * @page     what page_alloc() returned
 * @n_pages  the number that was asked for
 * Context: thread or upcall, does not sleep.
 */
void page_free(void *page, size_t n_pages);

/**
 * Take over the memory past what the toolstack placed. Early boot, once, after
 * pt_init().
 */
void page_init(void);

/** Where the memory is, for reports and leak checks. */
struct page_stats {
	size_t total;    /* pages the domain has */
	size_t usable;   /* pages the allocator manages or may still map */
	size_t free;     /* pages not handed out, mapped yet or not */
	size_t unmapped; /* of the free ones: not in the direct map yet */
};

/** Fill in *s. Context: any. */
void page_get_stats(struct page_stats *s);

#endif
