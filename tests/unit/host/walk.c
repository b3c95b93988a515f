/* SPDX-License-Identifier: BSD-2-Clause */
/* Copying to and from the guest by its own page tables. */
#include <stdint.h>
#include <string.h>
#include <xen/errno.h>

#include "tests/test.h"
#include "tests/unit/host/guest_memory.h"

TEST(bytes_are_copied_over_page_boundaries)
{
	char out[3 * PAGE_SIZE], in[3 * PAGE_SIZE];

	guest_memory_make();
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7);
	CHECK_EQ(guest_write(page_va(1) + 100, out, sizeof(out)), 0);
	CHECK_EQ(guest_read(in, page_va(1) + 100, sizeof(in)), 0);
	CHECK(memcmp(in, out, sizeof(in)) == 0);
	CHECK(memcmp((char *)frame_ptr(2), out + PAGE_SIZE - 100, PAGE_SIZE) == 0);
}

TEST(a_word_may_lie_on_a_boundary)
{
	uint64_t word = 0x1122334455667788, back = 0;

	guest_memory_make();
	for (unsigned offset = 0; offset < 8; offset++) {
		CHECK_EQ(guest_write(page_va(2) - offset, &word, sizeof(word)), 0);
		CHECK_EQ(guest_read(&back, page_va(2) - offset, sizeof(back)), 0);
		CHECK_EQ(back, word);
	}
}

TEST(what_is_not_mapped_faults)
{
	char buf[16];
	static const uint64_t bad[] = {0, 8, BASE - 8, GUEST_END - 8, GUEST_END,
		0x7fffffffffff, 0xffff800000000000, ~0ull, ~7ull};

	guest_memory_make();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_row("%#llx", (unsigned long long)bad[i]);
		CHECK_EQ(guest_read(buf, bad[i], sizeof(buf)), -XEN_EFAULT);
		CHECK_EQ(guest_write(bad[i], buf, sizeof(buf)), -XEN_EFAULT);
	}
	CHECK_EQ(guest_read(buf, page_va(N_MAPPED) - 8, sizeof(buf)), -XEN_EFAULT);
	CHECK_EQ(guest_read(buf, page_va(N_MAPPED) - 16, sizeof(buf)), 0);
	CHECK_EQ(guest_read(buf, ~0ull, 0), 0);
}

TEST(read_only_pages_are_not_written)
{
	char buf[16] = {1};

	guest_memory_make();
	CHECK_EQ(guest_read(buf, page_va(ROOT), sizeof(buf)), 0);
	CHECK_EQ(guest_write(page_va(ROOT), buf, sizeof(buf)), -XEN_EFAULT);
	CHECK_EQ(page_map(5, PTE_PAGE & ~PTE_WRITE), 0);
	CHECK_EQ(guest_write(page_va(5), buf, sizeof(buf)), -XEN_EFAULT);
	CHECK_EQ(guest_write(page_va(5) - 8, buf, sizeof(buf)), -XEN_EFAULT);
}

TEST(rights_of_the_levels_combine)
{
	pte_t rights;

	guest_memory_make();
	CHECK(walk(page_va(3), &rights) && rights == PTE_WRITE);
	*entry_ptr(ROOT + 2, pte_slot(BASE, 2)) &= ~PTE_WRITE;
	CHECK(walk(page_va(3), &rights) && rights == 0);
	*entry_ptr(ROOT, pte_slot(BASE, 4)) |= PTE_NX;
	CHECK(walk(page_va(3), &rights) && rights == PTE_NX);
}

TEST(a_walk_that_is_remembered_is_forgotten_with_the_entry)
{
	uint64_t v = 1;

	guest_memory_make();
	CHECK_EQ(guest_write(page_va(3), &v, sizeof(v)), 0);
	CHECK_EQ(page_map(3, PTE_PAGE & ~PTE_WRITE), 0);
	CHECK_EQ(guest_write(page_va(3), &v, sizeof(v)), -XEN_EFAULT);
	CHECK_EQ(guest_read(&v, page_va(3), sizeof(v)), 0);
	CHECK_EQ(page_unmap(3), 0);
	CHECK_EQ(guest_read(&v, page_va(3), sizeof(v)), -XEN_EFAULT);
}

TEST(tables_that_lead_out_of_memory_end_the_walk)
{
	guest_memory_make();
	*entry_ptr(ROOT + 1, 7) = PTE_FRAME_MASK | PTE_PAGE;
	CHECK(walk(7ull << 30, NULL) == NULL);
	CHECK(walk(8ull << 30, NULL) == NULL);
	*entry_ptr(LEAVES, 300) = PTE_FRAME_MASK | PTE_PAGE;
	CHECK(guest_ptr(BASE - (pte_slot(BASE, 1) - 300ull) * PAGE_SIZE, false) == NULL);
}
