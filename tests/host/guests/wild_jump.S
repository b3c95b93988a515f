/* SPDX-License-Identifier: BSD-2-Clause */
/* Jumps to where nothing is. */
#include "guest.inc"
	mov $0x7fffffff000, %rax
	jmp *%rax
