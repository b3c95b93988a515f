/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small snprintf for log lines and panics: usable in traps and before TLS, where the
 * libc's is not (it needs vector registers and thread-local variables).
 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#include "kernel/util.h"

/**
 * Format text like snprintf(3): %s %c %d %i %u %x %X %p %%, with h hh l ll z j t, a
 * width, a precision (the most of a string, the least digits of a number), and the flags
 * "-", "0" and "#" (0x). Anything else is printed as it stands.
 *
 * @len_bytes  room in buf, the NUL included; at least 1
 * Returns the length of the text, which was cut when that is len_bytes or more.
 * Context: any.
 */
size_t format_text(char *buf, size_t len_bytes, const char *fmt, ...) PRINTF_LIKE(3, 4);
size_t format_text_v(char *buf, size_t len_bytes, const char *fmt, va_list args);

#endif
