/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for native tests: one mapping that plays the domain's memory, a page allocator
 * over it, and translations that keep no two neighbours in order. Pages that are not
 * handed out, and guard pages, cannot be touched.
 */
#include "kernel/page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "arch/arch.h"
#include "kernel/log.h"
#include "kernel/pagetable.h"
#include "tests/fake/fake.h"

#define MFN_OFFSET 0x4000ul /* even: pairs swap */

static size_t n_pages = FAKE_PAGES_DEFAULT;
static bool *used;
static size_t n_used, n_guarded;
static size_t allocations_left = SIZE_MAX;

void fake_set_memory(size_t pages)
{
	assert(!used);
	n_pages = pages;
}

void fake_fail_pages_after(size_t n)
{
	allocations_left = n;
}

size_t fake_guarded_pages(void)
{
	return n_guarded;
}

static char *address(size_t page)
{
	return vaddr_ptr(pfn_to_vaddr(pfn(page)));
}

static void start(void)
{
	void *at = address(0);

	used = calloc(n_pages, sizeof(*used));
	if (!used ||
		mmap(at, pages_to_bytes(n_pages), PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != at) {
		perror("no memory for the fake machine");
		abort();
	}
	boot_info.n_pages = n_pages;
}

static void set_access(size_t first, size_t n, int protection)
{
	if (mprotect(address(first), pages_to_bytes(n), protection) < 0)
		abort();
}

/* First fit. Returns n_pages when there is none. */
static size_t find_run(size_t n)
{
	size_t length = 0;

	for (size_t i = 0; i < n_pages; i++) {
		length = used[i] ? 0 : length + 1;
		if (length == n)
			return i + 1 - n;
	}
	return n_pages;
}

void *page_alloc(size_t n)
{
	size_t first;

	assert(n > 0);
	if (!used)
		start();
	if (allocations_left == 0 || n > n_pages)
		return NULL;
	first = find_run(n);
	if (first == n_pages)
		return NULL;
	if (allocations_left != SIZE_MAX)
		allocations_left--;
	memset(&used[first], true, n);
	n_used += n;
	set_access(first, n, PROT_READ | PROT_WRITE);
	memset(address(first), 0xa5, pages_to_bytes(n));
	return address(first);
}

void *page_alloc_zeroed(size_t n)
{
	void *page = page_alloc(n);

	return page ? memset(page, 0, pages_to_bytes(n)) : NULL;
}

void page_free(void *page, size_t n)
{
	size_t first = vaddr_to_pfn(ptr_vaddr(page)).v;

	assert(page_offset((uintptr_t)page) == 0 && first + n <= n_pages);
	for (size_t i = first; i < first + n; i++) {
		assert(used[i]);
		used[i] = false;
	}
	n_used -= n;
	set_access(first, n, PROT_NONE);
}

void page_get_stats(struct page_stats *s)
{
	*s = (struct page_stats){
		.total = n_pages,
		.usable = n_pages,
		.free = n_pages - n_used,
	};
}

mfn_t pfn_to_mfn(pfn_t p)
{
	return p.v < n_pages ? mfn((p.v ^ 1) + MFN_OFFSET) : MFN_NONE;
}

pfn_t mfn_to_pfn(mfn_t m)
{
	unsigned long p = (m.v - MFN_OFFSET) ^ 1;

	return p < n_pages ? pfn(p) : PFN_NONE;
}

int pt_guard_page(vaddr_t page)
{
	set_access(vaddr_to_pfn(page).v, 1, PROT_NONE);
	n_guarded++;
	return 0;
}

void pt_unguard_page(vaddr_t page)
{
	set_access(vaddr_to_pfn(page).v, 1, PROT_READ | PROT_WRITE);
	n_guarded--;
}
