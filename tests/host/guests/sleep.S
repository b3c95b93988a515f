/* SPDX-License-Identifier: BSD-2-Clause */
/* Sleeps, and nothing will wake it. */
#include "guest.inc"
1:	hypercall __HYPERVISOR_sched_op, SCHEDOP_block
	jmp 1b
