/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model's front door: hypercalls as functions, and the place of the model under the
 * fake machine.
 */
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <xen/errno.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#include "arch/arch.h"
#include "arch/hypercall.h"
#include "tests/fake/consoled.h"
#include "tests/fake/domain.h"
#include "tests/fake/fake.h"
#include "tests/fake/peer.h"
#include "tests/fake/xenstored.h"

#define WC_SEC 1600000000u /* wall-clock time of system time 0 */

static union {
	struct shared_info info;
	uint8_t page[PAGE_SIZE];
} shared;
struct shared_info *arch_shared_info = &shared.info;

static void (*shutdown_fn)(unsigned reason);

/* --- scheduling --------------------------------------------------------- */

static void shutdown(const struct sched_shutdown *op)
{
	if (shutdown_fn)
		shutdown_fn(op->reason);
	fprintf(stderr, "the domain ended itself, reason %u\n", op->reason);
	abort();
}

static bool any_pending(const struct sched_poll *op)
{
	for (unsigned i = 0; i < op->nr_ports; i++) {
		if (model_port_pending(op->ports.p[i]))
			return true;
	}
	return false;
}

/*
 * Sleep until one of the ports is pending or the time has come; events are off for the
 * caller's part.
 */
static void poll(const struct sched_poll *op)
{
	while (!any_pending(op) && peers_run() > 0)
		;
	if (!any_pending(op) && op->timeout > arch_clock_ns())
		fake_advance(op->timeout - arch_clock_ns());
}

static long sched_op(unsigned cmd, void *arg)
{
	switch (cmd) {
	case SCHEDOP_yield:
		peers_run();
		return 0;
	case SCHEDOP_poll:
		poll(arg);
		return 0;
	case SCHEDOP_shutdown:
		shutdown(arg);
		return 0;
	default:
		return -XEN_ENOSYS;
	}
}

static long vcpu_op(unsigned cmd, unsigned vcpu, void *arg)
{
	struct vcpu_runstate_info *r = arg;

	if (vcpu != 0 || cmd != VCPUOP_get_runstate_info)
		return -XEN_ENOSYS;
	*r = (struct vcpu_runstate_info){.state = RUNSTATE_running};
	r->time[RUNSTATE_running] = arch_clock_ns();
	return 0;
}

/* --- the door ----------------------------------------------------------- */

static long dispatch(
	unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3)
{
	switch (op) {
	case __HYPERVISOR_event_channel_op:
		return model_event_channel_op((unsigned)a1, (void *)a2);
	case __HYPERVISOR_grant_table_op:
		return model_grant_table_op((unsigned)a1, (void *)a2, (unsigned)a3);
	case __HYPERVISOR_sched_op:
		return sched_op((unsigned)a1, (void *)a2);
	case __HYPERVISOR_vcpu_op:
		return vcpu_op((unsigned)a1, (unsigned)a2, (void *)a3);
	case __HYPERVISOR_xen_version:
		return a1 == XENVER_version ? 4 << 16 | 17 : -XEN_ENOSYS;
	default:
		return -XEN_ENOSYS;
	}
}

long arch_hypercall5(unsigned long op, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4, unsigned long a5)
{
	long result = dispatch(op, a1, a2, a3);

	(void)a4; /* no modelled */
	(void)a5; /* operation has them */
	model_after_hypercall();
	return result;
}

long arch_hypercall4(unsigned long op, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4)
{
	return arch_hypercall5(op, a1, a2, a3, a4, 0);
}

long arch_hypercall3(
	unsigned long op, unsigned long a1, unsigned long a2, unsigned long a3)
{
	return arch_hypercall5(op, a1, a2, a3, 0, 0);
}

long arch_hypercall2(unsigned long op, unsigned long a1, unsigned long a2)
{
	return arch_hypercall5(op, a1, a2, 0, 0, 0);
}

long arch_hypercall1(unsigned long op, unsigned long a1)
{
	return arch_hypercall5(op, a1, 0, 0, 0, 0);
}

/* --- under the fake machine --------------------------------------------- */

/*
 * Every thread sleeps: the peers' turn, until they have something for us or nothing to
 * do.
 */
static void idle(void)
{
	while (!model_event_pending() && peers_run() > 0)
		;
}

static void timer(void)
{
	domain_raise_virq(VIRQ_TIMER);
}

void domain_on_shutdown(void (*fn)(unsigned reason))
{
	shutdown_fn = fn;
}

void domain_start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	shared.info.wc_sec = WC_SEC;
	shared.info.wc_nsec = 5;
	fake_on_timer(timer);
	fake_set_xen(model_event_pending, idle);
	boot_info.console_page = consoled_start(&boot_info.console_port);
	boot_info.xenstore_page = xenstored_start(&boot_info.xenstore_port);
}
