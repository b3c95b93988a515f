/* SPDX-License-Identifier: BSD-2-Clause */
/* Small things that every file may use: attributes, array size, containers, alignment. */
#ifndef KERNEL_UTIL_H
#define KERNEL_UTIL_H

#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)                 (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))
#define NORETURN                      __attribute__((noreturn))
#define PRINTF_LIKE(fmt, args)        __attribute__((format(printf, fmt, args)))
#define likely(x)                     __builtin_expect(!!(x), 1)
#define unlikely(x)                   __builtin_expect(!!(x), 0)

/** Read or write a word that an upcall or another domain may change, exactly once. */
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

/** Round n up to a multiple of align, a power of two. */
static inline uintptr_t align_up(uintptr_t n, uintptr_t align)
{
	return (n + align - 1) & ~(align - 1);
}

#endif
