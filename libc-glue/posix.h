/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The border to POSIX: -errno inside, errno and -1 outside. For the posix_*.c files.
 *
 * Where a call returns to the program is also where its thread looks whether it was
 * interrupted: handlers of signals run here, a cancelled thread or one of a process that
 * was killed ends here. It then holds no lock of ours.
 */
#ifndef LIBC_GLUE_POSIX_H
#define LIBC_GLUE_POSIX_H

#include <errno.h>
#include <stdbool.h>
#include <sys/types.h>

/** A result of ours as POSIX gives it, after posix_attend(). */
ssize_t posix_result(ssize_t result);
int posix_int(int result);
off_t posix_offset(off_t result);

/**
 * Do what the calling thread was interrupted for; may not return. True when a call that
 * gave -EINTR is to be repeated: no handler ran, or only those with SA_RESTART.
 */
bool posix_attend(void);

/** A call that SA_RESTART repeats. */
#define POSIX_RESTART(call)                                                              \
	({                                                                               \
		ssize_t result_;                                                         \
		do                                                                       \
			result_ = (ssize_t)(call);                                       \
		while (result_ == -EINTR && posix_attend());                             \
		result_;                                                                 \
	})

/* What posix_attend() calls: set by libc.process and libc.pthread, where they are linked. */
extern bool (*posix_attend_signals)(void);
extern void (*posix_attend_cancel)(void);

#endif
