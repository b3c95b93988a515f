/* SPDX-License-Identifier: BSD-2-Clause */
/* Output before and beside the console driver, and ending the domain: all by polling. */
#include "arch/barrier.h"
#include "arch/pv/pv.h"
#include "arch/x86/cpu.h"

#include <xen/event_channel.h>
#include <xen/io/console.h>
#include <xen/sched.h>

#define DRAIN_TRIES 10000 /* yields to a console daemon that does not read */

static void console_notify(void)
{
	struct evtchn_send send = {.port = boot_info.console_port};

	/* Nobody to tell of an error. */
	(void)arch_hypercall2(
		__HYPERVISOR_event_channel_op, EVTCHNOP_send, (unsigned long)&send);
}

/*
 * Wait until at most @used bytes of output are left in the ring; false when nobody reads
 * it, and then at once until somebody has.
 */
static bool console_drain(struct xencons_interface *ring, XENCONS_RING_IDX used)
{
	static bool stalled;

	for (unsigned tries = 0; tries < DRAIN_TRIES; tries++) {
		if (READ_ONCE(ring->out_prod) - READ_ONCE(ring->out_cons) <= used) {
			stalled = false;
			return true;
		}
		if (stalled)
			return false;
		console_notify();
		/* Cannot fail. */
		(void)arch_hypercall2(__HYPERVISOR_sched_op, SCHEDOP_yield, 0);
	}
	stalled = true;
	return false;
}

static void console_put(struct xencons_interface *ring, char c)
{
	XENCONS_RING_IDX prod = ring->out_prod;

	if (!console_drain(ring, sizeof(ring->out) - 1))
		return;
	ring->out[MASK_XENCONS_IDX(prod, ring->out)] = c;
	arch_wmb(); /* the byte before the index that shows it */
	WRITE_ONCE(ring->out_prod, prod + 1);
}

void arch_early_puts(const char *text, size_t len_bytes)
{
	struct xencons_interface *ring = boot_info.console_page;

	if (!ring) { /* domain 0: Xen's own console */
		(void)arch_hypercall3(__HYPERVISOR_console_io, CONSOLEIO_write, len_bytes,
			(unsigned long)text);
		return;
	}
	for (size_t i = 0; i < len_bytes; i++) {
		if (text[i] == '\n')
			console_put(ring, '\r');
		console_put(ring, text[i]);
	}
	console_notify();
}

void arch_crash(void)
{
	struct sched_shutdown shutdown = {.reason = SHUTDOWN_crash};

	if (boot_info.console_page)
		console_drain(boot_info.console_page, 0);
	for (;;) /* the call does not return */
		(void)arch_hypercall2(__HYPERVISOR_sched_op, SCHEDOP_shutdown,
			(unsigned long)&shutdown);
}
