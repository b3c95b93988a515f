/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of the system: the kernel's heap. */
#include <mem/sysmalloc.h>

#include <string.h>

#include "kernel/heap.h"

void *sysmalloc(size_t size)
{
	return kmalloc(size);
}

void *syscalloc(size_t n, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kzalloc(bytes);
}

void *sysrealloc(void *block, size_t size)
{
	return heap_realloc(kernel_heap, block, size);
}

void *sysmemalign(size_t boundary, size_t size)
{
	return heap_alloc_aligned(kernel_heap, boundary, size);
}

void sysfree(void *block)
{
	kfree(block);
}
