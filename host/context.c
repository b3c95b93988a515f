/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of the guest stays in the processor while lean code runs, and goes to memory only
 * when the host needs it: vector registers and the thread pointer (fs base). gs is never
 * used by the host.
 */
#include <asm/prctl.h>
#include <cpuid.h>
#include <sys/auxv.h>

#include "host/guest.h"
#include "host/lean.h"
#include "host/lean_syscall.h"
#include "host/status.h"

#define HWCAP2_FSGSBASE 2u
#define CPUID_XSAVE     0xd
#define XSAVEC          2u           /* cpuid 0xd.1 eax */
#define OSXSAVE         (1u << 27)   /* cpuid 1 ecx */
#define TILES           (3ull << 17) /* 8 KiB that no guest uses */
#define AREA_BYTES      16384
#define MXCSR_DEFAULT   0x1f80u

static _Alignas(64) uint8_t area[AREA_BYTES];
static uint32_t save_low, save_high; /* components */
static enum { BY_FXSAVE, BY_XSAVE, BY_XSAVEC } how;
static bool
	have_fsbase; /* Linux knows of the instructions for fs, and keeps what they set */
static bool full = true;
static uint64_t host_fs, guest_fs;

/* --- fs ------------------------------------------------------------------------------ */

static uint64_t fs_read(void)
{
	uint64_t base;

	if (have_fsbase)
		__asm__ volatile("rdfsbase %0" : "=r"(base));
	else
		(void)lean_syscall3(SYS_arch_prctl, ARCH_GET_FS, (uint64_t)&base, 0);
	return base;
}

static void fs_write(uint64_t base)
{
	if (have_fsbase)
		__asm__ volatile("wrfsbase %0" : : "r"(base));
	else
		(void)lean_syscall3(SYS_arch_prctl, ARCH_SET_FS, base, 0);
}

void guest_set_fs(uint64_t base)
{
	guest_fs = base;
	if (!full)
		fs_write(base);
}

uint64_t guest_get_fs(void)
{
	return full || !have_fsbase ? guest_fs : fs_read();
}

bool guest_may_set_fs(void)
{
	return have_fsbase;
}

/* gs stays the guest's: nothing of the host's touches it. */
void guest_set_gs(uint64_t base)
{
	if (have_fsbase)
		__asm__ volatile("wrgsbase %0" : : "r"(base));
	else
		(void)lean_syscall3(SYS_arch_prctl, ARCH_SET_GS, base, 0);
}

uint64_t guest_get_gs(void)
{
	uint64_t base = 0;

	if (have_fsbase)
		__asm__ volatile("rdgsbase %0" : "=r"(base));
	else
		(void)lean_syscall3(SYS_arch_prctl, ARCH_GET_GS, (uint64_t)&base, 0);
	return base;
}

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
	if (have_fsbase) /* the guest may have written it without telling */
		guest_fs = fs_read();
	if (guest_fs != host_fs)
		fs_write(host_fs);
}

bool host_full_is_cheap(void)
{
	return have_fsbase;
}

void host_lean(void)
{
	if (!full)
		return;
	full = false;
	vectors_load();
	if (guest_fs != host_fs)
		fs_write(guest_fs);
}

int context_start(void)
{
	uint32_t a, b, c, d;

	have_fsbase = getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
	host_fs = fs_read();
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
