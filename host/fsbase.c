/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two owners of the fs base, the guest's thread and ours; both need theirs in the register.
 * There are three kinds of machine:
 *
 *   the instructions work and Linux knows of them     (5.9 and later)
 *   they do not work                                  arch_prctl(), a system call each time
 *   they work, but Linux does not know of them        (hidden from it by what it runs on)
 *
 * On the last kind Linux puts the base that was last set by arch_prctl() back whenever it
 * has run another process. So it is told a base where nothing is mapped: the next access to
 * a thread-local variable faults, the handler puts the right base back (fs_repair()), and
 * the access is tried again. Only while we sleep Linux is told the host's, for waking up
 * would be such a case each time.
 */
#include "host/fsbase.h"

#include <asm/prctl.h>
#include <cpuid.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/auxv.h>

#include "host/guest.h"
#include "host/lean_syscall.h"

#define HWCAP2_FSGSBASE 2u
#define CPUID7_FSGSBASE 1u               /* ebx */
#define NOWHERE         0x300000000000ul /* above the guest, below all of Linux's */
#define REACH           (1ul << 31)      /* of offsets from it, either way */

static enum { BY_SYSCALL, BY_INSTRUCTION, WITH_REPAIR } how;
static bool begun, guests_in_place;
static uint64_t host_fs, guest_fs;
static uint64_t in_place; /* what should be in the register */

/* --- the register ------------------------------------------------------------------------- */

static uint64_t register_read(void)
{
	uint64_t base;

	__asm__ volatile("rdfsbase %0" : "=r"(base));
	return base;
}

static void register_write(uint64_t base)
{
	__asm__ volatile("wrfsbase %0" : : "r"(base));
}

static void tell_linux(uint64_t base)
{
	(void)lean_syscall3(SYS_arch_prctl, ARCH_SET_FS, base, 0);
}

static void put(uint64_t base)
{
	in_place = base;
	if (how == BY_SYSCALL || !begun)
		tell_linux(base);
	else
		register_write(base);
}

void fs_to_host(void)
{
	if (how == BY_INSTRUCTION) /* the guest may have written it without telling */
		guest_fs = register_read();
	guests_in_place = false;
	if (in_place != host_fs || how == BY_INSTRUCTION)
		put(host_fs);
}

void fs_to_guest(void)
{
	guests_in_place = true;
	if (in_place != guest_fs)
		put(guest_fs);
}

/* --- what Linux forgets ------------------------------------------------------------------- */

bool fs_repair(uint64_t address)
{
	if (how != WITH_REPAIR || !begun || address - (NOWHERE - REACH) >= 2 * REACH ||
		register_read() != NOWHERE)
		return false;
	register_write(in_place);
	return true;
}

void fs_sleep_begin(void)
{
	if (how == WITH_REPAIR && begun)
		tell_linux(host_fs);
}

/* The order of the two does not matter: what comes between finds the one or the other. */
void fs_sleep_end(void)
{
	if (how != WITH_REPAIR || !begun)
		return;
	tell_linux(NOWHERE);
	register_write(host_fs);
}

void fs_begin(void)
{
	begun = true;
	in_place = host_fs;
	fs_sleep_end();
}

void fs_stop(void)
{
	if (how == WITH_REPAIR)
		tell_linux(host_fs);
	begun = false;
}

/* --- finding out --------------------------------------------------------------------------- */

static sigjmp_buf not_there;

static void invalid(int sig)
{
	(void)sig;
	siglongjmp(not_there, 1);
}

static bool instruction_works(void)
{
	struct sigaction sa = {.sa_handler = invalid}, old;
	uint32_t a, b, c, d;
	bool works = false;

	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & CPUID7_FSGSBASE))
		return false;
	sigaction(SIGILL, &sa, &old);
	if (sigsetjmp(not_there, 1) == 0) {
		register_write(register_read());
		works = true;
	}
	sigaction(SIGILL, &old, NULL);
	return works;
}

void fs_start(void)
{
	how = BY_SYSCALL;
	if (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE)
		how = BY_INSTRUCTION;
	else if (instruction_works())
		how = WITH_REPAIR;
	(void)lean_syscall3(SYS_arch_prctl, ARCH_GET_FS, (uint64_t)&host_fs, 0);
	in_place = host_fs;
}

/* --- the guest's side ------------------------------------------------------------------------ */

bool guest_may_set_fs(void)
{
	return how == BY_INSTRUCTION;
}

void guest_set_fs(uint64_t base)
{
	guest_fs = base;
	if (guests_in_place)
		put(base);
}

uint64_t guest_get_fs(void)
{
	return guests_in_place && how == BY_INSTRUCTION ? register_read() : guest_fs;
}

/* gs stays the guest's: nothing of the host's touches it. */
void guest_set_gs(uint64_t base)
{
	if (how == BY_INSTRUCTION)
		__asm__ volatile("wrgsbase %0" : : "r"(base));
	else
		(void)lean_syscall3(SYS_arch_prctl, ARCH_SET_GS, base, 0);
}

uint64_t guest_get_gs(void)
{
	uint64_t base = 0;

	if (how == BY_INSTRUCTION)
		__asm__ volatile("rdgsbase %0" : "=r"(base));
	else
		(void)lean_syscall3(SYS_arch_prctl, ARCH_GET_GS, (uint64_t)&base, 0);
	return base;
}
