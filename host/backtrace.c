/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which functions of the guest asked: the return address of the call into the hypercall
 * page, and those in the frames that %rbp leads to.
 */
#include "host/describe.h"
#include "host/guest.h"
#include "host/loop.h"
#include "host/mmu.h"
#include "host/trace.h"

#define FRAME_MAX (1u << 20) /* a caller's frame lies above, and not far */

static unsigned backtrace(uint64_t *rips, unsigned max)
{
	const struct guest_regs *r = guest_regs();
	uint64_t frame, pair[2]; /* the caller's %rbp, and where it goes on */
	unsigned n = 0;

	if (loop_is_working() || !host_inside || host_stack == 0 || max == 0)
		return 0; /* it was the world outside, or there is no guest yet */
	frame = r->rbp;
	if (r->left == LEFT_BY_EVENT)
		rips[n++] = r->rip;
	else if (guest_read(&rips[n], r->rsp, sizeof(*rips)) == 0)
		n++;
	while (n < max && guest_read(pair, frame, sizeof(pair)) == 0 && pair[1]) {
		rips[n++] = pair[1];
		if (pair[0] <= frame || pair[0] - frame > FRAME_MAX)
			break;
		frame = pair[0];
	}
	return n;
}

void describe_start(void)
{
	trace_asker.backtrace = backtrace;
}
