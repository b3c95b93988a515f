/* SPDX-License-Identifier: BSD-2-Clause */
/* Event channels: Xen is asked about every port that it could have given us. */
#include <stdint.h>
#include <stdio.h>

#include <xen/xen.h>

#include <xen/event_channel.h>

#include "xen/evtchn.h"
#include "xen/hypercall.h"

#define PORTS_MAX 4096 /* more than any image opens; Xen ends the loop before */

static const char *virq_name(unsigned virq)
{
	static const char *const names[] = {"timer", "debug", "console", "dom-exc"};

	return virq < sizeof(names) / sizeof(names[0]) ? names[virq] : "other";
}

static void show(const struct evtchn_status *s)
{
	switch (s->status) {
	case EVTCHNSTAT_closed:
		return;
	case EVTCHNSTAT_unbound:
		printf("%5u  offered to domain %u\n", s->port, s->u.unbound.dom);
		return;
	case EVTCHNSTAT_interdomain:
		printf("%5u  to domain %u, its port %u\n", s->port, s->u.interdomain.dom,
			s->u.interdomain.port);
		return;
	case EVTCHNSTAT_virq:
		printf("%5u  virq %u, %s\n", s->port, s->u.virq, virq_name(s->u.virq));
		return;
	default:
		printf("%5u  kind %u\n", s->port, s->status);
	}
}

int main(void)
{
	struct evtchn_stats stats;

	printf(" port  bound\n");
	for (unsigned port = 1; port < PORTS_MAX; port++) {
		struct evtchn_status s = {.dom = DOMID_SELF, .port = port};

		if (hypercall_event_channel_op(EVTCHNOP_status, &s) < 0)
			break; /* past the last that Xen has made room for */
		show(&s);
	}
	evtchn_get_stats(&stats);
	printf("%u ports open, %llu upcalls, %llu events, %llu of them spurious\n",
		stats.ports, (unsigned long long)stats.upcalls,
		(unsigned long long)stats.events, (unsigned long long)stats.spurious);
	return 0;
}
