/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our page numbers to Xen's frame numbers and back.
 *
 *   p2m   array in our memory, filled by the toolstack: p2m[pfn] = mfn
 *   m2p   array of Xen for the whole machine, readable by all: m2p[mfn] = pfn of whoever
 *         owns the frame
 *
 * What m2p says of a frame of another domain is that domain's business: an answer
 * counts only when p2m agrees.
 */
#include "arch/pv/pv.h"

#include <xen/memory.h>

static const unsigned long *p2m;
static const unsigned long *m2p;
static unsigned long m2p_entries;

#define ENTRIES_PER_PAGE (PAGE_SIZE / sizeof(unsigned long))

/*
 * The table has room for more frames than the machine has; past those it is not mapped.
 */
static void m2p_find(void)
{
	struct xen_machphys_mapping map;
	long last = arch_hypercall2(__HYPERVISOR_memory_op, XENMEM_maximum_ram_page, 0);

	if (arch_hypercall2(__HYPERVISOR_memory_op, XENMEM_machphys_mapping,
		    (unsigned long)&map) != 0)
		arch_crash();
	m2p = (const unsigned long *)map.v_start;
	m2p_entries = map.max_mfn + 1;
	if (last > 0 && (unsigned long)last < m2p_entries)
		m2p_entries = (unsigned long)last + 1;
}

void translate_start(const struct start_info *si)
{
	p2m = (const unsigned long *)si->mfn_list;
	m2p_find();
}

mfn_t pfn_to_mfn(pfn_t p)
{
	return p.v < boot_info.n_pages ? mfn(p2m[p.v]) : MFN_NONE;
}

pfn_t mfn_to_pfn(mfn_t m)
{
	unsigned long p;

	/* Between ranges of RAM the table may have holes. */
	if (m.v >= m2p_entries || !arch_probe(&m2p[m.v], &p))
		return PFN_NONE;
	return mfn_eq(pfn_to_mfn(pfn(p)), m) ? pfn(p) : PFN_NONE;
}

/* --- for the toolstack: dump-core finds our memory by p2m, and p2m by these -------- */

/*
 * shared_info -> list of lists -> lists of p2m's frames -> p2m
 *                (one page)       (one for each GiB; 4 GiB on pv32)
 */
static size_t n_p2m_pages(void)
{
	return bytes_to_pages(boot_info.n_pages * sizeof(p2m[0]));
}

size_t arch_p2m_list_pages(void)
{
	return 1 + (n_p2m_pages() + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
}

void arch_p2m_publish(void *pages)
{
	unsigned long *list_of_lists = pages, *lists = list_of_lists + ENTRIES_PER_PAGE;

	for (size_t i = 0; i < n_p2m_pages(); i++)
		lists[i] = ptr_to_mfn(&p2m[i * ENTRIES_PER_PAGE]).v;
	for (size_t i = 0; i < arch_p2m_list_pages() - 1; i++)
		list_of_lists[i] = ptr_to_mfn(&lists[i * ENTRIES_PER_PAGE]).v;
	arch_shared_info->arch.max_pfn = boot_info.n_pages;
	arch_shared_info->arch.pfn_to_mfn_frame_list_list = ptr_to_mfn(list_of_lists).v;
}
