/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls of the native tests: ordinary functions that the Xen model answers
 * (hypercall.c).
 */
#ifndef FAKE_TARGET_HYPERCALL_H
#define FAKE_TARGET_HYPERCALL_H

long arch_hypercall1(unsigned long op, unsigned long a1);
long arch_hypercall2(unsigned long op, unsigned long a1, unsigned long a2);
long arch_hypercall3(
	unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3);
long arch_hypercall4(unsigned long op, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4);
long arch_hypercall5(unsigned long op, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4, unsigned long a5);

#endif
