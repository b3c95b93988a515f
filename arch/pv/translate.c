/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our page numbers to Xen's frame numbers and back.
 *
 *   p2m   array in our memory, filled by the toolstack: p2m[pfn] = mfn
 *   m2p   array of Xen, one for the whole machine, readable by all: m2p[mfn] = pfn of whoever owns the frame
 *
 * What m2p says of a frame of another domain is that domain's business: an answer counts only when p2m agrees.
 */
#include "arch/pv/pv.h"

#include <xen/memory.h>

static const unsigned long *p2m;
static const unsigned long *m2p;
static unsigned long m2p_entries;

/* The table has room for more frames than the machine has; past those it is not mapped. */
static void m2p_find(void)
{
	struct xen_machphys_mapping map;
	long last = arch_hypercall2(__HYPERVISOR_memory_op, XENMEM_maximum_ram_page, 0);

	if (arch_hypercall2(__HYPERVISOR_memory_op, XENMEM_machphys_mapping, (unsigned long)&map) != 0)
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
