/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps another frame where one has been read, and does not flush: powers off if it sees
 * the new frame, crashes if it still sees the old one. After a flush it must see the new
 * one, or it dies of ud2.
 */
#include "guest.inc"

#define MFN_LIST_OFFSET 104 /* of mfn_list in struct start_info */
#define LEAF            0x67
#define BASE_PAGE       0x400

	/* r12 = p2m; r13 = the second page's frame as an entry */
	mov MFN_LIST_OFFSET(%rsi), %r12
	mov $second, %eax
	shr $12, %eax
	sub $BASE_PAGE, %eax
	mov (%r12, %rax, 8), %r13
	shl $12, %r13
	or $LEAF, %r13
	mov first, %ebx /* walked to, and remembered */

	mov $first, %edi
	mov %r13, %rsi
	xor %edx, %edx /* UVMF_NONE */
	call hypercall_page + __HYPERVISOR_update_va_mapping * 32
	test %rax, %rax
	jnz wrong
	mov first, %ebx

	mov $first, %edi
	mov %r13, %rsi
	mov $1, %edx /* UVMF_TLB_FLUSH */
	call hypercall_page + __HYPERVISOR_update_va_mapping * 32
	cmpl $2, first
	jne wrong
	cmp $2, %ebx
	je new
	shutdown SHUTDOWN_crash
new:	shutdown SHUTDOWN_poweroff
wrong:	ud2

	.data
	.balign 4096
first:	.long 1
	.balign 4096
second:	.long 2
	.balign 4096
