/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls of pv32: a call into the page that Xen filled, 32 bytes per number.
 * Arguments in ebx ecx edx esi edi, result in eax; the arguments may be lost. A 64-bit
 * argument takes two.
 */
#ifndef ARCH_TARGET_HYPERCALL_H
#define ARCH_TARGET_HYPERCALL_H

#include <stdint.h>
#include <xen/callback.h>
#include <xen/xen.h>

#include "arch/x86/cpu.h"

extern char hypercall_page[]; /* linker script; filled by the domain builder */

static inline void *arch_hypercall_stub(unsigned nr)
{
	return &hypercall_page[nr * 32];
}

static inline long arch_hypercall5(unsigned nr, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4, unsigned long a5)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+b"(a1), "+c"(a2), "+d"(a3), "+S"(a4), "+D"(a5)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "memory");
	return result;
}

static inline long arch_hypercall4(unsigned nr, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+b"(a1), "+c"(a2), "+d"(a3), "+S"(a4)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "memory");
	return result;
}

static inline long arch_hypercall3(
	unsigned nr, unsigned long a1, unsigned long a2, unsigned long a3)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+b"(a1), "+c"(a2), "+d"(a3)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "memory");
	return result;
}

static inline long arch_hypercall2(unsigned nr, unsigned long a1, unsigned long a2)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+b"(a1), "+c"(a2)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "memory");
	return result;
}

static inline long arch_hypercall1(unsigned nr, unsigned long a1)
{
	long result;

	__asm__ volatile("call *%[stub]"
			 : "=a"(result), "+b"(a1)
			 : [stub] "a"(arch_hypercall_stub(nr))
			 : "memory");
	return result;
}

/**
 * Change the leaf entry of one address and flush as told (UVMF_*). Returns 0 or a Xen
 * error.
 */
static inline long arch_update_va_mapping(
	uintptr_t va, uint64_t entry, unsigned long flags)
{
	return arch_hypercall4(__HYPERVISOR_update_va_mapping, va, (unsigned long)entry,
		(unsigned long)(entry >> 32), flags);
}

/** An entry point as Xen wants it in struct callback_register. */
static inline xen_callback_t arch_callback(void (*entry)(void))
{
	return (xen_callback_t){.cs = cpu_code_selector(), .eip = (unsigned long)entry};
}

#endif
