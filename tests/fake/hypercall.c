/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model's front door: hypercalls as functions, and the place of the model under the
 * fake machine.
 */
#include <assert.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <xen/errno.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

#include "arch/arch.h"
#include "arch/hypercall.h"
#include "host/hv.h"
#include "host/peer.h"
#include "host/xenstore.h"
#include "kernel/irq.h"
#include "tests/fake/domain.h"
#include "tests/fake/fake.h"
#include "tests/fake/terminal.h"

#define WC_SEC 1600000000u /* wall-clock time of system time 0 */

static enum peers_when when = PEERS_AT_ONCE;
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
		if (hv_port_pending(op->ports.p[i]))
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
		return hv_evtchn_op((unsigned)a1, (void *)a2);
	case __HYPERVISOR_grant_table_op:
		return a3 == 1 ? hv_grant_op((unsigned)a1, (void *)a2) : -XEN_EINVAL;
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

void peers_set_when(enum peers_when w)
{
	when = w;
}

/* Peers work, and what they signalled is delivered, if the domain's events are on. */
static void after_hypercall(void)
{
	if (when == PEERS_AT_ONCE)
		peers_run();
	irq_restore(irq_save());
}

long arch_hypercall5(unsigned long op, unsigned long a1, unsigned long a2,
	unsigned long a3, unsigned long a4, unsigned long a5)
{
	long result = dispatch(op, a1, a2, a3);

	(void)a4; /* no modelled */
	(void)a5; /* operation has them */
	after_hypercall();
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
	while (!hv_event_pending() && peers_run() > 0)
		;
}

static void timer(void)
{
	hv_raise_virq(VIRQ_TIMER);
}

void domain_on_shutdown(void (*fn)(unsigned reason))
{
	shutdown_fn = fn;
}

static void *shared_page(void)
{
	void *page = aligned_alloc(PAGE_SIZE, PAGE_SIZE);

	assert(page);
	return page;
}

void domain_start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	arch_shared_info->wc_sec = WC_SEC;
	arch_shared_info->wc_nsec = 5;
	hv_grant_frames_max = DOMAIN_GRANT_FRAMES;
	hv_ports_max = 4096;
	fake_on_timer(timer);
	fake_set_xen(hv_event_pending, idle);
	boot_info.console_page = shared_page();
	consoled_start(
		boot_info.console_page, &boot_info.console_port, terminal_print, NULL);
	boot_info.xenstore_page = shared_page();
	xenstored_start(boot_info.xenstore_page, &boot_info.xenstore_port);
}
