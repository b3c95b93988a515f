/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grants, version 1: the table of the domain in frames of Xen's, peers' mappings by its
 * entries, with the same steps on the same words as Xen takes, and the domain's own
 * operations.
 *
 *     entry   flags: permit_access | readonly    set by the domain
 *                    reading | writing           set by us while a peer has it mapped
 *             domid  who may        frame  which (mfn)
 *
 * Source: public/grant_table.h; xen/common/grant_table.c for what is refused with what.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <xen/errno.h>
#include <xen/grant_table.h>
#include <xen/xen.h>

#include "host/hv.h"
#include "host/peer.h"
#include "host/say.h"
#include "host/trace.h"
#include "kernel/addr.h"
#include "kernel/util.h"

#define ENTRIES_PER_FRAME (PAGE_SIZE / sizeof(struct grant_entry_v1))
#define MAX_ENTRIES       (HV_GRANT_FRAMES_LIMIT * ENTRIES_PER_FRAME)

unsigned hv_grant_frames_max = 32;

static uint32_t n_frames = 1;
static struct grant_entry_v1 *frames[HV_GRANT_FRAMES_LIMIT];
static struct {
	unsigned readers, writers;
	uint32_t mfn; /* what the entry said when the first of them came */
} maps[MAX_ENTRIES];

/* NULL when the table has no such entry. */
static struct grant_entry_v1 *entry(uint32_t ref)
{
	uint32_t n = ref / ENTRIES_PER_FRAME;

	if (n >= n_frames)
		return NULL;
	if (!frames[n])
		frames[n] = hv_frame(hv_grant_frame(n));
	return &frames[n][ref % ENTRIES_PER_FRAME];
}

static bool is_us(uint16_t dom)
{
	return dom == DOMID_SELF || dom == HV_DOMID;
}

/* --- an entry in use ---------------------------------------------------------------- */

/* Xen's own step: check the entry and mark it in use, in one swap. NULL, or why not. */
static const char *entry_use(struct grant_entry_v1 *e, uint16_t peer, bool write)
{
	uint16_t seen = __atomic_load_n(&e->flags, __ATOMIC_SEQ_CST), mark;

	do {
		if ((seen & GTF_type_mask) != GTF_permit_access)
			return "it grants nothing";
		if (READ_ONCE(e->domid) != peer)
			return "it is granted to another domain";
		if (write && (seen & GTF_readonly))
			return "it is granted for reading only";
		mark = (uint16_t)(seen | GTF_reading | (write ? GTF_writing : 0));
	} while (!__atomic_compare_exchange_n(
		&e->flags, &seen, mark, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return NULL;
}

/* One use less; the marks go with the last. */
static void entry_leave(uint32_t ref, bool write)
{
	struct grant_entry_v1 *e = entry(ref);

	assert(e && (write ? maps[ref].writers : maps[ref].readers) > 0);
	maps[ref].readers -= !write;
	maps[ref].writers -= write;
	if (maps[ref].writers == 0)
		__atomic_fetch_and(&e->flags, (uint16_t)~GTF_writing, __ATOMIC_SEQ_CST);
	if (maps[ref].writers == 0 && maps[ref].readers == 0)
		__atomic_fetch_and(&e->flags, (uint16_t)~GTF_reading, __ATOMIC_SEQ_CST);
}

/* Why hv_frame_get() has given none, as Xen says it: the frame is not there, or a table. */
static int frame_status(uint64_t mfn)
{
	return hv_frame(mfn) ? GNTST_general_error : GNTST_bad_page;
}

/* The frame of an entry that @peer may use so. Returns GNTST_... and says why not. */
static int entry_map(uint16_t peer, uint32_t ref, bool write, void **frame)
{
	struct grant_entry_v1 *e = entry(ref);
	const char *why = e ? entry_use(e, peer, write) : "there is no such entry";

	*frame = NULL;
	if (why) {
		host_refused("grants: reference %u for domain %u, to %s: %s", ref, peer,
			write ? "write" : "read", why);
		return e ? GNTST_general_error : GNTST_bad_gntref;
	}
	if (maps[ref].readers + maps[ref].writers == 0)
		maps[ref].mfn = READ_ONCE(e->frame);
	maps[ref].readers += !write;
	maps[ref].writers += write;
	*frame = hv_frame_get(maps[ref].mfn, write);
	if (*frame)
		return GNTST_okay;
	host_refused("grants: reference %u for domain %u, to %s: frame %x is not the "
		     "domain's, or a page table",
		ref, peer, write ? "write" : "read", maps[ref].mfn);
	entry_leave(ref, write);
	return frame_status(maps[ref].mfn);
}

static void entry_unmap(uint32_t ref, bool write)
{
	hv_frame_put(maps[ref].mfn, write);
	entry_leave(ref, write);
}

/* --- peers -------------------------------------------------------------------------- */

void *frame_map(uint16_t peer, uint32_t ref, bool write)
{
	void *frame;
	int status = entry_map(peer, ref, write, &frame);

	TRACE(TRACE_GRANTS, "map peer=%u ref=%u %s = %d", peer, ref,
		write ? "write" : "read", status);
	return status == GNTST_okay ? frame : NULL;
}

void frame_unmap(uint16_t peer, uint32_t ref, bool write)
{
	TRACE(TRACE_GRANTS, "unmap peer=%u ref=%u %s", peer, ref,
		write ? "write" : "read");
	entry_unmap(ref, write);
}

unsigned hv_frames_mapped(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < MAX_ENTRIES; i++)
		n += maps[i].readers + maps[i].writers;
	return n;
}

/* --- the table ---------------------------------------------------------------------- */

static void op_setup_table(struct gnttab_setup_table *op)
{
	op->status = GNTST_general_error;
	if (!is_us(op->dom)) {
		op->status = GNTST_permission_denied;
		host_refused("grants: the table of domain %u", op->dom);
		return;
	}
	if (op->nr_frames > hv_grant_frames_max) {
		host_refused("grants: a table of %u frames; %u are allowed",
			op->nr_frames, hv_grant_frames_max);
		return;
	}
	if (op->nr_frames > n_frames)
		n_frames = op->nr_frames;
	for (uint32_t i = 0; i < op->nr_frames; i++)
		op->frame_list.p[i] = hv_grant_frame(i);
	op->status = GNTST_okay;
}

static void op_query_size(struct gnttab_query_size *op)
{
	op->status = is_us(op->dom) ? GNTST_okay : GNTST_permission_denied;
	op->nr_frames = n_frames;
	op->max_nr_frames = hv_grant_frames_max;
}

static long op_set_version(struct gnttab_set_version *op)
{
	uint32_t wanted = op->version;

	op->version = 1;
	if (wanted != 1 && wanted != 2)
		return -XEN_EINVAL;
	return wanted == 1 ? 0 : -XEN_ENOSYS;
}

static long op_get_version(struct gnttab_get_version *op)
{
	if (!is_us(op->dom))
		return -XEN_EPERM;
	op->version = 1;
	return 0;
}

/* Swap two entries that nobody uses. */
static void op_swap(struct gnttab_swap_grant_ref *op)
{
	struct grant_entry_v1 *a = entry(op->ref_a), *b = entry(op->ref_b), old;

	if (!a || !b) {
		op->status = GNTST_bad_gntref;
	} else if (maps[op->ref_a].readers + maps[op->ref_a].writers +
			   maps[op->ref_b].readers + maps[op->ref_b].writers >
		   0) {
		op->status = GNTST_eagain;
	} else {
		old = *a;
		*a = *b;
		*b = old;
		op->status = GNTST_okay;
	}
}

/* --- copies ------------------------------------------------------------------------- */

/* One end of a copy. */
struct copy_end {
	const struct gnttab_copy_ptr *p;
	bool by_ref, write;
	void *frame; /* once it is held */
};

static int end_take(struct copy_end *end)
{
	if (!is_us(end->p->domid)) {
		/* Peers grant nothing; a copy by frame number is for one's own only. */
		host_refused("grants: a copy %s domain %u, which grants us nothing",
			end->write ? "to" : "from", end->p->domid);
		return end->by_ref ? GNTST_bad_gntref : GNTST_permission_denied;
	}
	if (end->by_ref)
		return entry_map(HV_DOMID, end->p->u.ref, end->write, &end->frame);
	end->frame = hv_frame_get(end->p->u.gmfn, end->write);
	if (end->frame)
		return GNTST_okay;
	host_refused("grants: a copy %s frame %#lx, which is not the domain's, or a page "
		     "table",
		end->write ? "to" : "from", (unsigned long)end->p->u.gmfn);
	return frame_status(end->p->u.gmfn);
}

static void end_release(const struct copy_end *end)
{
	if (end->frame && end->by_ref)
		entry_unmap(end->p->u.ref, end->write);
	else if (end->frame)
		hv_frame_put(end->p->u.gmfn, end->write);
}

static void op_copy(struct gnttab_copy *op)
{
	struct copy_end from = {
		.p = &op->source, .by_ref = op->flags & GNTCOPY_source_gref};
	struct copy_end to = {
		.p = &op->dest, .by_ref = op->flags & GNTCOPY_dest_gref, .write = true};
	int status = end_take(&from);

	if (status == GNTST_okay)
		status = end_take(&to);
	if (status == GNTST_okay &&
		((unsigned)op->source.offset + op->len > PAGE_SIZE ||
			(unsigned)op->dest.offset + op->len > PAGE_SIZE)) {
		host_refused("grants: a copy that leaves its page: offsets %u and %u, %u "
			     "bytes",
			op->source.offset, op->dest.offset, op->len);
		status = GNTST_bad_copy_arg;
	}
	if (status == GNTST_okay)
		memmove((char *)to.frame + op->dest.offset,
			(char *)from.frame + op->source.offset, op->len);
	end_release(&to);
	end_release(&from);
	TRACE(TRACE_GRANTS, "copy len=%u = %d", op->len, status);
	op->status = (int16_t)status;
}

/* --- the door ----------------------------------------------------------------------- */

/* The domain would map what others grant: nobody does. */
static void op_map(struct gnttab_map_grant_ref *op)
{
	host_refused("grants: mapping reference %u of domain %u, which grants us nothing",
		op->ref, op->dom);
	op->status = GNTST_bad_gntref;
}

static void op_unmap(struct gnttab_unmap_grant_ref *op)
{
	host_refused("grants: handle %u to unmap, which is none", op->handle);
	op->status = GNTST_bad_handle;
}

long hv_grant_op(unsigned cmd, void *arg)
{
	switch (cmd) {
	case GNTTABOP_setup_table:
		op_setup_table(arg);
		return 0;
	case GNTTABOP_query_size:
		op_query_size(arg);
		return 0;
	case GNTTABOP_copy:
		op_copy(arg);
		return 0;
	case GNTTABOP_swap_grant_ref:
		op_swap(arg);
		return 0;
	case GNTTABOP_map_grant_ref:
		op_map(arg);
		return 0;
	case GNTTABOP_unmap_grant_ref:
		op_unmap(arg);
		return 0;
	case GNTTABOP_set_version:
		return op_set_version(arg);
	case GNTTABOP_get_version:
		return op_get_version(arg);
	default:
		return -XEN_ENOSYS;
	}
}
