/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPU's life. While it sleeps this process sleeps in the loop (loop.h); while it
 * computes the timer's signal lets the outside world in from time to time.
 */
#include "host/sched.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdint.h>
#include <xen/errno.h>
#include <xen/sched.h>
#include <xen/vcpu.h>

#include "arch/barrier.h"
#include "host/clock.h"
#include "host/domain.h"
#include "host/fsbase.h"
#include "host/guest.h"
#include "host/hv.h"
#include "host/lean.h"
#include "host/life.h"
#include "host/loop.h"
#include "host/mmu.h"
#include "host/peer.h"
#include "host/stats.h"
#include "host/timer.h"

#define NS_PER_S       1000000000ull
#define POLL_PORTS_MAX 128u /* Xen's own limit */
#define WATCHDOGS      2u
#define PERIOD_MIN_NS  1000000ull
#define PEERS_APART_NS 50000ull

static uint64_t blocked_ns, entered_ns; /* run state */
static struct {
	uint64_t deadline, timeout;
} watchdog[WATCHDOGS];

static struct vcpu_info *vcpu(void)
{
	return &hv_shared_info()->vcpu_info[0];
}

/* --- sleep ---------------------------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void watchdogs_check(void)
{
	for (unsigned i = 0; i < WATCHDOGS; i++) {
		if (watchdog[i].deadline && hv_now_ns() >= watchdog[i].deadline) {
			host_full();
			host_say("the domain's watchdog has not been reset in time");
			life_end(END_WATCHDOG);
		}
	}
}

/* One wait for the outside world, until the time (system time) at most. */
static void wait_once(uint64_t until)
{
	uint64_t now = hv_now_ns();
	int64_t timeout = -1;

	until = earlier(earlier(until, timer_next()), clock_refine_time());
	for (unsigned i = 0; i < WATCHDOGS; i++) {
		if (watchdog[i].deadline)
			until = earlier(until, watchdog[i].deadline);
	}
	if (until != TIMER_NEVER)
		timeout = until > now ? (int64_t)(until - now) : 0;
	if (timeout != 0)
		fs_sleep_begin();
	loop_wait(timeout);
	if (timeout != 0)
		fs_sleep_end();
	if (host_attention) { /* it was only to interrupt the guest */
		host_attention = 0;
		timer_fired();
	}
	clock_refine();
	watchdogs_check();
}

/* Sleep until @wake says so or the time has come. */
static void sleep_until(bool (*wake)(const void *arg), const void *arg, uint64_t until)
{
	uint64_t begin = hv_now_ns(), now;

	host_full();
	for (;;) {
		timer_check(false);
		while (!wake(arg) && peers_run() > 0)
			;
		now = hv_now_ns();
		if (wake(arg) || now >= until)
			break;
		wait_once(until);
	}
	blocked_ns += now - begin;
	entered_ns = now;
	timer_arm();
}

static bool event_pending(const void *arg)
{
	(void)arg;
	return hv_event_pending();
}

void sched_block(void)
{
	vcpu()->evtchn_upcall_mask = 0;
	stats.blocks++;
	if (hv_event_pending())
		return;
	sleep_until(event_pending, NULL, TIMER_NEVER);
}

/* --- SCHEDOP_poll ------------------------------------------------------------------------ */

struct ports {
	evtchn_port_t port[POLL_PORTS_MAX];
	unsigned n;
};

static bool port_pending(const void *arg)
{
	const struct ports *p = arg;

	if (vcpu()->evtchn_upcall_pending && !vcpu()->evtchn_upcall_mask)
		return true;
	for (unsigned i = 0; i < p->n; i++) {
		if (hv_port_pending(p->port[i]))
			return true;
	}
	return false;
}

static long poll_ports(uint64_t arg)
{
	struct sched_poll op;
	struct ports p;

	if (guest_read(&op, arg, sizeof(op)) != 0)
		return -XEN_EFAULT;
	if (op.nr_ports > POLL_PORTS_MAX) {
		REFUSE("poll of %u ports; %u at most", op.nr_ports, POLL_PORTS_MAX);
		return -XEN_EINVAL;
	}
	p.n = op.nr_ports;
	if (guest_read(p.port, (uint64_t)op.ports.p, p.n * sizeof(p.port[0])) != 0)
		return -XEN_EFAULT;
	for (unsigned i = 0; i < p.n; i++) {
		if (p.port[i] >= EVTCHN_2L_NR_CHANNELS) {
			REFUSE("poll of port %u: there is none", p.port[i]);
			return -XEN_EINVAL;
		}
	}
	if (!port_pending(&p))
		sleep_until(port_pending, &p, op.timeout ? op.timeout : TIMER_NEVER);
	return 0;
}

/* --- the other sched_op ---------------------------------------------------------------------- */

static long yield(void)
{
	host_full();
	peers_run();
	if (loop_has_sources())
		loop_wait(0);
	return 0;
}

static long shutdown(uint64_t arg, bool only_code)
{
	static const enum domain_end ends[] = {
		[SHUTDOWN_poweroff] = END_POWEROFF,
		[SHUTDOWN_reboot] = END_REBOOT,
		[SHUTDOWN_suspend] = END_SUSPEND,
		[SHUTDOWN_crash] = END_CRASH,
		[SHUTDOWN_watchdog] = END_WATCHDOG,
		[SHUTDOWN_soft_reset] = END_REBOOT,
	};
	struct sched_shutdown op;

	if (guest_read(&op, arg, sizeof(op)) != 0)
		return -XEN_EFAULT;
	if (only_code)
		return 0; /* for an end that comes later */
	host_full();
	if (op.reason >= sizeof(ends) / sizeof(ends[0]))
		domain_crash("it ends with the unknown reason %u", op.reason);
	life_end(ends[op.reason]);
}

static long set_watchdog(uint64_t arg)
{
	struct sched_watchdog op;
	unsigned i = 0;

	if (guest_read(&op, arg, sizeof(op)) != 0)
		return -XEN_EFAULT;
	if (op.id == 0) {
		if (op.timeout == 0)
			return -XEN_EINVAL;
		while (i < WATCHDOGS && watchdog[i].deadline)
			i++;
		if (i == WATCHDOGS)
			return -XEN_ENOSPC;
	} else {
		i = op.id - 1;
		if (i >= WATCHDOGS || !watchdog[i].deadline)
			return -XEN_EINVAL;
	}
	watchdog[i].deadline = op.timeout ? hv_now_ns() + op.timeout * NS_PER_S : 0;
	return op.id == 0 ? (long)i + 1 : 0;
}

long sched_op(unsigned cmd, uint64_t arg)
{
	switch (cmd) {
	case SCHEDOP_yield:
		return yield();
	case SCHEDOP_block:
		sched_block();
		return 0;
	case SCHEDOP_shutdown:
		return shutdown(arg, false);
	case SCHEDOP_shutdown_code:
		return shutdown(arg, true);
	case SCHEDOP_poll:
		return poll_ports(arg);
	case SCHEDOP_watchdog:
		return set_watchdog(arg);
	case SCHEDOP_remote_shutdown:
		REFUSE("a domU may not shut other domains down");
		return -XEN_EPERM;
	default:
		REFUSE("sched_op has no command %u here", cmd);
		return -XEN_ENOSYS;
	}
}

/* --- vcpu_op ---------------------------------------------------------------------------------- */

static long runstate(uint64_t arg)
{
	uint64_t now = hv_now_ns();
	struct vcpu_runstate_info r = {
		.state = RUNSTATE_running, .state_entry_time = entered_ns};

	r.time[RUNSTATE_blocked] = blocked_ns;
	r.time[RUNSTATE_running] = now - blocked_ns;
	return guest_write(arg, &r, sizeof(r));
}

static long singleshot(uint64_t arg)
{
	struct vcpu_set_singleshot_timer t;

	if (guest_read(&t, arg, sizeof(t)) != 0)
		return -XEN_EFAULT;
	if (t.flags & VCPU_SSHOTTMR_future && t.timeout_abs_ns < hv_now_ns())
		return -XEN_ETIME;
	timer_set(t.timeout_abs_ns);
	timer_check(false);
	timer_arm();
	return 0;
}

static long periodic(uint64_t arg)
{
	struct vcpu_set_periodic_timer t;

	if (guest_read(&t, arg, sizeof(t)) != 0)
		return -XEN_EFAULT;
	if (t.period_ns < PERIOD_MIN_NS) {
		REFUSE("a period of %lu ns; at least 1 ms", t.period_ns);
		return -XEN_EINVAL;
	}
	timer_set_period(t.period_ns);
	timer_arm();
	return 0;
}

long sched_vcpu_op(unsigned cmd, unsigned n, uint64_t arg)
{
	if (n != 0) {
		REFUSE("vcpu_op for vCPU %u: there is one", n);
		return -XEN_ENOENT;
	}
	switch (cmd) {
	case VCPUOP_is_up:
		return 1;
	case VCPUOP_get_runstate_info:
		return runstate(arg);
	case VCPUOP_set_singleshot_timer:
		return singleshot(arg);
	case VCPUOP_stop_singleshot_timer:
		timer_set(TIMER_NEVER);
		return 0;
	case VCPUOP_set_periodic_timer:
		return periodic(arg);
	case VCPUOP_stop_periodic_timer:
		timer_set_period(0);
		return 0;
	default:
		REFUSE("vcpu_op has no command %u here", cmd);
		return -XEN_ENOSYS;
	}
}

long sched_set_timer(uint64_t deadline_ns)
{
	timer_set(deadline_ns ? deadline_ns : TIMER_NEVER);
	timer_check(false);
	timer_arm();
	return 0;
}

/* --- while the guest computes --------------------------------------------------------------- */

/*
 * As other domains peers do not answer in no time: signals that come close after each other
 * are answered together, at the first hypercall after that time, or when the guest sleeps.
 * With answers at once a guest that sends and gets its acknowledgement would never come to
 * anything else.
 */
void sched_peers(void)
{
	static uint64_t not_before;
	uint64_t now;

	if (!peers_signalled())
		return;
	now = hv_now_ns();
	if (now < not_before)
		return;
	not_before = now + PEERS_APART_NS;
	host_full();
	peers_run();
}

void sched_tick(void)
{
	timer_fired();
	timer_check(true);
	host_full();
	clock_refine();
	watchdogs_check();
	life_watch();
	if (loop_has_sources()) {
		stats.polls++;
		loop_wait(0);
	}
	timer_arm();
}
