/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks for the impossible: every hypercall but iret, with arguments from a list of odd ones
 * in every combination of three; then powers off, if it has not harmed itself.
 */
#include "guest.inc"
	xor %r12d, %r12d /* hypercall number */
next_call:
	xor %r13d, %r13d /* which odd value is which argument: base 8 */
next_arguments:
	mov %r13, %rax
	and $7, %eax
	mov odd(, %rax, 8), %rdi
	mov %r13, %rax
	shr $3, %eax
	and $7, %eax
	mov odd(, %rax, 8), %rsi
	mov %r13, %rax
	shr $6, %eax
	mov odd(, %rax, 8), %rdx
	mov %rdx, %r10
	mov %rsi, %r8
	mov %r12, %rax
	shl $5, %rax
	add $hypercall_page, %rax
	call *%rax
	inc %r13
	cmp $512, %r13
	jb next_arguments
skip:	inc %r12
	cmp $__HYPERVISOR_iret, %r12
	je skip
	cmp $__HYPERVISOR_sched_op, %r12 /* would block, poll or end */
	je skip
	cmp $__HYPERVISOR_set_segment_base, %r12
	je skip
	cmp $64, %r12
	jb next_call
	shutdown SHUTDOWN_poweroff

	.data
	.balign 8
odd:	.quad 0, 1, 2, 0x400000, 0x7ffffffff000, -1, 0x8000000000000000, odd
