/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes archives by hand, so that a wrong one is wrong only where the test says. */
#include "tests/unit/libc-glue/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/heap.h"
#include "libc-glue/process.h"
#include "libc-glue/tarfs.h"
#include "tests/fake/fake.h"
#include "tests/test.h"

static struct archive the_archive;
static void *mounted;
static size_t blocks_before;

struct archive *archive_new(void)
{
	memset(the_archive.bytes, 0, the_archive.len);
	the_archive.len = 0;
	return &the_archive;
}

void archive_sum(uint8_t *header)
{
	unsigned sum = 0;

	memset(header + FIELD_CHECKSUM, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += header[i];
	snprintf((char *)header + FIELD_CHECKSUM, 8, "%06o", sum);
}

uint8_t *archive_add(struct archive *a, char type, const char *name, const char *link,
	const void *data, size_t size)
{
	uint8_t *h = a->bytes + a->len;

	strncpy((char *)h + FIELD_NAME, name, 100);
	memcpy(h + FIELD_MODE, type == '5' ? "0000755" : "0000644", 8);
	snprintf((char *)h + FIELD_SIZE, 12, "%011zo", size);
	memcpy(h + FIELD_MTIME, "14000000000", 12);
	h[FIELD_TYPE] = (uint8_t)type;
	if (link)
		strncpy((char *)h + FIELD_LINK, link, 100);
	memcpy(h + FIELD_MAGIC, "ustar\00000", 8);
	archive_sum(h);
	if (size)
		memcpy(h + 512, data, size);
	a->len += 512 + (size + 511) / 512 * 512;
	return h;
}

uint8_t *archive_file(struct archive *a, const char *name, const char *text)
{
	return archive_add(a, '0', name, NULL, text, strlen(text));
}

void archive_end(struct archive *a)
{
	a->len += 1024;
}

static size_t blocks_now(void)
{
	struct heap_stats s;

	heap_get_stats(kernel_heap, &s);
	return s.blocks;
}

int archive_mount(const struct archive *a)
{
	struct mount *m;
	int err;

	if (fd_count() == 0)
		process_start(); /* before counting: the table of descriptors stays */
	blocks_before = blocks_now();
	fake_console_clear();
	mounted = a ? malloc(a->len ? a->len : 1) : NULL;
	if (a)
		memcpy(mounted, a->bytes, a->len);
	err = tarfs_create(mounted, a ? a->len : 0, NULL, &m);
	if (!err)
		mount_set_root(m);
	return err;
}

void archive_unmount(void)
{
	mount_set_root(NULL);
	free(mounted);
	mounted = NULL;
	EXPECT(blocks_now() == blocks_before);
}
