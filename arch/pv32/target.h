/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers and structures of pv32: 32-bit PV with PAE, three levels, the kernel in
 * ring 1.
 */
#ifndef ARCH_TARGET_H
#define ARCH_TARGET_H

#include <stdint.h>

#define ARCH_NAME "pv32"

/* --- address space: page 0 and everything below 64 KiB stay unmapped --------------- */

/* Frames that are not ours (the grant table) are mapped between these. */
#define WINDOW_BASE 0x200000ul
#define WINDOW_END  0x400000ul
#define VIRT_BASE   0x400000ul   /* pfn 0; PADDR_OFFSET; where the image is linked */
#define VIRT_LIMIT  0xf5000000ul /* end of the direct map; Xen itself is 8 MiB above */

/* --- page tables ------------------------------------------------------------------- */

#define PT_LEVELS      3 /* 1 = the leaf table */
#define PT_ENTRIES_TOP 4 /* entries in the top table */

#define PTE_LEAF_FLAGS  (PTE_PRESENT | PTE_ACCESSED)
#define PTE_TABLE_FLAGS (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define PTE_TOP_FLAGS   PTE_PRESENT /* the other bits are reserved there */

/* --- threads and traps ------------------------------------------------------------- */

#define STACK_ALIGN 16u

struct arch_context {
	uintptr_t sp;  /* top of the saved registers on its stack */
	uintptr_t tls; /* gs base */
};

/* What entry.S leaves on the stack of a trap or upcall, lowest address first. */
struct arch_regs {
	uint32_t edi, esi, ebp, esp_pusha, ebx, edx, ecx, eax;
	uint32_t vector; /* TRAP_UPCALL for an event */
	uint32_t error;  /* 0 where the exception has none */
	uint32_t ip, cs, flags;
	/* Xen came from the same ring: the interrupted stack goes on right here. */
};

static inline uintptr_t arch_regs_fp(const struct arch_regs *r)
{
	return r->ebp;
}

static inline uintptr_t arch_regs_sp(const struct arch_regs *r)
{
	return (uintptr_t)(r + 1);
}

#endif
