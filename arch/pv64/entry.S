/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Xen enters a pv64 image: first instruction, exceptions, event upcall; and the
 * thread switch.
 *
 * Everything runs in ring 3 on one page table; Xen pushes the frame on the current
 * stack (there is no other), with rcx and r11 on top since syscall/sysret lose them,
 * and masks events first. Return is by the iret hypercall, which takes the frame and
 * the event mask (as the IF bit of rflags) in one step.
 */
#include "arch/pv/notes.inc"
#include "arch/pv/trap.h"

#define CR4_FSGSBASE 0x10000

/* --- first instruction: rsi = start_info, rsp = a stack of one page ---------------- */

	.section .text.entry, "ax"
	.globl _start
_start:
	rdtsc
	shl $32, %rdx
	or %rdx, %rax
	mov %rax, arch_entry_tsc(%rip)
	cld
	lea boot_stack_end(%rip), %rsp
	xor %ebp, %ebp /* ends backtraces */
	mov %rsi, %rdi
	call arch_start
	ud2

/* --- exceptions and upcalls: build struct arch_regs, call C, go back --------------- */

	.macro regs_save
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

	.macro regs_restore
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

	.text
	.globl arch_upcall_entry
arch_upcall_entry:
	pop %rcx
	pop %r11
	push $0
	push $TRAP_UPCALL
	regs_save
	cld
	mov %rsp, %rdi
	mov %rsp, %rbx
	and $-STACK_BYTES, %rsp
	call arch_upcall
	mov %rbx, %rsp
	jmp regs_return

trap_common:
	regs_save
	cld
	mov %rsp, %rdi
	mov %rsp, %rbx
	and $-STACK_BYTES, %rsp
	call arch_trap
	mov %rbx, %rsp
regs_return:
	regs_restore
	add $8, %rsp  /* vector */
	movq $0, (%rsp) /* error code: now the flags of struct iret_context */
	jmp hypercall_page + __HYPERVISOR_iret * 32

/* One stub for each vector; Xen pushes an error code for some. */
	.globl arch_trap_stubs
	.set vector, 0
	.rept TRAP_VECTORS
	.pushsection .rodata.trap_stubs, "a"
	.if vector == 0
	.balign 8
arch_trap_stubs:
	.endif
	.quad 1f
	.popsection
1:	pop %rcx
	pop %r11
	.if (TRAPS_WITH_ERROR >> vector) & 1
	.else
	push $0
	.endif
	push $vector
	jmp trap_common
	.set vector, vector + 1
	.endr

/*
 * Xen could not load a segment register on the way back to us: we use none that can
 * fail.
 */
	.globl arch_failsafe_entry
arch_failsafe_entry:
	ud2

/* --- thread switch: arch_switch_stack(uintptr_t *save_sp, uintptr_t load_sp) ------- */

	.globl arch_switch_stack
arch_switch_stack:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	sub $8, %rsp
	stmxcsr (%rsp)
	fnstcw 4(%rsp)
	mov %rsp, (%rdi)
	mov %rsi, %rsp
	ldmxcsr (%rsp)
	fldcw 4(%rsp)
	add $8, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret

/* First return of a new thread comes here: r12 = entry, r13 = arg. */
	.globl arch_thread_start
arch_thread_start:
	xor %ebp, %ebp
	mov %r13, %rdi
	call *%r12
	ud2

/*
 * --- instructions that may fault: arch/pv/trap.c sends a fault at one of
 * arch_probe_places to arch_probe_fault, which returns false to the caller
 */

/* bool arch_probe(const unsigned long *word in rdi, unsigned long *value in rsi) */
	.globl arch_probe, arch_probe_fault
arch_probe:
probe_read:
	mov (%rdi), %rax
	mov %rax, (%rsi)
	mov $1, %eax
	ret
arch_probe_fault:
	xor %eax, %eax
	ret

/* bool arch_probe_fsbase(void): can rdfsbase and wrfsbase be used? */
	.globl arch_probe_fsbase
arch_probe_fsbase:
	rdfsbase %rax
	mov $1, %eax
	ret

/* bool arch_enable_fsbase(void): ask for them; Xen emulates both instructions for us */
	.globl arch_enable_fsbase
arch_enable_fsbase:
	mov %cr4, %rax
	or $CR4_FSGSBASE, %rax
enable_write:
	mov %rax, %cr4
	mov $1, %eax
	ret

	.section .rodata.arch_probe_places, "a"
	.globl arch_probe_places
	.balign 8
arch_probe_places:
	.quad probe_read, arch_probe_fsbase, arch_enable_fsbase, enable_write, 0

	.section .bss.boot_stack, "aw", @nobits
	.balign 4096
boot_stack:
	.skip BOOT_STACK_BYTES
	.globl boot_stack, boot_stack_end
boot_stack_end:

	xen_notes .quad
