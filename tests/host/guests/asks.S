/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks Xen for the same again and again, for ever, with events off. */
#include "guest.inc"
1:	hypercall __HYPERVISOR_xen_version
	jmp 1b
