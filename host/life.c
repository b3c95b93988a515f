/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain's life as main() sees it: run it, stop it, and say why it ended. */
#include "host/life.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "host/builder.h"
#include "host/clock.h"
#include "host/domain.h"
#include "host/fsbase.h"
#include "host/guest.h"
#include "host/hv.h"
#include "host/lean.h"
#include "host/peer.h"
#include "host/stats.h"
#include "host/timer.h"

#define NS_PER_S 1000000000ull

/* The tick that Xen starts every vCPU with. */
#define FIRST_PERIOD_NS 10000000ull

static enum domain_end end;
static uint64_t watchdog_ns, events_off_since;
static uint64_t upcalls_seen;

/* --- the end -------------------------------------------------------------------------------- */

void life_end(enum domain_end why)
{
	end = why;
	while (peers_run() > 0) /* what is on its way to the console comes out */
		;
	guest_leave();
}

static void registers_say(const struct guest_regs *r)
{
	host_say("rip %016" PRIx64 " rsp %016" PRIx64 " rflags %08" PRIx64, r->rip,
		r->rsp, r->rflags);
	host_say("rax %016" PRIx64 " rbx %016" PRIx64 " rcx %016" PRIx64
		 " rdx %016" PRIx64,
		r->rax, r->rbx, r->rcx, r->rdx);
	host_say("rsi %016" PRIx64 " rdi %016" PRIx64 " rbp %016" PRIx64
		 " r8  %016" PRIx64,
		r->rsi, r->rdi, r->rbp, r->r8);
	host_say("r9  %016" PRIx64 " r10 %016" PRIx64 " r11 %016" PRIx64
		 " r12 %016" PRIx64,
		r->r9, r->r10, r->r11, r->r12);
	host_say("r13 %016" PRIx64 " r14 %016" PRIx64 " r15 %016" PRIx64, r->r13, r->r14,
		r->r15);
}

void domain_crash(const char *fmt, ...)
{
	char text[256];
	va_list args;

	host_full();
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	while (peers_run() > 0)
		;
	host_say("Xen would end the domain here: %s", text);
	registers_say(guest_regs());
	life_end(END_DIED);
}

/* A guest that takes no events computes for ever, or has lost its way. */
void life_watch(void)
{
	uint64_t now = hv_now_ns();

	if (watchdog_ns == 0)
		return;
	if (!hv_shared_info()->vcpu_info[0].evtchn_upcall_mask ||
		stats.upcalls + stats.blocks != upcalls_seen || events_off_since == 0) {
		upcalls_seen = stats.upcalls + stats.blocks;
		events_off_since = now;
	}
	if (now - events_off_since < watchdog_ns)
		return;
	host_say("the watchdog ends the domain: events have been off for %" PRIu64 " s",
		(uint64_t)(watchdog_ns / NS_PER_S));
	registers_say(guest_regs());
	life_end(END_WATCHDOG);
}

/* --- the run -------------------------------------------------------------------------------- */

enum domain_end domain_run(void)
{
	struct guest_regs start;

	builder_start_state(&start);
	watchdog_ns = builder_watchdog_s() * NS_PER_S;
	if (signals_start() != 0 || timer_start() != 0)
		return END_DIED;
	timer_set_period(FIRST_PERIOD_NS);
	timer_arm();
	stats.entered_ns = stats_clock_ns();
	fs_begin();
	host_lean();
	guest_enter(&start);
	fs_stop();
	signals_stop();
	return end;
}
