/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock module: Xen's timer event drives kernel/timer.c; wall-clock time and
 * run-state figures come from Xen.
 */
#include "xen/clock.h"

#include <xen/vcpu.h>

#include "arch/barrier.h"
#include "kernel/irq.h"
#include "kernel/timer.h"
#include "xen/evtchn.h"
#include "xen/hypercall.h"

/*
 * Xen keeps the wall-clock time of system time 0, and makes wc_version odd while it
 * changes the three words. An unchanged, even version around the reads says that they
 * belong together.
 */
uint64_t clock_wall_ns(void)
{
	const struct shared_info *s = arch_shared_info;
	uint32_t version, sec, sec_hi, nsec;

	do {
		version = READ_ONCE(s->wc_version);
		arch_rmb(); /* version before the words */
		sec = READ_ONCE(s->wc_sec);
		sec_hi = READ_ONCE(s->xen_wc_sec_hi);
		nsec = READ_ONCE(s->wc_nsec);
		arch_rmb(); /* the words before the version, once more */
	} while ((version & 1) || version != READ_ONCE(s->wc_version));
	return ((uint64_t)sec_hi << 32 | sec) * NS_PER_S + nsec + clock_ns();
}

int clock_get_runstate(struct clock_runstate *r)
{
	struct vcpu_runstate_info info;
	int err = hypercall_vcpu_op(VCPUOP_get_runstate_info, &info);

	if (err)
		return err;
	*r = (struct clock_runstate){
		.running_ns = info.time[RUNSTATE_running],
		.runnable_ns = info.time[RUNSTATE_runnable],
		.blocked_ns = info.time[RUNSTATE_blocked],
		.offline_ns = info.time[RUNSTATE_offline],
	};
	return 0;
}

static void timer_event(evtchn_port_nr port, void *arg)
{
	(void)port; /* one event says it all: */
	(void)arg;  /* there is one timer */
	timer_interrupt();
}

int clock_start(void)
{
	int port = evtchn_bind_virq(VIRQ_TIMER, timer_event, NULL);
	unsigned long flags;

	if (port < 0)
		return port;
	evtchn_unmask((evtchn_port_nr)port);
	/* A deadline that passed before the event was bound would never come. */
	flags = irq_save();
	timer_interrupt();
	irq_restore(flags);
	return 0;
}
