/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Monotonic time and the one-shot timer.
 *
 * Xen keeps a line through (tsc, ns) in shared memory and moves it from time to time;
 * the version is odd while it writes. ns = system_time + ((tsc - tsc_timestamp) <<
 * tsc_shift) * tsc_to_system_mul / 2^32.
 */
#include "arch/barrier.h"
#include "arch/pv/pv.h"
#include "arch/x86/cpu.h"

#include <xen/vcpu.h>

uint64_t arch_tsc(void)
{
	return cpu_tsc();
}

/* (a * mul) >> 32 without a 96-bit product. */
static uint64_t scale(uint64_t a, uint32_t mul)
{
	return (a >> 32) * mul + ((a & UINT32_MAX) * mul >> 32);
}

static uint64_t ticks_to_ns(uint64_t ticks, const struct vcpu_time_info *t)
{
	ticks = t->tsc_shift >= 0 ? ticks << t->tsc_shift : ticks >> -t->tsc_shift;
	return scale(ticks, t->tsc_to_system_mul);
}

uint64_t arch_clock_ns(void)
{
	const struct vcpu_time_info *shared = &pv_vcpu()->time;
	struct vcpu_time_info t;
	uint64_t tsc;

	do {
		t.version = READ_ONCE(shared->version) & ~1u;
		arch_rmb(); /* version before the values */
		t.tsc_timestamp = shared->tsc_timestamp;
		t.system_time = shared->system_time;
		t.tsc_to_system_mul = shared->tsc_to_system_mul;
		t.tsc_shift = shared->tsc_shift;
		tsc = cpu_tsc();
		arch_rmb(); /* values before the version again */
	} while (READ_ONCE(shared->version) != t.version);
	return t.system_time + ticks_to_ns(tsc - t.tsc_timestamp, &t);
}

uint64_t arch_ticks_to_ns(uint64_t ticks)
{
	return ticks_to_ns(ticks, &pv_vcpu()->time);
}

/* A deadline that has passed makes the event come at once. */
void arch_set_timer(uint64_t deadline_ns)
{
	struct vcpu_set_singleshot_timer timer = {.timeout_abs_ns = deadline_ns};

	if (deadline_ns == UINT64_MAX)
		(void)arch_hypercall3(
			__HYPERVISOR_vcpu_op, VCPUOP_stop_singleshot_timer, 0, 0);
	else /* fails only for a bad vCPU or pointer */
		(void)arch_hypercall3(__HYPERVISOR_vcpu_op, VCPUOP_set_singleshot_timer,
			0, (unsigned long)&timer);
}

/* Xen starts every vCPU with a tick of 10 ms. */
void time_start(void)
{
	(void)arch_hypercall3(
		__HYPERVISOR_vcpu_op, VCPUOP_stop_periodic_timer, 0, 0); /* cannot fail */
}
