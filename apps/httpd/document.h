/* SPDX-License-Identifier: BSD-2-Clause */
/* The files below the served root: a decoded path becomes an open file with all that a head says of it. */
#ifndef HTTPD_DOCUMENT_H
#define HTTPD_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "apps/httpd/path.h"
#include "apps/httpd/slice.h"

struct document {
	int fd; /* open for reading; -1 = none */
	uint64_t size_bytes;
	int64_t mtime_s;
	const struct media *media;
	bool gzip;   /* this is the precompressed form */
	bool varies; /* there is a precompressed form, whether this is it or not */
	size_t etag_len;
	char etag[48]; /* with its quotes, not terminated */
};

/**
 * Choose the served directory.
 *
 * @path  its path; a slash at the end is dropped
 * Returns 0, -ENAMETOOLONG, -ENOTDIR, or what stat() says.
 */
int document_set_root(const char *path);

/** The served directory's path, without a slash at its end: "" for the root of all. */
const char *document_root(void);

/**
 * Open what a path names; a path that ends with a slash names the directory's index.html.
 *
 * @d          filled in; the caller closes d->fd
 * @path       from path_decode()
 * @gzip_okay  the precompressed form may be taken
 * Returns 0, -EISDIR for a directory whose slash is missing, -ENOENT for what is no regular file,
 * or what open() says.
 * Context: thread; may sleep.
 */
int document_open(struct document *d, struct slice path, bool gzip_okay);

/** Close it, if it is open. */
void document_close(struct document *d);

static inline struct slice document_etag(const struct document *d)
{
	return (struct slice){d->etag, d->etag_len};
}

#endif
