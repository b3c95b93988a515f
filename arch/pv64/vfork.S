/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pid_t vfork(void), and the way back to its caller: struct vfork_frame is what a function
 * keeps, where the stack was after the return, and where the return goes. The return
 * address on the stack does not live as long: the child's calls overwrite it.
 */

	.section .text.vfork, "ax"
	.globl vfork, arch_vfork_return
vfork:
	mov (%rsp), %rax
	lea 8(%rsp), %rdx
	sub $72, %rsp
	mov %rbx, (%rsp)
	mov %rbp, 8(%rsp)
	mov %r12, 16(%rsp)
	mov %r13, 24(%rsp)
	mov %r14, 32(%rsp)
	mov %r15, 40(%rsp)
	mov %rdx, 48(%rsp)
	mov %rax, 56(%rsp)
	mov %rsp, %rdi
	call vfork_begin
	add $72, %rsp
	ret

/* void arch_vfork_return(const struct vfork_frame *frame in rdi, int result in esi) */
arch_vfork_return:
	mov (%rdi), %rbx
	mov 8(%rdi), %rbp
	mov 16(%rdi), %r12
	mov 24(%rdi), %r13
	mov 32(%rdi), %r14
	mov 40(%rdi), %r15
	mov 56(%rdi), %rdx
	mov %esi, %eax
	mov 48(%rdi), %rsp /* an upcall may use what is below from here on */
	jmp *%rdx
