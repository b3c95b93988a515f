/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes for ever; its events are off, as they are at the start. */
#include "guest.inc"
1:	inc %rax
	jmp 1b
