/* SPDX-License-Identifier: BSD-2-Clause */
/* From the path in a request to a path below the served root, and its media type. Pure. */
#ifndef HTTPD_PATH_H
#define HTTPD_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "apps/httpd/slice.h"

/**
 * Decode a path and resolve its dots.
 *
 * @raw   as in the request, starting with '/'
 * @out   the result: starts with '/', has no empty, "." or ".." segment, is terminated; a slash at
 *        its end is kept
 * @size  of out in bytes
 * Returns the result's length; -EINVAL for a malformed escape, a NUL, a backslash or a way out of
 * the root; -ENAMETOOLONG.
 * Source: RFC 3986, 2.1 and 5.2.4.
 */
int path_decode(struct slice raw, char *out, size_t size);

struct media {
	struct slice ending; /* of the file's name, without the dot */
	struct slice type;
	bool compressible; /* worth looking for a .gz beside it */
};

/** The media type that a path's ending stands for; application/octet-stream for all others. */
const struct media *path_media(struct slice path);

#endif
