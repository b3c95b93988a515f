/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of arch/pv and the target's own files share among themselves. */
#ifndef ARCH_PV_PV_H
#define ARCH_PV_PV_H

#include "arch/arch.h"
#include "arch/hypercall.h"

/* entry.S */
extern uint64_t arch_entry_tsc;
extern const uintptr_t arch_trap_stubs[];
void arch_upcall_entry(void);
void arch_failsafe_entry(void);
void arch_thread_start(void);
void arch_switch_stack(uintptr_t *save_sp, uintptr_t load_sp);
extern const uintptr_t arch_probe_places[]; /* instructions that may fault; ends with 0 */
extern char arch_probe_fault[]; /* where they go on then: returns false to their caller */
extern char boot_stack[], boot_stack_end[];

/* Called by entry.S. */
void arch_start(const struct start_info *si) NORETURN;
void arch_upcall(struct arch_regs *regs);
void arch_trap(struct arch_regs *regs);

/** Learn p2m and m2p; nothing may be translated before. */
void translate_start(const struct start_info *si);

/** Tell Xen where to call us for events. */
void events_start(void);

/** Stop the periodic tick that Xen starts with. */
void time_start(void);

/**
 * The first frame of a thread, which arch_switch_stack() pops: then entry(arg) runs.
 * Returns its stack pointer.
 */
uintptr_t arch_frame_build(uintptr_t top, void (*entry)(void *arg), void *arg);

/** Find out how thread-local storage is reached on this machine. */
void tls_setup(void);

/** Make the running thread's TLS block the one at this address (0 = none). */
void tls_load(uintptr_t tls);

/** Index of the only vcpu_info that we have. */
static inline struct vcpu_info *pv_vcpu(void)
{
	return &arch_shared_info->vcpu_info[0];
}

#endif
