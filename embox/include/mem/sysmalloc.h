/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that belongs to the system: it stays when the process has ended that took it. */
#ifndef MEM_SYSMALLOC_H
#define MEM_SYSMALLOC_H

#include <stddef.h>

/** As malloc() and the others, from the kernel's heap. Context: any. */
void *sysmalloc(size_t size);
void *syscalloc(size_t n, size_t size);
void *sysrealloc(void *block, size_t size);
void *sysmemalign(size_t boundary, size_t size);
void sysfree(void *block);

#endif
