/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Xen enters a pv32 image: first instruction, exceptions, event upcall; and the
 * thread switch.
 *
 * Everything runs in ring 1 on one page table; Xen pushes eip, cs, eflags on the
 * current stack (an error code on top for some exceptions) and masks events first.
 * Return is by the iret hypercall, which takes the frame and the event mask (as the IF
 * bit of eflags) in one step.
 */
#include "arch/pv/notes.inc"
#include "arch/pv/trap.h"

/* --- first instruction: esi = start_info, esp = a stack of one page ---------------- */

	.section .text.entry, "ax"
	.globl _start
_start:
	rdtsc
	mov %eax, arch_entry_tsc
	mov %edx, arch_entry_tsc + 4
	cld
	mov $boot_stack_end - 16, %esp
	xor %ebp, %ebp /* ends backtraces */
	mov %esi, (%esp)
	call arch_start
	ud2

/* --- exceptions and upcalls: build struct arch_regs, call C, go back --------------- */

	.macro regs_call function
	pusha
	cld
	mov %esp, %ebx
	and $-STACK_BYTES, %esp
	sub $STACK_BYTES, %esp
	mov %ebx, (%esp)
	call \function
	mov %ebx, %esp
	.endm

	.text
	.globl arch_upcall_entry
arch_upcall_entry:
	push $0
	push $TRAP_UPCALL
	regs_call arch_upcall
	jmp regs_return

trap_common:
	regs_call arch_trap
regs_return:
	popa
	add $8, %esp /* vector, error code */
	jmp hypercall_page + __HYPERVISOR_iret * 32

/* One stub for each vector; Xen pushes an error code for some. */
	.globl arch_trap_stubs
	.set vector, 0
	.rept TRAP_VECTORS
	.pushsection .rodata.trap_stubs, "a"
	.if vector == 0
	.balign 4
arch_trap_stubs:
	.endif
	.long 1f
	.popsection
1:
	.if (TRAPS_WITH_ERROR >> vector) & 1
	.else
	push $0
	.endif
	push $vector
	jmp trap_common
	.set vector, vector + 1
	.endr

/*
 * Xen could not load a segment register on the way back to us: a descriptor of ours is
 * wrong.
 */
	.globl arch_failsafe_entry
arch_failsafe_entry:
	ud2

/* --- thread switch: arch_switch_stack(uintptr_t *save_sp, uintptr_t load_sp) ------- */

	.globl arch_switch_stack
arch_switch_stack:
	mov 4(%esp), %eax
	mov 8(%esp), %edx
	push %ebp
	push %ebx
	push %esi
	push %edi
	sub $8, %esp
	stmxcsr (%esp)
	fnstcw 4(%esp)
	mov %esp, (%eax)
	mov %edx, %esp
	ldmxcsr (%esp)
	fldcw 4(%esp)
	add $8, %esp
	pop %edi
	pop %esi
	pop %ebx
	pop %ebp
	ret

/* First return of a new thread comes here: ebx = entry, esi = arg. */
	.globl arch_thread_start
arch_thread_start:
	xor %ebp, %ebp
	sub $12, %esp
	push %esi
	call *%ebx
	ud2

/*
 * --- reads that may fault: arch/pv/trap.c sends a fault at one of arch_probe_places to
 * arch_probe_fault, which returns false to the caller
 */

/* bool arch_probe(const unsigned long *word, unsigned long *value) */
	.globl arch_probe, arch_probe_fault
arch_probe:
	mov 4(%esp), %edx
	mov 8(%esp), %ecx
probe_read:
	mov (%edx), %eax
	mov %eax, (%ecx)
	mov $1, %eax
	ret
arch_probe_fault:
	xor %eax, %eax
	ret

	.section .rodata.arch_probe_places, "a"
	.globl arch_probe_places
	.balign 4
arch_probe_places:
	.long probe_read, 0

	.section .bss.boot_stack, "aw", @nobits
	.balign 4096
boot_stack:
	.skip BOOT_STACK_BYTES
	.globl boot_stack, boot_stack_end
boot_stack_end:

	xen_notes .long
