/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names of memory mappings. All memory is always there: locking and advice change nothing. */
#include <sys/mman.h>

#include "libc-glue/mmap.h"
#include "libc-glue/posix.h"

void *mmap(void *where, size_t len, int prot, int flags, int fd, off_t at)
{
	return posix_int(mmap_map(&where, len, prot, flags, fd, at)) ? MAP_FAILED : where;
}

int munmap(void *where, size_t len)
{
	return posix_int(mmap_unmap(where, len));
}

int mprotect(void *where, size_t len, int prot)
{
	return posix_int(mmap_protect(where, len, prot));
}

int msync(void *where, size_t len, int flags)
{
	if (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE) ||
		(flags & MS_ASYNC && flags & MS_SYNC))
		return posix_int(-EINVAL);
	return posix_int(mmap_sync(where, len));
}

int mlock(const void *where, size_t len)
{
	(void)where, (void)len;
	return 0;
}

int munlock(const void *where, size_t len)
{
	(void)where, (void)len;
	return 0;
}

int mlockall(int flags)
{
	return posix_int(flags & ~(MCL_CURRENT | MCL_FUTURE) ? -EINVAL : 0);
}

int munlockall(void)
{
	return 0;
}

int madvise(void *where, size_t len, int advice)
{
	(void)where, (void)len;
	return posix_int(advice < MADV_NORMAL || advice > MADV_DONTNEED ? -EINVAL : 0);
}

int posix_madvise(void *where, size_t len, int advice)
{
	(void)where, (void)len;
	return advice < POSIX_MADV_NORMAL || advice > POSIX_MADV_DONTNEED ? EINVAL : 0;
}
