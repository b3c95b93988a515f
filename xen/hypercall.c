/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The errno border: the one place where Xen's error numbers become those of our libc.
 *
 * Xen's list is Linux's, picolibc's is its own (ENOSYS is 38 there and 88 here). Xen's
 * header gives its list as XEN_ERRNO(name, value) lines; each becomes one pair below, so
 * that no number is typed in twice.
 */
#include "xen/hypercall.h"

#include <errno.h>

#include "kernel/util.h"

#ifndef EDEADLOCK /* an alias of EDEADLK that not every libc has */
#define EDEADLOCK EDEADLK
#endif

static const struct {
	uint8_t xen, own;
} errno_pairs[] = {
#define XEN_ERRNO(name, value) {value, name},
#include <xen/errno.h>
};

long xen_result(long xen)
{
	if (xen >= 0)
		return xen;
	for (size_t i = 0; i < ARRAY_SIZE(errno_pairs); i++) {
		if (errno_pairs[i].xen == -xen)
			return -errno_pairs[i].own;
	}
	return -EIO;
}
