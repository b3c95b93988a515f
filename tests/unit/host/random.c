/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thousands of hypercalls about page tables with arguments by chance, good and bad ones;
 * after every few the books are compared with the tables themselves.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/xen.h>

#include "host/clock.h"
#include "host/hv.h"
#include "host/hypercall.h"
#include "tests/test.h"
#include "tests/unit/host/guest_memory.h"

#define ROUNDS 40000
#define LOOK   50 /* rounds between two looks */
#define ARG    page_va(1)
#define DONT   8u /* pages 0 .. 7 stay as they are: arguments lie there */

static uint64_t state;

static uint64_t chance(uint64_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % n;
}

/* --- arguments ----------------------------------------------------------------------------- */

static uint64_t some_mfn(void)
{
	switch (chance(12)) {
	case 0:
		return chance(1ull << 40);
	case 1:
		return memory_shared_info_mfn();
	case 2:
		return memory.mfn_first + chance(memory.mfn_mask + 1);
	default:
		return page_mfn((unsigned)(DONT + chance(N_PAGES - DONT)));
	}
}

static pte_t some_entry(void)
{
	pte_t flags = PTE_PAGE;

	if (chance(4) == 0)
		return 0;
	if (chance(3) == 0)
		flags &= ~PTE_WRITE;
	if (chance(20) == 0)
		flags |= 1ull << chance(12);
	if (chance(20) == 0)
		flags &= ~PTE_PRESENT;
	return some_mfn() << PAGE_SHIFT | flags;
}

/* The entries by which the arguments are reached are left alone. */
static bool spared(uint64_t where)
{
	size_t index = mfn_frame(where >> PAGE_SHIFT);
	unsigned slot = where / 8 % PTE_ENTRIES;

	if (index == LEAVES)
		return slot < DONT;
	return index < DONT || (index == ROOT && slot == pte_slot(BASE, 4)) ||
	       (index == ROOT + 1 && slot == pte_slot(BASE, 3)) ||
	       (index == ROOT + 2 && slot == pte_slot(BASE, 2));
}

static void update(void)
{
	struct mmu_update u[4];
	unsigned n = (unsigned)chance(5);

	for (unsigned i = 0; i < n; i++) {
		do {
			u[i].ptr = some_mfn() << PAGE_SHIFT | chance(64) * 8 |
				   (chance(10) ? 0 : chance(8));
		} while (spared(u[i].ptr));
		u[i].val = some_entry();
	}
	memcpy(frame_ptr(1), u, sizeof(u));
	(void)hypercall_do(__HYPERVISOR_mmu_update, ARG, n, page_va(2), DOMID_SELF);
}

static void ext_op(void)
{
	struct mmuext_op op = {.cmd = (unsigned)chance(20), .arg1.mfn = some_mfn()};

	if (op.cmd == MMUEXT_NEW_BASEPTR) /* away from the tables we stand on */
		return;
	op.arg2.src_mfn = some_mfn();
	memcpy(frame_ptr(1), &op, sizeof(op));
	(void)hypercall_do(__HYPERVISOR_mmuext_op, ARG, 1, 0, DOMID_SELF);
}

static void update_va(void)
{
	(void)hypercall_do(__HYPERVISOR_update_va_mapping,
		page_va((unsigned)(DONT + chance(300))), some_entry(), chance(8), 0);
}

static void reservation(void)
{
	struct xen_memory_reservation r = {.nr_extents = 1, .domid = DOMID_SELF};
	uint64_t n = some_mfn();
	size_t index = mfn_frame(n);
	unsigned cmd = chance(2) ? XENMEM_decrease_reservation : XENMEM_populate_physmap;

	/* The guest must not give back what it runs on. */
	if (index < DONT || (index >= ROOT && index <= LEAVES))
		return;
	memcpy(frame_ptr(2), &n, sizeof(n));
	set_xen_guest_handle(r.extent_start, (xen_pfn_t *)page_va(2));
	memcpy(frame_ptr(1), &r, sizeof(r));
	(void)hypercall_do(__HYPERVISOR_memory_op, cmd, ARG, 0, 0);
}

static void gdt(void)
{
	uint64_t frames[3] = {some_mfn(), some_mfn(), some_mfn()};

	memcpy(frame_ptr(1), frames, sizeof(frames));
	(void)hypercall_do(__HYPERVISOR_set_gdt, ARG, chance(1700), 0, 0);
}

/* --- the books ---------------------------------------------------------------------------------- */

struct book {
	unsigned writable, table;
};

static void count_table(size_t index, struct book *books)
{
	const pte_t *table = frame_ptr(index);
	int level = memory.frames[index].type;

	for (unsigned i = 0; i < PTE_ENTRIES; i++) {
		size_t to = mfn_frame(pte_mfn(table[i]));

		if (!(table[i] & PTE_PRESENT) || (level == 4 && i >= 256 && i <= 271) ||
			to >= memory.n_pages || !memory.frames[to].domains)
			continue;
		if (level > 1)
			books[to].table++;
		else if (table[i] & PTE_WRITE)
			books[to].writable++;
	}
}

static const char *look(void)
{
	static char text[120];
	struct book books[N_PAGES] = {{0, 0}};

	for (size_t i = 0; i < N_PAGES; i++) {
		const struct frame *f = &memory.frames[i];

		if (f->type_count > 0 && f->type >= FRAME_L1 && f->type <= FRAME_L4)
			count_table(i, books);
	}
	for (size_t i = 0; i < N_PAGES; i++) {
		const struct frame *f = &memory.frames[i];
		bool is_table = f->type_count > 0 && f->type <= FRAME_L4;
		unsigned others = f->pinned + (i == mmu_root);

		if (!f->domains)
			continue;
		snprintf(text, sizeof(text),
			"page %zu: %s, %u uses, %u writable, %u as table", i,
			type_name(f->type), f->type_count, books[i].writable,
			books[i].table);
		if (f->type == FRAME_DESCRIPTORS && f->type_count > 0) {
			if (books[i].writable || books[i].table)
				return text;
		} else if (is_table) {
			/* the vCPU's user root may be one more */
			if (books[i].writable ||
				f->type_count < books[i].table + others ||
				f->type_count > books[i].table + others + 1)
				return text;
		} else if (f->type_count != books[i].writable || books[i].table) {
			return text;
		}
	}
	return NULL;
}

/* What outlives guest_memory_make(). */
static void give_up(void)
{
	struct mmuext_op op = {.cmd = MMUEXT_NEW_USER_BASEPTR};

	memcpy(frame_ptr(1), &op, sizeof(op));
	(void)hypercall_do(__HYPERVISOR_mmuext_op, ARG, 1, 0, DOMID_SELF);
	(void)hypercall_do(__HYPERVISOR_set_gdt, ARG, 0, 0, 0);
}

static void rounds(uint64_t seed)
{
	static void (*const steps[])(void) = {
		update, update, update, ext_op, ext_op, update_va, update_va, gdt};
	unsigned n_steps = sizeof(steps) / sizeof(steps[0]);

	state = seed;
	guest_memory_make();
	for (unsigned i = 0; i < ROUNDS; i++) {
		const char *wrong;

		steps[chance(n_steps)]();
		if (i % LOOK != 0)
			continue;
		wrong = look();
		if (wrong) {
			test_fail(__FILE__, __LINE__, "after %u rounds: %s", i, wrong);
			break;
		}
	}
	give_up();
}

TEST(no_page_is_ever_a_table_and_writable)
{
	guest_memory_make();
	clock_start();
	for (uint64_t seed = 1; seed <= 5; seed++) {
		test_row("seed %llu", (unsigned long long)seed);
		rounds(seed);
		if (test_failed())
			return;
	}
}

TEST(arguments_of_all_kinds_do_not_harm_the_host)
{
	state = 77;
	guest_memory_make();
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t a[4];
		unsigned nr = (unsigned)chance(48);

		for (unsigned k = 0; k < 4; k++)
			a[k] = chance(3) ? chance(32)
			       : chance(2)
				       ? page_va((unsigned)chance(70))
				       : (chance(1ull << 32) << 32 | chance(1ull << 32));
		/* these sleep, end the domain, or move it to other tables */
		if (nr == __HYPERVISOR_sched_op || nr == __HYPERVISOR_mmuext_op ||
			nr == __HYPERVISOR_multicall || nr == __HYPERVISOR_iret ||
			nr == __HYPERVISOR_mmu_update ||
			nr == __HYPERVISOR_sched_op_compat)
			continue;
		if (nr == __HYPERVISOR_update_va_mapping && a[0] < page_va(DONT))
			continue;
		if (chance(20) == 0)
			reservation();
		for (unsigned k = 0; k < 64; k++)
			((uint64_t *)frame_ptr(1))[k] = chance(1000);
		(void)hypercall_do(nr, a[0], a[1],
			nr == __HYPERVISOR_grant_table_op ? chance(20) : a[2], a[3]);
	}
}
