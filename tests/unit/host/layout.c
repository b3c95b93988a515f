/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the domain builder puts things. The rows are what xl does on Xen 4.17. */
#include "host/layout.h"

#include "kernel/addr.h"
#include "tests/test.h"

#define MB (1ull << 20)

static struct layout l;

TEST(the_parts_follow_each_other)
{
	CHECK(layout_compute(
		&l, 4 * MB, 4 * MB + 100 * PAGE_SIZE - 5, 4096, 3 * PAGE_SIZE - 1, true));
	CHECK_EQ(l.ramdisk, 100);
	CHECK_EQ(l.n_ramdisk, 3);
	CHECK_EQ(l.p2m, 103);
	CHECK_EQ(l.n_p2m, 8);
	CHECK_EQ(l.start_info, 111);
	CHECK_EQ(l.xenstore, 112);
	CHECK_EQ(l.console, 113);
	CHECK_EQ(l.tables, 114);
	CHECK_EQ(l.n_tables, 5); /* 4 MiB: two leaf tables */
	CHECK_EQ(l.stack, 119);
	CHECK_EQ(l.virt_end, 8 * MB);
}

TEST(the_mapping_ends_at_4_mib_with_512_kib_to_spare)
{
	/* p2m of 64 MB: 32 pages, 3 more, tables, stack */
	static const struct {
		unsigned pages; /* of the image */
		uint64_t end;
		unsigned tables;
	} rows[] = {
		{1, 8 * MB, 5},
		{1024 - 128 - 1 - 5 - 35, 8 * MB, 5}, /* just full */
		{1024 - 128 - 1 - 5 - 35 + 1, 12 * MB, 7},
		{1024, 12 * MB, 7},
		{3072, 20 * MB, 11},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		test_row("%u pages", rows[i].pages);
		CHECK(layout_compute(&l, 4 * MB, 4 * MB + rows[i].pages * PAGE_SIZE,
			64 * 256, 0, true));
		CHECK_EQ(l.virt_end, rows[i].end);
		CHECK_EQ(l.n_tables, rows[i].tables);
	}
}

TEST(a_mapping_over_a_boundary_of_1_gib_has_two_tables_of_level_2)
{
	CHECK(layout_compute(&l, 1023 * MB, 1023 * MB + 2 * MB, 64 * 256, 0, true));
	CHECK_EQ(l.n_level[2], 2);
	CHECK_EQ(l.n_level[3], 1);
	CHECK_EQ(l.n_level[4], 1);
}

TEST(a_domain_of_4_mb_can_be_built_and_one_of_2_mb_cannot)
{
	CHECK(layout_compute(&l, 4 * MB, 4 * MB + 50 * PAGE_SIZE, 4 * 256, 0, true));
	CHECK(!layout_compute(&l, 4 * MB, 4 * MB + 50 * PAGE_SIZE, 2 * 256, 0, true));
}

TEST(what_does_not_fit_is_refused)
{
	CHECK(!layout_compute(&l, 4 * MB, 4 * MB + 20 * MB, 16 * 256, 0, true));
	CHECK(!layout_compute(&l, 4 * MB, 4 * MB + MB, 16 * 256, 17 * MB, true));
	CHECK(!layout_compute(&l, 4 * MB, 4 * MB + MB, 16 * 256, ~0ull, true));
	CHECK(!layout_compute(&l, 4 * MB, 4 * MB + MB, 0, 0, true));
}

TEST(a_ramdisk_that_need_not_be_mapped_lies_behind_the_mapping)
{
	CHECK(layout_compute(
		&l, 4 * MB, 4 * MB + 100 * PAGE_SIZE, 64 * 256, 20 * MB, false));
	CHECK_EQ(l.p2m, 100);
	CHECK_EQ(l.virt_end, 8 * MB);
	CHECK_EQ(l.ramdisk, 1024);
	CHECK(!layout_compute(
		&l, 4 * MB, 4 * MB + 100 * PAGE_SIZE, 16 * 256, 13 * MB, false));
}
