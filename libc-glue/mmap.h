/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory mappings: runs of whole pages out of the page allocator, with rights of their own in the page table. There is
 * one address space, so a mapping is seen by all processes and belongs to the one that made it.
 *
 *     anonymous           pages of zeroes
 *     of a file           a copy; MAP_SHARED and writable: written back by msync(), munmap() and the end of the process
 *     of the RAM disk     read-only and shared, where the bytes lie on a page of their own: those very pages
 */
#ifndef LIBC_GLUE_MMAP_H
#define LIBC_GLUE_MMAP_H

#include <stddef.h>
#include <sys/types.h>

struct process;

/**
 * mmap(2). The place is ours to choose; MAP_FIXED is refused. Past the end of the file there are zeroes to the end of
 * its last page, and further ones.
 *
 * @where  gets the first byte
 * @len    bytes, rounded up to pages
 * @prot   PROT_*; without PROT_READ and PROT_WRITE any access faults
 * @flags  MAP_SHARED or MAP_PRIVATE, MAP_ANONYMOUS
 * Returns 0, -EINVAL, -EBADF, -EACCES (the file is not open for that), -ENODEV (it cannot be mapped), -ENOMEM, or what
 * reading it gave.
 * Context: thread, may sleep.
 */
int mmap_map(void **where, size_t len, int prot, int flags, int fd, off_t at);

/** munmap(2): what lies in the range, whole mappings or parts. Returns 0, -EINVAL, or what writing back gave. */
int mmap_unmap(void *where, size_t len);

/** mprotect(2). Returns 0, -EINVAL, -ENOMEM (no mapping there), -EACCES (pages of the RAM disk stay read-only). */
int mmap_protect(void *where, size_t len, int prot);

/** msync(2): write shared mappings back to their files. Returns 0, -EINVAL, -ENOMEM, or what writing gave. */
int mmap_sync(void *where, size_t len);

/** A process has ended: write back and free what it had mapped. Context: thread, may sleep. */
void mmap_process_end(struct process *p);

#endif
