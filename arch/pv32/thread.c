/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is particular to pv32 in a thread: its first stack frame and the gs base.
 *
 * A segment base lies in a descriptor, and only Xen may write one. A hypercall at every
 * switch would cost more than the switch itself, so the table is used as a cache: a
 * thread's block hashes to a descriptor, and only when that one describes another block
 * is it rewritten. Threads need no descriptor of their own and there may be any number.
 */
#include "arch/pv/pv.h"
#include "arch/x86/cpu.h"

#define GDT_ENTRIES (PAGE_SIZE / sizeof(uint64_t))

/*
 * A descriptor's fixed bits: 4 GiB, 32-bit, read-write data, present, accessed, for any
 * ring.
 */
#define DESCRIPTOR_DATA 0x00cff3000000ffffull
#define SELECTOR_RING   3u

/* The frame that arch_switch_stack() pops, lowest address first. */
struct switch_frame {
	uint32_t mxcsr, x87_control;
	uint32_t edi, esi, ebx, ebp, ip;
};

#define MXCSR_DEFAULT       0x1f80u /* all exceptions masked, round to nearest */
#define X87_CONTROL_DEFAULT 0x37fu  /* the same, 64-bit mantissa */

static uint64_t gdt[GDT_ENTRIES]
	__attribute__((aligned(PAGE_SIZE))); /* read-only once Xen has it */

uintptr_t arch_frame_build(uintptr_t top, void (*entry)(void *arg), void *arg)
{
	struct switch_frame *f = (struct switch_frame *)top - 1;

	*f = (struct switch_frame){
		.mxcsr = MXCSR_DEFAULT,
		.x87_control = X87_CONTROL_DEFAULT,
		.ebx = (uintptr_t)entry,
		.esi = (uintptr_t)arg,
		.ip = (uintptr_t)arch_thread_start,
	};
	return (uintptr_t)f;
}

void tls_setup(void)
{
	unsigned long frame = ptr_to_mfn(gdt).v;
	pte_t entry = mfn_to_maddr(mfn(frame)).v | arch_pte_flags(false, false);

	if (arch_pte_write_at(ptr_vaddr(gdt), entry) != 0 ||
		arch_hypercall2(
			__HYPERVISOR_set_gdt, (unsigned long)&frame, GDT_ENTRIES) != 0)
		arch_crash();
}

static void descriptor_write(size_t i, uint64_t descriptor)
{
	uint64_t where = mfn_to_maddr(ptr_to_mfn(gdt)).v + i * sizeof(gdt[0]);

	if (arch_hypercall4(__HYPERVISOR_update_descriptor, (unsigned long)where,
		    (unsigned long)(where >> 32), (unsigned long)descriptor,
		    (unsigned long)(descriptor >> 32)) != 0)
		arch_crash();
}

void tls_load(uintptr_t tls)
{
	uint64_t descriptor = DESCRIPTOR_DATA | (uint64_t)(tls & 0xffffff) << 16 |
			      (uint64_t)(tls >> 24) << 56;
	size_t i = 1 + tls / ARCH_TLS_ALIGN %
			       (GDT_ENTRIES - 1); /* 0 is the null descriptor */

	if (READ_ONCE(gdt[i]) != descriptor)
		descriptor_write(i, descriptor);
	__asm__ volatile(
		"mov %0, %%gs"
		:
		: "r"((uint32_t)(i << 3) | (cpu_code_selector() & SELECTOR_RING)));
}
