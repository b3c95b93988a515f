/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from the guest to the host and back.
 *
 * The guest and we are one process: only host_inside says whose code runs. A signal while
 * it is 1 leaves a note (host_attention); while it is 0 the signal handler may take the
 * registers for the guest's, between any two instructions:
 *
 *   before "movl $1, host_inside" at the way in and after "movl $0, host_inside" at the way
 *   out the registers are the guest's, with rip in this file: it goes on here later. Only
 *   from host_out_first to host_out_last the truth is in the frame that iretq would load.
 */
#include "host/guest.h"

#define FRAME_BYTES (21 * 8)

	.bss
	.balign 8
	.globl host_inside, host_attention, host_stack
host_stack:
	.skip 8
guest_stack:
	.skip 8
host_attention:
	.skip 4
	.data
	.balign 4
host_inside:
	.long 1

	.macro regs_push
	push %rdi
	push %rsi
	push %rdx
	push %rcx
	push %rax
	push %r8
	push %r9
	push %r10
	push %r11
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	.endm

	.macro regs_pop
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rax
	pop %rcx
	pop %rdx
	pop %rsi
	pop %rdi
	.endm

/* On our own stack, with the guest's rsp kept. */
	.macro frame_begin left
	movl $1, host_inside(%rip)
	mov %rsp, guest_stack(%rip)
	mov host_stack(%rip), %rsp
	push $SELECTOR_DATA
	push guest_stack(%rip)
	pushfq
	push $SELECTOR_CODE
	push $0
	push $\left
	.endm

	.text
	.globl host_hypercall, host_event
host_hypercall:
	frame_begin LEFT_BY_HYPERCALL
frame_push:
	regs_push
host_event: /* from signals.c: the frame is filled, rsp is its start */
	cld
	mov %rsp, %rdi
	call guest_left
	test %al, %al
	jnz out_by_frame

/* After a hypercall: return to the caller. Like syscall, it has used up rcx and r11. */
	regs_pop
	mov guest_stack(%rip), %rsp
	xor %ecx, %ecx
	xor %r11d, %r11d
	movl $0, host_inside(%rip)
	cmpl $0, host_attention(%rip)
	jne 1f
	ret
1:	frame_begin LEFT_AGAIN
	jmp frame_push

out_by_frame:
	regs_pop
	add $8, %rsp /* left */
	movl $0, host_inside(%rip)
	.globl host_out_first, host_out_last
host_out_first:
	cmpl $0, host_attention(%rip)
	jne 2f
	iretq
2:	movl $1, host_inside(%rip)
host_out_last:
	push $LEFT_BY_EVENT
	jmp frame_push

/* void guest_enter(const struct guest_regs *start) */
	.globl guest_enter
guest_enter:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, host_stack(%rip)
	sub $FRAME_BYTES, %rsp
	mov %rdi, %rsi
	mov %rsp, %rdi
	mov $(FRAME_BYTES / 8), %ecx
	cld
	rep movsq
	jmp out_by_frame

/* void guest_leave(void) */
	.globl guest_leave
guest_leave:
	mov host_stack(%rip), %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

	.section .note.GNU-stack, "", @progbits
