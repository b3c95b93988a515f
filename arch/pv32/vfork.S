/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pid_t vfork(void), and the way back to its caller: struct vfork_frame is what a function
 * keeps, where the stack was after the return, and where the return goes. The return
 * address on the stack does not live as long: the child's calls overwrite it.
 */

	.section .text.vfork, "ax"
	.globl vfork, arch_vfork_return
vfork:
	mov (%esp), %eax
	lea 4(%esp), %edx
	sub $40, %esp
	mov %ebx, (%esp)
	mov %ebp, 4(%esp)
	mov %esi, 8(%esp)
	mov %edi, 12(%esp)
	mov %edx, 16(%esp)
	mov %eax, 20(%esp)
	mov %esp, %eax
	push %eax
	call vfork_begin
	add $44, %esp
	ret

/* void arch_vfork_return(const struct vfork_frame *frame, int result) */
arch_vfork_return:
	mov 4(%esp), %ecx
	mov 8(%esp), %eax
	mov (%ecx), %ebx
	mov 4(%ecx), %ebp
	mov 8(%ecx), %esi
	mov 12(%ecx), %edi
	mov 20(%ecx), %edx
	mov 16(%ecx), %esp /* an upcall may use what is below from here on */
	jmp *%edx
