/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shows how addresses become memory: a live walk of the page tables, step by step.
 *
 *     walk                 a tour of what a domain has
 *     walk 0x400000 ...    these addresses
 */
#include <stdio.h>
#include <stdlib.h>

#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "xen/evtchn.h"
#include "xen/grant.h"

static const int constant = 1;
static int variable = 1;

static void print_step(const struct pt_step *step, void *arg)
{
	pte_t entry = step->entry;

	(void)arg;
	printf("  level %d  entry %3u at machine 0x%010llx = 0x%016llx", step->level,
		step->index, (unsigned long long)step->where.v,
		(unsigned long long)entry);
	if (!(entry & PTE_PRESENT)) {
		printf("  not present\n");
		return;
	}
	printf("  -> frame %#llx %s%s\n",
		(unsigned long long)(entry & PTE_FRAME_MASK) >> PAGE_SHIFT,
		entry & PTE_WRITE ? "write " : "", entry & PTE_NX ? "no-execute" : "");
}

static void walk(const char *what, const void *p)
{
	maddr_t m;
	pfn_t page;

	printf("%s: virtual address %p\n", what, p);
	pt_walk(ptr_vaddr(p), print_step, NULL);
	if (pt_translate(ptr_vaddr(p), &m) < 0) {
		printf("  leads nowhere\n\n");
		return;
	}
	page = mfn_to_pfn(maddr_to_mfn(m));
	if (pfn_eq(page, PFN_NONE))
		printf("  machine address %#llx: not our memory\n\n",
			(unsigned long long)m.v);
	else
		printf("  machine address %#llx: our page %lu, which p2m says is frame "
		       "%#lx\n\n",
			(unsigned long long)m.v, page.v, pfn_to_mfn(page).v);
}

static void tour(void)
{
	void *heap = malloc(1);

	walk("code (main)", __builtin_return_address(0));
	walk("a constant", &constant);
	walk("a variable", &variable);
	walk("the stack", __builtin_frame_address(0));
	walk("the heap", heap);
	walk("the root page table", arch_pt_root());
	walk("Xen's shared page", arch_shared_info);
	walk("the window", vaddr_ptr(vaddr(WINDOW_BASE)));
	walk("NULL", NULL);
	free(heap);
}

static void print_counts(void)
{
	struct page_stats pages;
	struct evtchn_stats events;
	struct grant_stats grants;

	page_get_stats(&pages);
	evtchn_get_stats(&events);
	grant_get_stats(&grants);
	printf("%zu pages: %zu free, of which %zu are not mapped yet\n", pages.total,
		pages.free, pages.unmapped);
	printf("%u event ports, %llu upcalls so far\n", events.ports,
		(unsigned long long)events.upcalls);
	printf("%u grants in use of %u\n", grants.in_use, grants.capacity);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		walk(argv[i], (const void *)(uintptr_t)strtoull(argv[i], NULL, 0));
	if (argc == 1) {
		tour();
		print_counts();
	}
	return 0;
}
