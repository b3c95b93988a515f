/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar archives made in memory, right ones and wrong ones, and mounted as the root. */
#ifndef TESTS_UNIT_LIBC_GLUE_ARCHIVE_H
#define TESTS_UNIT_LIBC_GLUE_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#define ARCHIVE_MAX (1u << 20)

struct archive {
	uint8_t bytes[ARCHIVE_MAX];
	size_t len;
};

/* The header's fields, where a test breaks them. */
enum {
	FIELD_NAME = 0,
	FIELD_MODE = 100,
	FIELD_SIZE = 124,
	FIELD_MTIME = 136,
	FIELD_CHECKSUM = 148,
	FIELD_TYPE = 156,
	FIELD_LINK = 157,
	FIELD_MAGIC = 257,
	FIELD_PREFIX = 345,
};

/** Start an empty archive; returns the one there is. */
struct archive *archive_new(void);

/** Add a member; returns its header. @link may be NULL. */
uint8_t *archive_add(struct archive *a, char type, const char *name, const char *link,
	const void *data, size_t size);

static inline uint8_t *archive_dir(struct archive *a, const char *name)
{
	return archive_add(a, '5', name, NULL, NULL, 0);
}

uint8_t *archive_file(struct archive *a, const char *name, const char *text);

/** Make the checksum right again after a field was changed. */
void archive_sum(uint8_t *header);

/** The two zero blocks. */
void archive_end(struct archive *a);

/**
 * Mount exactly its bytes as the root (a read past them is caught), the console cleared before; NULL = an empty root.
 * Returns what tarfs_create() did.
 */
int archive_mount(const struct archive *a);

/** Take it away again and check that nothing is left. */
void archive_unmount(void);

#endif
