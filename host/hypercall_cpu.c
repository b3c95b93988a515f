/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls about the processor: segment bases, descriptors, callbacks, privileges. */
#include <stdint.h>
#include <xen/callback.h>
#include <xen/errno.h>
#include <xen/physdev.h>
#include <xen/xen.h>

#include "host/guest.h"
#include "host/hypercall.h"
#include "host/lean.h"
#include "host/mmu.h"

#define GDT_FRAMES_MAX      14u /* of 16; the rest is Xen's */
#define DESCRIPTORS_IN_PAGE (PAGE_SIZE / 8)
#define CANONICAL_BITS      47

static uint64_t gs_of_user_mode;
static size_t gdt[GDT_FRAMES_MAX];
static unsigned n_gdt;

static bool canonical(uint64_t va)
{
	return (uint64_t)((int64_t)(va << (63 - CANONICAL_BITS)) >>
			  (63 - CANONICAL_BITS)) == va;
}

long hypercall_segment_base(unsigned which, uint64_t base)
{
	if (which != SEGBASE_GS_USER_SEL && !canonical(base)) {
		REFUSE("segment base %#lx is no address", base);
		return -XEN_EINVAL;
	}
	switch (which) {
	case SEGBASE_FS:
		guest_set_fs(base);
		return 0;
	case SEGBASE_GS_KERNEL:
		guest_set_gs(base);
		return 0;
	case SEGBASE_GS_USER: /* of a user mode that does not run here */
		gs_of_user_mode = base;
		return 0;
	case SEGBASE_GS_USER_SEL:
		return base & 0xffff ? -XEN_EINVAL : 0;
	default:
		REFUSE("there is no segment base %u", which);
		return -XEN_EINVAL;
	}
}

/* --- descriptor tables: checked and kept; this process uses Linux's ---------------------------- */

static void gdt_drop(void)
{
	while (n_gdt > 0)
		type_put(gdt[--n_gdt]);
}

long hypercall_set_gdt(uint64_t frames, unsigned n_entries)
{
	unsigned n =
		n_entries / DESCRIPTORS_IN_PAGE + (n_entries % DESCRIPTORS_IN_PAGE != 0);
	uint64_t mfn[GDT_FRAMES_MAX];
	long err = 0;

	if (n > GDT_FRAMES_MAX) {
		REFUSE("set_gdt with %u entries; Xen's own begin at %lu", n_entries,
			(unsigned long)(GDT_FRAMES_MAX * DESCRIPTORS_IN_PAGE));
		return -XEN_EINVAL;
	}
	if (guest_read(mfn, frames, n * sizeof(mfn[0])) != 0)
		return -XEN_EFAULT;
	gdt_drop();
	for (unsigned i = 0; i < n && !err; i++) {
		size_t index = domain_frame(mfn[i]);

		err = index == FRAME_BAD ? -XEN_EINVAL
					 : type_get(index, FRAME_DESCRIPTORS);
		if (err)
			REFUSE("set_gdt: frame %#lx cannot hold descriptors", mfn[i]);
		else
			gdt[n_gdt++] = index;
	}
	if (err)
		gdt_drop();
	return err;
}

long hypercall_update_descriptor(uint64_t where, uint64_t value)
{
	size_t index = domain_frame(where >> PAGE_SHIFT);
	struct frame *f;

	if (where % 8 != 0 || index == FRAME_BAD) {
		REFUSE("update_descriptor at %#lx, which is not the domain's", where);
		return -XEN_EINVAL;
	}
	f = &memory.frames[index];
	if (f->type_count > 0 && f->type != FRAME_DESCRIPTORS &&
		f->type != FRAME_WRITABLE) {
		REFUSE("update_descriptor in frame %#lx, which is in use as %s",
			frame_mfn(index), type_name(f->type));
		return -XEN_EINVAL;
	}
	*(uint64_t *)((char *)frame_ptr(index) + where % PAGE_SIZE) = value;
	return 0;
}

/* --- callbacks and privileges ------------------------------------------------------------------- */

long hypercall_callback(unsigned cmd, uint64_t arg)
{
	struct callback_register op;

	if (guest_read(&op, arg,
		    cmd == CALLBACKOP_unregister ? sizeof(struct callback_unregister)
						 : sizeof(op)) != 0)
		return -XEN_EFAULT;
	if (cmd == CALLBACKOP_register)
		return trap_set_callback(op.type, op.address, op.flags);
	if (cmd == CALLBACKOP_unregister && op.type != CALLBACKTYPE_event &&
		op.type != CALLBACKTYPE_failsafe)
		return 0;
	REFUSE("callback_op %u of type %u", cmd, op.type);
	return cmd == CALLBACKOP_unregister ? -XEN_EINVAL : -XEN_ENOSYS;
}

long hypercall_vm_assist(unsigned cmd, unsigned type)
{
	if (cmd > VMASST_CMD_disable || type > VMASST_TYPE_m2p_strict)
		return -XEN_EINVAL;
	if (cmd == VMASST_CMD_enable && type == VMASST_TYPE_writable_pagetables) {
		REFUSE("page tables cannot be written by plain stores here");
		return -XEN_EINVAL;
	}
	return 0;
}

long hypercall_physdev(unsigned cmd, uint64_t arg)
{
	struct physdev_set_iopl op;

	switch (cmd) {
	case PHYSDEVOP_set_iopl:
		if (guest_read(&op, arg, sizeof(op)) != 0)
			return -XEN_EFAULT;
		if (op.iopl > 3)
			return -XEN_EINVAL;
		emulate_set_iopl(op.iopl);
		return 0;
	case PHYSDEVOP_set_iobitmap:
		return 0;
	default: /* interrupts and PCI: for who has devices */
		REFUSE("physdev_op %u: the domain has no devices", cmd);
		return -XEN_ENOSYS;
	}
}
