/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies in the served directories: a page that lists one, and a count of all files. */
#ifndef HTTPD_LISTING_H
#define HTTPD_LISTING_H

#include "apps/httpd/out.h"

/**
 * Write the page that lists a directory; what does not fit is left out and said to be.
 *
 * @o     where it goes
 * @path  of the directory, from path_decode(), with its slash
 * Returns 0 or what opendir() says.
 */
int listing_write(struct out *o, struct slice path);

/** Count the files below the root; stops at LIMIT_COUNTED_FILES. */
unsigned listing_count_files(void);

#endif
