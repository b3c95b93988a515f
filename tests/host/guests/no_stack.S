/* SPDX-License-Identifier: BSD-2-Clause */
/* Has a page fault, and a handler for it, but no stack for the frame. */
#include "guest.inc"
	hypercall __HYPERVISOR_set_trap_table, traps
	mov $0x4000000000, %rsp
	push %rax

handler:
	shutdown SHUTDOWN_poweroff

	.data
	.balign 8
traps:	.byte 14, 0
	.word 0xe033
	.long 0
	.quad handler
	.quad 0, 0 /* the end */
