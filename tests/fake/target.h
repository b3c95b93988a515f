/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target that native tests run on: this process. Its direct map is where the
 * sanitizers leave room.
 */
#ifndef TESTS_FAKE_TARGET_H
#define TESTS_FAKE_TARGET_H

#include <stdint.h>

/* A test may ask for the three levels of pv32. */
#ifndef FAKE_PT_LEVELS
#define FAKE_PT_LEVELS 4
#endif
#define PT_LEVELS      FAKE_PT_LEVELS
#define PT_ENTRIES_TOP (PT_LEVELS == 4 ? 512 : 4)

#define WIDE        (UINTPTR_MAX > UINT32_MAX && PT_LEVELS == 4)
#define VIRT_BASE   ((uintptr_t)(WIDE ? 0x200000000000 : 0x30000000))
#define WINDOW_BASE (VIRT_BASE - 0x200000)
#define WINDOW_END  VIRT_BASE
#define VIRT_LIMIT  (VIRT_BASE + (uintptr_t)(WIDE ? 0x1000000000 : 0x30000000))
#define STACK_ALIGN 16u

struct fake_context;

struct arch_context {
	struct fake_context *fake;
};

#endif
