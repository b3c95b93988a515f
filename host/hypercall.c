/* SPDX-License-Identifier: BSD-2-Clause */
/* The front door: what happens each time the guest has been left, and which hypercall is which. */
#include "host/hypercall.h"

#include <signal.h>
#include <stdint.h>
#include <xen/errno.h>
#include <xen/xen.h>

#include "host/describe.h"
#include "host/guest.h"
#include "host/hv.h"
#include "host/lean.h"
#include "host/mmu.h"
#include "host/sched.h"
#include "host/stats.h"

#define ERROR_MAX 4095

/* --- iret ----------------------------------------------------------------------------------- */

/*
 * Back to where the guest was interrupted: all of the frame on its stack in one step, the
 * event mask as well.
 */
static void iret(struct guest_regs *r)
{
	struct iret_context c;

	if (guest_read(&c, r->rsp, sizeof(c)) != 0)
		domain_crash("iret: its frame at %#lx cannot be read", r->rsp);
	if ((c.cs & 3) == 3)
		domain_crash("iret to user mode (cs %#lx): not in this host", c.cs);
	r->rax = c.rax;
	r->r11 = c.r11;
	r->rcx = c.rcx;
	r->rip = c.rip;
	r->rsp = c.rsp;
	r->rflags = (c.rflags & 0x250cd5) | 0x202; /* what ring 3 may set */
	r->left = LEFT_BY_EVENT;
	hv_shared_info()->vcpu_info[0].evtchn_upcall_mask = !(c.rflags & 0x200);
}

/* --- the table ------------------------------------------------------------------------------ */

static long multicall(uint64_t list, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct multicall_entry e;
		uint64_t at = list + i * sizeof(e);

		if (guest_read(&e, at, sizeof(e)) != 0)
			return -XEN_EFAULT;
		e.result = e.op == __HYPERVISOR_multicall || e.op == __HYPERVISOR_iret
				   ? (unsigned long)-XEN_EINVAL
				   : (unsigned long)hypercall_do((unsigned)e.op,
					     e.args[0], e.args[1], e.args[2], e.args[3]);
		if (guest_write(at, &e, sizeof(e)) != 0)
			return -XEN_EFAULT;
	}
	return 0;
}

static long set_callbacks(uint64_t event, uint64_t failsafe)
{
	long err = trap_set_callback(0, event, 0);

	return err ? err : trap_set_callback(1, failsafe, 0);
}

/* Those that only dom0, or another kind of guest, may call. */
static long not_ours(unsigned nr)
{
	switch (nr) {
	case __HYPERVISOR_platform_op:
	case __HYPERVISOR_sysctl:
	case __HYPERVISOR_domctl:
	case __HYPERVISOR_kexec_op:
	case __HYPERVISOR_console_io: /* a release Xen shows nothing of a domU */
		REFUSE("hypercall %u is for privileged domains", nr);
		return -XEN_EPERM;
	default:
		REFUSE("there is no hypercall %u here", nr);
		return -XEN_ENOSYS;
	}
}

long hypercall_do(unsigned nr, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4)
{
	switch (nr) {
	case __HYPERVISOR_set_trap_table:
		return trap_set_table(a1);
	case __HYPERVISOR_mmu_update:
		return mmu_update(a1, (unsigned)a2, a3, (unsigned)a4);
	case __HYPERVISOR_set_gdt:
		return hypercall_set_gdt(a1, (unsigned)a2);
	case __HYPERVISOR_stack_switch: /* these three: of a user mode, or of devices */
	case __HYPERVISOR_set_debugreg:
	case __HYPERVISOR_fpu_taskswitch:
		return 0;
	case __HYPERVISOR_get_debugreg:
		return 0;
	case __HYPERVISOR_set_callbacks:
		return set_callbacks(a1, a2);
	case __HYPERVISOR_update_descriptor:
		return hypercall_update_descriptor(a1, a2);
	case __HYPERVISOR_memory_op:
		return hypercall_memory((unsigned)a1, a2);
	case __HYPERVISOR_multicall:
		return multicall(a1, (unsigned)a2);
	case __HYPERVISOR_update_va_mapping:
		return mmu_update_va_mapping(a1, a2, a3);
	case __HYPERVISOR_set_timer_op:
		return sched_set_timer(a1);
	case __HYPERVISOR_xen_version:
		return hypercall_version((unsigned)a1, a2);
	case __HYPERVISOR_grant_table_op:
		return hypercall_grant((unsigned)a1, a2, (unsigned)a3);
	case __HYPERVISOR_vm_assist:
		return hypercall_vm_assist((unsigned)a1, (unsigned)a2);
	case __HYPERVISOR_vcpu_op:
		return sched_vcpu_op((unsigned)a1, (unsigned)a2, a3);
	case __HYPERVISOR_set_segment_base:
		return hypercall_segment_base((unsigned)a1, a2);
	case __HYPERVISOR_mmuext_op:
		return mmu_ext_op(a1, (unsigned)a2, a3, (unsigned)a4);
	case __HYPERVISOR_sched_op:
		return sched_op((unsigned)a1, a2);
	case __HYPERVISOR_callback_op:
		return hypercall_callback((unsigned)a1, a2);
	case __HYPERVISOR_event_channel_op:
		return hypercall_evtchn((unsigned)a1, a2);
	case __HYPERVISOR_physdev_op:
		return hypercall_physdev((unsigned)a1, a2);
	default:
		return not_ours(nr);
	}
}

/* --- the door ---------------------------------------------------------------------------------- */

static void trace(unsigned nr, const struct guest_regs *r, long result)
{
	const uint64_t args[] = {r->rdi, r->rsi, r->rdx, r->r10};

	host_full();
	describe_hypercall(nr, args, result);
}

static void hypercall(struct guest_regs *r)
{
	unsigned nr = (unsigned)r->rax, i = nr < STATS_HYPERCALLS ? nr : STATS_HYPERCALLS;
	uint64_t begin = stats.timed ? hv_now_ns() : 0;
	long result;

	stats.hypercall[i].calls++;
	if (nr == __HYPERVISOR_iret) {
		iret(r);
		return;
	}
	result = hypercall_do(nr, r->rdi, r->rsi, r->rdx, r->r10);
	if (result < 0 && result >= -ERROR_MAX)
		stats.hypercall[i].refused++;
	if (stats.timed)
		stats.hypercall[i].ns += hv_now_ns() - begin;
	if (TRACE_ON(TRACE_HYPERCALLS))
		trace(nr, r, result);
	r->rax = (uint64_t)result;
}

/* The signal of a guest that executed "syscall" itself: its number is in rax. */
static void syscall_instruction(struct guest_regs *r, const struct guest_event *e)
{
	r->rax = (unsigned)e->syscall;
	if (r->rax == __HYPERVISOR_iret)
		domain_crash(
			"iret by a syscall instruction: only by the hypercall page here");
	hypercall(r);
}

bool guest_left(struct guest_regs *r)
{
	if (r->left == LEFT_BY_HYPERCALL) {
		hypercall(r);
	} else if (r->left == LEFT_BY_EVENT && guest_pending.signal) {
		struct guest_event e = guest_pending;

		guest_pending.signal = 0;
		if (e.signal == SIGSYS)
			syscall_instruction(r, &e);
		else
			guest_event(r, &e);
	}
	if (host_attention) {
		host_attention = 0;
		sched_tick();
	}
	sched_peers();
	guest_upcall_if_due(r);
	host_lean();
	return r->left == LEFT_BY_EVENT;
}
