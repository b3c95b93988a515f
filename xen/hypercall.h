/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Typed hypercalls used by more than one file, and the errno border: Xen's error numbers
 * become those of our libc here and nowhere else (ENOSYS is 38 in Xen and 88 in
 * picolibc).
 */
#ifndef XEN_HYPERCALL_H
#define XEN_HYPERCALL_H

#include "arch/hypercall.h"

/**
 * 0 or positive stays; a negative Xen error becomes the negative libc errno, unknown ones
 * -EIO.
 */
long xen_result(long xen);

/** EVTCHNOP_*. Source: public/event_channel.h. */
static inline int hypercall_event_channel_op(int cmd, void *arg)
{
	return (int)xen_result(arch_hypercall2(
		__HYPERVISOR_event_channel_op, (unsigned long)cmd, (unsigned long)arg));
}

/**
 * GNTTABOP_*; returns 0 or -errno; the status inside the arguments is the caller's to
 * look at.
 */
static inline int hypercall_grant_table_op(unsigned cmd, void *ops, unsigned n_ops)
{
	return (int)xen_result(arch_hypercall3(
		__HYPERVISOR_grant_table_op, cmd, (unsigned long)ops, n_ops));
}

/** SCHEDOP_*. Source: public/sched.h. */
static inline int hypercall_sched_op(int cmd, void *arg)
{
	return (int)xen_result(arch_hypercall2(
		__HYPERVISOR_sched_op, (unsigned long)cmd, (unsigned long)arg));
}

/** VCPUOP_* of our vCPU 0. Source: public/vcpu.h. */
static inline int hypercall_vcpu_op(int cmd, void *arg)
{
	return (int)xen_result(arch_hypercall3(
		__HYPERVISOR_vcpu_op, (unsigned long)cmd, 0, (unsigned long)arg));
}

/** XENVER_*. Source: public/version.h. */
static inline int hypercall_xen_version(int cmd, void *arg)
{
	return (int)xen_result(arch_hypercall2(
		__HYPERVISOR_xen_version, (unsigned long)cmd, (unsigned long)arg));
}

#endif
