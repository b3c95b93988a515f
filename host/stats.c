/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts of a domain's life, and the table that --stats prints. */
#include "host/stats.h"

#include <inttypes.h>
#include <time.h>

#include "host/trace.h"

struct host_stats stats;

uint64_t stats_clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void row(FILE *f, const char *name, uint64_t n)
{
	if (n)
		fprintf(f, "  %-32s %12" PRIu64 "\n", name, n);
}

static void moment(FILE *f, const char *name, uint64_t at_ns)
{
	if (at_ns >= stats.start_ns && at_ns)
		fprintf(f, "  %-32s %12.3f ms\n", name,
			(double)(at_ns - stats.start_ns) / 1e6);
}

static void print_hypercalls(FILE *f)
{
	fprintf(f, "  %-32s %12s %10s %12s %8s\n", "hypercall", "calls", "refused",
		stats.timed ? "us" : "", stats.timed ? "ns each" : "");
	for (unsigned i = 0; i <= STATS_HYPERCALLS; i++) {
		uint64_t calls = stats.hypercall[i].calls, ns = stats.hypercall[i].ns;

		if (!calls)
			continue;
		fprintf(f, "  %-32s %12" PRIu64 " %10" PRIu64,
			i < STATS_HYPERCALLS ? hypercall_name(i) : "others", calls,
			stats.hypercall[i].refused);
		if (stats.timed)
			fprintf(f, " %12.1f %8" PRIu64, (double)ns / 1e3, ns / calls);
		fputc('\n', f);
	}
}

void stats_print(FILE *f)
{
	fprintf(f, "domik-host: statistics\n");
	moment(f, "guest entered after", stats.entered_ns);
	moment(f, "first console byte after", stats.first_byte_ns);
	moment(f, "end after", stats_clock_ns());
	print_hypercalls(f);
	row(f, "upcalls", stats.upcalls);
	row(f, "traps put into the guest", stats.traps);
	row(f, "page faults hidden from it", stats.faults_hidden);
	row(f, "instructions emulated", stats.emulated);
	row(f, "mappings made", stats.maps);
	row(f, "  pages in them", stats.mapped_pages);
	row(f, "mappings dropped", stats.unmaps);
	row(f, "signals", stats.signals);
	row(f, "times blocked", stats.blocks);
	row(f, "polls", stats.polls);
	row(f, "notifications to the guest", stats.events_in);
	row(f, "notifications from the guest", stats.events_out);
	row(f, "console bytes out", stats.console_out_bytes);
	row(f, "console bytes in", stats.console_in_bytes);
	row(f, "XenStore requests", stats.xenstore_requests);
}
