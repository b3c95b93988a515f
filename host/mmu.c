/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercalls about page tables: mmu_update, update_va_mapping, mmuext_op. Changes are
 * made by types.c, which knows what is allowed.
 */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/xen.h>

#include "host/hv.h"
#include "host/lean.h"
#include "host/mmu.h"

size_t mmu_root;
static uint64_t user_root; /* mfn of the table for the guest's user mode, 0 = none */

int mmu_start(size_t root)
{
	int err = type_get(root, FRAME_L4);

	if (err)
		return err;
	memory.frames[root].pinned = true;
	mmu_root = root;
	return type_get(root, FRAME_L4); /* in use by the vCPU as well */
}

/* Whose frames are meant: nobody else has any. */
static int domain_check(unsigned domain)
{
	if (domain == DOMID_SELF || domain == HV_DOMID)
		return 0;
	if (domain == DOMID_IO || domain == DOMID_XEN) {
		REFUSE("frames of Xen or of devices (domain %#x) are not for a domU",
			domain);
		return -XEN_EPERM;
	}
	REFUSE("there is no domain %u", domain);
	return -XEN_ESRCH;
}

/* --- mmu_update ------------------------------------------------------------------------ */

static int m2p_update(uint64_t mfn, uint64_t pfn)
{
	size_t index = domain_frame(mfn);

	if (index == FRAME_BAD) {
		REFUSE("m2p of frame %#lx, which does not belong to the domain", mfn);
		return -XEN_EINVAL;
	}
	memory.m2p[mfn] = pfn;
	return 0;
}

static int update(const struct mmu_update *u)
{
	unsigned command = u->ptr & (sizeof(pte_t) - 1);

	LEAN_TRACE(TRACE_PAGETABLES, "mmu_update at %#lx to %#lx", u->ptr, u->val);
	switch (command) {
	case MMU_NORMAL_PT_UPDATE:
	case MMU_PT_UPDATE_NO_TRANSLATE:
		return entry_write(u->ptr - command, u->val, false);
	case MMU_PT_UPDATE_PRESERVE_AD:
		return entry_write(u->ptr - command, u->val, true);
	case MMU_MACHPHYS_UPDATE:
		return m2p_update(u->ptr >> PAGE_SHIFT, u->val);
	default:
		REFUSE("mmu_update has no command %u", command);
		return -XEN_ENOSYS;
	}
}

/* @domains  whose tables (plus 1, 0 = the caller's) and whose frames, 16 bits each */
long mmu_update(uint64_t requests, unsigned n, uint64_t done, unsigned domains)
{
	int err = domain_check(domains & 0xffff);
	unsigned i;

	if (!err && domains >> 16)
		err = domain_check((domains >> 16) - 1);
	if (err)
		return err;
	for (i = 0; i < n && !err; i += !err) {
		struct mmu_update u;

		err = guest_read(&u, requests + i * sizeof(u), sizeof(u));
		if (!err)
			err = update(&u);
	}
	tlb_settle();
	if (done)
		(void)guest_write(done, &i, sizeof(i)); /* as Xen: not looked at */
	return err;
}

/* --- update_va_mapping ------------------------------------------------------------------- */

long mmu_update_va_mapping(uint64_t va, pte_t value, uint64_t flags)
{
	pte_t *e = va < GUEST_END ? walk(va, NULL) : NULL;
	size_t offset;
	int err;

	LEAN_TRACE(TRACE_PAGETABLES, "update_va_mapping of %#lx to %#lx", va, value);
	if (!e) {
		REFUSE("update_va_mapping of %#lx: no L1 table there", va);
		return -XEN_EINVAL;
	}
	offset = (size_t)((uint8_t *)e - memory.ptr);
	if (memory.frames[offset >> PAGE_SHIFT].type != FRAME_L1) {
		REFUSE("update_va_mapping of %#lx: a recursive table", va);
		return -XEN_EINVAL;
	}
	err = entry_write(frame_mfn(offset >> PAGE_SHIFT) << PAGE_SHIFT |
				  (offset & (PAGE_SIZE - 1)),
		value, false);
	tlb_settle();
	if (!err && (flags & UVMF_FLUSHTYPE_MASK) == UVMF_TLB_FLUSH)
		tlb_flush();
	else if (!err && (flags & UVMF_FLUSHTYPE_MASK) == UVMF_INVLPG)
		tlb_flush_page(va);
	return err;
}

/* --- mmuext_op ------------------------------------------------------------------------ */

static long pin(uint64_t mfn, enum frame_type type)
{
	size_t index = domain_frame(mfn);
	int err;

	if (index == FRAME_BAD) {
		REFUSE("pin of frame %#lx, which does not belong to the domain", mfn);
		return -XEN_EINVAL;
	}
	err = type_get(index, type);
	if (err)
		return err;
	if (memory.frames[index].pinned) {
		REFUSE("frame %#lx is pinned already", mfn);
		type_put(index);
		return -XEN_EINVAL;
	}
	memory.frames[index].pinned = true;
	return 0;
}

static long unpin(uint64_t mfn)
{
	size_t index = domain_frame(mfn);

	if (index == FRAME_BAD || !memory.frames[index].pinned) {
		REFUSE("unpin of frame %#lx, which is not pinned", mfn);
		return -XEN_EINVAL;
	}
	memory.frames[index].pinned = false;
	type_put(index);
	return 0;
}

long mmu_load_root(uint64_t mfn)
{
	size_t index = domain_frame(mfn), old = mmu_root;
	int err;

	if (index == old)
		return 0;
	if (index == FRAME_BAD) {
		REFUSE("new_baseptr %#lx: the frame does not belong to the domain", mfn);
		return -XEN_EINVAL;
	}
	err = type_get(index, FRAME_L4);
	if (err)
		return err;
	mmu_root = index;
	type_put(old);
	walk_forget();
	tlb_drop_all();
	return 0;
}

/* It is kept and checked; the guest has no user mode here that would use it. */
static long load_user_root(uint64_t mfn)
{
	size_t index = domain_frame(mfn);
	int err = 0;

	if (mfn == user_root)
		return 0;
	if (mfn != 0)
		err = index == FRAME_BAD ? -XEN_EINVAL : type_get(index, FRAME_L4);
	if (err) {
		REFUSE("new_user_baseptr %#lx: not an L4 table of the domain", mfn);
		return err;
	}
	if (user_root != 0)
		type_put(mfn_frame(user_root));
	user_root = mfn;
	return 0;
}

/* A page that may be written by Xen in the guest's name: clear_page and copy_page. */
static void *writable_page(uint64_t mfn, size_t *index)
{
	*index = domain_frame(mfn);
	if (*index == FRAME_BAD || type_get(*index, FRAME_WRITABLE) != 0) {
		REFUSE("frame %#lx is not a page of the domain that may be written", mfn);
		return NULL;
	}
	return frame_ptr(*index);
}

static long copy_page(uint64_t to_mfn, uint64_t from_mfn, bool clear)
{
	size_t from = domain_frame(from_mfn), to;
	uint64_t *t;
	const uint64_t *f;

	if (!clear && from == FRAME_BAD) {
		REFUSE("copy of frame %#lx, which does not belong to the domain",
			from_mfn);
		return -XEN_EINVAL;
	}
	t = writable_page(to_mfn, &to);
	if (!t)
		return -XEN_EINVAL;
	f = clear ? NULL : frame_ptr(from);
	for (size_t i = 0; i < PAGE_SIZE / sizeof(*t); i++)
		t[i] = f ? f[i] : 0;
	type_put(to);
	return 0;
}

static long set_ldt(uint64_t va, unsigned n_entries)
{
	if (n_entries > 8192 || (n_entries && va & (PAGE_SIZE - 1))) {
		REFUSE("set_ldt: %u entries at %#lx", n_entries, va);
		return -XEN_EINVAL;
	}
	return 0; /* no selector of this process leads there */
}

static long ext_op(const struct mmuext_op *op)
{
	switch (op->cmd) {
	case MMUEXT_PIN_L1_TABLE:
	case MMUEXT_PIN_L2_TABLE:
	case MMUEXT_PIN_L3_TABLE:
	case MMUEXT_PIN_L4_TABLE:
		return pin(op->arg1.mfn,
			(enum frame_type)(op->cmd - MMUEXT_PIN_L1_TABLE + FRAME_L1));
	case MMUEXT_UNPIN_TABLE:
		return unpin(op->arg1.mfn);
	case MMUEXT_NEW_BASEPTR:
		return mmu_load_root(op->arg1.mfn);
	case MMUEXT_NEW_USER_BASEPTR:
		return load_user_root(op->arg1.mfn);
	case MMUEXT_TLB_FLUSH_LOCAL:
	case MMUEXT_TLB_FLUSH_MULTI:
	case MMUEXT_TLB_FLUSH_ALL:
		tlb_flush();
		return 0;
	case MMUEXT_INVLPG_LOCAL:
	case MMUEXT_INVLPG_MULTI:
	case MMUEXT_INVLPG_ALL:
		tlb_flush_page(op->arg1.linear_addr);
		return 0;
	case MMUEXT_FLUSH_CACHE: /* only for domains with devices */
		return -XEN_EACCES;
	case MMUEXT_FLUSH_CACHE_GLOBAL:
		return -XEN_EINVAL;
	case MMUEXT_SET_LDT:
		return set_ldt(op->arg1.linear_addr, op->arg2.nr_ents);
	case MMUEXT_CLEAR_PAGE:
		return copy_page(op->arg1.mfn, 0, true);
	case MMUEXT_COPY_PAGE:
		return copy_page(op->arg1.mfn, op->arg2.src_mfn, false);
	case MMUEXT_MARK_SUPER:
	case MMUEXT_UNMARK_SUPER:
		return -XEN_EOPNOTSUPP;
	default:
		REFUSE("mmuext_op has no command %u", op->cmd);
		return -XEN_ENOSYS;
	}
}

long mmu_ext_op(uint64_t ops, unsigned n, uint64_t done, unsigned domain)
{
	long err = domain_check(domain);
	unsigned i;

	if (err)
		return err;
	for (i = 0; i < n && !err; i += !err) {
		struct mmuext_op op;

		err = guest_read(&op, ops + i * sizeof(op), sizeof(op));
		if (err)
			break;
		LEAN_TRACE(TRACE_PAGETABLES, "mmuext_op %u of %#lx", op.cmd, op.arg1.mfn);
		err = ext_op(&op);
	}
	if (done)
		(void)guest_write(done, &i, sizeof(i)); /* as Xen: not looked at */
	return err;
}
