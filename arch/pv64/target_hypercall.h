/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls of pv64: a call into the page that Xen filled, 32 bytes per number.
 * Arguments in rdi rsi rdx r10 r8, result in rax; rcx and r11 are lost (syscall), the
 * arguments may be.
 */
#ifndef ARCH_TARGET_HYPERCALL_H
#define ARCH_TARGET_HYPERCALL_H

#include <stdint.h>
#include <xen/callback.h>
#include <xen/xen.h>

extern char hypercall_page[]; /* linker script; filled by the domain builder */

static inline void *arch_hypercall_stub(unsigned nr)
{
	return &hypercall_page[nr * 32];
}

static inline long arch_hypercall5(unsigned nr, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4, unsigned long a5)
{
	register unsigned long r10 __asm__("r10") = a4;
	register unsigned long r8 __asm__("r8") = a5;
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10), "+r"(r8)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_hypercall4(unsigned nr, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4)
{
	register unsigned long r10 __asm__("r10") = a4;
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+D"(a1), "+S"(a2), "+d"(a3), "+r"(r10)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_hypercall3(
	unsigned nr, unsigned long a1, unsigned long a2, unsigned long a3)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+D"(a1), "+S"(a2), "+d"(a3)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_hypercall2(unsigned nr, unsigned long a1, unsigned long a2)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+D"(a1), "+S"(a2)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "rcx", "r11", "memory");
	return result;
}

static inline long arch_hypercall1(unsigned nr, unsigned long a1)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+D"(a1)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "rcx", "r11", "memory");
	return result;
}

/**
 * Change the leaf entry of one address and flush as told (UVMF_*). Returns 0 or a Xen
 * error.
 */
static inline long arch_update_va_mapping(
	uintptr_t va, uint64_t entry, unsigned long flags)
{
	return arch_hypercall3(__HYPERVISOR_update_va_mapping, va, entry, flags);
}

/** An entry point as Xen wants it in struct callback_register. */
static inline xen_callback_t arch_callback(void (*entry)(void))
{
	return (xen_callback_t)entry;
}

#endif
