/* SPDX-License-Identifier: BSD-2-Clause */
/* Single instructions of both widths that C has no name for. */
#ifndef ARCH_X86_CPU_H
#define ARCH_X86_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct cpuid_result {
	uint32_t eax, ebx, ecx, edx;
};

/** Processor features as Xen shows them to us. */
static inline struct cpuid_result cpu_id(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_result r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(subleaf));
	return r;
}

/** Time stamp counter. */
static inline uint64_t cpu_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/** One hardware random word; false when the source has none to give. */
static inline bool cpu_rdrand(unsigned long *word)
{
	bool ok;

	__asm__ volatile("rdrand %0" : "=r"(*word), "=@ccc"(ok));
	return ok;
}

/**
 * The code segment that Xen runs us in: what trap tables and callbacks need, without
 * knowing selectors.
 */
static inline uint16_t cpu_code_selector(void)
{
	uint16_t cs;

	__asm__("mov %%cs, %0" : "=r"(cs));
	return cs;
}

/** Save and load x87 and SSE state, 512 bytes aligned to 16. */
static inline void cpu_fxsave(void *area)
{
	__asm__ volatile("fxsave (%0)" : : "r"(area) : "memory");
}

static inline void cpu_fxrstor(const void *area)
{
	__asm__ volatile("fxrstor (%0)" : : "r"(area) : "memory");
}

/** Empty the x87 stack, as the ABI has it at every call. */
static inline void cpu_fninit(void)
{
	__asm__ volatile("fninit");
}

/** Tell the core that this is a waiting loop. */
static inline void cpu_pause(void)
{
	__asm__ volatile("pause");
}

#endif
