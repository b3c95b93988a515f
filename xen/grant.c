/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grant table, version 1: an array of 8-byte entries in frames of Xen's that Xen reads on
 * a peer's behalf.
 *
 *      ref 8:  | flags 16 | domid 16 | frame 32 |
 *                 in use: permit, read-only, being read, being written
 *                 free:   0, Xen ignores the entry; frame = the next free ref
 *
 * The table starts with one frame (512 entries) and grows by one when the free list runs
 * dry, up to Xen's limit. References 0 to 7 are reserved (the toolstack uses two of
 * them). Entries are single words to Xen, so each change is one store or one
 * compare-and-swap of flags. Source: public/grant_table.h.
 */
#include "xen/grant.h"

#include <errno.h>
#include <stddef.h>
#include <xen/grant_table.h>

#include "arch/barrier.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/list.h"
#include "kernel/page.h"
#include "kernel/pagetable.h"
#include "kernel/timer.h"
#include "xen/hypercall.h"

#define LOG_MODULE "grant"
#include "kernel/log.h"

#define FIRST_REF         8u /* GNTTAB_NR_RESERVED_ENTRIES */
#define NO_REF            0u /* ends the free list */
#define ENTRIES_PER_FRAME (PAGE_SIZE / (unsigned)sizeof(struct grant_entry_v1))
#define RETRY_NS          (1 * NS_PER_S) /* between two looks at what is quarantined */

_Static_assert(sizeof(struct grant_entry_v1) == 8,
	"public/grant_table.h: struct grant_entry_v1");
_Static_assert(FIRST_REF == GNTTAB_NR_RESERVED_ENTRIES, "the reserved references");

static struct grant_entry_v1 *
	*frames; /* where each frame of the table is mapped; max_frames pointers */
static mfn_t *frame_list; /* Xen's numbers of them */
static unsigned n_frames, max_frames;
static uint32_t free_head = NO_REF;
static struct grant_stats stats;

/* A grant given up while a peer used it. */
struct captive {
	struct list link;
	uint32_t ref;
	void *page; /* or NULL */
};
static struct list captives = LIST_INIT(captives);
static struct timer retry_timer;

static struct grant_entry_v1 *entry_of(uint32_t ref)
{
	return &frames[ref / ENTRIES_PER_FRAME][ref % ENTRIES_PER_FRAME];
}

/* --- the free list and the table: with events off ----------------------- */

static void ref_push(uint32_t ref)
{
	entry_of(ref)->frame = free_head;
	free_head = ref;
}

/* Xen wants the whole list every time, and says the frames of the old part once more. */
static int table_setup(unsigned n)
{
	struct gnttab_setup_table op = {.dom = DOMID_SELF, .nr_frames = n};
	int err;

	set_xen_guest_handle(op.frame_list, &frame_list[0].v);
	err = hypercall_grant_table_op(GNTTABOP_setup_table, &op, 1);
	if (err)
		return err;
	return op.status == GNTST_okay ? 0 : -ENOSPC;
}

/* One more frame of entries. */
static int table_grow(void)
{
	uint32_t first = n_frames * ENTRIES_PER_FRAME;
	int err;

	if (n_frames == max_frames)
		return -ENOSPC;
	err = table_setup(n_frames + 1);
	if (err)
		return err;
	frames[n_frames] = pt_map_frames(&frame_list[n_frames], 1);
	if (!frames[n_frames])
		return -ENOMEM; /* Xen keeps the frame; the next try asks for it again */
	n_frames++;
	stats.capacity = n_frames * ENTRIES_PER_FRAME;
	/* From the end, so that the lowest is handed out first. */
	for (uint32_t ref = first + ENTRIES_PER_FRAME; ref-- > first && ref >= FIRST_REF;)
		ref_push(ref);
	return 0;
}

static int ref_alloc(void)
{
	uint32_t ref;

	if (free_head == NO_REF) {
		int err = table_grow();

		if (err)
			return err;
	}
	ref = free_head;
	free_head = entry_of(ref)->frame;
	stats.in_use++;
	return (int)ref;
}

/* --- giving and taking back --------------------------------------------- */

int grant_access(uint16_t peer, mfn_t frame, enum grant_mode mode)
{
	uint16_t flags = GTF_permit_access | (mode == GRANT_RO ? GTF_readonly : 0);
	unsigned long irq;
	int ref;

	if (frame.v >
		UINT32_MAX) /* unboxed: a v1 entry has 32 bits for it, that is 16 TiB */
		return -ERANGE;
	irq = irq_save();
	ref = ref_alloc();
	if (ref >= 0) {
		struct grant_entry_v1 *e = entry_of((uint32_t)ref);

		e->frame = (uint32_t)frame.v;
		e->domid = peer;
		arch_wmb(); /* who and what before the flags that make Xen look at them */
		WRITE_ONCE(e->flags, flags);
	}
	irq_restore(irq);
	return ref;
}

/*
 * The peer's mapping is Xen setting GTF_reading or GTF_writing, at any moment. If we see
 * them clear and swap the flags for 0 in one step, then no mapping came in between.
 */
static int entry_revoke(struct grant_entry_v1 *e)
{
	uint16_t seen = READ_ONCE(e->flags);

	do {
		if (seen & (GTF_reading | GTF_writing))
			return -EBUSY;
	} while (!__atomic_compare_exchange_n(
		&e->flags, &seen, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return 0;
}

int grant_end(uint32_t ref)
{
	unsigned long irq;
	int err;

	assert(ref >= FIRST_REF && ref < stats.capacity);
	err = entry_revoke(entry_of(ref));
	if (err)
		return err;
	irq = irq_save();
	ref_push(ref);
	stats.in_use--;
	irq_restore(irq);
	return 0;
}

/* --- quarantine --------------------------------------------------------- */

/* Look at each captive once more; events off. */
static void captives_retry(struct timer *t)
{
	list_for_each_safe(&captives, pos)
	{
		struct captive *c = list_entry(pos, struct captive, link);

		if (grant_end(c->ref))
			continue;
		list_remove(&c->link);
		stats.quarantined--;
		if (c->page)
			page_free(c->page, 1);
		kfree(c);
	}
	if (!list_empty(&captives))
		timer_set(t, clock_ns() + RETRY_NS);
}

void grant_quarantine(uint32_t ref, void *page)
{
	struct captive *c = kmalloc(sizeof(*c));
	unsigned long irq = irq_save();

	stats.quarantined++;
	if (c) {
		*c = (struct captive){.ref = ref, .page = page};
		if (list_empty(&captives))
			timer_set(&retry_timer, clock_ns() + RETRY_NS);
		list_append(&captives, &c->link);
	}
	irq_restore(irq);
	if (!c) /* still safe: nobody will reuse either */
		log_error("no memory to keep track of grant %u: it and its page are lost",
			ref);
}

void grant_get_stats(struct grant_stats *s)
{
	unsigned long irq = irq_save();

	*s = stats;
	irq_restore(irq);
}

int grant_start(void)
{
	struct gnttab_query_size op = {.dom = DOMID_SELF};
	int err = hypercall_grant_table_op(GNTTABOP_query_size, &op, 1);
	unsigned long irq;

	if (err)
		return err;
	if (op.status != GNTST_okay || op.max_nr_frames == 0)
		return -ENODEV;
	max_frames = op.max_nr_frames;
	frames = kzalloc(max_frames * sizeof(frames[0]));
	frame_list = kzalloc(max_frames * sizeof(frame_list[0]));
	if (!frames || !frame_list)
		return -ENOMEM;
	stats.max = max_frames * ENTRIES_PER_FRAME;
	timer_setup(&retry_timer, captives_retry);
	irq = irq_save();
	err = table_grow();
	irq_restore(irq);
	return err;
}
