/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing page-table entries. Tables are read-only to us; Xen checks each change: a
 * frame must be ours, and no frame may be a table and writable at once.
 */
#include "arch/pv/pv.h"

/*
 * Hand the array over as it is: Xen's record has the same two words, and command 0 in
 * the low bits of the first.
 */
_Static_assert(MMU_NORMAL_PT_UPDATE == 0, "the command is part of the address");
_Static_assert(sizeof(struct pte_update) == sizeof(mmu_update_t), "two 64-bit words");
_Static_assert(offsetof(struct pte_update, where) == offsetof(mmu_update_t, ptr),
	"address first");
_Static_assert(offsetof(struct pte_update, value) == offsetof(mmu_update_t, val),
	"then the entry");

/*
 * The processor keeps no entry that was not present: only changing one that was needs a
 * flush.
 */
static bool flush_needed(const struct pte_update *u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pfn_t table = mfn_to_pfn(maddr_to_mfn(u[i].where));
		uintptr_t entry;

		if (pfn_eq(table, PFN_NONE))
			continue; /* Xen will refuse it */
		entry = pfn_to_vaddr(table).v + page_offset((uintptr_t)u[i].where.v);
		if (*(const pte_t *)vaddr_ptr(vaddr(entry)) & PTE_PRESENT)
			return true;
	}
	return false;
}

int arch_pte_write(const struct pte_update *u, size_t n)
{
	bool flush = flush_needed(u, n);
	long result = arch_hypercall4(
		__HYPERVISOR_mmu_update, (unsigned long)u, n, 0, DOMID_SELF);

	if (flush) {
		struct mmuext_op op = {.cmd = MMUEXT_TLB_FLUSH_LOCAL};
		long flushed = arch_hypercall4(
			__HYPERVISOR_mmuext_op, (unsigned long)&op, 1, 0, DOMID_SELF);

		if (result == 0)
			result = flushed;
	}
	/* EINVAL, EPERM, EBUSY, ENOMEM, EFAULT: the same numbers here and there. */
	return (int)result;
}

int arch_pte_write_at(vaddr_t v, pte_t value)
{
	return (int)arch_update_va_mapping(v.v, value, UVMF_INVLPG | UVMF_LOCAL);
}

const pte_t *arch_pt_root(void)
{
	return vaddr_ptr(pfn_to_vaddr(boot_info.pt_first));
}

pte_t arch_pte_flags(bool write, bool execute)
{
	return PTE_LEAF_FLAGS | (write ? PTE_WRITE | PTE_DIRTY : 0) |
	       (execute ? 0 : PTE_NX);
}

pte_t arch_pte_table_flags(int level)
{
	return level == PT_LEVELS ? PTE_TOP_FLAGS : PTE_TABLE_FLAGS;
}
