/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls that the models answer (hv.h): arguments are copied in and out here, so that
 * they never see a guest address.
 */
#include <stdint.h>
#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>

#include "host/hv.h"
#include "host/hypercall.h"
#include "host/lean.h"
#include "host/mmu.h"
#include "host/stats.h"

/* Bytes of the argument of each command; 0 = there is no such command. */
static unsigned evtchn_bytes(unsigned cmd)
{
	static const uint8_t bytes[] = {
		[EVTCHNOP_bind_interdomain] = sizeof(struct evtchn_bind_interdomain),
		[EVTCHNOP_bind_virq] = sizeof(struct evtchn_bind_virq),
		[EVTCHNOP_bind_pirq] = sizeof(struct evtchn_bind_pirq),
		[EVTCHNOP_close] = sizeof(struct evtchn_close),
		[EVTCHNOP_send] = sizeof(struct evtchn_send),
		[EVTCHNOP_status] = sizeof(struct evtchn_status),
		[EVTCHNOP_alloc_unbound] = sizeof(struct evtchn_alloc_unbound),
		[EVTCHNOP_bind_ipi] = sizeof(struct evtchn_bind_ipi),
		[EVTCHNOP_bind_vcpu] = sizeof(struct evtchn_bind_vcpu),
		[EVTCHNOP_unmask] = sizeof(struct evtchn_unmask),
		[EVTCHNOP_reset] = sizeof(struct evtchn_reset),
		[EVTCHNOP_init_control] = sizeof(struct evtchn_init_control),
		[EVTCHNOP_expand_array] = sizeof(struct evtchn_expand_array),
		[EVTCHNOP_set_priority] = sizeof(struct evtchn_set_priority),
	};

	return cmd < sizeof(bytes) ? bytes[cmd] : 0;
}

long hypercall_evtchn(unsigned cmd, uint64_t arg)
{
	unsigned bytes = evtchn_bytes(cmd);
	uint64_t op[4];
	long result;

	if (bytes == 0 || bytes > sizeof(op)) {
		REFUSE("event_channel_op has no command %u", cmd);
		return -XEN_ENOSYS;
	}
	if (guest_read(op, arg, bytes) != 0)
		return -XEN_EFAULT;
	if (cmd == EVTCHNOP_send)
		stats.events_out++;
	else if (cmd != EVTCHNOP_unmask) /* these two are lean code themselves */
		host_full();
	result = hv_evtchn_op(cmd, op); /* says why when it refuses */
	if (result >= 0 && cmd != EVTCHNOP_send && cmd != EVTCHNOP_unmask &&
		guest_write(arg, op, bytes) != 0)
		return -XEN_EFAULT;
	return result;
}

/* --- grants ---------------------------------------------------------------------------------- */

static unsigned grant_bytes(unsigned cmd)
{
	static const uint8_t bytes[] = {
		[GNTTABOP_map_grant_ref] = sizeof(struct gnttab_map_grant_ref),
		[GNTTABOP_unmap_grant_ref] = sizeof(struct gnttab_unmap_grant_ref),
		[GNTTABOP_setup_table] = sizeof(struct gnttab_setup_table),
		[GNTTABOP_transfer] = sizeof(struct gnttab_transfer),
		[GNTTABOP_copy] = sizeof(struct gnttab_copy),
		[GNTTABOP_query_size] = sizeof(struct gnttab_query_size),
		[GNTTABOP_unmap_and_replace] = sizeof(struct gnttab_unmap_and_replace),
		[GNTTABOP_set_version] = sizeof(struct gnttab_set_version),
		[GNTTABOP_get_status_frames] = sizeof(struct gnttab_get_status_frames),
		[GNTTABOP_get_version] = sizeof(struct gnttab_get_version),
		[GNTTABOP_swap_grant_ref] = sizeof(struct gnttab_swap_grant_ref),
		[GNTTABOP_cache_flush] = sizeof(struct gnttab_cache_flush),
	};

	return cmd < sizeof(bytes) ? bytes[cmd] : 0;
}

/* The list of frames goes through an array of ours. */
static long setup_table(struct gnttab_setup_table *op)
{
	uint64_t frames[HV_GRANT_FRAMES_LIMIT] = {0}, list = (uint64_t)op->frame_list.p;
	unsigned n;
	long result;

	set_xen_guest_handle(op->frame_list, frames);
	result = hv_grant_op(GNTTABOP_setup_table, op);
	op->frame_list.p = (void *)list;
	n = op->nr_frames < HV_GRANT_FRAMES_LIMIT ? op->nr_frames : HV_GRANT_FRAMES_LIMIT;
	if (result == 0 && op->status == GNTST_okay &&
		guest_write(list, frames, n * sizeof(frames[0])) != 0)
		op->status = GNTST_bad_virt_addr;
	return result;
}

long hypercall_grant(unsigned cmd, uint64_t ops, unsigned n)
{
	unsigned bytes = grant_bytes(cmd);
	uint64_t op[8];

	host_full();
	if (bytes == 0 || bytes > sizeof(op)) {
		REFUSE("grant_table_op has no command %u", cmd);
		return -XEN_ENOSYS;
	}
	for (unsigned i = 0; i < n; i++, ops += bytes) {
		long result;

		if (guest_read(op, ops, bytes) != 0)
			return -XEN_EFAULT;
		result = cmd == GNTTABOP_setup_table ? setup_table((void *)op)
						     : hv_grant_op(cmd, op);
		if (result < 0)
			return result;
		if (guest_write(ops, op, bytes) != 0)
			return -XEN_EFAULT;
	}
	return 0;
}
