/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the paths between guest and Xen cost, in ns each: a `B NAME VALUE ns` line for
 * each, the best of some rounds. Nothing is judged.
 */
#include <stdint.h>
#include <stdio.h>

#include <xen/event_channel.h>
#include <xen/version.h>

#include "arch/barrier.h"
#include "arch/hypercall.h"
#include "kernel/irq.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "xen/evtchn.h"

#define ROUNDS 5

static vaddr_t const elsewhere = {VIRT_LIMIT};
static evtchn_port_nr self[2];
static volatile unsigned long upcalls;
static void *page;

/* --- what is measured ---------------------------------------------------------------- */

static void hypercall(void)
{
	(void)arch_hypercall2(__HYPERVISOR_xen_version, XENVER_version, 0);
}

static void send(void)
{
	struct evtchn_send op = {.port = self[0]};

	(void)arch_hypercall2(
		__HYPERVISOR_event_channel_op, EVTCHNOP_send, (unsigned long)&op);
}

/* To a port that is masked: no upcall. */
static void send_masked(void)
{
	evtchn_mask(self[1]);
	send();
}

/* Out and back by the iret hypercall. */
static void upcall(void)
{
	unsigned long before = upcalls;

	send();
	while (upcalls == before)
		arch_compiler_barrier();
}

/* A fault that comes to us: the probe's handler returns by iret. */
static void guest_fault(void)
{
	unsigned long word;

	(void)arch_probe(vaddr_ptr(elsewhere), &word);
}

static void map_and_unmap(void)
{
	(void)pt_map(elsewhere, ptr_to_mfn(page), true, false);
	(void)pt_unmap(elsewhere);
}

/* The same with a touch in between, which on Xen costs a walk by the processor. */
static void map_touch_unmap(void)
{
	(void)pt_map(elsewhere, ptr_to_mfn(page), true, false);
	*(volatile char *)vaddr_ptr(elsewhere) = 1;
	(void)pt_unmap(elsewhere);
}

static void clock_read(void)
{
	(void)arch_clock_ns();
}

/* The timer is due at once: sleep ends with the event. */
static void timer_and_block(void)
{
	unsigned long flags = irq_save();

	arch_set_timer(arch_clock_ns() + 1000);
	arch_block();
	irq_restore(flags);
}

/* --- measuring ------------------------------------------------------------------------ */

static void came(evtchn_port_nr port, void *arg)
{
	(void)port;
	(void)arg;
	upcalls++;
}

static void measure(const char *name, void (*step)(void), unsigned n)
{
	uint64_t best = UINT64_MAX;

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t begin = arch_clock_ns(), ns;

		for (unsigned i = 0; i < n; i++)
			step();
		ns = arch_clock_ns() - begin;
		if (ns < best)
			best = ns;
	}
	printf("B cost.%s %llu.%llu ns\n", name, (unsigned long long)(best / n),
		(unsigned long long)(best * 10 / n % 10));
}

/* A pair of ports of ours, each the other's end. */
static int pair_open(void)
{
	int a = evtchn_alloc_unbound(DOMID_SELF, came, NULL), b;

	if (a < 0)
		return a;
	b = evtchn_bind_interdomain(DOMID_SELF, (evtchn_port_nr)a, came, NULL);
	if (b < 0)
		return b;
	self[0] = (evtchn_port_nr)a;
	self[1] = (evtchn_port_nr)b;
	return 0;
}

int main(void)
{
	page = page_alloc(1);
	if (!page || pair_open() < 0)
		return 1;
	measure("hypercall", hypercall, 100000);
	measure("send_masked", send_masked, 20000);
	evtchn_unmask(self[1]);
	measure("upcall", upcall, 20000);
	measure("clock_read", clock_read, 100000);
	map_and_unmap(); /* makes the tables */
	measure("guest_fault", guest_fault, 2000);
	measure("map_and_unmap", map_and_unmap, 2000);
	measure("map_touch_unmap", map_touch_unmap, 500);
	measure("timer_and_block", timer_and_block, 500);
	return 0;
}
