/* SPDX-License-Identifier: BSD-2-Clause */
/* errno.h with the few numbers that Embox has beside those of POSIX */
#ifndef ERRNO_H
#define ERRNO_H

#include_next <errno.h>

#define ENOERR 0
#ifndef EEOF
#define EEOF       200 /* the end of a file was reached */
#define ENOSUPP    201 /* there is no such operation */
#define EDEVNOSUPP 202 /* the device has no such operation */
#endif

/** Set errno; gives -1, or 0 for 0. */
static inline int SET_ERRNO(int error)
{
	errno = error;
	return error ? -1 : 0;
}

#endif
