/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls: each file's part of the table in hypercall.c. Lean code. */
#ifndef HOST_HYPERCALL_H
#define HOST_HYPERCALL_H

#include <stdint.h>

/** One of them by number; returns what the guest gets in rax. */
long hypercall_do(unsigned nr, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4);

long hypercall_evtchn(unsigned cmd, uint64_t arg); /* hypercall_models.c */
long hypercall_grant(unsigned cmd, uint64_t ops, unsigned n);
long hypercall_version(unsigned cmd, uint64_t arg); /* hypercall_info.c */
long hypercall_memory(unsigned cmd, uint64_t arg);
long hypercall_segment_base(unsigned which, uint64_t base); /* hypercall_cpu.c */
long hypercall_set_gdt(uint64_t frames, unsigned n_entries);
long hypercall_update_descriptor(uint64_t where, uint64_t value);
long hypercall_callback(unsigned cmd, uint64_t arg);
long hypercall_vm_assist(unsigned cmd, unsigned type);
long hypercall_physdev(unsigned cmd, uint64_t arg);

#endif
