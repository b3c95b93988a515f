/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's system time against CLOCK_MONOTONIC, and what the guest reads of it. */
#include "host/clock.h"

#include <stdint.h>
#include <time.h>
#include <xen/xen.h>

#include "host/hv.h"
#include "tests/test.h"
#include "tests/unit/host/guest_memory.h"

#define MS 1000000ll

static int64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static uint64_t tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* As a guest reads it: arch/pv/time.c. */
static int64_t shared_time(void)
{
	const struct vcpu_time_info *t = &hv_shared_info()->vcpu_info[0].time;
	uint64_t d = tsc() - t->tsc_timestamp;

	d = t->tsc_shift < 0 ? d >> -t->tsc_shift : d << t->tsc_shift;
	return (int64_t)(t->system_time +
			 (uint64_t)((unsigned __int128)d * t->tsc_to_system_mul >> 32));
}

TEST(the_guest_and_xen_read_the_same_time)
{
	int64_t before, shared, after;

	guest_memory_make();
	clock_start();
	before = (int64_t)hv_now_ns();
	shared = shared_time();
	after = (int64_t)hv_now_ns();
	CHECK(before <= shared && shared <= after);
	CHECK_EQ(hv_shared_info()->vcpu_info[0].time.version % 2, 0);
}

TEST(it_never_goes_back_and_stays_with_the_hosts_clock)
{
	int64_t offset, last = 0, worst = 0;

	guest_memory_make();
	clock_start();
	offset = monotonic() - (int64_t)hv_now_ns();
	for (int64_t end = monotonic() + 120 * MS; monotonic() < end;) {
		int64_t now, early = monotonic() - offset, late;

		clock_refine();
		now = (int64_t)hv_now_ns();
		late = monotonic() - offset;
		CHECK(now >= last);
		last = now;
		if (now < early && early - now > worst)
			worst = early - now;
		if (now > late && now - late > worst)
			worst = now - late;
	}
	CHECK(worst < MS / 2);
	CHECK(clock_refine_time() > hv_now_ns());
}

TEST(the_wall_clock_is_the_time_of_day_less_the_system_time)
{
	const struct shared_info *s;
	int64_t now;

	guest_memory_make();
	clock_start();
	s = hv_shared_info();
	now = (int64_t)s->wc_sec + (int64_t)(hv_now_ns() / (1000 * MS));
	CHECK(time(NULL) - now >= -1 && time(NULL) - now <= 1);
	CHECK_EQ(s->wc_version % 2, 0);
}
