/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools: a fixed number of objects of one type, in memory of the image. */
#ifndef MEM_MISC_POOL_H
#define MEM_MISC_POOL_H

#include <stddef.h>

#include <util/macro.h>

struct pool {
	void *memory;
	size_t obj_size, pool_size; /* bytes */
	void *bound_free;           /* from here on nothing was ever handed out */
	void *free_blocks;          /* given back; each holds the address of the next */
};

#define POOL_DEF_ATTR(name, type, n, attributes)                                         \
	static union {                                                                   \
		type object;                                                             \
		void *next;                                                              \
	} MACRO_CONCAT(pool_memory_of_, name)[n] attributes;                             \
	static struct pool name = {.memory = MACRO_CONCAT(pool_memory_of_, name),        \
		.obj_size = sizeof(MACRO_CONCAT(pool_memory_of_, name)[0]),              \
		.pool_size = sizeof(MACRO_CONCAT(pool_memory_of_, name)),                \
		.bound_free = MACRO_CONCAT(pool_memory_of_, name)}
#define POOL_DEF(name, type, n) POOL_DEF_ATTR(name, type, n, )

/** An object, or NULL when all are handed out. Context: any. */
void *pool_alloc(struct pool *p);

/** Give an object back. Context: any. */
void pool_free(struct pool *p, void *object);

/** Is that the beginning of an object of the pool? Context: any. */
int pool_belong(const struct pool *p, const void *object);

#endif
