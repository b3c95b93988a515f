/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes the start-of-day layout of a domain. */
#include "host/layout.h"

#include "host/mmu.h"

#define MAPPING_ALIGN (4ull << 20)
#define FREE_BYTES    (512ull << 10) /* at least so much is mapped and free */

/* Bytes that a table of a level spans. */
static uint64_t table_span(int level)
{
	return (uint64_t)PAGE_SIZE << 9 * level;
}

static size_t tables_for(uint64_t from, uint64_t to, int level)
{
	uint64_t span = table_span(level);

	return (size_t)((to - 1) / span - from / span + 1);
}

static void tables_count(struct layout *l)
{
	l->n_tables = 0;
	for (int level = 1; level <= PTE_LEVELS; level++) {
		l->n_level[level] = level == PTE_LEVELS ? 1
							: tables_for(l->virt_base,
								  l->virt_end, level);
		l->n_tables += l->n_level[level];
	}
}

/*
 * The tables that map the tables, too: by trying. The end is a multiple of 4 MiB past what
 * is needed, even if that is one itself.
 */
static bool tables_place(struct layout *l)
{
	const size_t more = 1 + FREE_BYTES / PAGE_SIZE; /* the stack, and free pages */
	uint64_t used = l->virt_base + pages_to_bytes(l->tables);
	size_t n = more;

	do {
		l->virt_end = ((used + pages_to_bytes(n)) | (MAPPING_ALIGN - 1)) + 1;
		if ((l->virt_end - l->virt_base) / PAGE_SIZE > l->n_pages)
			return false;
		tables_count(l);
		n = l->n_tables + more;
	} while (used + pages_to_bytes(n) > l->virt_end);
	return true;
}

bool layout_compute(struct layout *l, uint64_t virt_base, uint64_t image_end,
	size_t n_pages, uint64_t ramdisk_bytes, bool low_ramdisk)
{
	size_t next = bytes_to_pages(image_end - virt_base);
	size_t n_ramdisk = bytes_to_pages(ramdisk_bytes);

	*l = (struct layout){
		.virt_base = virt_base, .n_pages = n_pages, .n_ramdisk = n_ramdisk};
	if (next >= n_pages || n_ramdisk >= n_pages)
		return false;
	l->ramdisk = next;
	if (low_ramdisk)
		next += n_ramdisk;
	l->p2m = next;
	l->n_p2m = bytes_to_pages(n_pages * sizeof(uint64_t));
	l->start_info = l->p2m + l->n_p2m;
	l->xenstore = l->start_info + 1;
	l->console = l->start_info + 2;
	l->tables = l->start_info + 3;
	if (!tables_place(l))
		return false;
	l->stack = l->tables + l->n_tables;
	if (!low_ramdisk) {
		l->ramdisk = (size_t)((l->virt_end - virt_base) / PAGE_SIZE);
		return l->ramdisk + n_ramdisk <= n_pages;
	}
	return true;
}
