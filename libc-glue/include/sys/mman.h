/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory mappings, with the numbers that Linux uses. */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H

#include <stddef.h>
#include <sys/types.h>

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_SHARED    0x01
#define MAP_PRIVATE   0x02
#define MAP_TYPE      0x0f
#define MAP_FIXED     0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON      MAP_ANONYMOUS
#define MAP_FILE      0
#define MAP_LOCKED    0x2000
#define MAP_NORESERVE 0x4000
#define MAP_POPULATE  0x8000
#define MAP_FAILED    ((void *)-1)

#define MS_ASYNC      1
#define MS_INVALIDATE 2
#define MS_SYNC       4

#define MCL_CURRENT 1
#define MCL_FUTURE  2

#define MADV_NORMAL           0
#define MADV_RANDOM           1
#define MADV_SEQUENTIAL       2
#define MADV_WILLNEED         3
#define MADV_DONTNEED         4
#define POSIX_MADV_NORMAL     MADV_NORMAL
#define POSIX_MADV_RANDOM     MADV_RANDOM
#define POSIX_MADV_SEQUENTIAL MADV_SEQUENTIAL
#define POSIX_MADV_WILLNEED   MADV_WILLNEED
#define POSIX_MADV_DONTNEED   MADV_DONTNEED

#ifdef __cplusplus
extern "C" {
#endif
void *mmap(void *where, size_t len, int prot, int flags, int fd, off_t at);
int munmap(void *where, size_t len);
int mprotect(void *where, size_t len, int prot);
int msync(void *where, size_t len, int flags);
int mlock(const void *where, size_t len);
int munlock(const void *where, size_t len);
int mlockall(int flags);
int munlockall(void);
int madvise(void *where, size_t len, int advice);
int posix_madvise(void *where, size_t len, int advice);
#ifdef __cplusplus
}
#endif

#endif
