/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's TLB: pages of this process. A page that the guest's tables allow and that is
 * not mapped here yet faults once (trap.c), and is mapped then, together with its
 * neighbours that follow each other in the memory file with the same rights: a fault costs
 * as much as many pages more. A present entry that changes is unmapped at once, if it has been mapped.
 *
 * Every break between such runs costs Linux a mapping, of which a process has 65,530.
 */
#include <errno.h>
#include <sys/mman.h>

#include "host/lean_syscall.h"
#include "host/mmu.h"
#include "host/stats.h"

#define REGION_BYTES ((uint64_t)PTE_ENTRIES * PAGE_SIZE) /* what one L1 table spans */
#define REGIONS_MAX  65536u
#define STALE_MAX    256u
#define WINDOW_PAGES 32u /* mapped and faulted in at once, aligned */

/* For each L1 table that pages have been mapped by. */
struct mapped {
	uint64_t base; /* the table's first address plus 1; 0 = nothing */
	uint64_t bits[PTE_ENTRIES / 64]; /* entries that are mapped */
	bool elsewhere; /* the table is in use at more than one address */
};

static struct mapped *mapped; /* by index of the table */
static struct {
	uint64_t base;
	size_t table;
} regions[REGIONS_MAX];
static unsigned n_regions;

/* Text that may be mapped from the image file. */
static struct {
	int fd;
	uint64_t offset; /* of the first page in the file */
	size_t first, n_pages;
	const uint8_t *bytes; /* of the first page */
} image;

void tlb_set_image(int fd, uint64_t first_offset, size_t first_index, size_t n_pages,
	const uint8_t *bytes)
{
	image.fd = fd;
	image.offset = first_offset;
	image.first = first_index;
	image.n_pages = n_pages;
	image.bytes = bytes;
}

static bool map_fixed(
	uint64_t va, size_t n_pages, int prot, int flags, int fd, uint64_t at)
{
	long r = lean_syscall6(SYS_mmap, va, pages_to_bytes(n_pages), (uint64_t)prot,
		(uint64_t)(flags | MAP_FIXED), (uint64_t)fd, at);

	stats.maps++;
	stats.mapped_pages += n_pages;
	return r == (long)va;
}

static void unmap(uint64_t va, uint64_t bytes)
{
	stats.unmaps++;
	(void)lean_syscall3(SYS_munmap, va, bytes, 0); /* nothing there is no error */
}

/* --- stale pages: only if asked for --------------------------------------------------------- */

/*
 * A processor keeps what it has walked to until it is told to forget it. With stale pages
 * on so do we, for as many as fit: a guest that forgets to flush sees the old page.
 */
static bool keep_stale;
static uint64_t stale[STALE_MAX];
static unsigned n_stale;

void tlb_keep_stale(bool on)
{
	keep_stale = on;
}

void tlb_flush(void)
{
	while (n_stale > 0)
		unmap(stale[--n_stale], PAGE_SIZE);
}

void tlb_flush_page(uint64_t va)
{
	va &= ~(uint64_t)(PAGE_SIZE - 1);
	for (unsigned i = 0; i < n_stale; i++) {
		if (stale[i] != va)
			continue;
		unmap(va, PAGE_SIZE);
		stale[i--] = stale[--n_stale];
	}
}

static bool keep(uint64_t va)
{
	if (!keep_stale)
		return false;
	if (n_stale == STALE_MAX) /* room is made as it likes */
		tlb_flush();
	stale[n_stale++] = va;
	return true;
}

/* --- dropping ---------------------------------------------------------------------------- */

/* Pages that are to be unmapped before the guest goes on: a batch of entries that follow
 * each other costs one call. */
static uint64_t dropped, dropped_end;

void tlb_settle(void)
{
	if (dropped_end == 0)
		return;
	unmap(dropped, dropped_end - dropped);
	dropped_end = 0;
}

static void drop_page(uint64_t va)
{
	if (keep(va))
		return;
	if (dropped_end == 0 || va != dropped_end) { /* there may be a page at 0 */
		tlb_settle();
		dropped = va;
	}
	dropped_end = va + PAGE_SIZE;
}

void tlb_drop_all(void)
{
	n_stale = 0; /* they lie in these regions */
	tlb_settle();
	for (unsigned i = 0; i < n_regions; i++) {
		unmap(regions[i].base, REGION_BYTES);
		mapped[regions[i].table] = (struct mapped){0};
	}
	n_regions = 0;
	walk_forget();
}

void tlb_drop_entry(size_t table, unsigned slot)
{
	struct mapped *m;

	if (!mapped || mapped[table].base == 0)
		return;
	m = &mapped[table];
	if (m->elsewhere) {
		tlb_drop_all();
		return;
	}
	if (m->bits[slot / 64] >> slot % 64 & 1) {
		m->bits[slot / 64] &= ~(1ull << slot % 64);
		drop_page(m->base - 1 + pages_to_bytes(slot));
	}
}

/* --- filling ------------------------------------------------------------------------------ */

static bool table_begin(size_t table, uint64_t base)
{
	struct mapped *m;

	if (!mapped) {
		long r = lean_syscall6(SYS_mmap, 0, memory.n_frames * sizeof(*mapped),
			PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, (uint64_t)-1, 0);

		if (r < 0 && r > -4096)
			return false;
		mapped = (struct mapped *)r;
	}
	m = &mapped[table];
	if (m->base == base + 1)
		return true;
	if (n_regions == REGIONS_MAX)
		tlb_drop_all();
	m->elsewhere = m->base != 0;
	m->base = base + 1;
	regions[n_regions].base = base;
	regions[n_regions++].table = table;
	return true;
}

static bool same_run(pte_t a, pte_t b, long distance)
{
	const pte_t rights = PTE_PRESENT | PTE_WRITE | PTE_NX;
	size_t fa = mfn_frame(pte_mfn(a)), fb = mfn_frame(pte_mfn(b));

	return ((a ^ b) & rights) == 0 && fa != FRAME_BAD && fb == fa + (size_t)distance;
}

static bool text_is_as_in_file(size_t index)
{
	const uint64_t *a = frame_ptr(index), *b;
	size_t n = index - image.first;

	if (n >= image.n_pages || memory.frames[index].type_count != 0)
		return false;
	b = (const uint64_t *)(image.bytes + pages_to_bytes(n));
	for (size_t i = 0; i < PAGE_SIZE / sizeof(*a); i++) {
		if (a[i] != b[i])
			return false;
	}
	return true;
}

struct run {
	unsigned low, high; /* slots */
	size_t index;       /* frame at low */
};

/* Keep of a run of read-only code what is, or is not, as in the file around @slot. */
static bool narrow_to_file(struct run *r, unsigned slot)
{
	bool same = text_is_as_in_file(r->index + slot - r->low);
	unsigned low = slot, high = slot;

	while (low > r->low && text_is_as_in_file(r->index + low - 1 - r->low) == same)
		low--;
	while (high < r->high && text_is_as_in_file(r->index + high + 1 - r->low) == same)
		high++;
	r->index += low - r->low;
	r->low = low;
	r->high = high;
	for (size_t i = 0; same && i <= high - low; i++)
		memory.frames[r->index + i].from_file = true;
	return same;
}

static struct run run_around(const pte_t *table, unsigned slot)
{
	unsigned first = slot & ~(WINDOW_PAGES - 1), last = first + WINDOW_PAGES - 1;
	struct run r = {.low = slot, .high = slot};

	while (r.low > first &&
		same_run(table[slot], table[r.low - 1], (long)r.low - 1 - slot))
		r.low--;
	while (r.high < last &&
		same_run(table[slot], table[r.high + 1], (long)r.high + 1 - slot))
		r.high++;
	r.index = mfn_frame(pte_mfn(table[r.low]));
	return r;
}

int tlb_fill(uint64_t va, const pte_t *entry, pte_t rights)
{
	size_t table = (size_t)((const uint8_t *)entry - memory.ptr) >> PAGE_SHIFT, n;
	uint64_t base = va & ~(REGION_BYTES - 1);
	unsigned slot = pte_slot(va, 1);
	pte_t *entries = frame_ptr(table);
	struct run r;
	int prot = PROT_READ | (rights & PTE_WRITE ? PROT_WRITE : 0) |
		   (rights & PTE_NX ? 0 : PROT_EXEC);
	bool ok;

	if (mfn_frame(pte_mfn(*entry)) == FRAME_BAD || !table_begin(table, base))
		return -ENOMEM;
	r = run_around(entries, slot);
	if (prot == (PROT_READ | PROT_EXEC) && image.fd > 0 && narrow_to_file(&r, slot)) {
		n = r.high - r.low + 1u;
		ok = map_fixed(base + pages_to_bytes(r.low), n, prot,
			MAP_PRIVATE | MAP_POPULATE, image.fd,
			image.offset + pages_to_bytes(r.index - image.first));
	} else {
		n = r.high - r.low + 1u;
		ok = map_fixed(base + pages_to_bytes(r.low), n, prot,
			MAP_SHARED | MAP_POPULATE, memory.fd, pages_to_bytes(r.index));
	}
	if (!ok)
		return -ENOMEM;
	/* From now on it may be read and written without our seeing it: as if it were now. */
	for (unsigned i = r.low; i <= r.high; i++) {
		mapped[table].bits[i / 64] |= 1ull << i % 64;
		entries[i] |= PTE_ACCESSED | (rights & PTE_WRITE ? PTE_DIRTY : 0);
	}
	return 0;
}
