/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target that native tests run on: this process. Its direct map is where the
 * sanitizers leave room.
 */
#ifndef TESTS_FAKE_TARGET_H
#define TESTS_FAKE_TARGET_H

#include <stdint.h>

#define PT_LEVELS      4
#define PT_ENTRIES_TOP 512
#define WIDE           (UINTPTR_MAX > UINT32_MAX)
#define VIRT_BASE      ((uintptr_t)(WIDE ? 0x200000000000 : 0x60000000))
#define VIRT_LIMIT     (VIRT_BASE + (uintptr_t)(WIDE ? 0x1000000000 : 0x10000000))
#define STACK_ALIGN    16u

struct fake_context;

struct arch_context {
	struct fake_context *fake;
};

#endif
