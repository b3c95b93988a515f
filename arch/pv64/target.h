/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers and structures of pv64: 64-bit PV, four levels, the kernel in ring 3. */
#ifndef ARCH_TARGET_H
#define ARCH_TARGET_H

#include <stdint.h>

#define ARCH_NAME "pv64"

/* --- address space: page 0 and everything below 64 KiB stay unmapped --------------- */

/* Frames that are not ours (the grant table) are mapped between these. */
#define WINDOW_BASE 0x200000ul
#define WINDOW_END  0x400000ul
#define VIRT_BASE   0x400000ul /* pfn 0; PADDR_OFFSET; where the image is linked */
#define VIRT_LIMIT  (VIRT_BASE + (64ul << 30)) /* end of the direct map */

/* --- page tables ------------------------------------------------------------------- */

#define PT_LEVELS      4   /* 1 = the leaf table */
#define PT_ENTRIES_TOP 512 /* entries in the top table */

#define PTE_LEAF_FLAGS  (PTE_PRESENT | PTE_USER | PTE_ACCESSED)
#define PTE_TABLE_FLAGS (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define PTE_TOP_FLAGS   PTE_TABLE_FLAGS

/* --- threads and traps ------------------------------------------------------------- */

#define STACK_ALIGN 16u

struct arch_context {
	uintptr_t sp;  /* top of the saved registers on its stack */
	uintptr_t tls; /* fs base */
};

/* What entry.S leaves on the stack of a trap or upcall, lowest address first. */
struct arch_regs {
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t vector; /* TRAP_UPCALL for an event */
	uint64_t error;  /* 0 where the exception has none */
	uint64_t ip, cs, flags, sp, ss;
};

static inline uintptr_t arch_regs_fp(const struct arch_regs *r)
{
	return r->rbp;
}

static inline uintptr_t arch_regs_sp(const struct arch_regs *r)
{
	return r->sp;
}

#endif
