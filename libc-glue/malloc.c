/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc and its family over the kernel's heap; the libc's allocator is not linked. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "kernel/addr.h"
#include "kernel/heap.h"

static void *or_enomem(void *block)
{
	if (!block)
		errno = ENOMEM;
	return block;
}

void *malloc(size_t len_bytes)
{
	return or_enomem(heap_alloc(kernel_heap, len_bytes));
}

void free(void *block)
{
	heap_free(block);
}

void *calloc(size_t n, size_t len_bytes)
{
	size_t total;

	if (__builtin_mul_overflow(n, len_bytes, &total))
		return or_enomem(NULL);
	return or_enomem(heap_alloc_zeroed(kernel_heap, total));
}

void *realloc(void *block, size_t len_bytes)
{
	return or_enomem(heap_realloc(kernel_heap, block, len_bytes));
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
	return or_enomem(heap_alloc_aligned(kernel_heap, align, len_bytes));
}

void *aligned_alloc(size_t align, size_t len_bytes)
{
	return memalign(align, len_bytes);
}

int posix_memalign(void **block, size_t align, size_t len_bytes)
{
	if (align % sizeof(void *) || check_alignment(align))
		return EINVAL;
	*block = heap_alloc_aligned(kernel_heap, align, len_bytes);
	return *block ? 0 : ENOMEM;
}

size_t malloc_usable_size(void *block)
{
	return block ? heap_block_size(block) : 0;
}
