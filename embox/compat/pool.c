/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools of objects, and memory of the system. */
#include <mem/misc/pool.h>

#include "kernel/irq.h"

void *pool_alloc(struct pool *p)
{
	unsigned long flags = irq_save();
	char *end = (char *)p->memory + p->pool_size;
	void *object = p->free_blocks;

	if (object) {
		p->free_blocks = *(void **)object;
	} else if ((char *)p->bound_free < end) {
		object = p->bound_free;
		p->bound_free = (char *)object + p->obj_size;
	}
	irq_restore(flags);
	return object;
}

void pool_free(struct pool *p, void *object)
{
	unsigned long flags = irq_save();

	*(void **)object = p->free_blocks;
	p->free_blocks = object;
	irq_restore(flags);
}

int pool_belong(const struct pool *p, const void *object)
{
	const char *begin = p->memory, *at = object;

	return at >= begin && at < begin + p->pool_size &&
	       (size_t)(at - begin) % p->obj_size == 0;
}
