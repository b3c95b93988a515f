/* SPDX-License-Identifier: BSD-2-Clause */
/* What is particular to pv64 in a thread: its first stack frame and the fs base. */
#include "arch/pv/pv.h"
#include "arch/x86/cpu.h"

#define CPUID7_EBX_FSGSBASE 1u

/* The frame that arch_switch_stack() pops, lowest address first. */
struct switch_frame {
	uint32_t mxcsr, x87_control;
	uint64_t r15, r14, r13, r12, rbx, rbp, ip;
};

#define MXCSR_DEFAULT       0x1f80u /* all exceptions masked, round to nearest */
#define X87_CONTROL_DEFAULT 0x37fu  /* the same, 64-bit mantissa */

bool arch_probe_fsbase(void); /* entry.S */
bool arch_enable_fsbase(void);

static bool have_wrfsbase;

uintptr_t arch_frame_build(uintptr_t top, void (*entry)(void *arg), void *arg)
{
	struct switch_frame *f = (struct switch_frame *)top - 1;

	*f = (struct switch_frame){
		.mxcsr = MXCSR_DEFAULT,
		.x87_control = X87_CONTROL_DEFAULT,
		.r12 = (uintptr_t)entry,
		.r13 = (uintptr_t)arg,
		.ip = (uintptr_t)arch_thread_start,
	};
	return (uintptr_t)f;
}

/* The processor's features as far as Xen lets us use them: by its prefix, for nothing else
 * would make every processor trap. */
static struct cpuid_result xen_cpu_id(uint32_t leaf)
{
	struct cpuid_result r;

	__asm__ volatile(XEN_CPUID
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(0));
	return r;
}

/* The instruction needs the feature and a bit in CR4, which Xen may let us set. */
void tls_setup(void)
{
	if (xen_cpu_id(0).eax >= 7 && xen_cpu_id(7).ebx & CPUID7_EBX_FSGSBASE)
		have_wrfsbase = arch_probe_fsbase() ||
				(arch_enable_fsbase() && arch_probe_fsbase());
}

void tls_load(uintptr_t tls)
{
	if (have_wrfsbase)
		__asm__ volatile("wrfsbase %0" : : "r"(tls));
	else
		/* Fails only for addresses outside the lower half. */
		(void)arch_hypercall2(__HYPERVISOR_set_segment_base, SEGBASE_FS, tls);
}
