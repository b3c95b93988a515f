/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPU's two timers share VIRQ_TIMER. While the guest computes, one timer of Linux
 * interrupts it when the first is due, and every LOOP_TICK_NS for the outside world. It is
 * set as rarely as possible: a signal that comes too early sets it anew.
 */
#define _GNU_SOURCE
#include "host/timer.h"

#include <signal.h>
#include <time.h>
#include <stdint.h>
#include <xen/xen.h>

#include "host/hv.h"
#include "host/lean_syscall.h"
#include "host/loop.h"
#include "host/say.h"
#include "host/status.h"

#define NS_PER_S 1000000000ull

static uint64_t deadline = TIMER_NEVER;
static uint64_t period, period_next = TIMER_NEVER;
static uint64_t armed = TIMER_NEVER; /* when the signal comes */
static int timer_id;

int timer_start(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

	if (lean_syscall3(SYS_timer_create, CLOCK_MONOTONIC, (uint64_t)&event,
		    (uint64_t)&timer_id) != 0) {
		host_say("no timer to be had");
		return STATUS_HOST;
	}
	return 0;
}

void timer_set(uint64_t deadline_ns)
{
	deadline = deadline_ns;
}

void timer_set_period(uint64_t period_ns)
{
	period = period_ns;
	period_next = period_ns ? hv_now_ns() + period_ns : TIMER_NEVER;
}

uint64_t timer_next(void)
{
	return deadline;
}

void timer_check(bool running)
{
	uint64_t now;

	if (deadline == TIMER_NEVER && period == 0)
		return;
	now = hv_now_ns();
	if (deadline <= now) {
		deadline = TIMER_NEVER;
		(void)hv_raise_virq(VIRQ_TIMER); /* nobody may be bound to it */
	}
	if (running && period_next <= now) {
		period_next = now + period;
		(void)hv_raise_virq(VIRQ_TIMER);
	}
}

void timer_fired(void)
{
	armed = TIMER_NEVER;
}

void timer_arm(void)
{
	uint64_t now = hv_now_ns(), next = now + LOOP_TICK_NS, wait;
	struct itimerspec spec = {.it_interval = {0, 0}};

	if (deadline < next)
		next = deadline;
	if (period_next < next)
		next = period_next;
	if (armed <= next)
		return;
	armed = next;
	wait = next > now ? next - now : 1;
	spec.it_value.tv_sec = (time_t)(wait / NS_PER_S);
	spec.it_value.tv_nsec = (long)(wait % NS_PER_S);
	(void)lean_syscall6(
		SYS_timer_settime, (uint64_t)timer_id, 0, (uint64_t)&spec, 0, 0, 0);
}
