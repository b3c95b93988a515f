/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions and upcalls: the frame that Xen pushes on the guest's stack, lowest first
 *
 *     rcx  r11  [error code]  rip  cs and the old event mask  rflags  rsp  ss
 *
 * and what becomes of a signal that the guest has caused.
 */
#include <signal.h>
#include <stdint.h>
#include <xen/callback.h>
#include <xen/errno.h>
#include <xen/xen.h>

#include "host/guest.h"
#include "host/hv.h"
#include "host/lean.h"
#include "host/mmu.h"
#include "host/stats.h"

#define VECTORS            256u
#define VECTOR_BREAKPOINT  3u
#define VECTOR_OPCODE      6u
#define VECTOR_PROTECTION  13u
#define VECTOR_PAGE_FAULT  14u
#define VECTORS_WITH_ERROR 0x27d00u /* 8, 10 to 14, 17 */

#define ERROR_PRESENT 1u
#define ERROR_USER    4u

/* Selectors as Xen shows them: the ring in that of the code says kernel. */
#define FRAME_CODE (FLAT_KERNEL_CS & ~3u)
#define FRAME_DATA FLAT_KERNEL_SS

#define FLAG_INTERRUPTS 0x200u
#define FLAGS_CLEARED   0x74100u /* AC VM RF NT TF */

static trap_info_t traps[VECTORS];
static uint64_t event_address, failsafe_address;

/* --- hypercalls --------------------------------------------------------------------------- */

/* A table that ends with an address of 0; NULL takes all handlers away. */
long trap_set_table(uint64_t table)
{
	if (table == 0) {
		for (unsigned i = 0; i < VECTORS; i++)
			traps[i].address = 0;
		return 0;
	}
	for (;; table += sizeof(trap_info_t)) {
		trap_info_t t;

		if (guest_read(&t, table, sizeof(t)) != 0)
			return -XEN_EFAULT;
		if (t.address == 0)
			return 0;
		if (t.address >= GUEST_END) {
			REFUSE("trap %u at %#lx: outside the guest's addresses", t.vector,
				t.address);
			return -XEN_EINVAL;
		}
		traps[t.vector] = t;
	}
}

long trap_set_callback(unsigned type, uint64_t address, unsigned flags)
{
	(void)flags; /* events are always masked by an upcall */
	if (address >= GUEST_END) {
		REFUSE("callback %u at %#lx: outside the guest's addresses", type,
			address);
		return -XEN_EINVAL;
	}
	switch (type) {
	case CALLBACKTYPE_event:
		event_address = address;
		return 0;
	case CALLBACKTYPE_failsafe:
		failsafe_address = address;
		return 0;
	case CALLBACKTYPE_syscall:
	case CALLBACKTYPE_syscall32:
	case CALLBACKTYPE_sysenter:
	case CALLBACKTYPE_nmi:
		return 0; /* of a user mode that does not run here; of NMIs that do not come */
	default:
		REFUSE("there is no callback type %u", type);
		return -XEN_ENOSYS;
	}
}

/* --- frames ------------------------------------------------------------------------------- */

void guest_complete(struct guest_regs *r)
{
	if (r->left == LEFT_BY_EVENT)
		return;
	if (guest_read(&r->rip, r->rsp, sizeof(r->rip)) != 0)
		domain_crash("the stack at %#lx cannot be read", r->rsp);
	r->rsp += sizeof(r->rip);
	r->left = LEFT_BY_EVENT;
}

static struct vcpu_info *vcpu(void)
{
	return &hv_shared_info()->vcpu_info[0];
}

/* @error  NULL when the frame has none */
static void bounce(
	struct guest_regs *r, uint64_t handler, const uint64_t *error, bool mask)
{
	uint64_t f[8], masked = vcpu()->evtchn_upcall_mask, sp;
	unsigned n = 0;

	f[n++] = r->rcx;
	f[n++] = r->r11;
	if (error)
		f[n++] = *error;
	f[n++] = r->rip;
	f[n++] = FRAME_CODE | masked << 32;
	f[n++] =
		(r->rflags & ~(uint64_t)FLAG_INTERRUPTS) | (masked ? 0 : FLAG_INTERRUPTS);
	f[n++] = r->rsp;
	f[n++] = FRAME_DATA;
	sp = (r->rsp & ~15ull) - n * sizeof(f[0]);
	if (guest_write(sp, f, n * sizeof(f[0])) != 0)
		domain_crash(
			"no frame can be pushed: its stack at %#lx is not writable", sp);
	if (mask)
		vcpu()->evtchn_upcall_mask = 1;
	r->rsp = sp;
	r->rip = handler;
	r->rflags &= ~(uint64_t)FLAGS_CLEARED;
}

void guest_trap(struct guest_regs *r, unsigned vector, uint64_t error)
{
	const trap_info_t *t = &traps[vector % VECTORS];

	if (t->address == 0)
		domain_crash("exception %u (error code %#lx) without a handler", vector,
			error);
	LEAN_TRACE(TRACE_EVENTS, "trap %u error=%#lx rip=%#lx", vector, error, r->rip);
	stats.traps++;
	bounce(r, t->address,
		vector < 32 && VECTORS_WITH_ERROR >> vector & 1 ? &error : NULL,
		TI_GET_IF(t));
}

void guest_upcall_if_due(struct guest_regs *r)
{
	if (!vcpu()->evtchn_upcall_pending || vcpu()->evtchn_upcall_mask ||
		event_address == 0)
		return;
	guest_complete(r);
	LEAN_TRACE(TRACE_EVENTS, "upcall rip=%#lx", r->rip);
	stats.upcalls++;
	bounce(r, event_address, NULL, true);
}

/* --- signals that the guest caused ---------------------------------------------------------- */

static void page_fault(struct guest_regs *r, const struct guest_event *e)
{
	uint64_t error = e->error & ~(uint64_t)(ERROR_USER | ERROR_PRESENT);
	pte_t *entry, rights;

	if (emulate_m2p_read(r, e->address))
		return;
	entry = e->address < GUEST_END ? walk(e->address, &rights) : NULL;
	if (entry && *entry & PTE_PRESENT)
		error |= ERROR_PRESENT;
	if (entry && *entry & PTE_PRESENT && (!(error & 2) || rights & PTE_WRITE) &&
		(!(error & 16) || !(rights & PTE_NX)))
		domain_crash(
			"the page at %#lx cannot be mapped in this process", e->address);
	vcpu()->arch.cr2 = e->address;
	guest_trap(r, VECTOR_PAGE_FAULT, error);
}

void guest_event(struct guest_regs *r, const struct guest_event *e)
{
	switch (e->signal) {
	case SIGSEGV:
	case SIGBUS:
		if (e->vector == VECTOR_PAGE_FAULT)
			page_fault(r, e);
		else if (e->vector != VECTOR_PROTECTION || !emulate_privileged(r))
			guest_trap(r, e->vector, e->error);
		return;
	case SIGILL:
		if (!emulate_cpuid(r))
			guest_trap(r, VECTOR_OPCODE, 0);
		return;
	case SIGFPE:
	case SIGTRAP:
		guest_trap(r, e->vector, e->error);
		return;
	default: /* the timer: there is nothing to do for the guest itself */
		return;
	}
}
