/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls for lean code (lean.h): without errno, which is thread-local. */
#ifndef HOST_LEAN_SYSCALL_H
#define HOST_LEAN_SYSCALL_H

#include <stdint.h>
#include <sys/syscall.h>

static inline long lean_syscall6(long nr, uint64_t a1, uint64_t a2, uint64_t a3,
	uint64_t a4, uint64_t a5, uint64_t a6)
{
	register uint64_t r10 __asm__("r10") = a4;
	register uint64_t r8 __asm__("r8") = a5;
	register uint64_t r9 __asm__("r9") = a6;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a1), "S"(a2), "d"(a3), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long lean_syscall3(long nr, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return lean_syscall6(nr, a1, a2, a3, 0, 0, 0);
}

#endif
