/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clock. Its frequency is measured against CLOCK_MONOTONIC, for a moment at the start,
 * and then again at growing distances; the line is bent so that it meets CLOCK_MONOTONIC
 * at the next measurement, and never steps.
 */
#include "host/clock.h"

#include <time.h>
#include <stdint.h>
#include <xen/xen.h>

#include "arch/barrier.h"
#include "host/hv.h"

#define NS_PER_S         1000000000ull
#define CALIBRATE_NS     200000ull  /* at the start: good to some 100 ppm */
#define REFINE_FIRST_NS  2000000ull /* then twice as far each time */
#define REFINE_MAX_NS    NS_PER_S
#define TSC_FREQUENCY_OK 1 /* vcpu_time_info.flags: PVCLOCK_TSC_STABLE_BIT */

static struct {
	uint64_t tsc, ns; /* a point of the line */
	uint32_t mul;     /* its slope */
	int8_t shift;
} line;

static uint64_t zero_ns, zero_tsc; /* CLOCK_MONOTONIC and TSC at system time 0 */
static uint64_t refine_at, refine_ns = REFINE_FIRST_NS;

static uint64_t tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

static uint64_t line_at(uint64_t t)
{
	uint64_t d = t - line.tsc;

	d = line.shift < 0 ? d >> -line.shift : d << line.shift;
	return line.ns + (uint64_t)((unsigned __int128)d * line.mul >> 32);
}

uint64_t hv_now_ns(void)
{
	return line_at(tsc());
}

/* --- the slope --------------------------------------------------------------------------- */

/* CLOCK_MONOTONIC and the counter at the same moment: of some tries the shortest. */
static uint64_t both(uint64_t *t)
{
	uint64_t shortest = ~0ull, ns = 0;

	for (int i = 0; i < 5; i++) {
		struct timespec ts;
		uint64_t a = tsc(), b;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		b = tsc();
		if (b - a >= shortest)
			continue;
		shortest = b - a;
		*t = a + (b - a) / 2;
		ns = (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
	}
	return ns;
}

static void slope_set(uint64_t ns, uint64_t ticks)
{
	unsigned __int128 m = ((unsigned __int128)ns << 32) / ticks;
	int8_t shift = 0;

	for (; m >> 32 != 0; m >>= 1)
		shift++;
	for (; m >> 31 == 0; m <<= 1)
		shift--;
	line.mul = (uint32_t)m;
	line.shift = shift;
}

/* --- publishing --------------------------------------------------------------------------- */

static void publish(void)
{
	struct vcpu_time_info *t = &hv_shared_info()->vcpu_info[0].time;

	t->version |= 1; /* odd: being written */
	arch_wmb();
	t->tsc_timestamp = line.tsc;
	t->system_time = line.ns;
	t->tsc_to_system_mul = line.mul;
	t->tsc_shift = line.shift;
	t->flags = TSC_FREQUENCY_OK;
	arch_wmb();
	t->version++;
}

/* The wall clock: when system time was 0. */
static void publish_wall(void)
{
	struct shared_info *s = hv_shared_info();
	struct timespec ts;
	uint64_t ns;

	clock_gettime(CLOCK_REALTIME, &ts);
	ns = (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec - hv_now_ns();
	s->wc_version |= 1;
	arch_wmb();
	s->wc_sec = (uint32_t)(ns / NS_PER_S);
	s->wc_sec_hi = (uint32_t)(ns / NS_PER_S >> 32);
	s->wc_nsec = (uint32_t)(ns % NS_PER_S);
	arch_wmb();
	s->wc_version++;
}

void clock_start(void)
{
	uint64_t t, ns;

	zero_ns = both(&zero_tsc);
	do
		ns = both(&t);
	while (ns - zero_ns < CALIBRATE_NS);
	slope_set(ns - zero_ns, t - zero_tsc);
	line.tsc = zero_tsc;
	line.ns = 0;
	publish();
	publish_wall();
	refine_at = REFINE_FIRST_NS;
}

void clock_refine(void)
{
	uint64_t t, ns, elapsed, ticks, behind;

	if (hv_now_ns() < refine_at)
		return;
	ns = both(&t);
	elapsed = ns - zero_ns;
	ticks = t - zero_tsc;
	line.ns = line_at(t);
	line.tsc = t;
	if (refine_ns < REFINE_MAX_NS)
		refine_ns *= 2;
	/* In refine_ns from now the clock shall show what CLOCK_MONOTONIC does then. */
	behind = elapsed + refine_ns > line.ns + refine_ns / 2
			 ? elapsed + refine_ns - line.ns
			 : refine_ns / 2;
	slope_set(behind, (uint64_t)((unsigned __int128)refine_ns * ticks / elapsed));
	publish();
	publish_wall();
	refine_at = line.ns + refine_ns;
}

/* Once the slope is good, a longer sleep does no harm. */
uint64_t clock_refine_time(void)
{
	return refine_ns < REFINE_MAX_NS ? refine_at : UINT64_MAX;
}
