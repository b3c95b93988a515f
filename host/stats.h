/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What --stats prints at the end. Counting is a plain increment and always on; time is
 * taken only when stats.timed is set.
 */
#ifndef HOST_STATS_H
#define HOST_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define STATS_HYPERCALLS 64u

struct host_stats {
	bool timed;
	uint64_t start_ns, entered_ns; /* CLOCK_MONOTONIC: the process, the guest */
	uint64_t first_byte_ns;        /* of the console */
	struct {
		uint64_t calls, refused, ns;
	} hypercall[STATS_HYPERCALLS + 1]; /* the last is for all other numbers */

	uint64_t upcalls, traps; /* put into the guest */
	uint64_t faults_hidden;  /* page faults that only wanted a mapping of ours */
	uint64_t emulated;       /* instructions */
	uint64_t maps, mapped_pages, unmaps; /* mmap, munmap */
	uint64_t signals, blocks, polls;
	uint64_t events_in, events_out; /* notifications to, from the guest */
	uint64_t console_in_bytes, console_out_bytes;
	uint64_t xenstore_requests;
};

extern struct host_stats stats;

/** The table; lines without a count are left out. */
void stats_print(FILE *f);

/** Nanoseconds of CLOCK_MONOTONIC. */
uint64_t stats_clock_ns(void);

#endif
