/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a tar archive as it lies in memory: ustar, with the pax and GNU ways of storing long names.
 *
 *     | header 512 | data, padded to 512 | header | data ... | zeroes 512 | zeroes 512 |
 *
 * Nothing is copied: names and data are given as places in the archive. Source: POSIX.1-2017, pax, "ustar
 * Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar Format".
 */
#ifndef LIBC_GLUE_TAR_H
#define LIBC_GLUE_TAR_H

#include <stddef.h>
#include <stdint.h>

#define TAR_BLOCK 512u /* bytes */

/* A piece of text in the archive; not terminated. */
struct text {
	const char *at;
	size_t len;
};

enum tar_type {
	TAR_FILE,
	TAR_DIRECTORY,
	TAR_SYMLINK,
	TAR_HARDLINK,
	TAR_OTHER,  /* devices, fifos: of no use here */
	TAR_SPARSE, /* a file whose data is not stored as it is */
};

struct tar_member {
	enum tar_type type;
	struct text prefix, name; /* the path is "prefix/name" when there is a prefix */
	struct text link;         /* target of a symbolic or hard link */
	uint32_t mode;            /* permission bits */
	int64_t mtime_s;          /* since 1970 */
	uint64_t size;            /* bytes at data */
	const uint8_t *data;
};

struct tar_reader {
	const uint8_t *base;
	size_t len, pos;
	const char *fault; /* what is wrong with the archive, at pos; NULL = nothing */
};

/** Start at the first header of len bytes at base. */
void tar_open(struct tar_reader *r, const void *base, size_t len);

/**
 * Go to the next member.
 *
 * Returns 1 with *m filled in, 0 at the end (r->fault is set when the end mark is missing), or -EINVAL with r->fault
 * when the archive cannot be read further.
 */
int tar_next(struct tar_reader *r, struct tar_member *m);

#endif
