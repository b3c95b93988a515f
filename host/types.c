/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a frame may be used as, by Xen's rules: at any time as one of
 *
 *     writable page      mapped writable somewhere
 *     L1 .. L4 table     entries checked; never writable for the guest
 *     descriptor table
 *
 * and as anything else only when nothing uses it as that any more. Each present entry of a
 * table is one use of what it points to: of the lower table, or, at the leaf, of the page
 * as a writable one if the entry says so.
 */
#include <stdint.h>
#include <xen/errno.h>

#include "host/hv.h"
#include "host/lean.h"
#include "host/mmu.h"

/* Flags that no entry may have; leaves may be global. */
#define BAD_FLAGS    (PTE_PWT | PTE_PCD | PTE_PSE | PTE_GLOBAL)
#define BAD_FLAGS_L1 (BAD_FLAGS & ~PTE_GLOBAL)

/* Slots of a top table that hold Xen's own part of the address space. */
#define XEN_SLOT_FIRST 256u
#define XEN_SLOT_LAST  271u

#define MFN_INVALID (PTE_FRAME_MASK >> PAGE_SHIFT)

const char *type_name(enum frame_type type)
{
	static const char *const names[] = {[FRAME_NONE] = "unused page",
		[FRAME_L1] = "L1 table",
		[FRAME_L2] = "L2 table",
		[FRAME_L3] = "L3 table",
		[FRAME_L4] = "L4 table",
		[FRAME_DESCRIPTORS] = "descriptor table",
		[FRAME_WRITABLE] = "writable page"};

	return names[type];
}

static bool is_table(enum frame_type type)
{
	return type >= FRAME_L1 && type <= FRAME_L4;
}

static bool slot_is_xens(int level, unsigned slot)
{
	return level == FRAME_L4 && slot >= XEN_SLOT_FIRST && slot <= XEN_SLOT_LAST;
}

/* --- one entry ------------------------------------------------------------------------- */

/* As Xen stores it: every page is for ring 3, where the guest's kernel runs too. */
static pte_t adjusted(int level, pte_t e)
{
	if (level == FRAME_L4)
		return e | PTE_USER | PTE_ACCESSED;
	if (level != FRAME_L1)
		return e | PTE_USER;
	if (!(e & PTE_USER))
		e |= PTE_KERNEL | PTE_USER;
	if (!(e & PTE_KERNEL))
		e |= PTE_GLOBAL;
	return e;
}

static int leaf_get(pte_t e)
{
	uint64_t mfn = pte_mfn(e);
	size_t index = domain_frame(mfn);

	if (mfn >= memory_mfn_end()) {
		REFUSE("entry %#lx: the machine has no frame %#lx", e, mfn);
		return mfn == MFN_INVALID ? -XEN_EINVAL : -XEN_EPERM;
	}
	if (index == FRAME_BAD) {
		REFUSE("entry %#lx: frame %#lx does not belong to the domain", e, mfn);
		return -XEN_EBUSY;
	}
	if (e & PTE_WRITE && type_get(index, FRAME_WRITABLE) != 0)
		return -XEN_EBUSY;
	return 0;
}

static int table_get(int level, pte_t e)
{
	size_t index = domain_frame(pte_mfn(e));

	if (index == FRAME_BAD) {
		REFUSE("L%d entry %#lx: frame %#lx does not belong to the domain", level,
			e, pte_mfn(e));
		return -XEN_EINVAL;
	}
	return type_get(index, (enum frame_type)(level - 1));
}

/* Take the use that a present entry means. */
static int entry_get(int level, pte_t e)
{
	pte_t bad = e & (level == FRAME_L1 ? BAD_FLAGS_L1 : BAD_FLAGS);

	if (bad) {
		REFUSE("L%d entry %#lx: flags %#lx are not allowed%s", level, e, bad,
			bad & PTE_PSE ? " (no large pages)" : "");
		return -XEN_EINVAL;
	}
	return level == FRAME_L1 ? leaf_get(e) : table_get(level, e);
}

static void entry_put(int level, pte_t e)
{
	size_t index = mfn_frame(pte_mfn(e)); /* it may have left the domain meanwhile */

	if (!(e & PTE_PRESENT) || index == FRAME_BAD)
		return;
	if (level != FRAME_L1 || e & PTE_WRITE)
		type_put(index);
}

/* --- a whole table ----------------------------------------------------------------------- */

static void table_put(size_t index, int level, unsigned n_slots)
{
	const pte_t *table = frame_ptr(index);

	for (unsigned i = 0; i < n_slots; i++) {
		if (!slot_is_xens(level, i))
			entry_put(level, table[i]);
	}
}

/* The frame becomes a table: all of its entries must be good ones. */
static int table_check(size_t index, int level)
{
	pte_t *table = frame_ptr(index);

	for (unsigned i = 0; i < PTE_ENTRIES; i++) {
		int err;

		if (!(table[i] & PTE_PRESENT) || slot_is_xens(level, i))
			continue;
		err = entry_get(level, table[i]);
		if (err) {
			REFUSE("frame %#lx as L%d table: slot %u", frame_mfn(index),
				level, i);
			table_put(index, level, i);
			return err;
		}
		table[i] = adjusted(level, table[i]);
	}
	return 0;
}

int type_get(size_t index, enum frame_type type)
{
	struct frame *f = &memory.frames[index];
	int err = 0;

	if (f->type_count > 0 && f->type != type) {
		REFUSE("frame %#lx is in use as %s (%u times), not to be had as %s",
			frame_mfn(index), type_name(f->type), f->type_count,
			type_name(type));
		return -XEN_EINVAL;
	}
	if (f->type_count++ > 0)
		return 0;
	if (f->type != type) /* nobody may go on writing to what becomes a table */
		tlb_flush();
	f->type = type;
	if (f->from_file) { /* as a table or writable it will not stay as it is there */
		f->from_file = false;
		tlb_drop_all();
	}
	if (is_table(type))
		err = table_check(index, (int)type);
	if (err)
		f->type_count--;
	return err;
}

void type_put(size_t index)
{
	struct frame *f = &memory.frames[index];

	if (--f->type_count == 0 && is_table(f->type))
		table_put(index, f->type, PTE_ENTRIES);
}

/* --- changing an entry -------------------------------------------------------------------- */

static int table_write(size_t index, unsigned slot, pte_t value)
{
	int level = memory.frames[index].type;
	pte_t *e = (pte_t *)frame_ptr(index) + slot, old = *e;

	if (slot_is_xens(level, slot)) {
		REFUSE("L4 slot %u belongs to Xen", slot);
		return -XEN_EINVAL;
	}
	if (value & PTE_PRESENT) {
		int err = entry_get(level, value);

		if (err)
			return err;
		value = adjusted(level, value);
	}
	*e = value;
	if (!(old & PTE_PRESENT))
		return 0;
	entry_put(level, old);
	walk_forget();
	if (level == FRAME_L1)
		tlb_drop_entry(index, slot);
	else
		tlb_drop_all();
	return 0;
}

int entry_write(uint64_t where, pte_t value, bool keep_accessed_dirty)
{
	size_t index = domain_frame(where >> PAGE_SHIFT);
	unsigned slot = where / sizeof(pte_t) & (PTE_ENTRIES - 1);
	struct frame *f;
	pte_t *e;

	if (index == FRAME_BAD) {
		REFUSE("update of frame %#lx, which does not belong to the domain",
			where >> PAGE_SHIFT);
		return -XEN_EINVAL;
	}
	f = &memory.frames[index];
	e = (pte_t *)frame_ptr(index) + slot;
	if (keep_accessed_dirty)
		value |= *e & (PTE_ACCESSED | PTE_DIRTY);
	if (f->type_count > 0 && is_table(f->type))
		return table_write(index, slot, value);
	if (f->type_count > 0 && f->type == FRAME_DESCRIPTORS) {
		REFUSE("update of frame %#lx, a descriptor table", frame_mfn(index));
		return -XEN_EINVAL;
	}
	*e = value; /* an ordinary page */
	return 0;
}

/* --- what peers use: hv.h ---------------------------------------------------------------- */

void *hv_frame_get(uint64_t mfn, bool write)
{
	size_t index = domain_frame(mfn);

	if (index == FRAME_BAD || (write && type_get(index, FRAME_WRITABLE) != 0))
		return NULL;
	return frame_ptr(index);
}

void hv_frame_put(uint64_t mfn, bool write)
{
	if (write) /* it may have left the domain meanwhile */
		type_put(mfn_frame(mfn));
}
