/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * malloc and its family over the heap of the calling process, which for the first is the
 * kernel's; the libc's allocator is not linked. A block remembers its heap, so that any
 * process may free it.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/addr.h"
#include "kernel/heap.h"
#include "libc-glue/process.h"

/* No memory for the heap of a process: no heap. */
static void *take(size_t align, size_t len_bytes)
{
	struct heap *h = process_heap();

	return h ? heap_alloc_aligned(h, align, len_bytes) : NULL;
}

static void *or_enomem(void *block)
{
	if (!block)
		errno = ENOMEM;
	return block;
}

void *malloc(size_t len_bytes)
{
	struct heap *h = process_heap();

	return or_enomem(h ? heap_alloc(h, len_bytes) : NULL);
}

void free(void *block)
{
	heap_free(block);
}

void *calloc(size_t n, size_t len_bytes)
{
	size_t total;
	void *block;

	if (__builtin_mul_overflow(n, len_bytes, &total))
		return or_enomem(NULL);
	block = malloc(total);
	return block ? memset(block, 0, total) : NULL;
}

void *realloc(void *block, size_t len_bytes)
{
	struct heap *h = process_heap();

	return or_enomem(h ? heap_realloc(h, block, len_bytes) : NULL);
}

/* What the heap can align to: a power of two, at most a page. */
static int check_alignment(size_t align)
{
	return align && !(align & (align - 1)) && align <= PAGE_SIZE ? 0 : EINVAL;
}

void *memalign(size_t align, size_t len_bytes)
{
	errno = check_alignment(align);
	if (errno)
		return NULL;
	return or_enomem(take(align, len_bytes));
}

void *aligned_alloc(size_t align, size_t len_bytes)
{
	return memalign(align, len_bytes);
}

int posix_memalign(void **block, size_t align, size_t len_bytes)
{
	if (align % sizeof(void *) || check_alignment(align))
		return EINVAL;
	*block = take(align, len_bytes);
	return *block ? 0 : ENOMEM;
}

size_t malloc_usable_size(void *block)
{
	return block ? heap_block_size(block) : 0;
}
