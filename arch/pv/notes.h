/* SPDX-License-Identifier: BSD-2-Clause */
/* For entry.S of both PV targets: the ELF notes that the domain builder reads, and shared constants. */
#ifndef ARCH_PV_NOTES_H
#define ARCH_PV_NOTES_H

#define TRAP_VECTORS 32
#define X86_TRAP_BP 3
#define X86_TRAP_OF 4
#define TRAP_UPCALL 256 /* arch_regs.vector of an event */
/* Vectors for which Xen pushes an error code: 8, 10 to 14, 17. */
#define TRAPS_WITH_ERROR 0x27d00
#define BOOT_STACK_BYTES 16384
#define STACK_BYTES 16 /* alignment that C wants */

#ifdef __ASSEMBLER__

#define __ASSEMBLY__ /* how Xen asks for constants only */
#include <xen/elfnote.h>
#include <xen/xen.h>

	.macro elf_note type, value:vararg
	.balign 4
	.long 4, 9f - 8f, \type
	.asciz "Xen"
8:	\value
9:	.balign 4
	.endm

/* @word is the directive for an address. VIRT_BASE = PADDR_OFFSET: pfn 0 is mapped at VIRT_BASE. */
	.macro xen_notes word
	.section .note.Xen, "a", @note
	elf_note XEN_ELFNOTE_GUEST_OS, .asciz "Domik"
	elf_note XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
	elf_note XEN_ELFNOTE_LOADER, .asciz "generic"
	elf_note XEN_ELFNOTE_VIRT_BASE, \word image_start
	elf_note XEN_ELFNOTE_PADDR_OFFSET, \word image_start
	elf_note XEN_ELFNOTE_ENTRY, \word _start
	elf_note XEN_ELFNOTE_HYPERCALL_PAGE, \word hypercall_page
	elf_note XEN_ELFNOTE_PAE_MODE, .asciz "yes"
	elf_note XEN_ELFNOTE_FEATURES, .asciz "pae_pgdir_above_4gb"
	.endm

#endif
#endif
