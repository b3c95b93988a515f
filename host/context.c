/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of the guest stays in the processor while lean code runs, and goes to memory only
 * when the host needs it: vector registers and the thread pointer (fsbase.c). gs is never
 * used by the host.
 */
#include <cpuid.h>

#include "host/fsbase.h"
#include "host/guest.h"
#include "host/lean.h"
#include "host/status.h"

#define CPUID_XSAVE   0xd
#define XSAVEC        2u           /* cpuid 0xd.1 eax */
#define OSXSAVE       (1u << 27)   /* cpuid 1 ecx */
#define TILES         (3ull << 17) /* 8 KiB that no guest uses */
#define AREA_BYTES    16384
#define MXCSR_DEFAULT 0x1f80u

static _Alignas(64) uint8_t area[AREA_BYTES];
static uint32_t save_low, save_high; /* components */
static enum { BY_FXSAVE, BY_XSAVE, BY_XSAVEC } how;
static bool full = true;

/* --- vector registers ------------------------------------------------------------------ */

static void vectors_save(void)
{
	if (how == BY_XSAVEC)
		__asm__ volatile("xsavec64 %0"
				 : "=m"(area)
				 : "a"(save_low), "d"(save_high));
	else if (how == BY_XSAVE)
		__asm__ volatile("xsave64 %0"
				 : "+m"(area)
				 : "a"(save_low), "d"(save_high));
	else
		__asm__ volatile("fxsave64 %0" : "=m"(area));
}

static void vectors_load(void)
{
	if (how == BY_FXSAVE)
		__asm__ volatile("fxrstor64 %0" : : "m"(area));
	else
		__asm__ volatile("xrstor64 %0"
				 :
				 : "m"(area), "a"(save_low), "d"(save_high));
}

void host_full(void)
{
	const uint32_t mxcsr = MXCSR_DEFAULT;

	if (full)
		return;
	full = true;
	vectors_save();
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	fs_to_host();
}

void host_lean(void)
{
	if (!full)
		return;
	full = false;
	vectors_load();
	fs_to_guest();
}

int context_start(void)
{
	uint32_t a, b, c, d;

	fs_start();
	how = BY_FXSAVE;
	__cpuid(1, a, b, c, d);
	if (c & OSXSAVE) {
		__asm__ volatile("xgetbv" : "=a"(save_low), "=d"(save_high) : "c"(0));
		save_low &= (uint32_t)~TILES;
		__cpuid_count(CPUID_XSAVE, 1, a, b, c, d);
		how = a & XSAVEC ? BY_XSAVEC : BY_XSAVE;
		__cpuid_count(CPUID_XSAVE, 0, a, b, c, d);
		if (b > AREA_BYTES) {
			host_say("this processor's vector registers take %u bytes: too "
				 "many",
				b);
			return STATUS_HOST;
		}
	}
	vectors_save(); /* a good state for the guest to begin with */
	return 0;
}
