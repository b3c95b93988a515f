/* SPDX-License-Identifier: BSD-2-Clause */
/* The way out of every POSIX call. */
#include "libc-glue/posix.h"

#include "kernel/thread.h"

bool (*posix_attend_signals)(void);
void (*posix_attend_cancel)(void);

bool posix_attend(void)
{
	bool again = true;

	if (!thread_attention())
		return true;
	thread_attend();
	if (posix_attend_signals)
		again = posix_attend_signals();
	if (posix_attend_cancel)
		posix_attend_cancel();
	return again;
}

ssize_t posix_result(ssize_t result)
{
	posix_attend();
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

int posix_int(int result)
{
	return (int)posix_result(result);
}

off_t posix_offset(off_t result)
{
	return result >= 0 ? result : posix_result((ssize_t)result);
}
