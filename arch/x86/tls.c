/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread's block of thread-local variables (__thread, errno), as the compiler expects
 * it on x86:
 *
 *   | padding | copy of .tdata | zeroes for .tbss || self pointer |
 *                                                  ^
 *            thread pointer: variables lie at fixed offsets below it
 */
#include <string.h>

#include "arch/arch.h"

extern const char tls_start[], tls_data_end[], tls_end[]; /* linker script */

static size_t variables_bytes(void)
{
	return align_up((uintptr_t)(tls_end - tls_start), ARCH_TLS_ALIGN);
}

size_t arch_tls_bytes(void)
{
	return variables_bytes() + ARCH_TLS_ALIGN; /* the self pointer */
}

void *arch_tls_init(void *block)
{
	size_t n = variables_bytes();
	char *tp = (char *)block + n;
	size_t n_data = (size_t)(tls_data_end - tls_start);

	memcpy(block, tls_start, n_data);
	memset((char *)block + n_data, 0, n - n_data);
	*(void **)tp = tp;
	return tp;
}
